-- What each company uses of its quotas, and who was told to wait (THREATS T-B8). The quotas themselves are the platform's
-- configuration, so that no company can raise its own.

create table identity.quota_use (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  day           date not null,
  quota         text not null check (length(quota) <= 40),
  -- Per second over ten seconds, or at once; for storage the bytes.
  peak          double precision not null check (peak >= 0),
  measured_at   timestamptz(3) not null,
  primary key (enterprise_id, day, quota),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);

create table identity.quota_limited (
  enterprise_id uuid not null default current_setting('millrace.enterprise_id')::uuid,
  day           date not null,
  quota         text not null check (length(quota) <= 40),
  holder_id     text not null check (length(holder_id) <= 100),
  holder_kind   text not null check (length(holder_kind) <= 20),
  holder_name   text not null check (length(holder_name) <= 200),
  count         integer not null check (count > 0),
  last_at       timestamptz(3) not null,
  primary key (enterprise_id, day, quota, holder_id),
  foreign key (enterprise_id) references identity.enterprise (enterprise_id) on delete cascade
);
-- Who was limited lately, newest first.
create index quota_limited_last on identity.quota_limited (enterprise_id, last_at);

do $$
declare name text;
begin
  foreach name in array array['quota_use', 'quota_limited'] loop
    execute format('alter table identity.%I enable row level security', name);
    execute format('alter table identity.%I force row level security', name);
    execute format('create policy enterprise on identity.%I
      using (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)
      with check (enterprise_id = current_setting(''millrace.enterprise_id'')::uuid)', name);
  end loop;
end $$;

-- Platform-wide: the servers at work now. Each gives its part of every quota.
create table identity.server (
  id      uuid not null primary key,
  seen_at timestamptz(3) not null
);

grant select, insert, update, delete on identity.quota_use, identity.quota_limited, identity.server to millrace_app;
