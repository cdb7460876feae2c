-- The demo company: the moment its world was built around, and whether somebody sent it away.

create schema demo;

create table demo.world (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  -- The present of the world's stories: history before it, the simulator after it.
  anchor_at     timestamptz(3) not null,
  -- Set when everything is in place; a world without it was interrupted and is built anew.
  complete_at   timestamptz(3),
  primary key (enterprise_id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade
);
alter table demo.world enable row level security;
alter table demo.world force row level security;
create policy enterprise on demo.world
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

-- Platform-wide: that the demo was removed by somebody, so that the next start does not bring it back.
create table demo.removal (
  removed_at timestamptz(3) not null default now()
);

grant usage on schema demo to millrace_app;
grant select, insert, update, delete on demo.world, demo.removal to millrace_app;
