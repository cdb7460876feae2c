-- How long the history keeps samples, by class of signal; what is kept longer than that; and what it amounts to. All of it belongs
-- to the ingest role, which thins the history out for all enterprises by it.

set local role millrace_ingest;

-- Absent for a class: the defaults of the contract.
create table telemetry.retention (
  enterprise_id   uuid not null default current_setting('millrace.enterprise_id')::uuid,
  class           text not null check (class in ('state', 'production', 'energy', 'process', 'condition', 'vibration', 'other')),
  raw_days        integer not null check (raw_days between 7 and 3660),
  minute_days     integer not null check (minute_days between raw_days and 3660),
  hour_days       integer not null check (hour_days between minute_days and 3660),
  changed_at      timestamptz(3) not null,
  changed_by_name text not null check (length(changed_by_name) <= 200),
  primary key (enterprise_id, class)
);

-- Samples of a machine and a period that stay, whatever the rules say: for a complaint, say.
create table telemetry.hold (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id               uuid not null,
  site_id          uuid not null,
  work_unit_id     uuid not null,
  from_ms          bigint not null,
  to_ms            bigint not null check (to_ms > from_ms),
  reason           text not null check (length(reason) between 1 and 500),
  created_at       timestamptz(3) not null,
  created_by_name  text not null check (length(created_by_name) <= 200),
  released_at      timestamptz(3),
  released_by_name text check (length(released_by_name) <= 200),
  -- Null until what a released one had kept is due again.
  forgotten_at     timestamptz(3),
  primary key (enterprise_id, id)
);

-- How far the history was thinned out: of a class nothing of this fineness is left before a moment, but for what is held.
create table telemetry.thinned (
  enterprise_id uuid not null,
  class         text not null,
  tier          text not null check (tier in ('raw', 'minute', 'hour')),
  before_ms     bigint not null,
  primary key (enterprise_id, class, tier)
);

-- What one class of one site takes on disk in one week, as measured from a sample of its rows.
create table telemetry.volume (
  enterprise_id uuid not null,
  site_id       uuid not null,
  class         text not null,
  -- `sparse`: chunks that stand for their minutes too.
  tier          text not null check (tier in ('raw', 'sparse', 'vector', 'minute', 'hour')),
  week_ms       bigint not null,
  series_count  integer not null,
  sample_count  bigint not null,
  bytes         bigint not null,
  measured_at   timestamptz(3) not null,
  primary key (enterprise_id, site_id, class, tier, week_ms)
);

alter table telemetry.retention enable row level security;
alter table telemetry.hold enable row level security;
alter table telemetry.thinned enable row level security;
alter table telemetry.volume enable row level security;

create policy enterprise on telemetry.retention
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
create policy enterprise on telemetry.hold
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
create policy enterprise on telemetry.thinned for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
create policy enterprise on telemetry.volume for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update on telemetry.retention, telemetry.hold to millrace_app;
grant select on telemetry.thinned, telemetry.volume to millrace_app;
