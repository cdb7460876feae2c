-- The inbox: batches of samples as gateways sent them, from their acknowledgement until they are in the history.
-- It belongs to the ingest role, which copies into it for all enterprises: row-level security is enabled, not forced,
-- because COPY FROM is refused under it. Nobody else may look.

set local role millrace_ingest;

-- How far each journal of a gateway has come: what makes a batch that arrives twice count once.
create table telemetry.receipt (
  enterprise_id uuid not null,
  gateway_id    uuid not null,
  journal       uuid not null,
  last_sequence bigint not null check (last_sequence >= 0),
  seen_at       timestamptz(3) not null,
  primary key (enterprise_id, gateway_id, journal)
);
alter table telemetry.receipt enable row level security;

-- The order of arrival over all gateways.
create sequence telemetry.inbox_id;
create table telemetry.inbox (
  enterprise_id uuid not null,
  gateway_id    uuid not null,
  journal       uuid not null,
  sequence      bigint not null check (sequence > 0),
  id            bigint not null default nextval('telemetry.inbox_id'),
  received_at   timestamptz(3) not null,
  -- An encoded batch (docs/formats/batch.md).
  payload       bytea not null,
  -- Set when the history could not take it: kept for a person to look at, passed over from then on.
  refused_at    timestamptz(3),
  primary key (enterprise_id, gateway_id, journal, sequence)
);
-- What comes next, in the order of arrival.
create index inbox_waiting on telemetry.inbox (id) where refused_at is null;
alter table telemetry.inbox enable row level security;
