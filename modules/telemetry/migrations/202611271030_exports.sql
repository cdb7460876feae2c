-- Exports of samples: what was asked for, and how far its download has come. The rows themselves are read when they are sent.

create table telemetry.export (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id             uuid not null,
  -- The account that asked, which alone sees it.
  created_by     text not null check (length(created_by) <= 100),
  created_at     timestamptz(3) not null,
  -- Afterwards it can no longer be downloaded, and is removed.
  expires_at     timestamptz(3) not null,
  series         integer[] not null check (cardinality(series) between 1 and 200),
  from_ms        bigint not null,
  to_ms          bigint not null check (to_ms > from_ms),
  resolution     text not null check (resolution in ('raw', 'minute', 'hour')),
  format         text not null check (format in ('csv', 'jsonl', 'parquet')),
  state          text not null check (state in ('ready', 'running', 'done', 'interrupted', 'cancelled')),
  -- Counts downloads: a later one ends the one before.
  attempt        integer not null default 0,
  progress_ratio double precision not null default 0 check (progress_ratio between 0 and 1),
  row_count      bigint not null default 0,
  byte_count     bigint not null default 0,
  started_at     timestamptz(3),
  ended_at       timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade
);
-- The exports of an account, newest first.
create index export_created on telemetry.export (enterprise_id, created_by, created_at);
alter table telemetry.export enable row level security;
alter table telemetry.export force row level security;
create policy enterprise on telemetry.export
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select, insert, update, delete on telemetry.export to millrace_app;
