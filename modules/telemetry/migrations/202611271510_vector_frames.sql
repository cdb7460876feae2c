-- What a stored vector is: a waveform or a spectrum, and at which rate. Null in rows from before, whose signal says the rate.

alter table telemetry.signal
  -- The gateway passes on no more than one value in this time: waveforms are large.
  add column record_every_ms integer check (record_every_ms between 1000 and 86400000);

-- What turns in a machine, so that a line of a spectrum can be named. Orders are multiples of the shaft's rotation.
create table telemetry.shaft (
  enterprise_id   uuid not null default current_setting('millrace.enterprise_id')::uuid,
  work_unit_id    uuid not null,
  site_id         uuid not null,
  -- Where no signal says the speed.
  nominal_rpm     double precision check (nominal_rpm > 0),
  -- Cutting edges or teeth: their pass is a multiple of the rotation.
  teeth           integer check (teeth between 1 and 1000),
  -- Bearing, as in its data sheet: rolling elements, their diameter, that of their circle, and the angle of contact.
  ball_count      integer check (ball_count between 3 and 200),
  ball_mm         double precision check (ball_mm > 0),
  pitch_mm        double precision check (pitch_mm > ball_mm),
  contact_degrees double precision check (contact_degrees between 0 and 80),
  changed_at      timestamptz(3) not null,
  primary key (enterprise_id, work_unit_id),
  foreign key (enterprise_id, work_unit_id) references plant.equipment (enterprise_id, id) on delete cascade
);
alter table telemetry.shaft enable row level security;
alter table telemetry.shaft force row level security;
create policy enterprise on telemetry.shaft
  using (enterprise_id = current_setting('millrace.enterprise_id')::uuid)
  with check (enterprise_id = current_setting('millrace.enterprise_id')::uuid);
grant select, insert, update, delete on telemetry.shaft to millrace_app;

set local role millrace_ingest;

alter table telemetry.vector
  -- 1 waveform, 2 spectrum.
  add column form      smallint check (form in (1, 2)),
  -- Samples a second, or hertz from line to line.
  add column step_hz   double precision check (step_hz > 0),
  -- Of a spectrum: 0 none, 1 Hann, 2 Hamming, 3 flat-top, 4 Blackman; and of how many it is the mean.
  add column window_of smallint check (window_of between 0 and 4),
  add column averages  integer check (averages > 0);
