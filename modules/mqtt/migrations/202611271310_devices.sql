-- Devices that speak MQTT with the server themselves: what each signs in with. Its name and its last word are its gateway's.

create schema mqtt;
grant usage on schema mqtt to millrace_app;

create table mqtt.device (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  -- Also the id of its gateway, and its user name.
  id             uuid not null,
  site_id        uuid not null,
  -- The machine whose signals it mostly speaks for.
  work_unit_id   uuid not null,
  connection_id  uuid not null,
  -- SHA-256: a stolen dump signs nobody in.
  secret_sha256  bytea not null check (length(secret_sha256) = 32),
  secret_made_at timestamptz(3) not null,
  -- Null: it holds until it is revoked.
  expires_at     timestamptz(3),
  created_at     timestamptz(3) not null,
  -- Where it came from the last time.
  last_address   text check (length(last_address) <= 100),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade,
  foreign key (enterprise_id, site_id, id) references plant.gateway (enterprise_id, site_id, id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, connection_id) references plant.connection (enterprise_id, id) on delete cascade
);
alter table mqtt.device enable row level security;
alter table mqtt.device force row level security;
create policy enterprise on mqtt.device
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update on mqtt.device to millrace_app;
