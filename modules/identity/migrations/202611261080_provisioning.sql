-- People and groups that an identity provider keeps here by SCIM 2.0 (RFC 7643, RFC 7644).

-- What an identity provider acts with. Only the SHA-256 is here (THREATS T-A7).
create table identity.provisioning_token (
  enterprise_id     uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id                uuid not null,
  name              text not null check (length(name) between 1 and 120),
  secret_sha256     bytea not null check (octet_length(secret_sha256) = 32),
  created_by        uuid not null,
  created_at        timestamptz(3) not null,
  expires_at        timestamptz(3) not null,
  ended_at          timestamptz(3),
  last_used_at      timestamptz(3),
  last_used_address text check (length(last_used_address) <= 60),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade,
  foreign key (enterprise_id, created_by) references identity.person (enterprise_id, id) on delete cascade
);
create unique index provisioning_token_secret on identity.provisioning_token (enterprise_id, secret_sha256);
-- Reported as identity/provisioning-token-name-taken.
create unique index provisioning_token_name on identity.provisioning_token (enterprise_id, lower(name))
  where ended_at is null;

-- A person whom an identity provider looks after.
create table identity.provisioned_person (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  person_id     uuid not null,
  -- userName in lower case, as the program makes it: the database's idea of lower case depends on its locale.
  user_name_key text not null check (length(user_name_key) <= 500),
  external_id   text check (length(external_id) <= 200),
  -- The attributes of the user that are kept, by the names of RFC 7643.
  document      jsonb not null,
  version       integer not null default 1,
  created_at    timestamptz(3) not null,
  changed_at    timestamptz(3) not null,
  -- Deleted by the identity provider: the person has ended, and comes back under the same id when created again.
  deleted_at    timestamptz(3),
  primary key (enterprise_id, person_id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);
-- Reported as identity/user-name-taken.
create unique index provisioned_person_user_name on identity.provisioned_person (enterprise_id, user_name_key)
  where deleted_at is null;
-- Identity providers look people up by their own id.
create index provisioned_person_external_id on identity.provisioned_person (enterprise_id, external_id);

create table identity.provisioned_group (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id               uuid not null,
  display_name     text not null check (length(display_name) between 1 and 200),
  -- In lower case, as the program makes it.
  display_name_key text not null check (length(display_name_key) <= 500),
  external_id      text check (length(external_id) <= 200),
  version          integer not null default 1,
  created_at       timestamptz(3) not null,
  changed_at       timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);
-- Reported as identity/group-name-taken.
create unique index provisioned_group_name on identity.provisioned_group (enterprise_id, display_name_key);

create table identity.provisioned_member (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  group_id      uuid not null,
  person_id     uuid not null,
  primary key (enterprise_id, group_id, person_id),
  foreign key (enterprise_id, group_id) references identity.provisioned_group (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, person_id) references identity.provisioned_person (enterprise_id, person_id)
    on delete cascade
);
create index provisioned_member_person on identity.provisioned_member (enterprise_id, person_id);

-- The roles that an administrator lets the people of a group have.
create table identity.provisioned_role (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  group_id      uuid not null,
  id            uuid not null,
  role          text not null check (length(role) <= 60),
  place_id      uuid,
  site_id       uuid,
  expires_at    timestamptz(3),
  conditions    jsonb not null default '{}',
  primary key (enterprise_id, group_id, id),
  foreign key (enterprise_id, group_id) references identity.provisioned_group (enterprise_id, id) on delete cascade,
  constraint provisioned_role_place check ((place_id is null) = (site_id is null))
);

-- A role held because of a group: given and taken with the membership, not by hand. Rows of all enterprises are checked:
-- the owner steps around its own rule for as long as that takes.
alter table identity.role_grant no force row level security;
alter table identity.role_grant
  add column group_id      uuid,
  add column group_role_id uuid,
  add constraint role_grant_group check ((group_id is null) = (group_role_id is null)),
  add constraint role_grant_group_role foreign key (enterprise_id, group_id, group_role_id)
    references identity.provisioned_role (enterprise_id, group_id, id) on delete cascade;
alter table identity.role_grant force row level security;
create unique index role_grant_of_group on identity.role_grant (enterprise_id, group_role_id, person_id)
  where group_role_id is not null;

-- What was refused to identity providers lately, each kind once; the newest are kept.
create table identity.provisioning_refusal (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  token_name    text not null check (length(token_name) <= 120),
  act           text not null check (length(act) <= 40),
  subject       text not null check (length(subject) <= 254),
  code          text not null check (length(code) <= 100),
  detail        text not null check (length(detail) <= 1000),
  count         integer not null,
  first_at      timestamptz(3) not null,
  last_at       timestamptz(3) not null,
  primary key (enterprise_id, token_name, act, subject, code),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);

do $$
declare name text;
begin
  foreach name in array array['provisioning_token', 'provisioned_person', 'provisioned_group', 'provisioned_member',
    'provisioned_role', 'provisioning_refusal'] loop
    execute format('alter table identity.%I enable row level security', name);
    execute format('alter table identity.%I force row level security', name);
    execute format('create policy enterprise on identity.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on identity.provisioning_token, identity.provisioned_person,
  identity.provisioned_group, identity.provisioned_member, identity.provisioned_role, identity.provisioning_refusal
  to millrace_app;
