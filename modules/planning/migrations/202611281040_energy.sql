-- What electricity costs a site, hour by hour, and what its machines draw: read by the planning of times.
-- Prices are in the site's currency; spans of a day are minutes on the site's clock.

-- What a supplier charges from a day on, until the next one begins or it ends.
create table planning.energy_tariff (
  enterprise_id       uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id                  uuid not null,
  site_id             uuid not null,
  name                text not null check (length(name) between 1 and 60),
  valid_from          text not null check (valid_from ~ '^\d{4}-\d\d-\d\d$'),
  valid_to            text check (valid_to ~ '^\d{4}-\d\d-\d\d$' and valid_to >= valid_from),
  otherwise_per_kwh   double precision not null check (otherwise_per_kwh between -100 and 1000),
  -- Weekdays and minutes of the day with their price.
  steps               jsonb not null,
  -- What is expected where the price of a slot is not known yet; null when slots have no part in the price.
  spot_expected_per_kwh double precision check (spot_expected_per_kwh between -100 and 1000),
  peak_charge_per_kw  double precision not null check (peak_charge_per_kw between 0 and 100000),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- The tariffs of a site in their order. Reported as planning/tariff-taken.
create unique index energy_tariff_from on planning.energy_tariff (enterprise_id, site_id, valid_from);

-- What else a site's electricity depends on.
create table planning.energy_site (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id          uuid not null,
  -- Drawn by everything that is not planned.
  base_load_kw     double precision not null check (base_load_kw between 0 and 1000000),
  -- Of the grid, where nothing better is known of a slot; null when nothing is to be said about carbon.
  carbon_grams_per_kwh double precision check (carbon_grams_per_kwh between 0 and 5000),
  -- The highest quarter of an hour of a month so far, and which month that is.
  peak_reached_kw  double precision not null check (peak_reached_kw between 0 and 1000000),
  peak_month       text not null check (peak_month ~ '^\d{4}-\d\d$'),
  primary key (enterprise_id, site_id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);

-- What differs from slot to slot: price per kWh, own generation in kW, grams of CO2 equivalent per kWh.
create table planning.energy_slot (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id       uuid not null,
  kind          text not null check (kind in ('price', 'generation', 'carbon')),
  start_at      timestamptz(3) not null,
  minutes       integer not null check (minutes in (15, 30, 60)),
  value         double precision not null,
  primary key (enterprise_id, site_id, kind, start_at),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);

-- What a machine draws by what it does.
create table planning.energy_power (
  enterprise_id      uuid not null default current_setting('millrace.enterprise_id')::uuid,
  work_unit_id       uuid not null,
  site_id            uuid not null,
  process_kw         double precision not null check (process_kw between 0 and 100000),
  -- Set-up families that draw something else.
  families           jsonb not null,
  setup_kw           double precision not null check (setup_kw between 0 and 100000),
  idle_kw            double precision not null check (idle_kw between 0 and 100000),
  may_switch_off     boolean not null,
  switch_on_kwh      double precision not null check (switch_on_kwh between 0 and 100000),
  switch_on_minutes  integer not null check (switch_on_minutes between 0 and 1440),
  -- Between two operations while nobody works: 0 where it is switched off at the end of a shift anyway.
  outside_kw         double precision not null check (outside_kw between 0 and 100000),
  primary key (enterprise_id, work_unit_id),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- The machines of a site.
create index energy_power_site on planning.energy_power (enterprise_id, site_id);

-- How a plan could take less: looked for in the background, then open until somebody decides.
create table planning.energy_advice (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id             uuid not null,
  site_id        uuid not null,
  state          text not null check (state in
                   ('running', 'open', 'accepted', 'dismissed', 'outdated', 'cancelled', 'failed')),
  wish           jsonb not null,
  -- The plan it is about, and how often that had been changed.
  plan_id        uuid not null,
  plan_revision  integer not null,
  result         jsonb,
  progress_ratio double precision not null,
  started_at     timestamptz(3) not null,
  started_by     text not null,
  heard_at       timestamptz(3) not null,
  decided_at     timestamptz(3),
  decided_by     text,
  reason         text check (length(reason) between 3 and 500),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);
-- A site has one that is looked for or open. Reported as planning/energy-advice-busy.
create unique index energy_advice_current on planning.energy_advice (enterprise_id, site_id)
  where state in ('running', 'open');
-- The last ones of a site.
create index energy_advice_started on planning.energy_advice (enterprise_id, site_id, started_at);

-- When machines are to be switched off, as somebody decided.
create table planning.energy_switch_off (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  work_unit_id  uuid not null,
  from_at       timestamptz(3) not null,
  -- When it is switched on again.
  to_at         timestamptz(3) not null,
  made_by       text not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  constraint energy_switch_off_span check (to_at > from_at)
);
-- Those of a site that lie ahead.
create index energy_switch_off_time on planning.energy_switch_off (enterprise_id, site_id, to_at);

-- An enterprise sees and writes its own rows only, whatever a query forgets. Forced, so that it holds for the owner too.
do $$
declare name text;
begin
  foreach name in array array['energy_tariff', 'energy_site', 'energy_slot', 'energy_power', 'energy_advice',
    'energy_switch_off'] loop
    execute format('alter table planning.%I enable row level security', name);
    execute format('alter table planning.%I force row level security', name);
    execute format('create policy enterprise on planning.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on planning.energy_tariff, planning.energy_site, planning.energy_slot,
  planning.energy_power, planning.energy_switch_off to millrace_app;
grant select, insert, update on planning.energy_advice to millrace_app;
