-- What every module stands on: the list of tenants, the outbox, and the trail of who did what.

-- Which enterprises exist. Platform-wide, so that background work knows whose turn it is; holds no more than the id.
create table runtime.tenant (
  enterprise_id uuid not null primary key,
  created_at    timestamptz(3) not null default now()
);

-- Domain events announced but not yet delivered, in the order of the transactions' ids within an enterprise.
create table runtime.outbox (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            bigint generated always as identity,
  type          text not null check (length(type) <= 200),
  data          jsonb not null,
  attempts      integer not null default 0,
  -- A listener that failed is called again then; null when given up, kept for a person to look at.
  due_at        timestamptz(3) default now(),
  last_error    text,
  primary key (enterprise_id, id)
);
alter table runtime.outbox enable row level security;
alter table runtime.outbox force row level security;
create policy enterprise on runtime.outbox
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

create schema audit;

-- Every write and who did it. The serving role can read it; only millrace_audit adds, nobody changes or deletes
-- (but for removing a whole enterprise, which is the owner's act).
create table audit.event (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  at            timestamptz(3) not null,
  actor_kind    text not null check (actor_kind in ('person', 'gateway', 'system')),
  actor_id      text not null,
  actor         text not null,
  action        text not null check (length(action) <= 200),
  object        text not null check (length(object) <= 300),
  reason        text,
  detail        jsonb not null,
  primary key (enterprise_id, id)
);
alter table audit.event enable row level security;
alter table audit.event force row level security;
create policy enterprise on audit.event
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
-- The trail, newest first.
create index event_at on audit.event (enterprise_id, at desc, id desc);

grant usage on schema runtime to millrace_app, millrace_ingest;
grant select, insert, delete on runtime.tenant to millrace_app;
grant select on runtime.tenant to millrace_ingest;
grant select, insert, update, delete on runtime.outbox to millrace_app;
grant usage on schema audit to millrace_app, millrace_audit;
grant select on audit.event to millrace_app;
grant insert on audit.event to millrace_audit;
