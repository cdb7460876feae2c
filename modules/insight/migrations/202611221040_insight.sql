-- Findings: what analytics saw, what people decided, what came of it. And what detectors remember between starts.

create schema insight;

create table insight.finding (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id               uuid not null,
  site_id          uuid not null,
  work_unit_id     uuid not null,
  cause            text not null check (length(cause) <= 40),
  title            text not null check (length(title) <= 300),
  reason           text not null check (length(reason) <= 2000),
  priority         smallint not null check (priority between 1 and 4),
  confidence_ratio double precision not null check (confidence_ratio between 0 and 1),
  state            text not null check (state in ('open', 'accepted', 'dismissed', 'resolved', 'closed')),
  since_at         timestamptz(3) not null,
  found_at         timestamptz(3) not null,
  last_seen_at     timestamptz(3) not null,
  detector         text not null,
  detector_version integer not null,
  evidence         jsonb not null,
  actions          jsonb not null,
  benefit          jsonb,
  -- What a day of waiting costs, taken out of the benefit to sort by it.
  waiting_per_day  double precision,
  outlook          text,
  decision         jsonb,
  command_id       uuid,
  -- From when on the outcome can be measured: the machine has had the value for a while.
  measure_at       timestamptz(3),
  outcome          jsonb,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- One case per machine and cause at a time, however often it is seen.
create unique index finding_one_case on insight.finding (enterprise_id, work_unit_id, cause)
  where state in ('open', 'accepted');
-- The inbox: what wants a decision, most urgent first.
create index finding_inbox on insight.finding (enterprise_id, state, priority, found_at desc);
-- Past cases of the same cause.
create index finding_cause on insight.finding (enterprise_id, cause, found_at desc);
-- Accepted findings whose outcome is due.
create index finding_to_measure on insight.finding (enterprise_id, measure_at) where measure_at is not null;

-- What a detector has learned about one machine or signal, so that a restart goes on where it stopped.
create table insight.detector_state (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  work_unit_id  uuid not null,
  saved_at      timestamptz(3) not null,
  state         jsonb not null,
  primary key (enterprise_id, work_unit_id),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade
);

alter table insight.finding enable row level security;
alter table insight.finding force row level security;
create policy enterprise on insight.finding
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
alter table insight.detector_state enable row level security;
alter table insight.detector_state force row level security;
create policy enterprise on insight.detector_state
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant usage on schema insight to millrace_app;
grant select, insert, update, delete on insight.finding, insight.detector_state to millrace_app;
