-- What if: changes that are tried on a copy of a site's plan.

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

-- When an order was done or cancelled; what was closed earlier does not know.
alter table planning.production_order add column closed_at timestamptz(3);
-- The orders of a site that were closed in a time.
create index production_order_closed on planning.production_order (enterprise_id, site_id, closed_at) where closed_at is not null;

alter table planning.scenario enable row level security;
alter table planning.scenario force row level security;
create policy enterprise on planning.scenario
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update, delete on planning.scenario to millrace_app;
