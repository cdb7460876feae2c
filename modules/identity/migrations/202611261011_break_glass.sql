-- The account that opens the company when no other way in is left: prepared in quiet times, its code printed and locked
-- away, used once and seen by everybody who administers people.
create table identity.break_glass (
  enterprise_id   uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id              uuid not null,
  -- In whose name it acts.
  person_id       uuid not null,
  name            text not null check (length(name) between 1 and 80),
  -- scrypt, with its parameters and salt.
  code_hash       text not null,
  prepared_by     text not null check (length(prepared_by) <= 200),
  prepared_at     timestamptz(3) not null,
  -- Taken back before it was used.
  revoked_at      timestamptz(3),
  used_at         timestamptz(3),
  used_address    text check (length(used_address) <= 60),
  -- The session it opened; may have ended long ago.
  session_id      uuid,
  acknowledged_at timestamptz(3),
  acknowledged_by text check (length(acknowledged_by) <= 200),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);
-- One that is ready, no more: whoever prepares another one takes the first one back.
create unique index break_glass_ready on identity.break_glass (enterprise_id)
  where used_at is null and revoked_at is null;

alter table identity.break_glass enable row level security;
alter table identity.break_glass force row level security;
create policy enterprise on identity.break_glass
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update on identity.break_glass to millrace_app;
