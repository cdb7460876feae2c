-- Companies, their people, what they may do, and who is signed in.

create schema identity;

create table identity.enterprise (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  name          text not null check (length(name) between 1 and 200),
  demo          boolean not null,
  created_at    timestamptz(3) not null,
  primary key (enterprise_id),
  foreign key (enterprise_id) references runtime.tenant (enterprise_id) on delete cascade
);

create table identity.person (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  name          text not null check (length(name) between 1 and 200),
  email         text not null check (length(email) <= 254),
  title         text not null default '' check (length(title) <= 200),
  -- scrypt, with its parameters and salt; null for people who cannot sign in with a password.
  password_hash text,
  created_at    timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);
-- An address signs in one person of a company. Reported as identity/email-taken.
create unique index person_email on identity.person (enterprise_id, lower(email));

-- A role held at the whole enterprise (site_id null) or at one site.
create table identity.role_grant (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  person_id     uuid not null,
  role          text not null check (length(role) <= 40),
  site_id       uuid,
  primary key (enterprise_id, person_id, role),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);

-- An opaque session: only the SHA-256 of its token is here (THREATS T-A3).
create table identity.session (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  token_sha256  bytea not null check (octet_length(token_sha256) = 32),
  person_id     uuid not null,
  created_at    timestamptz(3) not null,
  last_used_at  timestamptz(3) not null,
  expires_at    timestamptz(3) not null,
  primary key (enterprise_id, token_sha256),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);

alter table identity.enterprise enable row level security;
alter table identity.enterprise force row level security;
create policy enterprise on identity.enterprise
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
alter table identity.person enable row level security;
alter table identity.person force row level security;
create policy enterprise on identity.person
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
alter table identity.role_grant enable row level security;
alter table identity.role_grant force row level security;
create policy enterprise on identity.role_grant
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
alter table identity.session enable row level security;
alter table identity.session force row level security;
create policy enterprise on identity.session
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);

-- Platform-wide: to which company an address belongs, asked before anybody is signed in. Holds a hash, not the address.
create table identity.sign_in_name (
  email_sha256  bytea not null primary key check (octet_length(email_sha256) = 32),
  enterprise_id uuid not null references runtime.tenant (enterprise_id) on delete cascade
);
-- Platform-wide: whether a company of one's own, or the demo, was founded here; asked before anybody is signed in.
create table identity.founding (
  enterprise_id uuid not null primary key references runtime.tenant (enterprise_id) on delete cascade,
  demo          boolean not null
);
-- One company of one's own and one demo. Reported as identity/enterprise-exists.
create unique index founding_one_of_each on identity.founding (demo);
-- Platform-wide: failed sign-ins, per account and per address, counted down over time (THREATS T-A1).
create table identity.failed_sign_in (
  subject      text not null primary key check (length(subject) <= 100),
  failures     integer not null,
  last_at      timestamptz(3) not null
);

grant usage on schema identity to millrace_app;
grant select, insert, update, delete on all tables in schema identity to millrace_app;
