-- What a plan reacts to: troubles of every kind, what is assumed because of them, people who are away, and the policy for small ones.

-- A proposal is about a subject: a machine, an operation, a delivery, an absence, a finding.
alter table planning.proposal
  alter column work_unit_id drop not null,
  drop constraint proposal_cause_check,
  add constraint proposal_cause_check check (
    cause in ('stopped', 'slow', 'scrap', 'late-delivery', 'absent', 'predicted-failure')),
  add column subject text not null default '' check (length(subject) <= 100),
  -- The plan it was made for, with its revision.
  add column basis text not null default '' check (length(basis) <= 100),
  add column assumption text not null default '' check (length(assumption) <= 300),
  -- What is written down with it, so that planning knows from then on.
  add column record jsonb,
  add column by_policy boolean not null default false,
  add column taken_back_at timestamptz(3),
  add column taken_back_by text,
  add constraint proposal_taken_back check ((taken_back_at is null) = (taken_back_by is null));
drop index planning.proposal_source;
-- One open proposal for each subject.
create unique index proposal_subject on planning.proposal (enterprise_id, site_id, cause, subject) where state = 'open';
-- What was decided about a subject before.
create index proposal_decided on planning.proposal (enterprise_id, site_id, cause, subject, decided_at desc);
-- What the policy did.
create index proposal_by_policy on planning.proposal (enterprise_id, site_id, decided_at desc) where by_policy;

-- People of a group who are missing for a while.
create table planning.absence (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  group_id      uuid not null,
  count         integer not null check (count between 1 and 1000),
  start_at      timestamptz(3) not null,
  end_at        timestamptz(3) not null,
  note          text check (length(note) between 1 and 200),
  reported_by   text not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, group_id) references planning.operator_group (enterprise_id, id) on delete cascade,
  constraint absence_span check (end_at > start_at)
);
-- The absences of a site in a time.
create index absence_time on planning.absence (enterprise_id, site_id, end_at);

-- How many times as long as its routing says something takes: a machine, or one operation, which then counts instead.
create table planning.pace (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  id            uuid not null,
  site_id       uuid not null,
  work_unit_id  uuid,
  order_id      uuid,
  position      integer check (position between 1 and 100),
  ratio         double precision not null check (ratio > 0.05 and ratio < 50),
  noted_at      timestamptz(3) not null,
  primary key (enterprise_id, id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade,
  foreign key (enterprise_id, order_id) references planning.production_order (enterprise_id, id) on delete cascade,
  constraint pace_subject check ((work_unit_id is null) <> (order_id is null) and (order_id is null) = (position is null))
);
create unique index pace_machine on planning.pace (enterprise_id, work_unit_id) where work_unit_id is not null;
create unique index pace_operation on planning.pace (enterprise_id, order_id, position) where order_id is not null;
create index pace_site on planning.pace (enterprise_id, site_id);

-- Which small proposals a site applies by itself, and which alarms say that a machine has broken down.
create table planning.reaction_policy (
  enterprise_id    uuid not null default current_setting('millrace.enterprise_id')::uuid,
  site_id          uuid not null,
  enabled          boolean not null,
  causes           text[] not null,
  moves_max        integer not null check (moves_max between 1 and 100),
  shift_hours_max  integer not null check (shift_hours_max between 1 and 168),
  -- Minutes of the plant's day; from is after to when it is for the night.
  from_minute      integer not null check (from_minute between 0 and 1439),
  to_minute        integer not null check (to_minute between 1 and 1440),
  rejections_max   integer not null check (rejections_max between 1 and 20),
  breakdown_words  text[] not null,
  rejection_count  integer not null check (rejection_count >= 0),
  suspended_at     timestamptz(3),
  set_at           timestamptz(3) not null,
  set_by           text not null,
  primary key (enterprise_id, site_id),
  foreign key (enterprise_id, site_id) references plant.equipment (enterprise_id, id) on delete cascade
);

do $$
declare name text;
begin
  foreach name in array array['absence', 'pace', 'reaction_policy'] loop
    execute format('alter table planning.%I enable row level security', name);
    execute format('alter table planning.%I force row level security', name);
    execute format('create policy enterprise on planning.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

grant select, insert, update, delete on planning.absence, planning.pace, planning.reaction_policy to millrace_app;
