-- Signals: what is measured where, and under which number its samples travel and are stored.

create schema telemetry;
-- The history belongs to the ingest role, which makes its partitions as they are needed.
grant usage, create on schema telemetry to millrace_ingest;
grant usage on schema telemetry to millrace_app;

-- The last number given to a series of an enterprise. Numbers are never given twice: history of a removed signal stays apart.
create table telemetry.series_counter (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid primary key
                references runtime.tenant (enterprise_id) on delete cascade,
  last_series   integer not null check (last_series >= 0)
);
alter table telemetry.series_counter enable row level security;
alter table telemetry.series_counter force row level security;
create policy enterprise on telemetry.series_counter
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

create table telemetry.signal (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id             uuid not null,
  series         integer not null check (series > 0),
  site_id        uuid not null,
  work_unit_id   uuid not null,
  name           text not null check (length(name) between 1 and 200),
  title          text not null check (length(title) between 1 and 200),
  measurand      text not null check (length(measurand) <= 60),
  kind           text not null check (kind in ('number', 'text', 'vector')),
  unit           text check (length(unit) <= 40),
  -- Where the value usually lies, as the plant says; in the signal's unit.
  normal_low     double precision,
  normal_high    double precision,
  -- Null: nobody reads it now; its history stays.
  connection_id  uuid,
  address        text check (length(address) <= 500),
  -- What the gateway makes of what it reads: `spectrum` of a waveform at this rate.
  transform      text check (transform in ('spectrum')),
  sample_rate_hz double precision check (sample_rate_hz > 0),
  created_at     timestamptz(3) not null,
  primary key (enterprise_id, id),
  constraint signal_series unique (enterprise_id, series),
  -- A machine has one signal of a name. Reported as telemetry/signal-taken. Also lists the signals of a machine.
  constraint signal_name unique (enterprise_id, work_unit_id, name),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade,
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, connection_id) references plant.connection (enterprise_id, id)
    on delete set null (connection_id)
);
-- The signals of a site.
create index signal_site on telemetry.signal (enterprise_id, site_id, series);
-- What a gateway has to read.
create index signal_connection on telemetry.signal (enterprise_id, connection_id);
alter table telemetry.signal enable row level security;
alter table telemetry.signal force row level security;
create policy enterprise on telemetry.signal
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update on telemetry.series_counter to millrace_app;
grant select, insert, update, delete on telemetry.signal to millrace_app;
