-- What if: changes that are tried on a copy of a site's plan. How long the near future is kept as it is, by place.
-- And what the machines made of what was planned, by shift.

create table planning.scenario (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id             uuid not null,
  site_id        uuid not null,
  name           text not null check (length(name) between 1 and 80),
  changes        jsonb not null,
  state          text not null check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
  budget_s       integer not null check (budget_s between 1 and 60),
  heard_at       timestamptz(3) not null,
  progress_ratio double precision not null check (progress_ratio between 0 and 1),
  detail         text check (length(detail) <= 500),
  -- What the plan and everything it is made of was like when this was computed.
  base_mark      text,
  computed_at    timestamptz(3),
  -- How good it is, what it changes, and its plan. Large: read only when it is opened or used.
  result         jsonb,
  placed         jsonb,
  made_at        timestamptz(3) not null,
  made_by        text not null,
  used_at        timestamptz(3),
  used_by        text,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint scenario_computed check (
    (computed_at is null) = (placed is null) and (computed_at is null) = (result is null)
    and (computed_at is null) = (base_mark is null)),
  constraint scenario_used check ((used_at is null) = (used_by is null))
);
-- The scenarios of a site, oldest first.
create index scenario_site on planning.scenario (enterprise_id, site_id, made_at);

-- How long the near future of a place is kept as it is. What a place does not say, the one around it says.
create table planning.freeze_fence (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  place_id       uuid not null,
  site_id        uuid not null,
  -- Planning leaves alone what starts within it; people need a reason and the right to publish.
  frozen_minutes integer not null check (frozen_minutes between 0 and 20160),
  -- People need a reason to change what starts within it.
  slushy_minutes integer not null check (slushy_minutes between 0 and 40320),
  primary key (enterprise_id, place_id),
  foreign key (enterprise_id, place_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint freeze_fence_order check (slushy_minutes >= frozen_minutes)
);
-- The fences of a site.
create index freeze_fence_site on planning.freeze_fence (enterprise_id, site_id);

-- What was planned of a work unit for a shift when it began, and what it made of it.
create table planning.shift_record (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  work_unit_id     uuid not null,
  shift_start_at   timestamptz(3) not null,
  site_id          uuid not null,
  shift_name       text not null check (length(shift_name) between 1 and 60),
  shift_end_at     timestamptz(3) not null,
  -- Processing by the plan: when, and how many pieces.
  spans            jsonb not null,
  planned_quantity double precision not null check (planned_quantity >= 0),
  -- Null until the shift is over, and where the machine was not heard of.
  made_quantity    double precision check (made_quantity >= 0),
  -- Operations that were to start, and those that did, near enough.
  start_count      integer not null check (start_count >= 0),
  met_count        integer check (met_count between 0 and start_count),
  -- Pieces that were missed because it stood, began late, or ran slowly.
  stop_quantity    double precision check (stop_quantity >= 0),
  late_quantity    double precision check (late_quantity >= 0),
  slow_quantity    double precision check (slow_quantity >= 0),
  settled_at       timestamptz(3),
  primary key (enterprise_id, work_unit_id, shift_start_at),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint shift_record_span check (shift_end_at > shift_start_at),
  constraint shift_record_made check (
    (made_quantity is null) = (met_count is null) and (made_quantity is null) = (stop_quantity is null)
    and (made_quantity is null) = (late_quantity is null) and (made_quantity is null) = (slow_quantity is null)
    and (made_quantity is null or settled_at is not null))
);
-- The shifts of a site in a time.
create index shift_record_time on planning.shift_record (enterprise_id, site_id, shift_start_at);
-- Those that are still to be settled.
create index shift_record_open on planning.shift_record (enterprise_id, shift_end_at) where settled_at is null;

-- When an order was done or cancelled; what was closed earlier does not know.
alter table planning.production_order add column closed_at timestamptz(3);
-- The orders of a site that were closed in a time.
create index production_order_closed on planning.production_order (enterprise_id, site_id, closed_at) where closed_at is not null;

do $$
declare name text;
begin
  foreach name in array array['scenario', 'freeze_fence', 'shift_record'] loop
    execute format('alter table planning.%I enable row level security', name);
    execute format('alter table planning.%I force row level security', name);
    execute format('create policy enterprise on planning.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on planning.scenario, planning.freeze_fence, planning.shift_record to millrace_app;
