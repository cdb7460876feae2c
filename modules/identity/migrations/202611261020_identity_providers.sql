-- Signing in with the company's own identity provider, by OpenID Connect or SAML.

create table identity.provider (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  name          text not null check (length(name) between 1 and 80),
  state         text not null check (state in ('off', 'offered', 'required')),
  -- Scheme, host and port at which people open Millrace.
  origin        text not null check (length(origin) <= 300),
  domains       text[] not null check (cardinality(domains) <= 50),
  -- The other choices, and what is known of the provider's side.
  settings      jsonb not null,
  -- Of the client at the provider, sealed; null for a client without one, and for SAML.
  client_secret bytea,
  -- Counted up by every change of the settings: a try counts for the settings it was made with.
  revision      integer not null,
  created_at    timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);
-- Reported as identity/provider-name-taken.
create unique index provider_name on identity.provider (enterprise_id, lower(name));

-- Who somebody is at a provider, by the name that stays the same there.
create table identity.provider_link (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  provider_id   uuid not null,
  subject       text not null check (length(subject) between 1 and 500),
  person_id     uuid not null,
  linked_at     timestamptz(3) not null,
  last_used_at  timestamptz(3) not null,
  primary key (enterprise_id, provider_id, subject),
  foreign key (enterprise_id, provider_id) references identity.provider (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);
-- A person is one account at a provider. Reported as identity/linked-otherwise.
create unique index provider_link_person on identity.provider_link (enterprise_id, provider_id, person_id);

-- Which grants came from groups of a provider, so that the next sign-in may take them away again.
create table identity.provider_grant (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  grant_id      uuid not null,
  provider_id   uuid not null,
  primary key (enterprise_id, grant_id),
  foreign key (enterprise_id, grant_id) references identity.role_grant (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, provider_id) references identity.provider (enterprise_id, id) on delete cascade
);

-- A try of a provider by an administrator: nobody is signed in by it.
create table identity.sign_in_try (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  provider_id   uuid not null,
  revision      integer not null,
  started_at    timestamptz(3) not null,
  finished_at   timestamptz(3),
  worked        boolean not null,
  -- What was checked and received, and whom it would have signed in.
  result        jsonb not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, provider_id) references identity.provider (enterprise_id, id) on delete cascade
);
create index sign_in_try_latest on identity.sign_in_try (enterprise_id, provider_id, started_at desc);

-- Somebody on the way to a provider and back: ten minutes, one use, one browser. The state itself is only in that
-- browser and at the provider.
create table identity.sign_in_attempt (
  enterprise_id  uuid not null default current_setting('millrace.enterprise_id')::uuid,
  state_sha256   bytea not null check (octet_length(state_sha256) = 32),
  provider_id    uuid not null,
  browser_sha256 bytea not null check (octet_length(browser_sha256) = 32),
  -- Null for somebody who really signs in.
  try_id         uuid,
  next           text not null check (length(next) <= 2000),
  nonce          text not null check (length(nonce) <= 100),
  -- PKCE (RFC 7636).
  verifier       text not null check (length(verifier) <= 128),
  -- SAML: the id of our request, and afterwards what the provider proved, sealed, waiting for the same browser.
  request_id     text not null check (length(request_id) <= 100),
  ticket_sha256  bytea check (octet_length(ticket_sha256) = 32),
  proof          bytea,
  expires_at     timestamptz(3) not null,
  primary key (enterprise_id, state_sha256),
  foreign key (enterprise_id, provider_id) references identity.provider (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, try_id) references identity.sign_in_try (enterprise_id, id) on delete cascade
);
create index sign_in_attempt_ticket on identity.sign_in_attempt (enterprise_id, ticket_sha256);
create index sign_in_attempt_expiry on identity.sign_in_attempt (enterprise_id, expires_at);

-- SAML assertions that were used, for as long as they would be valid: each is good once.
create table identity.seen_assertion (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  provider_id      uuid not null,
  assertion_sha256 bytea not null check (octet_length(assertion_sha256) = 32),
  expires_at       timestamptz(3) not null,
  primary key (enterprise_id, provider_id, assertion_sha256),
  foreign key (enterprise_id, provider_id) references identity.provider (enterprise_id, id) on delete cascade
);
create index seen_assertion_expiry on identity.seen_assertion (enterprise_id, expires_at);

do $$
declare name text;
begin
  foreach name in array array[
    'provider', 'provider_link', 'provider_grant', 'sign_in_try', 'sign_in_attempt', 'seen_assertion'] loop
    execute format('alter table identity.%I enable row level security', name);
    execute format('alter table identity.%I force row level security', name);
    execute format('create policy enterprise on identity.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on identity.provider, identity.provider_link, identity.provider_grant,
  identity.sign_in_try, identity.sign_in_attempt, identity.seen_assertion to millrace_app;
