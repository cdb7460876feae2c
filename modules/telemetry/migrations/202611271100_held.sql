-- For how long the good samples of an hour held, and what their values amount to over that time: together the mean over time,
-- which samples at uneven steps do not bend. Of power it is the energy. Null in rows from before.

set local role millrace_ingest;

alter table telemetry.rollup
  -- Value times milliseconds.
  add column integral double precision,
  add column held_ms  integer check (held_ms >= 0);
