-- The way back to the machine: what may be written, and every command there was.

create schema control;
grant usage on schema control to millrace_app;

-- A value that may be written. Nothing that is not listed here can be asked for.
create table control.set_point (
  enterprise_id     uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id                uuid not null,
  site_id           uuid not null,
  work_unit_id      uuid not null,
  name              text not null check (length(name) between 1 and 200),
  title             text not null check (length(title) between 1 and 200),
  unit              text check (length(unit) between 1 and 40),
  min               double precision not null,
  max               double precision not null,
  max_step          double precision check (max_step > 0),
  max_per_minute    integer not null check (max_per_minute >= 1),
  connection_id     uuid not null,
  address           text not null check (length(address) between 1 and 500),
  read_back_address text check (length(read_back_address) between 1 and 500),
  -- Checked by the gateway just before it writes: a tag and the value it must have.
  interlock         jsonb,
  -- The signal that shows the present value.
  series            integer not null check (series >= 1),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, connection_id) references plant.connection (enterprise_id, id) on delete cascade,
  constraint set_point_bounds check (min <= max and min > '-Infinity' and max < 'Infinity')
);
-- Reported as control/set-point-taken.
create unique index set_point_name on control.set_point (enterprise_id, work_unit_id, lower(name));
-- One address has one set of bounds. Reported as control/set-point-taken.
create unique index set_point_address on control.set_point (enterprise_id, connection_id, address);

create table control.command (
  enterprise_id   uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id              uuid not null,
  site_id         uuid not null,
  work_unit_id    uuid not null,
  set_point_id    uuid not null,
  gateway_id      uuid not null,
  value           double precision not null,
  previous_value  double precision,
  read_back_value double precision,
  state           text not null check (state in
                    ('requested', 'sent', 'received', 'written', 'read-back', 'refused', 'failed', 'expired')),
  requested_by    text not null,
  requested_by_id text not null,
  requested_at    timestamptz(3) not null,
  expires_at      timestamptz(3) not null,
  reason          text not null check (length(reason) between 3 and 500),
  finding_id      text,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  -- What the gateway is handed: signed, and worthless after `expires_at`.
  token           text not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, set_point_id) references control.set_point (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, gateway_id) references plant.gateway (enterprise_id, id) on delete cascade
);
-- The same key of the same person asks for the same command, however often and however parallel.
create unique index command_idempotency on control.command (enterprise_id, requested_by_id, idempotency_key);
-- A machine's commands, newest first: ids grow with time.
create index command_of_work_unit on control.command (enterprise_id, work_unit_id, id desc);
-- How often a set-point was written in the last minute.
create index command_of_set_point on control.command (enterprise_id, set_point_id, requested_at);
-- What still has to reach its gateway, or run out.
create index command_pending on control.command (enterprise_id, gateway_id, expires_at)
  where state in ('requested', 'sent', 'received');

-- The course of a command: each state once.
create table control.command_step (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  command_id    uuid not null,
  state         text not null,
  at            timestamptz(3) not null,
  detail        text check (length(detail) <= 700),
  primary key (enterprise_id, command_id, state),
  foreign key (enterprise_id, command_id) references control.command (enterprise_id, id) on delete cascade
);

-- An enterprise sees and writes its own rows only, whatever a query forgets. Forced, so that it holds for the owner too.
do $$
declare name text;
begin
  foreach name in array array['set_point', 'command', 'command_step'] loop
    execute format('alter table control.%I enable row level security', name);
    execute format('alter table control.%I force row level security', name);
    execute format('create policy enterprise on control.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update on control.set_point, control.command to millrace_app;
grant select, insert on control.command_step to millrace_app;
