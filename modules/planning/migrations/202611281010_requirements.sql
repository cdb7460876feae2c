-- What customers want, and what has to be done so that it is there: action messages, and what they were reckoned from.
-- Quantities are exact, with at most three places, in the unit of their material.

-- A line of a customer's order, or of another plant's.
create table planning.demand (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  number        text not null check (length(number) between 1 and 40),
  material_id   uuid not null,
  quantity      numeric not null check (quantity > 0 and scale(quantity) <= 3),
  due_at        timestamptz(3) not null,
  customer      text check (length(customer) between 1 and 120),
  -- 1 is the most urgent.
  priority      integer not null check (priority between 1 and 5),
  state         text not null check (state in ('open', 'done', 'cancelled')),
  -- What it was made for at another plant: both change together.
  receipt_id    uuid,
  created_at    timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, receipt_id) references materials.expected_receipt (enterprise_id, id) on delete cascade
);
-- Reported as planning/demand-taken.
create unique index demand_number on planning.demand (enterprise_id, site_id, lower(number));
-- What is wanted, by due date.
create index demand_due on planning.demand (enterprise_id, site_id, state, due_at);
-- The demand at another plant that a receipt stands for.
create index demand_receipt on planning.demand (enterprise_id, receipt_id) where receipt_id is not null;

-- When requirements were reckoned, and since when that is out of date. One for each company, because plants supply each other.
create table planning.requirement_run (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  stale_at      timestamptz(3),
  computed_at   timestamptz(3),
  -- Why it could not be reckoned.
  detail        text check (length(detail) <= 500),
  primary key (enterprise_id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade
);

-- A material at a site as it was reckoned: what is wanted, comes and is left, week by week.
create table planning.requirement_item (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id       uuid not null,
  material_id   uuid not null,
  level         integer not null check (level >= 0),
  on_hand       numeric not null,
  safety_stock  numeric not null,
  weeks         jsonb not null,
  primary key (enterprise_id, site_id, material_id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade
);

-- Something to do about a material, until it is done, put off or dismissed.
create table planning.action_message (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  -- The same matter has the same key each time it is reckoned.
  key           text not null check (length(key) between 1 and 300),
  site_id       uuid not null,
  material_id   uuid not null,
  kind          text not null check (kind in ('order', 'expedite', 'defer', 'cancel', 'increase', 'decrease')),
  supply        text not null check (supply in ('make', 'buy', 'transfer')),
  -- What it changes: a production order or an expected receipt; neither for an order that does not exist yet.
  order_id      uuid,
  receipt_id    uuid,
  from_at       timestamptz(3),
  to_at         timestamptz(3) not null,
  from_quantity numeric,
  to_quantity   numeric not null,
  start_at      timestamptz(3) not null,
  wanted_at     timestamptz(3) not null,
  is_too_late   boolean not null,
  act_by_at     timestamptz(3) not null,
  priority      integer not null check (priority between 1 and 5),
  money         double precision not null check (money >= 0),
  -- What it is for, through all levels.
  cause         jsonb not null,
  owner         text check (length(owner) between 1 and 120),
  state         text not null check (state in ('open', 'snoozed', 'dismissed', 'done')),
  snoozed_until timestamptz(3),
  reason        text check (length(reason) between 3 and 500),
  decided_at    timestamptz(3),
  decided_by    text,
  made_at       timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, material_id) references materials.material_definition (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, order_id) references planning.production_order (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, receipt_id) references materials.expected_receipt (enterprise_id, id) on delete cascade,
  constraint action_message_snooze check ((state = 'snoozed') = (snoozed_until is not null)),
  constraint action_message_dismissal check (state <> 'dismissed' or reason is not null)
);
create unique index action_message_key on planning.action_message (enterprise_id, key);
-- The worklist, most urgent first.
create index action_message_open on planning.action_message (enterprise_id, state, act_by_at, money desc);

-- An enterprise sees and writes its own rows only, whatever a query forgets. Forced, so that it holds for the owner too.
do $$
declare name text;
begin
  foreach name in array array['demand', 'requirement_run', 'requirement_item', 'action_message'] loop
    execute format('alter table planning.%I enable row level security', name);
    execute format('alter table planning.%I force row level security', name);
    execute format('create policy enterprise on planning.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update on planning.demand to millrace_app;
grant select, insert, update, delete on planning.requirement_run, planning.requirement_item, planning.action_message
  to millrace_app;
