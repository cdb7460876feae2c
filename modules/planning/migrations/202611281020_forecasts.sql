-- What was sold week by week, what is expected of the coming weeks, and what planners say instead.
-- Weeks are named by their Monday on the site's calendar.

create table planning.sales_week (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  product_id    uuid not null,
  week_on       date not null check (extract(isodow from week_on) = 1),
  -- Below zero when more came back than went out.
  quantity      integer not null check (quantity between -10000000 and 10000000),
  primary key (enterprise_id, product_id, week_on),
  foreign key (enterprise_id, product_id) references planning.product (enterprise_id, id) on delete cascade
);

-- The last forecast of a product, with how far its method was off on weeks it had not seen.
create table planning.forecast (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  product_id       uuid not null,
  method           text not null check (method in (
                     'last-year', 'last-week', 'mean', 'smoothing', 'season', 'season-mean', 'occasional')),
  -- Null when there was too little to try a method on.
  wape_ratio       double precision check (wape_ratio >= 0),
  bias_ratio       double precision,
  naive_wape_ratio double precision check (naive_wape_ratio >= 0),
  naive_is_best    boolean not null,
  tested_weeks     integer not null check (tested_weeks >= 0),
  mended_weeks     integer not null check (mended_weeks >= 0),
  history_until_on date not null,
  computed_at      timestamptz(3) not null,
  primary key (enterprise_id, product_id),
  foreign key (enterprise_id, product_id) references planning.product (enterprise_id, id) on delete cascade
);

create table planning.forecast_week (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  product_id    uuid not null,
  week_on       date not null check (extract(isodow from week_on) = 1),
  quantity      double precision not null,
  low_quantity  double precision not null,
  high_quantity double precision not null,
  primary key (enterprise_id, product_id, week_on),
  foreign key (enterprise_id, product_id) references planning.forecast (enterprise_id, product_id) on delete cascade,
  constraint forecast_week_band check (0 <= low_quantity and low_quantity <= quantity and quantity <= high_quantity)
);

-- Kept beside what was computed, so that both can be compared with what comes.
create table planning.forecast_override (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  product_id    uuid not null,
  week_on       date not null check (extract(isodow from week_on) = 1),
  quantity      integer not null check (quantity between 0 and 10000000),
  reason        text not null check (length(reason) between 3 and 500),
  set_by        text not null,
  set_at        timestamptz(3) not null,
  primary key (enterprise_id, product_id, week_on),
  foreign key (enterprise_id, product_id) references planning.product (enterprise_id, id) on delete cascade
);

-- An enterprise sees and writes its own rows only, whatever a query forgets. Forced, so that it holds for the owner too.
do $$
declare name text;
begin
  foreach name in array array['sales_week', 'forecast', 'forecast_week', 'forecast_override'] loop
    execute format('alter table planning.%I enable row level security', name);
    execute format('alter table planning.%I force row level security', name);
    execute format('create policy enterprise on planning.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on planning.sales_week, planning.forecast, planning.forecast_week,
  planning.forecast_override to millrace_app;
