-- What products are made of, how much of it each site has, and what is on its way (ISA-95 Part 2, material).
-- Quantities are exact, with at most three places, in the unit of their material; money is in the company's currency.
-- Nobody deletes a material: what cascades does so when its company or site goes.

create schema materials;
grant usage on schema materials to millrace_app;

create table materials.material_definition (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  code          text not null check (length(code) between 1 and 60),
  name          text not null check (length(name) between 1 and 120),
  unit          text not null check (unit in ('pcs', 'kg', 'm', 'l')),
  kind          text not null check (kind in ('raw', 'part', 'product')),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade
);
-- Reported as materials/code-taken.
create unique index material_definition_code on materials.material_definition (enterprise_id, lower(code));

-- What one unit of a material takes of others.
create table materials.bill_item (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  material_id   uuid not null,
  position      integer not null check (position between 1 and 200),
  component_id  uuid not null,
  quantity_per  numeric not null check (quantity_per > 0 and scale(quantity_per) <= 3),
  scrap_ratio   double precision not null check (scrap_ratio >= 0 and scrap_ratio < 1),
  -- The step of the routing that takes it; null for the first one.
  step_name     text check (length(step_name) between 1 and 60),
  primary key (enterprise_id, material_id, position),
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, component_id) references materials.material_definition (enterprise_id, id) on delete cascade,
  constraint bill_item_other check (component_id <> material_id)
);
-- Where a material is used.
create index bill_item_component on materials.bill_item (enterprise_id, component_id);

-- How a site comes by a material, and what else is decided there about it.
create table materials.site_policy (
  enterprise_id      uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id            uuid not null,
  material_id        uuid not null,
  supply             text not null check (supply in ('make', 'buy', 'transfer')),
  from_site_id       uuid,
  supplier           text check (length(supplier) between 1 and 120),
  lead_time_days     integer not null check (lead_time_days between 0 and 730),
  safety_stock       numeric not null check (safety_stock >= 0 and scale(safety_stock) <= 3),
  -- Null: as much as is needed. Otherwise at least the minimum, in whole multiples.
  lot_minimum        numeric check (lot_minimum >= 0 and scale(lot_minimum) <= 3),
  lot_multiple       numeric check (lot_multiple > 0 and scale(lot_multiple) <= 3),
  unit_cost          numeric not null check (unit_cost >= 0 and scale(unit_cost) <= 3),
  responsible        text check (length(responsible) between 1 and 120),
  primary key (enterprise_id, site_id, material_id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, from_site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade,
  constraint site_policy_source check (
    (supply = 'transfer') = (from_site_id is not null) and from_site_id is distinct from site_id
    and (supply = 'buy' or supplier is null)),
  constraint site_policy_lot check ((lot_minimum is null) = (lot_multiple is null))
);

-- How much of a material lies at a site. Changed by moves only.
create table materials.stock (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id       uuid not null,
  material_id   uuid not null,
  quantity      numeric not null check (scale(quantity) <= 3),
  counted_at    timestamptz(3),
  -- How many moves it has had: the number of its newest.
  move_count    integer not null default 0,
  primary key (enterprise_id, site_id, material_id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade,
  constraint stock_not_negative check (quantity >= 0)
);

-- What is on its way to a site.
create table materials.expected_receipt (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  material_id   uuid not null,
  quantity      numeric not null check (quantity > 0 and scale(quantity) <= 3),
  expected_at   timestamptz(3) not null,
  reference     text not null check (length(reference) between 1 and 60),
  supplier      text check (length(supplier) between 1 and 120),
  state         text not null check (state in ('expected', 'received', 'cancelled')),
  created_at    timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade
);
-- What a site expects, soonest first.
create index expected_receipt_open on materials.expected_receipt (enterprise_id, site_id, state, expected_at);

-- The journal: every change of a stock, and what it came to.
create table materials.stock_move (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  material_id   uuid not null,
  -- From 1, without a gap: moves of one moment have an order too.
  number        integer not null check (number >= 1),
  kind          text not null check (kind in ('count', 'receipt', 'issue', 'scrap')),
  change        numeric not null check (scale(change) <= 3),
  after         numeric not null check (after >= 0 and scale(after) <= 3),
  reason        text check (length(reason) between 1 and 200),
  receipt_id    uuid,
  moved_at      timestamptz(3) not null,
  moved_by      text not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, receipt_id) references materials.expected_receipt (enterprise_id, id) on delete cascade
);
-- The moves of a material at a site, newest first.
create unique index stock_move_number on materials.stock_move (enterprise_id, site_id, material_id, number);

-- An enterprise sees and writes its own rows only, whatever a query forgets. Forced, so that it holds for the owner too.
do $$
declare name text;
begin
  foreach name in array array['material_definition', 'bill_item', 'site_policy', 'stock', 'expected_receipt', 'stock_move'] loop
    execute format('alter table materials.%I enable row level security', name);
    execute format('alter table materials.%I force row level security', name);
    execute format('create policy enterprise on materials.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on materials.bill_item, materials.site_policy to millrace_app;
grant select, insert, update on materials.material_definition, materials.stock, materials.expected_receipt to millrace_app;
-- What was moved stays written.
grant select, insert on materials.stock_move to millrace_app;
