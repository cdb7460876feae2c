-- The history: chunks of samples, rollups, spectra and the newest values. Written by the ingest role for all enterprises
-- (row-level security enabled, not forced, as for the inbox); the serving role reads its own enterprise through the parents,
-- and has no right on any partition. Times are epoch milliseconds from the source, as everywhere at this rate.

set local role millrace_ingest;

create sequence telemetry.chunk_id;

-- Samples of one series within one hour of UTC. Where two chunks have a sample of the same time, that of the higher id
-- holds; there are no two of one time within a chunk. Unpack with: select first_ms + unnest(offsets), unnest(values).
create table telemetry.chunk (
  enterprise_id uuid not null,
  series        integer not null,
  first_ms      bigint not null,
  -- In the order of arrival; merged chunks keep the highest of their parts.
  id            bigint not null default nextval('telemetry.chunk_id'),
  last_ms       bigint not null,
  count         integer not null check (count > 0),
  -- Milliseconds since first_ms, ascending.
  offsets       integer[] not null,
  -- One of the two, by the kind of signal; null where the quality is bad.
  "values"      double precision[],
  texts         text[],
  -- 0 bad, 1 uncertain, 2 good; null when all are good.
  qualities     smallint[],
  primary key (enterprise_id, series, first_ms, id)
) partition by range (first_ms);

-- Spectra and other vectors, one a row: they are long already.
create table telemetry.vector (
  enterprise_id uuid not null,
  series        integer not null,
  timestamp_ms  bigint not null,
  quality       smallint not null,
  -- Null when the quality is bad.
  "values"      real[],
  primary key (enterprise_id, series, timestamp_ms)
) partition by range (timestamp_ms);

-- What the good samples of a number signal amounted to in one hour, and in its minutes. Absent for an hour without good samples.
create table telemetry.rollup (
  enterprise_id uuid not null,
  series        integer not null,
  hour_ms       bigint not null,
  count         integer not null check (count > 0),
  min           double precision not null,
  max           double precision not null,
  sum           double precision not null,
  last          double precision not null,
  last_ms       bigint not null,
  -- The minutes (0…59) that have good samples, and the same for each. All null where the samples are hardly more than the
  -- minutes: there the chunks serve as well.
  minutes       smallint[],
  counts        integer[],
  mins          double precision[],
  maxs          double precision[],
  sums          double precision[],
  lasts         double precision[],
  primary key (enterprise_id, series, hour_ms)
) partition by range (hour_ms);

-- Hours whose chunks changed since their rollup was made. Marked in the transaction that writes the chunks, which waits for
-- a settling of the same hour: no chunk stays out of its rollup.
create table telemetry.dirty_hour (
  enterprise_id uuid not null,
  series        integer not null,
  hour_ms       bigint not null,
  marked_at     timestamptz(3) not null,
  primary key (enterprise_id, series, hour_ms)
);
-- What is due to be settled.
create index dirty_hour_due on telemetry.dirty_hour (marked_at);

-- The newest sample of each series; a vector without its values.
create table telemetry.latest (
  enterprise_id uuid not null,
  series        integer not null,
  timestamp_ms  bigint not null,
  value         double precision,
  text          text,
  quality       smallint not null,
  primary key (enterprise_id, series)
) with (fillfactor = 50);

alter table telemetry.chunk enable row level security;
alter table telemetry.vector enable row level security;
alter table telemetry.rollup enable row level security;
alter table telemetry.dirty_hour enable row level security;
alter table telemetry.latest enable row level security;

create policy enterprise on telemetry.chunk for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
create policy enterprise on telemetry.vector for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
create policy enterprise on telemetry.rollup for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
create policy enterprise on telemetry.dirty_hour for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
create policy enterprise on telemetry.latest for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select on telemetry.chunk, telemetry.vector, telemetry.rollup, telemetry.dirty_hour, telemetry.latest to millrace_app;
