-- Programs write too, with a key.
alter table audit.event drop constraint event_actor_kind_check;
alter table audit.event add constraint event_actor_kind_check
  check (actor_kind in ('person', 'key', 'gateway', 'system'));
