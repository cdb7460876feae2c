-- Samples of a chunk lie packed, as in a batch (docs/formats/batch.md): decision 16. What was stored as arrays is kept in the
-- forms for plain numbers, and packed when its hour is settled again.

set local role millrace_ingest;

create function pg_temp.varint(number bigint) returns bytea language plpgsql immutable as $$
declare
  rest bigint := number;
  bytes bytea := '';
begin
  while rest >= 128 loop
    bytes := bytes || set_byte('\x00'::bytea, 0, (rest % 128)::int + 128);
    rest := rest / 128;
  end loop;
  return bytes || set_byte('\x00'::bytea, 0, rest::int);
end $$;

alter table telemetry.chunk
  -- 0 number, 1 text.
  add column kind smallint check (kind in (0, 1)),
  add column data bytea;

update telemetry.chunk c set
  kind = case when c."values" is null then 1 else 0 end,
  data = '\x0300'::bytea
    || (select string_agg(int4send(o), ''::bytea order by at) from unnest(c.offsets) with ordinality as t (o, at))
    || (select string_agg(set_byte('\x00'::bytea, 0, 4 + coalesce(c.qualities[at], 2)), ''::bytea order by at)
        from generate_series(1, c.count) as at)
    || case when c."values" is null
       then (select pg_temp.varint(count(x))
               || coalesce(string_agg(pg_temp.varint(octet_length(x)) || convert_to(x, 'UTF8'), ''::bytea order by at), '')
             from unnest(c.texts) with ordinality as t (x, at) where x is not null)
         || (select coalesce(string_agg(pg_temp.varint(at - 1), ''::bytea order by at), '')
             from generate_series(1, (select count(x) from unnest(c.texts) as x)) as at)
       else '\x0e'::bytea
         || (select coalesce(string_agg(float8send(v), ''::bytea order by at), '')
             from unnest(c."values") with ordinality as t (v, at) where v is not null)
       end;

alter table telemetry.chunk
  alter column kind set not null,
  alter column data set not null,
  -- It is packed already.
  alter column data set storage external,
  drop column offsets,
  drop column "values",
  drop column texts,
  drop column qualities;
alter table telemetry.inbox alter column payload set storage external;

-- Hours whose chunks changed since their rollup was made, of 32 series together (`slice` is series / 32): marked in the
-- transaction that writes the chunks, which waits for a settling of the same hour, so that no chunk stays out of its rollup.
create table telemetry.unsettled_hour (
  enterprise_id uuid not null,
  slice         integer not null,
  hour_ms       bigint not null,
  -- When it is worth settling: after the hour, or sooner where its chunks are small and many.
  due_at        timestamptz(3) not null,
  primary key (enterprise_id, slice, hour_ms)
);
-- What is due to be settled.
create index unsettled_hour_due on telemetry.unsettled_hour (due_at);
alter table telemetry.unsettled_hour enable row level security;
create policy enterprise on telemetry.unsettled_hour for select
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select on telemetry.unsettled_hour to millrace_app;
insert into telemetry.unsettled_hour select enterprise_id, series / 32, hour_ms, min(marked_at) from telemetry.dirty_hour
  group by 1, 2, 3;
drop table telemetry.dirty_hour;
