-- What sensitive things each account has opened lately, and accounts that were locked for opening too many (THREATS T-B7).

alter table identity.person
  add column locked_at     timestamptz(3),
  add column locked_reason text check (length(locked_reason) <= 500),
  add constraint person_locked check ((locked_at is null) = (locked_reason is null));

-- Each thing once for each account while it is remembered: looking at the same again costs nothing.
create table identity.opened_object (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  -- The person or the key.
  holder_id     uuid not null,
  object_id     text not null check (length(object_id) <= 200),
  label         text not null check (label in ('confidential', 'trade-secret', 'personal', 'control')),
  -- Null for what belongs to the whole company.
  site_id       uuid,
  opened_at     timestamptz(3) not null,
  primary key (enterprise_id, holder_id, label, object_id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);
create index opened_object_at on identity.opened_object (enterprise_id, opened_at);
alter table identity.opened_object enable row level security;
alter table identity.opened_object force row level security;
create policy enterprise on identity.opened_object
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select, insert, update, delete on identity.opened_object to millrace_app;
