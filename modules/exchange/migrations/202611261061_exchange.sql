-- Webhooks: what happens here is told to programs elsewhere, signed and at least once.

create schema exchange;

create table exchange.webhook (
  enterprise_id     uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id                uuid not null,
  name              text not null check (length(name) between 1 and 120),
  url               text not null check (length(url) <= 2000),
  event_types       text[] not null check (cardinality(event_types) between 1 and 100),
  -- Only what happens there is told; null = everywhere.
  place_id          uuid,
  site_id           uuid,
  -- Nothing classified higher is told: what its maker was cleared for (THREATS T-E5).
  up_to             text not null check (up_to in ('public', 'internal', 'confidential', 'trade-secret')),
  state             text not null check (state in ('active', 'paused', 'disabled')),
  state_reason      text check (length(state_reason) <= 300),
  -- Sealed by the installation's own key.
  secret            bytea not null,
  -- The one before, still signed with until then.
  previous_secret   bytea,
  previous_until    timestamptz(3),
  created_by        text not null check (length(created_by) <= 200),
  created_at        timestamptz(3) not null,
  -- How the receiver does. Since when nothing arrived, how often in a row, and until when it is left in peace.
  failing_since     timestamptz(3),
  failure_count     integer not null default 0,
  resume_at         timestamptz(3),
  last_attempt_at   timestamptz(3),
  last_status       smallint,
  last_failure      text check (length(last_failure) <= 300),
  last_delivered_at timestamptz(3),
  -- Waiting events that had to go because too many waited.
  dropped_count     integer not null default 0,
  -- A process is calling the receiver until then at the latest; when it was killed, another one goes on.
  leased_until      timestamptz(3),
  primary key (enterprise_id, id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade,
  constraint webhook_place check ((place_id is null) = (site_id is null))
);
-- Reported as exchange/webhook-name-taken.
create unique index webhook_name on exchange.webhook (enterprise_id, lower(name));

-- One event for one webhook: written in the transaction that hears of it, kept for replay.
create table exchange.delivery (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  webhook_id       uuid not null,
  -- The event's id, the same at every attempt and every webhook.
  id               uuid not null,
  -- The order in which events are told.
  seq              bigint generated always as identity,
  event_type       text not null check (length(event_type) <= 200),
  subject          text not null check (length(subject) <= 300),
  occurred_at      timestamptz(3) not null,
  created_at       timestamptz(3) not null,
  -- The CloudEvent, byte for byte as it is signed and sent.
  body             text not null,
  state            text not null check (state in ('waiting', 'delivered', 'failed')),
  -- When it is sent next; null when it is settled.
  due_at           timestamptz(3),
  -- In all, and since it was last asked for.
  attempts         integer not null default 0,
  tries            integer not null default 0,
  first_try_at     timestamptz(3),
  primary key (enterprise_id, webhook_id, id),
  foreign key (enterprise_id, webhook_id) references exchange.webhook (enterprise_id, id) on delete cascade,
  constraint delivery_due check ((state = 'waiting') = (due_at is not null))
);
-- What is sent next.
create index delivery_waiting on exchange.delivery (enterprise_id, webhook_id, seq) where state = 'waiting';
-- The list of deliveries, newest first, and what is beyond the most that are kept.
create index delivery_newest on exchange.delivery (enterprise_id, webhook_id, seq desc);

-- One call of a receiver and what came of it.
create table exchange.attempt (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  webhook_id    uuid not null,
  delivery_id   uuid not null,
  number        integer not null,
  at            timestamptz(3) not null,
  duration_ms   integer not null,
  -- Either an answer or the reason why there was none.
  status        smallint,
  failure       text check (length(failure) <= 300),
  answer        text check (octet_length(answer) <= 4096),
  primary key (enterprise_id, webhook_id, delivery_id, number),
  foreign key (enterprise_id, webhook_id, delivery_id) references exchange.delivery (enterprise_id, webhook_id, id)
    on delete cascade,
  constraint attempt_outcome check ((status is null) <> (failure is null))
);

do $$
declare name text;
begin
  foreach name in array array['webhook', 'delivery', 'attempt'] loop
    execute format('alter table exchange.%I enable row level security', name);
    execute format('alter table exchange.%I force row level security', name);
    execute format('create policy enterprise on exchange.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant usage on schema exchange to millrace_app;
grant select, insert, update, delete on exchange.webhook, exchange.delivery, exchange.attempt to millrace_app;
