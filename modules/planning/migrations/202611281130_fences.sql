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

alter table planning.freeze_fence enable row level security;
alter table planning.freeze_fence force row level security;
create policy enterprise on planning.freeze_fence
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update, delete on planning.freeze_fence to millrace_app;
