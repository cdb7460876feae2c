-- Imports of samples from files: the file until it is read, what became of it, and what it put into the history, so that exactly
-- that can be taken out again.

create table telemetry.import (
  enterprise_id   uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id              uuid not null,
  site_id         uuid not null,
  created_by      text not null check (length(created_by) <= 100),
  created_by_name text not null check (length(created_by_name) <= 200),
  created_at      timestamptz(3) not null,
  -- A file that was not imported until then is removed.
  expires_at      timestamptz(3) not null,
  file_name       text not null check (length(file_name) between 1 and 200),
  format          text not null check (format in ('csv', 'jsonl', 'parquet', 'line-protocol')),
  byte_count      bigint not null check (byte_count > 0),
  received_bytes  bigint not null default 0,
  state           text not null check (state in ('uploading', 'ready', 'checking', 'writing', 'done', 'refused', 'cancelling',
                    'cancelled', 'failed', 'undoing', 'undone')),
  mapping         jsonb,
  -- Whether rows with faults are left out; otherwise one is enough to import nothing.
  skip_faults     boolean not null default false,
  progress_ratio  double precision not null default 0 check (progress_ratio between 0 and 1),
  row_count       bigint not null default 0,
  sample_count    bigint not null default 0,
  fault_count     bigint not null default 0,
  -- The first of them: [{ row, field, detail }].
  faults          jsonb not null default '[]',
  first_ms        bigint,
  last_ms         bigint,
  note            text check (length(note) <= 500),
  started_at      timestamptz(3),
  ended_at        timestamptz(3),
  -- When the process at work last said so. When it is silent for long, another one takes over.
  beat_at         timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- The imports of a plant, newest first.
create index import_created on telemetry.import (enterprise_id, site_id, created_at);
alter table telemetry.import enable row level security;
alter table telemetry.import force row level security;
create policy enterprise on telemetry.import
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select, insert, update, delete on telemetry.import to millrace_app;

-- The file, in the pieces in which it came.
create table telemetry.import_part (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  import_id     uuid not null,
  -- Where in the file it begins.
  start_byte    bigint not null,
  data          bytea not null,
  primary key (enterprise_id, import_id, start_byte),
  foreign key (enterprise_id, import_id) references telemetry.import (enterprise_id, id) on delete cascade
);
alter table telemetry.import_part alter column data set storage external;
alter table telemetry.import_part enable row level security;
alter table telemetry.import_part force row level security;
create policy enterprise on telemetry.import_part
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select, insert, delete on telemetry.import_part to millrace_app;

set local role millrace_ingest;

-- What an import added to an hour of a series, and the samples of the same times that had to make way: written in the transaction
-- that changes the history.
create sequence telemetry.import_chunk_id;
create table telemetry.import_chunk (
  enterprise_id uuid not null,
  import_id     uuid not null,
  series        integer not null,
  hour_ms       bigint not null,
  id            bigint not null default nextval('telemetry.import_chunk_id'),
  -- Not added, but what stood there before.
  replaced      boolean not null,
  first_ms      bigint not null,
  kind          smallint not null check (kind in (0, 1)),
  count         integer not null check (count > 0),
  -- Packed as in telemetry.chunk.
  data          bytea not null,
  written_at    timestamptz(3) not null,
  primary key (enterprise_id, import_id, series, hour_ms, id)
);
-- Which imports share an hour, and which can no longer be undone.
create index import_chunk_hour on telemetry.import_chunk (enterprise_id, series, hour_ms);
create index import_chunk_written on telemetry.import_chunk (written_at);
alter table telemetry.import_chunk alter column data set storage external;
alter table telemetry.import_chunk enable row level security;
create policy enterprise on telemetry.import_chunk for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select on telemetry.import_chunk to millrace_app;
