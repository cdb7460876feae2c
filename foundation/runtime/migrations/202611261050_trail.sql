-- The trail as a log that cannot be rewritten unseen (THREATS T-I1): every event becomes a leaf of its enterprise's Merkle
-- tree (RFC 6962) within seconds, and the tree's root is signed every minute (docs/decisions/0012).

alter table audit.event
  -- HMAC with a key that is not in the database: only what Millrace wrote is taken into the tree. Null for what is older.
  add column seal       bytea check (length(seal) = 32),
  add column address    text,
  add column via        text check (length(via) <= 300),
  add column device     text check (length(device) <= 300),
  -- Every object concerned, `object` among them.
  add column objects    text[],
  add column site_id    uuid,
  add column before     jsonb,
  add column after      jsonb,
  add column outcome    text not null default 'done' check (outcome in ('done', 'refused')),
  -- The code of the problem a refusal was told with, and the request as the problem's instance names it.
  add column problem    text check (length(problem) <= 200),
  add column request_id uuid;

-- The place of each event in the order of its enterprise, and its hash.
create table audit.leaf (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  -- From 1, without gaps.
  sequence      bigint not null check (sequence > 0),
  event_id      uuid not null,
  -- SHA-256(0x00 || canonical text of the event and its place). RFC 6962 §2.1, RFC 8785.
  hash          bytea not null check (length(hash) = 32),
  primary key (enterprise_id, sequence),
  constraint leaf_event unique (enterprise_id, event_id)
);

-- What was signed: one hash over the whole trail up to an event.
create table audit.head (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  size          bigint not null check (size > 0),
  root          bytea not null check (length(root) = 32),
  at            timestamptz(3) not null,
  key_id        text not null check (length(key_id) <= 64),
  -- Ed25519 over the canonical text of the columns above.
  signature     bytea not null check (length(signature) = 64),
  -- Roots of the whole subtrees the tree consists of: what the next head is grown from.
  frontier      bytea not null,
  primary key (enterprise_id, size)
);

-- What is there already takes its place. Only here is a canonical text made in SQL: ours hold ASCII names and plain
-- numbers, for which it is the text of RFC 8785.
alter table audit.event no force row level security;
create function audit.canonical(value jsonb) returns text language sql immutable as $$
  select case jsonb_typeof(value)
    when 'object' then '{' || coalesce((select string_agg(to_json(key)::text || ':' || audit.canonical(one), ',' order by key collate "C")
      from jsonb_each(value) as each(key, one)), '') || '}'
    when 'array' then '[' || coalesce((select string_agg(audit.canonical(one), ',' order by place)
      from jsonb_array_elements(value) with ordinality as each(one, place)), '') || ']'
    when 'number' then trim_scale((value #>> '{}')::numeric)::text
    when 'string' then to_json(value #>> '{}')::text
    else value::text
  end
$$;
update audit.event set objects = array[object];
insert into audit.leaf (enterprise_id, sequence, event_id, hash)
  select enterprise_id, sequence, id, sha256('\x00'::bytea || convert_to(audit.canonical(jsonb_build_object('sequence', sequence,
    'event', jsonb_build_object('id', id, 'enterpriseId', enterprise_id,
      'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'actorKind', actor_kind, 'actorId', actor_id,
      'actor', actor, 'address', null, 'via', null, 'device', null, 'action', action, 'object', object, 'objects', objects,
      'siteId', null, 'before', null, 'after', null, 'detail', detail, 'reason', reason, 'outcome', outcome, 'problem', null,
      'requestId', null))), 'UTF8'))
  from (select *, row_number() over (partition by enterprise_id order by id) as sequence from audit.event) ordered;
drop function audit.canonical(jsonb);
alter table audit.event force row level security;
alter table audit.event alter column objects set not null;

-- The trail is read newest first by id, which sorts by time. Between two moments the same.
drop index audit.event_at;
-- What one person, key or gateway did.
create index event_actor on audit.event (enterprise_id, actor_id, id);
-- What happened to one thing.
create index event_object on audit.event using gin (objects);
-- What happened at one site.
create index event_site on audit.event (enterprise_id, site_id, id) where site_id is not null;
-- What was refused.
create index event_refused on audit.event (enterprise_id, id) where outcome = 'refused';
-- The refusal a person was shown.
create index event_request on audit.event (enterprise_id, request_id) where request_id is not null;

alter table audit.leaf enable row level security;
alter table audit.leaf force row level security;
create policy enterprise on audit.leaf
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
alter table audit.head enable row level security;
alter table audit.head force row level security;
create policy enterprise on audit.head
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select on audit.leaf, audit.head to millrace_app;
grant insert on audit.leaf, audit.head to millrace_audit;
