-- What a step needs beside time on a machine: tools and moulds, charges of a furnace, waiting, pieces that are passed on early, ways
-- between halls. And where a plan puts it: on which of several equal machines, and which part of the pieces.

-- Moulds, fixtures, gauges: how many of a kind a site has.
create table planning.tool (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  name          text not null check (length(name) between 1 and 60),
  count         integer not null check (count between 1 and 1000),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- Reported as planning/tool-taken.
create unique index tool_name on planning.tool (enterprise_id, site_id, lower(name));

-- What a work unit takes at a time. One that is not here is a single machine for one operation.
create table planning.unit_capacity (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  work_unit_id  uuid not null,
  site_id       uuid not null,
  kind          text not null check (kind in ('machine', 'batch')),
  -- Equal machines that stand for one work unit.
  count         integer not null check (count between 1 and 64),
  -- Of a batch machine: what one charge may carry.
  charge_load   integer check (charge_load between 1 and 1000000),
  load_unit     text check (load_unit in ('pieces', 'kg')),
  primary key (enterprise_id, work_unit_id),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint unit_capacity_charge check (
    (kind = 'batch') = (charge_load is not null) and (kind = 'batch') = (load_unit is not null))
);
-- Those of a site.
create index unit_capacity_site on planning.unit_capacity (enterprise_id, site_id);

-- How long it takes from one area to another. What is not listed takes no time.
create table planning.transport (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id       uuid not null,
  from_area_id  uuid not null,
  to_area_id    uuid not null,
  minutes       integer not null check (minutes between 1 and 10000),
  primary key (enterprise_id, site_id, from_area_id, to_area_id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, from_area_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, to_area_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint transport_between check (from_area_id <> to_area_id)
);

alter table planning.routing_step
  -- On a batch machine: how long a charge takes, and what one piece adds to its load.
  add column charge_minutes    integer check (charge_minutes between 1 and 10000),
  add column load_per_piece    double precision check (load_per_piece > 0 and load_per_piece <= 100000),
  -- Cooling or curing after the step, at all hours.
  add column wait_minutes      integer check (wait_minutes between 1 and 43200),
  -- So many pieces are passed on to the next step while the others are still being made.
  add column transfer_quantity integer check (transfer_quantity between 1 and 10000000),
  add constraint routing_step_charge check ((charge_minutes is null) = (load_per_piece is null));

-- Tools that a step holds from the beginning of its set-up to its end.
create table planning.routing_tool (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  product_id    uuid not null,
  position      integer not null,
  tool_id       uuid not null,
  count         integer not null check (count between 1 and 1000),
  primary key (enterprise_id, product_id, position, tool_id),
  foreign key (enterprise_id, product_id, position)
    references planning.routing_step (enterprise_id, product_id, position) on delete cascade,
  foreign key (enterprise_id, tool_id) references planning.tool (enterprise_id, id) on delete cascade
);
-- The steps that need a tool.
create index routing_tool_use on planning.routing_tool (enterprise_id, tool_id);

alter table planning.plan_operation
  -- Which of several equal machines, from 0.
  add column lane     integer not null default 0 check (lane between 0 and 63),
  -- An operation that was split has several parts, each with its pieces. Null: all of the order.
  add column part     integer not null default 1 check (part between 1 and 9),
  add column quantity integer check (quantity between 1 and 10000000),
  drop constraint plan_operation_pkey,
  add primary key (enterprise_id, plan_id, order_id, position, part);

do $$
declare name text;
begin
  foreach name in array array['tool', 'unit_capacity', 'transport', 'routing_tool'] loop
    execute format('alter table planning.%I enable row level security', name);
    execute format('alter table planning.%I force row level security', name);
    execute format('create policy enterprise on planning.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on planning.tool, planning.unit_capacity, planning.transport, planning.routing_tool
  to millrace_app;
