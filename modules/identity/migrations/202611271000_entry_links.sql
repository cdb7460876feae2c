-- Links that let somebody in once: an invitation, by which a person joins, or a link to set a forgotten password anew.
create table identity.entry_link (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  kind          text not null check (kind in ('invitation', 'reset')),
  person_id     uuid not null,
  -- Only the SHA-256 is here (THREATS T-A7): whoever reads the database has no link.
  token_sha256  bytea not null check (octet_length(token_sha256) = 32),
  -- Who made it; null = the person, who has forgotten the password.
  made_by       text check (length(made_by) <= 200),
  made_at       timestamptz(3) not null,
  expires_at    timestamptz(3) not null,
  used_at       timestamptz(3),
  -- Taken back, or void because a newer one was made.
  withdrawn_at  timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade,
  constraint entry_link_end check (used_at is null or withdrawn_at is null)
);
create unique index entry_link_token on identity.entry_link (enterprise_id, token_sha256);
-- The newest of a person counts; one of a kind is open, no more.
create index entry_link_person on identity.entry_link (enterprise_id, person_id, kind, made_at desc);
create unique index entry_link_open on identity.entry_link (enterprise_id, person_id, kind)
  where used_at is null and withdrawn_at is null;

alter table identity.entry_link enable row level security;
alter table identity.entry_link force row level security;
create policy enterprise on identity.entry_link
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

grant select, insert, update, delete on identity.entry_link to millrace_app;
