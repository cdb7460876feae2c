-- What is made when on which machine: orders, how products are made, and finite plans of a site.
-- Times of a plan are whole seconds; work is in working time of machine and people.

create schema planning;
grant usage on schema planning to millrace_app;

-- What can be made at a site.
create table planning.product (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  code          text not null check (length(code) between 1 and 60),
  name          text not null check (length(name) between 1 and 120),
  family        text not null check (length(family) between 1 and 60),
  primary key (enterprise_id, id),
  unique (enterprise_id, site_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- Reported as planning/product-taken.
create unique index product_code on planning.product (enterprise_id, site_id, lower(code));

-- How a product is made: its operations in their order.
create table planning.routing_step (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  product_id     uuid not null,
  position       integer not null check (position between 1 and 100),
  name           text not null check (length(name) between 1 and 60),
  setup_family   text not null check (length(setup_family) between 1 and 60),
  -- Whether it may pause while nobody works.
  splittable     boolean not null,
  operator_skill text check (length(operator_skill) between 1 and 60),
  operator_count integer check (operator_count between 1 and 50),
  operator_time  text check (operator_time in ('whole', 'setup')),
  primary key (enterprise_id, product_id, position),
  foreign key (enterprise_id, product_id) references planning.product (enterprise_id, id) on delete cascade,
  constraint routing_step_operators check (
    (operator_skill is null) = (operator_count is null) and (operator_skill is null) = (operator_time is null))
);

-- Where a step may be done, and how long a piece takes there.
create table planning.routing_alternative (
  enterprise_id     uuid not null default current_setting('millrace.enterprise_id')::uuid,
  product_id        uuid not null,
  position          integer not null,
  work_unit_id      uuid not null,
  minutes_per_piece double precision not null check (minutes_per_piece > 0 and minutes_per_piece <= 10000),
  primary key (enterprise_id, product_id, position, work_unit_id),
  foreign key (enterprise_id, product_id, position)
    references planning.routing_step (enterprise_id, product_id, position) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade
);

-- Set-up times of a work unit between families; what is not listed takes `otherwise`.
create table planning.setup_matrix (
  enterprise_id     uuid not null default current_setting('millrace.enterprise_id')::uuid,
  work_unit_id      uuid not null,
  site_id           uuid not null,
  otherwise_minutes integer not null check (otherwise_minutes between 0 and 10000),
  changes           jsonb not null,
  primary key (enterprise_id, work_unit_id),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade
);

-- People who can stand in for each other: how many of them each shift has.
create table planning.operator_group (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  name          text not null check (length(name) between 1 and 60),
  skills        text[] not null,
  headcounts    jsonb not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- Reported as planning/group-taken.
create unique index operator_group_name on planning.operator_group (enterprise_id, site_id, lower(name));

-- What departs from the shifts, for a whole site or one work unit of it.
create table planning.calendar_exception (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  work_unit_id  uuid,
  kind          text not null check (kind in ('holiday', 'maintenance', 'stop', 'extra')),
  start_at      timestamptz(3) not null,
  end_at        timestamptz(3) not null,
  note          text not null check (length(note) between 1 and 200),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint calendar_exception_span check (end_at > start_at)
);
-- The exceptions of a site in a time.
create index calendar_exception_time on planning.calendar_exception (enterprise_id, site_id, end_at);

create table planning.production_order (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  number        text not null check (length(number) between 1 and 40),
  product_id    uuid not null,
  quantity      integer not null check (quantity between 1 and 10000000),
  release_at    timestamptz(3) not null,
  due_at        timestamptz(3) not null,
  -- 1 is the most urgent.
  priority      integer not null check (priority between 1 and 5),
  customer      text check (length(customer) between 1 and 120),
  state         text not null check (state in ('open', 'done', 'cancelled')),
  created_at    timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id, product_id) references planning.product (enterprise_id, site_id, id) on delete cascade
);
-- Reported as planning/number-taken.
create unique index production_order_number on planning.production_order (enterprise_id, site_id, lower(number));
-- What there is to plan, and the list by due date.
create index production_order_due on planning.production_order (enterprise_id, site_id, state, due_at);

create table planning.plan (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  state         text not null check (state in ('draft', 'published', 'superseded')),
  -- Counts changes: a screen that knows an older one has not seen what it would change.
  revision      integer not null check (revision >= 1),
  made_at       timestamptz(3) not null,
  made_by       text not null,
  published_at  timestamptz(3),
  published_by  text,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint plan_published check ((state = 'draft') = (published_at is null) and (state = 'draft') = (published_by is null))
);
-- A site has one draft and one published plan.
create unique index plan_current on planning.plan (enterprise_id, site_id, state) where state in ('draft', 'published');
-- The plans of a site before the present one, oldest first.
create index plan_superseded on planning.plan (enterprise_id, site_id, published_at) where state = 'superseded';

create table planning.plan_operation (
  enterprise_id     uuid not null default current_setting('millrace.enterprise_id')::uuid,
  plan_id           uuid not null,
  order_id          uuid not null,
  position          integer not null,
  work_unit_id      uuid not null,
  setup_start_at    timestamptz(3) not null,
  start_at          timestamptz(3) not null,
  end_at            timestamptz(3) not null,
  operator_group_id uuid,
  locked            boolean not null,
  -- Why it does not start earlier, as it was when it was placed.
  reason            jsonb not null,
  primary key (enterprise_id, plan_id, order_id, position),
  foreign key (enterprise_id, plan_id) references planning.plan (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, order_id) references planning.production_order (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint plan_operation_times check (setup_start_at <= start_at and start_at < end_at)
);

-- The planning of a site that is under way, or was last: one at a time.
create table planning.run (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id        uuid not null,
  id             uuid not null,
  state          text not null check (state in ('running', 'done', 'cancelled', 'failed')),
  started_at     timestamptz(3) not null,
  heard_at       timestamptz(3) not null,
  budget_s       integer not null check (budget_s between 1 and 600),
  progress_ratio double precision not null,
  late_count     integer,
  detail         text check (length(detail) <= 500),
  started_by     text not null,
  primary key (enterprise_id, site_id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);

-- What the plan could do about something that happened. The planner decides.
create table planning.proposal (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  work_unit_id  uuid not null,
  cause         text not null check (cause in ('stopped')),
  -- What it comes from, once: a stop by its beginning.
  source        text not null check (length(source) between 1 and 100),
  title         text not null check (length(title) between 1 and 200),
  summary       text not null check (length(summary) between 1 and 500),
  -- Until when the machine is expected to be away.
  until_at      timestamptz(3) not null,
  changes       jsonb not null,
  state         text not null check (state in ('open', 'accepted', 'dismissed', 'outdated')),
  made_at       timestamptz(3) not null,
  decided_at    timestamptz(3),
  decided_by    text,
  reason        text check (length(reason) between 3 and 500),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- One stop makes one proposal.
create unique index proposal_source on planning.proposal (enterprise_id, work_unit_id, cause, source);
-- What wants a decision at a site.
create index proposal_open on planning.proposal (enterprise_id, site_id, made_at) where state = 'open';

-- An enterprise sees and writes its own rows only, whatever a query forgets. Forced, so that it holds for the owner too.
do $$
declare name text;
begin
  foreach name in array array['product', 'routing_step', 'routing_alternative', 'setup_matrix', 'operator_group',
    'calendar_exception', 'production_order', 'plan', 'plan_operation', 'run', 'proposal'] loop
    execute format('alter table planning.%I enable row level security', name);
    execute format('alter table planning.%I force row level security', name);
    execute format('create policy enterprise on planning.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on planning.product, planning.routing_step, planning.routing_alternative,
  planning.setup_matrix, planning.operator_group, planning.calendar_exception, planning.plan, planning.plan_operation,
  planning.run to millrace_app;
grant select, insert, update on planning.production_order, planning.proposal to millrace_app;
