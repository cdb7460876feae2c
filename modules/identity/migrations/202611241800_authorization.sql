-- Who may do what, where and under which conditions; keys for programs; how a session was opened.

-- Roles a company made for itself. The built-in ones are the program's.
create table identity.role (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  name          text not null check (length(name) between 1 and 80),
  permissions   text[] not null check (cardinality(permissions) <= 500),
  created_at    timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);
-- Reported as identity/role-name-taken.
create unique index role_name on identity.role (enterprise_id, lower(name));

-- A key with which a program acts. Only the SHA-256 of its secret is here (THREATS T-A7).
create table identity.api_key (
  enterprise_id     uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id                uuid not null,
  name              text not null check (length(name) between 1 and 120),
  secret_sha256     bytea not null check (octet_length(secret_sha256) = 32),
  created_by        uuid not null,
  created_at        timestamptz(3) not null,
  expires_at        timestamptz(3) not null,
  ended_at          timestamptz(3),
  last_used_at      timestamptz(3),
  last_used_address text check (length(last_used_address) <= 60),
  -- Counted up when what the key may do changes, so that open streams are looked at again.
  access_version    integer not null default 1,
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade,
  foreign key (enterprise_id, created_by) references identity.person (enterprise_id, id) on delete cascade
);
-- Reported as identity/key-name-taken.
create unique index api_key_name on identity.api_key (enterprise_id, lower(name)) where ended_at is null;

alter table identity.person
  -- Somebody who left: no session, no key, kept for the trail.
  add column ended_at timestamptz(3),
  add column access_version integer not null default 1;

-- A role held by a person or a key, at the enterprise (place_id null) or at equipment of a site and what is below it,
-- perhaps under conditions.
alter table identity.role_grant drop constraint role_grant_pkey;
alter table identity.role_grant
  alter column person_id drop not null,
  add column id         uuid not null default gen_random_uuid(),
  add column key_id     uuid,
  add column place_id   uuid,
  add column expires_at timestamptz(3),
  add column conditions jsonb not null default '{}';
-- Rows of all enterprises: the owner steps around its own rule for as long as that takes.
alter table identity.role_grant no force row level security;
update identity.role_grant set place_id = site_id;
alter table identity.role_grant
  alter column id drop default,
  add primary key (enterprise_id, id),
  add foreign key (enterprise_id, key_id) references identity.api_key (enterprise_id, id) on delete cascade,
  add constraint role_grant_holder check ((person_id is null) <> (key_id is null)),
  add constraint role_grant_place check ((place_id is null) = (site_id is null));
alter table identity.role_grant force row level security;
create index role_grant_person on identity.role_grant (enterprise_id, person_id);
create index role_grant_key on identity.role_grant (enterprise_id, key_id);

-- A name for address ranges, for conditions of grants: "Office", "Shop floor".
create table identity.network_zone (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  name          text not null check (length(name) between 1 and 60),
  -- CIDR notation, IPv4 or IPv6; checked by the program.
  ranges        text[] not null check (cardinality(ranges) between 1 and 50),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);
-- Reported as identity/zone-name-taken.
create unique index network_zone_name on identity.network_zone (enterprise_id, lower(name));

-- The one plant in which somebody controls machines now (THREATS T-B6).
create table identity.control_seat (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  person_id     uuid not null,
  site_id       uuid not null,
  since         timestamptz(3) not null,
  primary key (enterprise_id, person_id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);

-- Sessions are opened anew after this: what they were opened with was not kept.
alter table identity.session no force row level security;
delete from identity.session;
alter table identity.session force row level security;
alter table identity.session
  add column id      uuid not null,
  -- 1: the second factor is still owed (THREATS T-A4). 2: signed in.
  add column level   smallint not null check (level in (1, 2)),
  add column station boolean not null,
  add column method  text not null check (length(method) <= 40),
  add column address text check (length(address) <= 60),
  add column device  text not null check (length(device) <= 300);
create unique index session_id on identity.session (enterprise_id, id);
create index session_person on identity.session (enterprise_id, person_id);

do $$
declare name text;
begin
  foreach name in array array['role', 'api_key', 'network_zone', 'control_seat'] loop
    execute format('alter table identity.%I enable row level security', name);
    execute format('alter table identity.%I force row level security', name);
    execute format('create policy enterprise on identity.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on identity.role, identity.api_key, identity.network_zone, identity.control_seat
  to millrace_app;
