-- What was opened is also told in the trail: once for each way a thing was looked at, and again only after some minutes.

alter table identity.opened_object
  -- What was looked at of the thing: `identity.session.open` are somebody's sessions, `identity.person.open` the entry.
  add column action  text not null default 'identity.person.open' check (length(action) <= 100),
  add column told_at timestamptz(3) not null default '-infinity';
alter table identity.opened_object
  alter column action drop default,
  alter column told_at drop default,
  drop constraint opened_object_pkey,
  add primary key (enterprise_id, holder_id, label, object_id, action);
