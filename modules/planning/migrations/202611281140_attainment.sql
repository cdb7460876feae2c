-- What the published plan had a work unit do in a shift, and what it did of it.

create table planning.shift_record (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  work_unit_id   uuid not null,
  shift_start_at timestamptz(3) not null,
  site_id        uuid not null,
  shift_name     text not null check (length(shift_name) between 1 and 60),
  shift_end_at   timestamptz(3) not null,
  recorded_at    timestamptz(3) not null,
  -- When it was to process: [{"fromMs": …, "toMs": …}], epoch milliseconds.
  spans          jsonb not null,
  -- When operations were to begin, epoch milliseconds.
  starts         jsonb not null,
  planned_s      integer not null check (planned_s > 0),
  -- Null until the shift is settled. The seconds add up to those that were planned.
  settled_at     timestamptz(3),
  ran_s          integer check (ran_s >= 0),
  late_s         integer check (late_s >= 0),
  stopped_s      integer check (stopped_s >= 0),
  idle_s         integer check (idle_s >= 0),
  unheard_s      integer check (unheard_s >= 0),
  -- Operations that were to begin while the machine was heard, and those that did, near enough.
  start_count    integer check (start_count >= 0),
  met_count      integer check (met_count between 0 and start_count),
  primary key (enterprise_id, work_unit_id, shift_start_at),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint shift_record_span check (shift_end_at > shift_start_at),
  constraint shift_record_settled check (
    (settled_at is null and num_nonnulls(ran_s, late_s, stopped_s, idle_s, unheard_s, start_count, met_count) = 0)
    or (settled_at is not null and start_count is not null and met_count is not null
        and ran_s + late_s + stopped_s + idle_s + unheard_s = planned_s))
);
-- The shifts of a site in a time.
create index shift_record_time on planning.shift_record (enterprise_id, site_id, shift_start_at);
-- Those that are still to be settled.
create index shift_record_open on planning.shift_record (enterprise_id, shift_end_at) where settled_at is null;

alter table planning.shift_record enable row level security;
alter table planning.shift_record force row level security;
create policy enterprise on planning.shift_record
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update, delete on planning.shift_record to millrace_app;
