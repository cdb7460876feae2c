-- The plant: which equipment there is (ISA-95 Part 1, role-based equipment hierarchy), the gateways that stand in it,
-- and the connections through which they reach devices.

create schema plant;
grant usage on schema plant to millrace_app;

create table plant.equipment (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  parent_id     uuid,
  -- The parent's level, so that the foreign key below can hold it against the order of levels.
  parent_level  text,
  level         text not null check (level in ('site', 'area', 'work-center', 'work-unit')),
  name          text not null check (length(name) between 1 and 120),
  kind          text check (length(kind) between 1 and 60),
  position      integer not null,
  -- Time zone, currency, country and shifts; a site has them and nothing else does.
  site          jsonb,
  primary key (enterprise_id, id),
  unique (enterprise_id, site_id, id, level),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade,
  foreign key (enterprise_id, site_id, parent_id, parent_level)
    references plant.equipment (enterprise_id, site_id, id, level) on delete cascade,
  constraint equipment_parent check ((parent_id is null) = (parent_level is null)),
  constraint equipment_site check ((level = 'site') = (site_id = id) and (level = 'site') = (site is not null)),
  constraint equipment_kind check (kind is null or level = 'work-unit'),
  constraint equipment_level_order check (
    case level
      when 'site' then parent_level is null
      when 'area' then parent_level is not null and parent_level = 'site'
      when 'work-center' then parent_level is not null and parent_level = 'area'
      else parent_level is not null and parent_level in ('area', 'work-center')
    end)
);
-- Siblings are told apart by their names. Reported as plant/name-taken.
create unique index equipment_name on plant.equipment (enterprise_id, parent_id, lower(name)) nulls not distinct;
-- The tree of some sites.
create index equipment_of_site on plant.equipment (enterprise_id, site_id);

create table plant.gateway (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  name          text not null check (length(name) between 1 and 120),
  local         boolean not null,
  -- Ed25519 public key, base64url (the x of RFC 8037); null until enrolled. The private one never leaves the gateway.
  public_key    text check (length(public_key) = 43),
  enrolled_at   timestamptz(3),
  last_seen_at  timestamptz(3),
  journal       jsonb,
  revoked_at    timestamptz(3),
  primary key (enterprise_id, id),
  unique (enterprise_id, site_id, id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade,
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint gateway_enrolled check ((public_key is null) = (enrolled_at is null))
);
-- Reported as plant/name-taken.
create unique index gateway_name on plant.gateway (enterprise_id, site_id, lower(name));

-- One-time codes. Several may be out for one gateway; the first one used takes it.
create table plant.enrolment_code (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  -- SHA-256: a stolen dump enrols nothing.
  code_hash     bytea not null check (length(code_hash) = 32),
  gateway_id    uuid not null,
  expires_at    timestamptz(3) not null,
  primary key (enterprise_id, code_hash),
  foreign key (enterprise_id, gateway_id) references plant.gateway (enterprise_id, id) on delete cascade
);

create table plant.connection (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  gateway_id    uuid not null,
  name          text not null check (length(name) between 1 and 120),
  protocol      text not null check (protocol in ('opc-ua', 'sparkplug', 'replay')),
  endpoint      text not null check (length(endpoint) <= 300),
  options       jsonb not null,
  -- As the gateway last said.
  state         text not null default 'unknown' check (state in ('connected', 'connecting', 'failed', 'unknown')),
  detail        text check (length(detail) <= 500),
  state_since   timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade,
  foreign key (enterprise_id, site_id, gateway_id) references plant.gateway (enterprise_id, site_id, id) on delete cascade
);
-- Reported as plant/name-taken; also the connections of one gateway.
create unique index connection_name on plant.connection (enterprise_id, gateway_id, lower(name));

-- What a gateway saw at a connection, for a person to choose signals from.
create table plant.discovered_tag (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  connection_id uuid not null,
  address       text not null check (length(address) between 1 and 500),
  name          text not null check (length(name) between 1 and 200),
  kind          text not null check (kind in ('number', 'text', 'vector')),
  unit          text check (length(unit) <= 40),
  primary key (enterprise_id, connection_id, address),
  foreign key (enterprise_id, connection_id) references plant.connection (enterprise_id, id) on delete cascade
);

-- The key that signs an enterprise's commands; gateways get its public half when they enrol. Made at first use.
create table plant.command_key (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  -- Ed25519, base64url: x and d of RFC 8037.
  public_key    text not null,
  private_key   text not null,
  created_at    timestamptz(3) not null,
  primary key (enterprise_id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade
);

-- An enterprise sees and writes its own rows only, whatever a query forgets. Forced, so that it holds for the owner too.
do $$
declare name text;
begin
  foreach name in array array['equipment', 'gateway', 'enrolment_code', 'connection', 'discovered_tag', 'command_key'] loop
    execute format('alter table plant.%I enable row level security', name);
    execute format('alter table plant.%I force row level security', name);
    execute format('create policy enterprise on plant.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update on plant.equipment, plant.gateway, plant.connection, plant.discovered_tag to millrace_app;
grant select, insert, delete on plant.enrolment_code to millrace_app;
grant select, insert on plant.command_key to millrace_app;
