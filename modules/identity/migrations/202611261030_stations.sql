-- Shared terminals on the floor, and how operators sign in there: badge or PIN.

-- A browser that was enrolled as a station. Only hashes of its token are here, never the token.
create table identity.station (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  name          text not null check (length(name) between 1 and 80),
  -- Site, area, work center or machine; equipment belongs to plant, which identity does not know.
  place_id      uuid not null,
  site_id       uuid not null,
  token_sha256  bytea check (octet_length(token_sha256) = 32),
  -- A session at this station ends after this long without anybody.
  idle_minutes  integer not null check (idle_minutes between 1 and 120),
  created_at    timestamptz(3) not null,
  enrolled_at   timestamptz(3),
  last_seen_at  timestamptz(3),
  revoked_at    timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade,
  constraint station_enrolled check ((token_sha256 is null) = (enrolled_at is null))
);
-- Reported as identity/station-name-taken.
create unique index station_name on identity.station (enterprise_id, site_id, lower(name)) where revoked_at is null;
create unique index station_token on identity.station (enterprise_id, token_sha256);

-- One-time codes that make a browser a station. Used ones stay until they would have expired, so that a link that is
-- opened twice is told apart from one that never was.
create table identity.station_code (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  code_sha256   bytea not null check (octet_length(code_sha256) = 32),
  station_id    uuid not null,
  expires_at    timestamptz(3) not null,
  used_at       timestamptz(3),
  primary key (enterprise_id, code_sha256),
  foreign key (enterprise_id, station_id) references identity.station (enterprise_id, id) on delete cascade
);
create index station_code_station on identity.station_code (enterprise_id, station_id);

-- A badge of a person. Only the SHA-256 of what it says is here; 128 random bits cannot be guessed from it.
create table identity.badge (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id             uuid not null,
  person_id      uuid not null,
  secret_sha256  bytea not null check (octet_length(secret_sha256) = 32),
  issued_at      timestamptz(3) not null,
  blocked_at     timestamptz(3),
  blocked_reason text check (length(blocked_reason) <= 500),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);
create unique index badge_secret on identity.badge (enterprise_id, secret_sha256);
-- A person has one badge that opens anything.
create unique index badge_of_person on identity.badge (enterprise_id, person_id) where blocked_at is null;

-- The PIN of a person, for stations only: scrypt over the PIN keyed with a secret that is not in the database, because
-- ten thousand PINs are tried quickly.
create table identity.pin (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  person_id     uuid not null,
  pin_hash      text not null check (length(pin_hash) <= 300),
  set_at        timestamptz(3) not null,
  primary key (enterprise_id, person_id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);

-- A session at a station ends with the station, and sooner when nobody is there. Rows of all enterprises: the owner steps
-- around its own rule for as long as that takes.
alter table identity.session no force row level security;
alter table identity.session
  add column station_id uuid,
  add column idle_ms    integer not null default 1800000 check (idle_ms > 0),
  add foreign key (enterprise_id, station_id) references identity.station (enterprise_id, id) on delete cascade;
alter table identity.session force row level security;
create index session_station on identity.session (enterprise_id, station_id) where station_id is not null;

do $$
declare name text;
begin
  foreach name in array array['station', 'station_code', 'badge', 'pin'] loop
    execute format('alter table identity.%I enable row level security', name);
    execute format('alter table identity.%I force row level security', name);
    execute format('create policy enterprise on identity.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on identity.station, identity.station_code, identity.badge, identity.pin
  to millrace_app;
