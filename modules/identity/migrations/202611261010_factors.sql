-- How people prove who they are besides a password, and how they confirm a risky act.

-- A passkey of a person (WebAuthn): several each, found by the credential's own id.
create table identity.passkey (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  person_id     uuid not null,
  -- base64url, as browsers write it; WebAuthn allows 1023 bytes.
  credential_id text not null check (length(credential_id) between 1 and 1400),
  public_key    bytea not null check (octet_length(public_key) <= 4000),
  -- Counted by the authenticator; one that does not count stays at 0.
  counter       bigint not null,
  transports    text[] not null check (cardinality(transports) <= 10),
  -- The host name it was made for: it works nowhere else.
  rp_id         text not null check (length(rp_id) <= 253),
  name          text not null check (length(name) between 1 and 80),
  created_at    timestamptz(3) not null,
  last_used_at  timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);
-- Reported as identity/passkey-known.
create unique index passkey_credential on identity.passkey (enterprise_id, credential_id);
create index passkey_person on identity.passkey (enterprise_id, person_id);

-- The authenticator app of a person (RFC 6238).
create table identity.totp (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  person_id     uuid not null,
  -- AES-256-GCM under the installation's root key, bound to the person.
  secret_sealed bytea not null check (octet_length(secret_sealed) <= 200),
  created_at    timestamptz(3) not null,
  -- Null until one code has shown that the app has the secret.
  confirmed_at  timestamptz(3),
  -- The newest time step of which a code was taken: none is taken twice (RFC 6238 §5.2).
  last_step     bigint not null default 0,
  primary key (enterprise_id, person_id),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);

-- Codes for whoever has lost a factor. Each is 80 random bits, so that its SHA-256 cannot be guessed back.
create table identity.recovery_code (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  person_id     uuid not null,
  code_sha256   bytea not null check (octet_length(code_sha256) = 32),
  created_at    timestamptz(3) not null,
  used_at       timestamptz(3),
  primary key (enterprise_id, person_id, code_sha256),
  foreign key (enterprise_id, person_id) references identity.person (enterprise_id, id) on delete cascade
);

-- What a browser was asked to sign, in a session: to register a passkey, or as the second factor. Taken once.
create table identity.challenge (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  challenge     text not null check (length(challenge) between 20 and 100),
  session_id    uuid not null,
  purpose       text not null check (purpose in ('register', 'factor')),
  expires_at    timestamptz(3) not null,
  primary key (enterprise_id, challenge),
  foreign key (enterprise_id, session_id) references identity.session (enterprise_id, id) on delete cascade
);

-- A risky act that is to be confirmed, and the confirmation (THREATS T-A5).
create table identity.step_up (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  session_id    uuid not null,
  operation_id  text not null check (length(operation_id) <= 120),
  -- SHA-256 of method, address and body.
  digest        text not null check (length(digest) = 43),
  -- What a passkey signs for this act and no other.
  challenge     text not null check (length(challenge) between 20 and 100),
  expires_at    timestamptz(3) not null,
  confirmed_at  timestamptz(3),
  method        text check (length(method) <= 40),
  proof_sha256  bytea check (octet_length(proof_sha256) = 32),
  used_at       timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id, session_id) references identity.session (enterprise_id, id) on delete cascade,
  check ((confirmed_at is null) = (proof_sha256 is null))
);
create unique index step_up_proof on identity.step_up (enterprise_id, proof_sha256);
create index step_up_session on identity.step_up (enterprise_id, session_id);

do $$
declare name text;
begin
  foreach name in array array['passkey', 'totp', 'recovery_code', 'challenge', 'step_up'] loop
    execute format('alter table identity.%I enable row level security', name);
    execute format('alter table identity.%I force row level security', name);
    execute format('create policy enterprise on identity.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

-- Platform-wide: what browsers were asked to sign before anybody is known. Taken once.
create table identity.sign_in_challenge (
  challenge  text not null primary key check (length(challenge) between 20 and 100),
  expires_at timestamptz(3) not null
);
create index sign_in_challenge_expiry on identity.sign_in_challenge (expires_at);

grant select, insert, update, delete on identity.passkey, identity.totp, identity.recovery_code, identity.challenge,
  identity.step_up, identity.sign_in_challenge to millrace_app;
