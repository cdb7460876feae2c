-- The database after all migrations. Generated: run `npm test -- apps/server -u` after a change of a migration.

table audit.event owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  at timestamp(3) with time zone not null
  actor_kind text not null
  actor_id text not null
  actor text not null
  action text not null
  object text not null
  reason text
  detail jsonb not null
  seal bytea
  address text
  via text
  device text
  objects text[] not null
  site_id uuid
  before jsonb
  after jsonb
  outcome text not null default 'done'::text
  problem text
  request_id uuid
)
row level security forced
constraint event_action_check CHECK ((length(action) <= 200))
constraint event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'gateway'::text, 'system'::text])))
constraint event_device_check CHECK ((length(device) <= 300))
constraint event_object_check CHECK ((length(object) <= 300))
constraint event_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text])))
constraint event_pkey PRIMARY KEY (enterprise_id, id)
constraint event_problem_check CHECK ((length(problem) <= 200))
constraint event_seal_check CHECK ((length(seal) = 32))
constraint event_via_check CHECK ((length(via) <= 300))
CREATE INDEX event_actor ON audit.event USING btree (enterprise_id, actor_id, id)
CREATE INDEX event_object ON audit.event USING gin (objects)
CREATE INDEX event_refused ON audit.event USING btree (enterprise_id, id) WHERE (outcome = 'refused'::text)
CREATE INDEX event_request ON audit.event USING btree (enterprise_id, request_id) WHERE (request_id IS NOT NULL)
CREATE INDEX event_site ON audit.event USING btree (enterprise_id, site_id, id) WHERE (site_id IS NOT NULL)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app
grant insert to millrace_audit

table audit.head owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  size bigint not null
  root bytea not null
  at timestamp(3) with time zone not null
  key_id text not null
  signature bytea not null
  frontier bytea not null
)
row level security forced
constraint head_key_id_check CHECK ((length(key_id) <= 64))
constraint head_pkey PRIMARY KEY (enterprise_id, size)
constraint head_root_check CHECK ((length(root) = 32))
constraint head_signature_check CHECK ((length(signature) = 64))
constraint head_size_check CHECK ((size > 0))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app
grant insert to millrace_audit

table audit.leaf owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  sequence bigint not null
  event_id uuid not null
  hash bytea not null
)
row level security forced
constraint leaf_event UNIQUE (enterprise_id, event_id)
constraint leaf_hash_check CHECK ((length(hash) = 32))
constraint leaf_pkey PRIMARY KEY (enterprise_id, sequence)
constraint leaf_sequence_check CHECK ((sequence > 0))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app
grant insert to millrace_audit

table control.command owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid not null
  set_point_id uuid not null
  gateway_id uuid not null
  value double precision not null
  previous_value double precision
  read_back_value double precision
  state text not null
  requested_by text not null
  requested_by_id text not null
  requested_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  reason text not null
  finding_id text
  idempotency_key text not null
  token text not null
)
row level security forced
constraint command_enterprise_id_gateway_id_fkey FOREIGN KEY (enterprise_id, gateway_id) REFERENCES plant.gateway(enterprise_id, id) ON DELETE CASCADE
constraint command_enterprise_id_set_point_id_fkey FOREIGN KEY (enterprise_id, set_point_id) REFERENCES control.set_point(enterprise_id, id) ON DELETE CASCADE
constraint command_idempotency_key_check CHECK (((length(idempotency_key) >= 8) AND (length(idempotency_key) <= 100)))
constraint command_pkey PRIMARY KEY (enterprise_id, id)
constraint command_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
constraint command_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'sent'::text, 'received'::text, 'written'::text, 'read-back'::text, 'refused'::text, 'failed'::text, 'expired'::text])))
CREATE UNIQUE INDEX command_idempotency ON control.command USING btree (enterprise_id, requested_by_id, idempotency_key)
CREATE INDEX command_of_set_point ON control.command USING btree (enterprise_id, set_point_id, requested_at)
CREATE INDEX command_of_work_unit ON control.command USING btree (enterprise_id, work_unit_id, id DESC)
CREATE INDEX command_pending ON control.command USING btree (enterprise_id, gateway_id, expires_at) WHERE (state = ANY (ARRAY['requested'::text, 'sent'::text, 'received'::text]))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table control.command_step owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  command_id uuid not null
  state text not null
  at timestamp(3) with time zone not null
  detail text
)
row level security forced
constraint command_step_detail_check CHECK ((length(detail) <= 700))
constraint command_step_enterprise_id_command_id_fkey FOREIGN KEY (enterprise_id, command_id) REFERENCES control.command(enterprise_id, id) ON DELETE CASCADE
constraint command_step_pkey PRIMARY KEY (enterprise_id, command_id, state)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select to millrace_app

table control.set_point owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid not null
  name text not null
  title text not null
  unit text
  min double precision not null
  max double precision not null
  max_step double precision
  max_per_minute integer not null
  connection_id uuid not null
  address text not null
  read_back_address text
  interlock jsonb
  series integer not null
)
row level security forced
constraint set_point_address_check CHECK (((length(address) >= 1) AND (length(address) <= 500)))
constraint set_point_bounds CHECK (((min <= max) AND (min > '-Infinity'::double precision) AND (max < 'Infinity'::double precision)))
constraint set_point_enterprise_id_connection_id_fkey FOREIGN KEY (enterprise_id, connection_id) REFERENCES plant.connection(enterprise_id, id) ON DELETE CASCADE
constraint set_point_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint set_point_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint set_point_max_per_minute_check CHECK ((max_per_minute >= 1))
constraint set_point_max_step_check CHECK ((max_step > (0)::double precision))
constraint set_point_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
constraint set_point_pkey PRIMARY KEY (enterprise_id, id)
constraint set_point_read_back_address_check CHECK (((length(read_back_address) >= 1) AND (length(read_back_address) <= 500)))
constraint set_point_series_check CHECK ((series >= 1))
constraint set_point_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
constraint set_point_unit_check CHECK (((length(unit) >= 1) AND (length(unit) <= 40)))
CREATE UNIQUE INDEX set_point_address ON control.set_point USING btree (enterprise_id, connection_id, address)
CREATE UNIQUE INDEX set_point_name ON control.set_point USING btree (enterprise_id, work_unit_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table demo.removal owner millrace_owner (
  removed_at timestamp(3) with time zone not null default now()
)
grant delete, insert, select, update to millrace_app

table demo.world owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  anchor_at timestamp(3) with time zone not null
  complete_at timestamp(3) with time zone
)
row level security forced
constraint world_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint world_pkey PRIMARY KEY (enterprise_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table exchange.attempt owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  webhook_id uuid not null
  delivery_id uuid not null
  number integer not null
  at timestamp(3) with time zone not null
  duration_ms integer not null
  status smallint
  failure text
  answer text
)
row level security forced
constraint attempt_answer_check CHECK ((octet_length(answer) <= 4096))
constraint attempt_enterprise_id_webhook_id_delivery_id_fkey FOREIGN KEY (enterprise_id, webhook_id, delivery_id) REFERENCES exchange.delivery(enterprise_id, webhook_id, id) ON DELETE CASCADE
constraint attempt_failure_check CHECK ((length(failure) <= 300))
constraint attempt_outcome CHECK (((status IS NULL) <> (failure IS NULL)))
constraint attempt_pkey PRIMARY KEY (enterprise_id, webhook_id, delivery_id, number)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table exchange.delivery owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  webhook_id uuid not null
  id uuid not null
  seq bigint not null identity
  event_type text not null
  subject text not null
  occurred_at timestamp(3) with time zone not null
  created_at timestamp(3) with time zone not null
  body text not null
  state text not null
  due_at timestamp(3) with time zone
  attempts integer not null default 0
  tries integer not null default 0
  first_try_at timestamp(3) with time zone
)
row level security forced
constraint delivery_due CHECK (((state = 'waiting'::text) = (due_at IS NOT NULL)))
constraint delivery_enterprise_id_webhook_id_fkey FOREIGN KEY (enterprise_id, webhook_id) REFERENCES exchange.webhook(enterprise_id, id) ON DELETE CASCADE
constraint delivery_event_type_check CHECK ((length(event_type) <= 200))
constraint delivery_pkey PRIMARY KEY (enterprise_id, webhook_id, id)
constraint delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text])))
constraint delivery_subject_check CHECK ((length(subject) <= 300))
CREATE INDEX delivery_newest ON exchange.delivery USING btree (enterprise_id, webhook_id, seq DESC)
CREATE INDEX delivery_waiting ON exchange.delivery USING btree (enterprise_id, webhook_id, seq) WHERE (state = 'waiting'::text)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table exchange.webhook owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  url text not null
  event_types text[] not null
  place_id uuid
  site_id uuid
  up_to text not null
  state text not null
  state_reason text
  secret bytea not null
  previous_secret bytea
  previous_until timestamp(3) with time zone
  created_by text not null
  created_at timestamp(3) with time zone not null
  failing_since timestamp(3) with time zone
  failure_count integer not null default 0
  resume_at timestamp(3) with time zone
  last_attempt_at timestamp(3) with time zone
  last_status smallint
  last_failure text
  last_delivered_at timestamp(3) with time zone
  dropped_count integer not null default 0
  leased_until timestamp(3) with time zone
)
row level security forced
constraint webhook_created_by_check CHECK ((length(created_by) <= 200))
constraint webhook_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint webhook_event_types_check CHECK (((cardinality(event_types) >= 1) AND (cardinality(event_types) <= 100)))
constraint webhook_last_failure_check CHECK ((length(last_failure) <= 300))
constraint webhook_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint webhook_pkey PRIMARY KEY (enterprise_id, id)
constraint webhook_place CHECK (((place_id IS NULL) = (site_id IS NULL)))
constraint webhook_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'disabled'::text])))
constraint webhook_state_reason_check CHECK ((length(state_reason) <= 300))
constraint webhook_up_to_check CHECK ((up_to = ANY (ARRAY['public'::text, 'internal'::text, 'confidential'::text, 'trade-secret'::text])))
constraint webhook_url_check CHECK ((length(url) <= 2000))
CREATE UNIQUE INDEX webhook_name ON exchange.webhook USING btree (enterprise_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.api_key owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  secret_sha256 bytea not null
  created_by uuid not null
  created_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  ended_at timestamp(3) with time zone
  last_used_at timestamp(3) with time zone
  last_used_address text
  access_version integer not null default 1
)
row level security forced
constraint api_key_enterprise_id_created_by_fkey FOREIGN KEY (enterprise_id, created_by) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint api_key_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint api_key_last_used_address_check CHECK ((length(last_used_address) <= 60))
constraint api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint api_key_pkey PRIMARY KEY (enterprise_id, id)
constraint api_key_secret_sha256_check CHECK ((octet_length(secret_sha256) = 32))
CREATE UNIQUE INDEX api_key_name ON identity.api_key USING btree (enterprise_id, lower(name)) WHERE (ended_at IS NULL)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.badge owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  person_id uuid not null
  secret_sha256 bytea not null
  issued_at timestamp(3) with time zone not null
  blocked_at timestamp(3) with time zone
  blocked_reason text
)
row level security forced
constraint badge_blocked_reason_check CHECK ((length(blocked_reason) <= 500))
constraint badge_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint badge_pkey PRIMARY KEY (enterprise_id, id)
constraint badge_secret_sha256_check CHECK ((octet_length(secret_sha256) = 32))
CREATE UNIQUE INDEX badge_of_person ON identity.badge USING btree (enterprise_id, person_id) WHERE (blocked_at IS NULL)
CREATE UNIQUE INDEX badge_secret ON identity.badge USING btree (enterprise_id, secret_sha256)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.break_glass owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  person_id uuid not null
  name text not null
  code_hash text not null
  prepared_by text not null
  prepared_at timestamp(3) with time zone not null
  revoked_at timestamp(3) with time zone
  used_at timestamp(3) with time zone
  used_address text
  session_id uuid
  acknowledged_at timestamp(3) with time zone
  acknowledged_by text
)
row level security forced
constraint break_glass_acknowledged_by_check CHECK ((length(acknowledged_by) <= 200))
constraint break_glass_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint break_glass_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
constraint break_glass_pkey PRIMARY KEY (enterprise_id, id)
constraint break_glass_prepared_by_check CHECK ((length(prepared_by) <= 200))
constraint break_glass_used_address_check CHECK ((length(used_address) <= 60))
CREATE UNIQUE INDEX break_glass_ready ON identity.break_glass USING btree (enterprise_id) WHERE ((used_at IS NULL) AND (revoked_at IS NULL))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table identity.challenge owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  challenge text not null
  session_id uuid not null
  purpose text not null
  expires_at timestamp(3) with time zone not null
)
row level security forced
constraint challenge_challenge_check CHECK (((length(challenge) >= 20) AND (length(challenge) <= 100)))
constraint challenge_enterprise_id_session_id_fkey FOREIGN KEY (enterprise_id, session_id) REFERENCES identity.session(enterprise_id, id) ON DELETE CASCADE
constraint challenge_pkey PRIMARY KEY (enterprise_id, challenge)
constraint challenge_purpose_check CHECK ((purpose = ANY (ARRAY['register'::text, 'factor'::text])))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.control_seat owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  person_id uuid not null
  site_id uuid not null
  since timestamp(3) with time zone not null
)
row level security forced
constraint control_seat_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint control_seat_pkey PRIMARY KEY (enterprise_id, person_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.enterprise owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  name text not null
  demo boolean not null
  created_at timestamp(3) with time zone not null
)
row level security forced
constraint enterprise_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint enterprise_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
constraint enterprise_pkey PRIMARY KEY (enterprise_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.entry_link owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  kind text not null
  person_id uuid not null
  token_sha256 bytea not null
  made_by text
  made_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  used_at timestamp(3) with time zone
  withdrawn_at timestamp(3) with time zone
)
row level security forced
constraint entry_link_end CHECK (((used_at IS NULL) OR (withdrawn_at IS NULL)))
constraint entry_link_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint entry_link_kind_check CHECK ((kind = ANY (ARRAY['invitation'::text, 'reset'::text])))
constraint entry_link_made_by_check CHECK ((length(made_by) <= 200))
constraint entry_link_pkey PRIMARY KEY (enterprise_id, id)
constraint entry_link_token_sha256_check CHECK ((octet_length(token_sha256) = 32))
CREATE UNIQUE INDEX entry_link_open ON identity.entry_link USING btree (enterprise_id, person_id, kind) WHERE ((used_at IS NULL) AND (withdrawn_at IS NULL))
CREATE INDEX entry_link_person ON identity.entry_link USING btree (enterprise_id, person_id, kind, made_at DESC)
CREATE UNIQUE INDEX entry_link_token ON identity.entry_link USING btree (enterprise_id, token_sha256)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.founding owner millrace_owner (
  enterprise_id uuid not null
  demo boolean not null
)
constraint founding_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint founding_pkey PRIMARY KEY (enterprise_id)
CREATE UNIQUE INDEX founding_one_of_each ON identity.founding USING btree (demo)
grant delete, insert, select, update to millrace_app

table identity.guess owner millrace_owner (
  subject bytea not null
  count integer not null
  last_at timestamp(3) with time zone not null
  open_at timestamp(3) with time zone not null
)
constraint guess_count_check CHECK ((count >= 0))
constraint guess_pkey PRIMARY KEY (subject)
constraint guess_subject_check CHECK ((octet_length(subject) = 32))
CREATE INDEX guess_open_at ON identity.guess USING btree (open_at)
grant delete, insert, select, update to millrace_app

table identity.network_zone owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  ranges text[] not null
)
row level security forced
constraint network_zone_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint network_zone_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
constraint network_zone_pkey PRIMARY KEY (enterprise_id, id)
constraint network_zone_ranges_check CHECK (((cardinality(ranges) >= 1) AND (cardinality(ranges) <= 50)))
CREATE UNIQUE INDEX network_zone_name ON identity.network_zone USING btree (enterprise_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.opened_object owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  holder_id uuid not null
  object_id text not null
  label text not null
  site_id uuid
  opened_at timestamp(3) with time zone not null
  action text not null
  told_at timestamp(3) with time zone not null
)
row level security forced
constraint opened_object_action_check CHECK ((length(action) <= 100))
constraint opened_object_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint opened_object_label_check CHECK ((label = ANY (ARRAY['confidential'::text, 'trade-secret'::text, 'personal'::text, 'control'::text])))
constraint opened_object_object_id_check CHECK ((length(object_id) <= 200))
constraint opened_object_pkey PRIMARY KEY (enterprise_id, holder_id, label, object_id, action)
CREATE INDEX opened_object_at ON identity.opened_object USING btree (enterprise_id, opened_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.passkey owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  person_id uuid not null
  credential_id text not null
  public_key bytea not null
  counter bigint not null
  transports text[] not null
  rp_id text not null
  name text not null
  created_at timestamp(3) with time zone not null
  last_used_at timestamp(3) with time zone
)
row level security forced
constraint passkey_credential_id_check CHECK (((length(credential_id) >= 1) AND (length(credential_id) <= 1400)))
constraint passkey_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint passkey_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
constraint passkey_pkey PRIMARY KEY (enterprise_id, id)
constraint passkey_public_key_check CHECK ((octet_length(public_key) <= 4000))
constraint passkey_rp_id_check CHECK ((length(rp_id) <= 253))
constraint passkey_transports_check CHECK ((cardinality(transports) <= 10))
CREATE UNIQUE INDEX passkey_credential ON identity.passkey USING btree (enterprise_id, credential_id)
CREATE INDEX passkey_person ON identity.passkey USING btree (enterprise_id, person_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.person owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  email text not null
  title text not null default ''::text
  password_hash text
  created_at timestamp(3) with time zone not null
  ended_at timestamp(3) with time zone
  access_version integer not null default 1
  locked_at timestamp(3) with time zone
  locked_reason text
)
row level security forced
constraint person_email_check CHECK ((length(email) <= 254))
constraint person_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint person_locked CHECK (((locked_at IS NULL) = (locked_reason IS NULL)))
constraint person_locked_reason_check CHECK ((length(locked_reason) <= 500))
constraint person_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
constraint person_pkey PRIMARY KEY (enterprise_id, id)
constraint person_title_check CHECK ((length(title) <= 200))
CREATE UNIQUE INDEX person_email ON identity.person USING btree (enterprise_id, lower(email))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.pin owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  person_id uuid not null
  pin_hash text not null
  set_at timestamp(3) with time zone not null
)
row level security forced
constraint pin_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint pin_pin_hash_check CHECK ((length(pin_hash) <= 300))
constraint pin_pkey PRIMARY KEY (enterprise_id, person_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provider owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  state text not null
  origin text not null
  domains text[] not null
  settings jsonb not null
  client_secret bytea
  revision integer not null
  created_at timestamp(3) with time zone not null
)
row level security forced
constraint provider_domains_check CHECK ((cardinality(domains) <= 50))
constraint provider_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint provider_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
constraint provider_origin_check CHECK ((length(origin) <= 300))
constraint provider_pkey PRIMARY KEY (enterprise_id, id)
constraint provider_state_check CHECK ((state = ANY (ARRAY['off'::text, 'offered'::text, 'required'::text])))
CREATE UNIQUE INDEX provider_name ON identity.provider USING btree (enterprise_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provider_grant owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  grant_id uuid not null
  provider_id uuid not null
)
row level security forced
constraint provider_grant_enterprise_id_grant_id_fkey FOREIGN KEY (enterprise_id, grant_id) REFERENCES identity.role_grant(enterprise_id, id) ON DELETE CASCADE
constraint provider_grant_enterprise_id_provider_id_fkey FOREIGN KEY (enterprise_id, provider_id) REFERENCES identity.provider(enterprise_id, id) ON DELETE CASCADE
constraint provider_grant_pkey PRIMARY KEY (enterprise_id, grant_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provider_link owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  provider_id uuid not null
  subject text not null
  person_id uuid not null
  linked_at timestamp(3) with time zone not null
  last_used_at timestamp(3) with time zone not null
)
row level security forced
constraint provider_link_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint provider_link_enterprise_id_provider_id_fkey FOREIGN KEY (enterprise_id, provider_id) REFERENCES identity.provider(enterprise_id, id) ON DELETE CASCADE
constraint provider_link_pkey PRIMARY KEY (enterprise_id, provider_id, subject)
constraint provider_link_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 500)))
CREATE UNIQUE INDEX provider_link_person ON identity.provider_link USING btree (enterprise_id, provider_id, person_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provisioned_group owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  display_name text not null
  display_name_key text not null
  external_id text
  version integer not null default 1
  created_at timestamp(3) with time zone not null
  changed_at timestamp(3) with time zone not null
)
row level security forced
constraint provisioned_group_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 200)))
constraint provisioned_group_display_name_key_check CHECK ((length(display_name_key) <= 500))
constraint provisioned_group_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint provisioned_group_external_id_check CHECK ((length(external_id) <= 200))
constraint provisioned_group_pkey PRIMARY KEY (enterprise_id, id)
CREATE UNIQUE INDEX provisioned_group_name ON identity.provisioned_group USING btree (enterprise_id, display_name_key)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provisioned_member owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  group_id uuid not null
  person_id uuid not null
)
row level security forced
constraint provisioned_member_enterprise_id_group_id_fkey FOREIGN KEY (enterprise_id, group_id) REFERENCES identity.provisioned_group(enterprise_id, id) ON DELETE CASCADE
constraint provisioned_member_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.provisioned_person(enterprise_id, person_id) ON DELETE CASCADE
constraint provisioned_member_pkey PRIMARY KEY (enterprise_id, group_id, person_id)
CREATE INDEX provisioned_member_person ON identity.provisioned_member USING btree (enterprise_id, person_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provisioned_person owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  person_id uuid not null
  user_name_key text not null
  external_id text
  document jsonb not null
  version integer not null default 1
  created_at timestamp(3) with time zone not null
  changed_at timestamp(3) with time zone not null
  deleted_at timestamp(3) with time zone
)
row level security forced
constraint provisioned_person_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint provisioned_person_external_id_check CHECK ((length(external_id) <= 200))
constraint provisioned_person_pkey PRIMARY KEY (enterprise_id, person_id)
constraint provisioned_person_user_name_key_check CHECK ((length(user_name_key) <= 500))
CREATE INDEX provisioned_person_external_id ON identity.provisioned_person USING btree (enterprise_id, external_id)
CREATE UNIQUE INDEX provisioned_person_user_name ON identity.provisioned_person USING btree (enterprise_id, user_name_key) WHERE (deleted_at IS NULL)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provisioned_role owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  group_id uuid not null
  id uuid not null
  role text not null
  place_id uuid
  site_id uuid
  expires_at timestamp(3) with time zone
  conditions jsonb not null default '{}'::jsonb
)
row level security forced
constraint provisioned_role_enterprise_id_group_id_fkey FOREIGN KEY (enterprise_id, group_id) REFERENCES identity.provisioned_group(enterprise_id, id) ON DELETE CASCADE
constraint provisioned_role_pkey PRIMARY KEY (enterprise_id, group_id, id)
constraint provisioned_role_place CHECK (((place_id IS NULL) = (site_id IS NULL)))
constraint provisioned_role_role_check CHECK ((length(role) <= 60))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provisioning_refusal owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  token_name text not null
  act text not null
  subject text not null
  code text not null
  detail text not null
  count integer not null
  first_at timestamp(3) with time zone not null
  last_at timestamp(3) with time zone not null
)
row level security forced
constraint provisioning_refusal_act_check CHECK ((length(act) <= 40))
constraint provisioning_refusal_code_check CHECK ((length(code) <= 100))
constraint provisioning_refusal_detail_check CHECK ((length(detail) <= 1000))
constraint provisioning_refusal_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint provisioning_refusal_pkey PRIMARY KEY (enterprise_id, token_name, act, subject, code)
constraint provisioning_refusal_subject_check CHECK ((length(subject) <= 254))
constraint provisioning_refusal_token_name_check CHECK ((length(token_name) <= 120))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.provisioning_token owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  secret_sha256 bytea not null
  created_by uuid not null
  created_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  ended_at timestamp(3) with time zone
  last_used_at timestamp(3) with time zone
  last_used_address text
)
row level security forced
constraint provisioning_token_enterprise_id_created_by_fkey FOREIGN KEY (enterprise_id, created_by) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint provisioning_token_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint provisioning_token_last_used_address_check CHECK ((length(last_used_address) <= 60))
constraint provisioning_token_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint provisioning_token_pkey PRIMARY KEY (enterprise_id, id)
constraint provisioning_token_secret_sha256_check CHECK ((octet_length(secret_sha256) = 32))
CREATE UNIQUE INDEX provisioning_token_name ON identity.provisioning_token USING btree (enterprise_id, lower(name)) WHERE (ended_at IS NULL)
CREATE UNIQUE INDEX provisioning_token_secret ON identity.provisioning_token USING btree (enterprise_id, secret_sha256)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.quota_limited owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  day date not null
  quota text not null
  holder_id text not null
  holder_kind text not null
  holder_name text not null
  count integer not null
  last_at timestamp(3) with time zone not null
)
row level security forced
constraint quota_limited_count_check CHECK ((count > 0))
constraint quota_limited_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint quota_limited_holder_id_check CHECK ((length(holder_id) <= 100))
constraint quota_limited_holder_kind_check CHECK ((length(holder_kind) <= 20))
constraint quota_limited_holder_name_check CHECK ((length(holder_name) <= 200))
constraint quota_limited_pkey PRIMARY KEY (enterprise_id, day, quota, holder_id)
constraint quota_limited_quota_check CHECK ((length(quota) <= 40))
CREATE INDEX quota_limited_last ON identity.quota_limited USING btree (enterprise_id, last_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.quota_use owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  day date not null
  quota text not null
  peak double precision not null
  measured_at timestamp(3) with time zone not null
)
row level security forced
constraint quota_use_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint quota_use_peak_check CHECK ((peak >= (0)::double precision))
constraint quota_use_pkey PRIMARY KEY (enterprise_id, day, quota)
constraint quota_use_quota_check CHECK ((length(quota) <= 40))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.recovery_code owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  person_id uuid not null
  code_sha256 bytea not null
  created_at timestamp(3) with time zone not null
  used_at timestamp(3) with time zone
)
row level security forced
constraint recovery_code_code_sha256_check CHECK ((octet_length(code_sha256) = 32))
constraint recovery_code_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint recovery_code_pkey PRIMARY KEY (enterprise_id, person_id, code_sha256)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.role owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  permissions text[] not null
  created_at timestamp(3) with time zone not null
)
row level security forced
constraint role_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint role_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
constraint role_permissions_check CHECK ((cardinality(permissions) <= 500))
constraint role_pkey PRIMARY KEY (enterprise_id, id)
CREATE UNIQUE INDEX role_name ON identity.role USING btree (enterprise_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.role_grant owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  person_id uuid
  role text not null
  site_id uuid
  id uuid not null
  key_id uuid
  place_id uuid
  expires_at timestamp(3) with time zone
  conditions jsonb not null default '{}'::jsonb
  group_id uuid
  group_role_id uuid
)
row level security forced
constraint role_grant_enterprise_id_key_id_fkey FOREIGN KEY (enterprise_id, key_id) REFERENCES identity.api_key(enterprise_id, id) ON DELETE CASCADE
constraint role_grant_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint role_grant_group CHECK (((group_id IS NULL) = (group_role_id IS NULL)))
constraint role_grant_group_role FOREIGN KEY (enterprise_id, group_id, group_role_id) REFERENCES identity.provisioned_role(enterprise_id, group_id, id) ON DELETE CASCADE
constraint role_grant_holder CHECK (((person_id IS NULL) <> (key_id IS NULL)))
constraint role_grant_pkey PRIMARY KEY (enterprise_id, id)
constraint role_grant_place CHECK (((place_id IS NULL) = (site_id IS NULL)))
constraint role_grant_role_check CHECK ((length(role) <= 40))
CREATE INDEX role_grant_key ON identity.role_grant USING btree (enterprise_id, key_id)
CREATE UNIQUE INDEX role_grant_of_group ON identity.role_grant USING btree (enterprise_id, group_role_id, person_id) WHERE (group_role_id IS NOT NULL)
CREATE INDEX role_grant_person ON identity.role_grant USING btree (enterprise_id, person_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.seen_assertion owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  provider_id uuid not null
  assertion_sha256 bytea not null
  expires_at timestamp(3) with time zone not null
)
row level security forced
constraint seen_assertion_assertion_sha256_check CHECK ((octet_length(assertion_sha256) = 32))
constraint seen_assertion_enterprise_id_provider_id_fkey FOREIGN KEY (enterprise_id, provider_id) REFERENCES identity.provider(enterprise_id, id) ON DELETE CASCADE
constraint seen_assertion_pkey PRIMARY KEY (enterprise_id, provider_id, assertion_sha256)
CREATE INDEX seen_assertion_expiry ON identity.seen_assertion USING btree (enterprise_id, expires_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.server owner millrace_owner (
  id uuid not null
  seen_at timestamp(3) with time zone not null
  roles text[] not null default '{api,ingest}'::text[]
)
constraint server_pkey PRIMARY KEY (id)
constraint server_roles_check CHECK ((cardinality(roles) <= 10))
grant delete, insert, select, update to millrace_app

table identity.session owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  token_sha256 bytea not null
  person_id uuid not null
  created_at timestamp(3) with time zone not null
  last_used_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  id uuid not null
  level smallint not null
  station boolean not null
  method text not null
  address text
  device text not null
  station_id uuid
  idle_ms integer not null default 1800000
)
row level security forced
constraint session_address_check CHECK ((length(address) <= 60))
constraint session_device_check CHECK ((length(device) <= 300))
constraint session_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint session_enterprise_id_station_id_fkey FOREIGN KEY (enterprise_id, station_id) REFERENCES identity.station(enterprise_id, id) ON DELETE CASCADE
constraint session_idle_ms_check CHECK ((idle_ms > 0))
constraint session_level_check CHECK ((level = ANY (ARRAY[1, 2])))
constraint session_method_check CHECK ((length(method) <= 40))
constraint session_pkey PRIMARY KEY (enterprise_id, token_sha256)
constraint session_token_sha256_check CHECK ((octet_length(token_sha256) = 32))
CREATE INDEX session_person ON identity.session USING btree (enterprise_id, person_id)
CREATE INDEX session_station ON identity.session USING btree (enterprise_id, station_id) WHERE (station_id IS NOT NULL)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.sign_in_attempt owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  state_sha256 bytea not null
  provider_id uuid not null
  browser_sha256 bytea not null
  try_id uuid
  next text not null
  nonce text not null
  verifier text not null
  request_id text not null
  ticket_sha256 bytea
  proof bytea
  expires_at timestamp(3) with time zone not null
)
row level security forced
constraint sign_in_attempt_browser_sha256_check CHECK ((octet_length(browser_sha256) = 32))
constraint sign_in_attempt_enterprise_id_provider_id_fkey FOREIGN KEY (enterprise_id, provider_id) REFERENCES identity.provider(enterprise_id, id) ON DELETE CASCADE
constraint sign_in_attempt_enterprise_id_try_id_fkey FOREIGN KEY (enterprise_id, try_id) REFERENCES identity.sign_in_try(enterprise_id, id) ON DELETE CASCADE
constraint sign_in_attempt_next_check CHECK ((length(next) <= 2000))
constraint sign_in_attempt_nonce_check CHECK ((length(nonce) <= 100))
constraint sign_in_attempt_pkey PRIMARY KEY (enterprise_id, state_sha256)
constraint sign_in_attempt_request_id_check CHECK ((length(request_id) <= 100))
constraint sign_in_attempt_state_sha256_check CHECK ((octet_length(state_sha256) = 32))
constraint sign_in_attempt_ticket_sha256_check CHECK ((octet_length(ticket_sha256) = 32))
constraint sign_in_attempt_verifier_check CHECK ((length(verifier) <= 128))
CREATE INDEX sign_in_attempt_expiry ON identity.sign_in_attempt USING btree (enterprise_id, expires_at)
CREATE INDEX sign_in_attempt_ticket ON identity.sign_in_attempt USING btree (enterprise_id, ticket_sha256)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.sign_in_challenge owner millrace_owner (
  challenge text not null
  expires_at timestamp(3) with time zone not null
)
constraint sign_in_challenge_challenge_check CHECK (((length(challenge) >= 20) AND (length(challenge) <= 100)))
constraint sign_in_challenge_pkey PRIMARY KEY (challenge)
CREATE INDEX sign_in_challenge_expiry ON identity.sign_in_challenge USING btree (expires_at)
grant delete, insert, select, update to millrace_app

table identity.sign_in_name owner millrace_owner (
  email_sha256 bytea not null
  enterprise_id uuid not null
)
constraint sign_in_name_email_sha256_check CHECK ((octet_length(email_sha256) = 32))
constraint sign_in_name_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint sign_in_name_pkey PRIMARY KEY (email_sha256)
grant delete, insert, select, update to millrace_app

table identity.sign_in_try owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  provider_id uuid not null
  revision integer not null
  started_at timestamp(3) with time zone not null
  finished_at timestamp(3) with time zone
  worked boolean not null
  result jsonb not null
)
row level security forced
constraint sign_in_try_enterprise_id_provider_id_fkey FOREIGN KEY (enterprise_id, provider_id) REFERENCES identity.provider(enterprise_id, id) ON DELETE CASCADE
constraint sign_in_try_pkey PRIMARY KEY (enterprise_id, id)
CREATE INDEX sign_in_try_latest ON identity.sign_in_try USING btree (enterprise_id, provider_id, started_at DESC)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.station owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  name text not null
  place_id uuid not null
  site_id uuid not null
  token_sha256 bytea
  idle_minutes integer not null
  created_at timestamp(3) with time zone not null
  enrolled_at timestamp(3) with time zone
  last_seen_at timestamp(3) with time zone
  revoked_at timestamp(3) with time zone
)
row level security forced
constraint station_enrolled CHECK (((token_sha256 IS NULL) = (enrolled_at IS NULL)))
constraint station_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES identity.enterprise(enterprise_id) ON DELETE CASCADE
constraint station_idle_minutes_check CHECK (((idle_minutes >= 1) AND (idle_minutes <= 120)))
constraint station_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
constraint station_pkey PRIMARY KEY (enterprise_id, id)
constraint station_token_sha256_check CHECK ((octet_length(token_sha256) = 32))
CREATE UNIQUE INDEX station_name ON identity.station USING btree (enterprise_id, site_id, lower(name)) WHERE (revoked_at IS NULL)
CREATE UNIQUE INDEX station_token ON identity.station USING btree (enterprise_id, token_sha256)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.station_code owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  code_sha256 bytea not null
  station_id uuid not null
  expires_at timestamp(3) with time zone not null
  used_at timestamp(3) with time zone
)
row level security forced
constraint station_code_code_sha256_check CHECK ((octet_length(code_sha256) = 32))
constraint station_code_enterprise_id_station_id_fkey FOREIGN KEY (enterprise_id, station_id) REFERENCES identity.station(enterprise_id, id) ON DELETE CASCADE
constraint station_code_pkey PRIMARY KEY (enterprise_id, code_sha256)
CREATE INDEX station_code_station ON identity.station_code USING btree (enterprise_id, station_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.step_up owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  session_id uuid not null
  operation_id text not null
  digest text not null
  challenge text not null
  expires_at timestamp(3) with time zone not null
  confirmed_at timestamp(3) with time zone
  method text
  proof_sha256 bytea
  used_at timestamp(3) with time zone
)
row level security forced
constraint step_up_challenge_check CHECK (((length(challenge) >= 20) AND (length(challenge) <= 100)))
constraint step_up_check CHECK (((confirmed_at IS NULL) = (proof_sha256 IS NULL)))
constraint step_up_digest_check CHECK ((length(digest) = 43))
constraint step_up_enterprise_id_session_id_fkey FOREIGN KEY (enterprise_id, session_id) REFERENCES identity.session(enterprise_id, id) ON DELETE CASCADE
constraint step_up_method_check CHECK ((length(method) <= 40))
constraint step_up_operation_id_check CHECK ((length(operation_id) <= 120))
constraint step_up_pkey PRIMARY KEY (enterprise_id, id)
constraint step_up_proof_sha256_check CHECK ((octet_length(proof_sha256) = 32))
CREATE UNIQUE INDEX step_up_proof ON identity.step_up USING btree (enterprise_id, proof_sha256)
CREATE INDEX step_up_session ON identity.step_up USING btree (enterprise_id, session_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table identity.totp owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  person_id uuid not null
  secret_sealed bytea not null
  created_at timestamp(3) with time zone not null
  confirmed_at timestamp(3) with time zone
  last_step bigint not null default 0
)
row level security forced
constraint totp_enterprise_id_person_id_fkey FOREIGN KEY (enterprise_id, person_id) REFERENCES identity.person(enterprise_id, id) ON DELETE CASCADE
constraint totp_pkey PRIMARY KEY (enterprise_id, person_id)
constraint totp_secret_sealed_check CHECK ((octet_length(secret_sealed) <= 200))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table insight.detector_state owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  work_unit_id uuid not null
  saved_at timestamp(3) with time zone not null
  state jsonb not null
)
row level security forced
constraint detector_state_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint detector_state_pkey PRIMARY KEY (enterprise_id, work_unit_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table insight.finding owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid not null
  cause text not null
  title text not null
  reason text not null
  priority smallint not null
  confidence_ratio double precision not null
  state text not null
  since_at timestamp(3) with time zone not null
  found_at timestamp(3) with time zone not null
  last_seen_at timestamp(3) with time zone not null
  detector text not null
  detector_version integer not null
  evidence jsonb not null
  actions jsonb not null
  benefit jsonb
  waiting_per_day double precision
  outlook text
  decision jsonb
  command_id uuid
  measure_at timestamp(3) with time zone
  outcome jsonb
  fails_at timestamp(3) with time zone
)
row level security forced
constraint finding_cause_check CHECK ((length(cause) <= 40))
constraint finding_confidence_ratio_check CHECK (((confidence_ratio >= (0)::double precision) AND (confidence_ratio <= (1)::double precision)))
constraint finding_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint finding_pkey PRIMARY KEY (enterprise_id, id)
constraint finding_priority_check CHECK (((priority >= 1) AND (priority <= 4)))
constraint finding_reason_check CHECK ((length(reason) <= 2000))
constraint finding_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'dismissed'::text, 'resolved'::text, 'closed'::text])))
constraint finding_title_check CHECK ((length(title) <= 300))
CREATE INDEX finding_cause ON insight.finding USING btree (enterprise_id, cause, found_at DESC)
CREATE INDEX finding_inbox ON insight.finding USING btree (enterprise_id, state, priority, found_at DESC)
CREATE UNIQUE INDEX finding_one_case ON insight.finding USING btree (enterprise_id, work_unit_id, cause) WHERE (state = ANY (ARRAY['open'::text, 'accepted'::text]))
CREATE INDEX finding_to_measure ON insight.finding USING btree (enterprise_id, measure_at) WHERE (measure_at IS NOT NULL)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table materials.bill_item owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  material_id uuid not null
  position integer not null
  component_id uuid not null
  quantity_per numeric not null
  scrap_ratio double precision not null
  step_name text
)
row level security forced
constraint bill_item_enterprise_id_component_id_fkey FOREIGN KEY (enterprise_id, component_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint bill_item_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint bill_item_other CHECK ((component_id <> material_id))
constraint bill_item_pkey PRIMARY KEY (enterprise_id, material_id, "position")
constraint bill_item_position_check CHECK ((("position" >= 1) AND ("position" <= 200)))
constraint bill_item_quantity_per_check CHECK (((quantity_per > (0)::numeric) AND (scale(quantity_per) <= 3)))
constraint bill_item_scrap_ratio_check CHECK (((scrap_ratio >= (0)::double precision) AND (scrap_ratio < (1)::double precision)))
constraint bill_item_step_name_check CHECK (((length(step_name) >= 1) AND (length(step_name) <= 60)))
CREATE INDEX bill_item_component ON materials.bill_item USING btree (enterprise_id, component_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table materials.expected_receipt owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  material_id uuid not null
  quantity numeric not null
  expected_at timestamp(3) with time zone not null
  reference text not null
  supplier text
  state text not null
  created_at timestamp(3) with time zone not null
)
row level security forced
constraint expected_receipt_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint expected_receipt_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint expected_receipt_pkey PRIMARY KEY (enterprise_id, id)
constraint expected_receipt_quantity_check CHECK (((quantity > (0)::numeric) AND (scale(quantity) <= 3)))
constraint expected_receipt_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 60)))
constraint expected_receipt_state_check CHECK ((state = ANY (ARRAY['expected'::text, 'received'::text, 'cancelled'::text])))
constraint expected_receipt_supplier_check CHECK (((length(supplier) >= 1) AND (length(supplier) <= 120)))
CREATE INDEX expected_receipt_open ON materials.expected_receipt USING btree (enterprise_id, site_id, state, expected_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table materials.material_definition owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  code text not null
  name text not null
  unit text not null
  kind text not null
)
row level security forced
constraint material_definition_code_check CHECK (((length(code) >= 1) AND (length(code) <= 60)))
constraint material_definition_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint material_definition_kind_check CHECK ((kind = ANY (ARRAY['raw'::text, 'part'::text, 'product'::text])))
constraint material_definition_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint material_definition_pkey PRIMARY KEY (enterprise_id, id)
constraint material_definition_unit_check CHECK ((unit = ANY (ARRAY['pcs'::text, 'kg'::text, 'm'::text, 'l'::text])))
CREATE UNIQUE INDEX material_definition_code ON materials.material_definition USING btree (enterprise_id, lower(code))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table materials.site_policy owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  material_id uuid not null
  supply text not null
  from_site_id uuid
  supplier text
  lead_time_days integer not null
  safety_stock numeric not null
  lot_minimum numeric
  lot_multiple numeric
  unit_cost numeric not null
  responsible text
)
row level security forced
constraint site_policy_enterprise_id_from_site_id_fkey FOREIGN KEY (enterprise_id, from_site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint site_policy_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint site_policy_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint site_policy_lead_time_days_check CHECK (((lead_time_days >= 0) AND (lead_time_days <= 730)))
constraint site_policy_lot CHECK (((lot_minimum IS NULL) = (lot_multiple IS NULL)))
constraint site_policy_lot_minimum_check CHECK (((lot_minimum >= (0)::numeric) AND (scale(lot_minimum) <= 3)))
constraint site_policy_lot_multiple_check CHECK (((lot_multiple > (0)::numeric) AND (scale(lot_multiple) <= 3)))
constraint site_policy_pkey PRIMARY KEY (enterprise_id, site_id, material_id)
constraint site_policy_responsible_check CHECK (((length(responsible) >= 1) AND (length(responsible) <= 120)))
constraint site_policy_safety_stock_check CHECK (((safety_stock >= (0)::numeric) AND (scale(safety_stock) <= 3)))
constraint site_policy_source CHECK ((((supply = 'transfer'::text) = (from_site_id IS NOT NULL)) AND (from_site_id IS DISTINCT FROM site_id) AND ((supply = 'buy'::text) OR (supplier IS NULL))))
constraint site_policy_supplier_check CHECK (((length(supplier) >= 1) AND (length(supplier) <= 120)))
constraint site_policy_supply_check CHECK ((supply = ANY (ARRAY['make'::text, 'buy'::text, 'transfer'::text])))
constraint site_policy_unit_cost_check CHECK (((unit_cost >= (0)::numeric) AND (scale(unit_cost) <= 3)))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table materials.stock owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  material_id uuid not null
  quantity numeric not null
  counted_at timestamp(3) with time zone
  move_count integer not null default 0
)
row level security forced
constraint stock_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint stock_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint stock_not_negative CHECK ((quantity >= (0)::numeric))
constraint stock_pkey PRIMARY KEY (enterprise_id, site_id, material_id)
constraint stock_quantity_check CHECK ((scale(quantity) <= 3))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table materials.stock_move owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  material_id uuid not null
  number integer not null
  kind text not null
  change numeric not null
  after numeric not null
  reason text
  receipt_id uuid
  moved_at timestamp(3) with time zone not null
  moved_by text not null
)
row level security forced
constraint stock_move_after_check CHECK (((after >= (0)::numeric) AND (scale(after) <= 3)))
constraint stock_move_change_check CHECK ((scale(change) <= 3))
constraint stock_move_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint stock_move_enterprise_id_receipt_id_fkey FOREIGN KEY (enterprise_id, receipt_id) REFERENCES materials.expected_receipt(enterprise_id, id) ON DELETE CASCADE
constraint stock_move_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint stock_move_kind_check CHECK ((kind = ANY (ARRAY['count'::text, 'receipt'::text, 'issue'::text, 'scrap'::text])))
constraint stock_move_number_check CHECK ((number >= 1))
constraint stock_move_pkey PRIMARY KEY (enterprise_id, id)
constraint stock_move_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200)))
CREATE UNIQUE INDEX stock_move_number ON materials.stock_move USING btree (enterprise_id, site_id, material_id, number)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select to millrace_app

table mqtt.device owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid not null
  connection_id uuid not null
  secret_sha256 bytea not null
  secret_made_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone
  created_at timestamp(3) with time zone not null
  last_address text
)
row level security forced
constraint device_enterprise_id_connection_id_fkey FOREIGN KEY (enterprise_id, connection_id) REFERENCES plant.connection(enterprise_id, id) ON DELETE CASCADE
constraint device_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint device_enterprise_id_site_id_id_fkey FOREIGN KEY (enterprise_id, site_id, id) REFERENCES plant.gateway(enterprise_id, site_id, id) ON DELETE CASCADE
constraint device_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint device_last_address_check CHECK ((length(last_address) <= 100))
constraint device_pkey PRIMARY KEY (enterprise_id, id)
constraint device_secret_sha256_check CHECK ((length(secret_sha256) = 32))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table planning.absence owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  group_id uuid not null
  count integer not null
  start_at timestamp(3) with time zone not null
  end_at timestamp(3) with time zone not null
  note text
  reported_by text not null
)
row level security forced
constraint absence_count_check CHECK (((count >= 1) AND (count <= 1000)))
constraint absence_enterprise_id_group_id_fkey FOREIGN KEY (enterprise_id, group_id) REFERENCES planning.operator_group(enterprise_id, id) ON DELETE CASCADE
constraint absence_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint absence_note_check CHECK (((length(note) >= 1) AND (length(note) <= 200)))
constraint absence_pkey PRIMARY KEY (enterprise_id, id)
constraint absence_span CHECK ((end_at > start_at))
CREATE INDEX absence_time ON planning.absence USING btree (enterprise_id, site_id, end_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.action_message owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  key text not null
  site_id uuid not null
  material_id uuid not null
  kind text not null
  supply text not null
  order_id uuid
  receipt_id uuid
  from_at timestamp(3) with time zone
  to_at timestamp(3) with time zone not null
  from_quantity numeric
  to_quantity numeric not null
  start_at timestamp(3) with time zone not null
  wanted_at timestamp(3) with time zone not null
  is_too_late boolean not null
  act_by_at timestamp(3) with time zone not null
  priority integer not null
  money double precision not null
  cause jsonb not null
  owner text
  state text not null
  snoozed_until timestamp(3) with time zone
  reason text
  decided_at timestamp(3) with time zone
  decided_by text
  made_at timestamp(3) with time zone not null
)
row level security forced
constraint action_message_dismissal CHECK (((state <> 'dismissed'::text) OR (reason IS NOT NULL)))
constraint action_message_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint action_message_enterprise_id_order_id_fkey FOREIGN KEY (enterprise_id, order_id) REFERENCES planning.production_order(enterprise_id, id) ON DELETE CASCADE
constraint action_message_enterprise_id_receipt_id_fkey FOREIGN KEY (enterprise_id, receipt_id) REFERENCES materials.expected_receipt(enterprise_id, id) ON DELETE CASCADE
constraint action_message_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint action_message_key_check CHECK (((length(key) >= 1) AND (length(key) <= 300)))
constraint action_message_kind_check CHECK ((kind = ANY (ARRAY['order'::text, 'expedite'::text, 'defer'::text, 'cancel'::text, 'increase'::text, 'decrease'::text])))
constraint action_message_money_check CHECK ((money >= (0)::double precision))
constraint action_message_owner_check CHECK (((length(owner) >= 1) AND (length(owner) <= 120)))
constraint action_message_pkey PRIMARY KEY (enterprise_id, id)
constraint action_message_priority_check CHECK (((priority >= 1) AND (priority <= 5)))
constraint action_message_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
constraint action_message_snooze CHECK (((state = 'snoozed'::text) = (snoozed_until IS NOT NULL)))
constraint action_message_state_check CHECK ((state = ANY (ARRAY['open'::text, 'snoozed'::text, 'dismissed'::text, 'done'::text])))
constraint action_message_supply_check CHECK ((supply = ANY (ARRAY['make'::text, 'buy'::text, 'transfer'::text])))
CREATE UNIQUE INDEX action_message_key ON planning.action_message USING btree (enterprise_id, key)
CREATE INDEX action_message_open ON planning.action_message USING btree (enterprise_id, state, act_by_at, money DESC)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.calendar_exception owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid
  kind text not null
  start_at timestamp(3) with time zone not null
  end_at timestamp(3) with time zone not null
  note text not null
)
row level security forced
constraint calendar_exception_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint calendar_exception_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint calendar_exception_kind_check CHECK ((kind = ANY (ARRAY['holiday'::text, 'maintenance'::text, 'stop'::text, 'extra'::text])))
constraint calendar_exception_note_check CHECK (((length(note) >= 1) AND (length(note) <= 200)))
constraint calendar_exception_pkey PRIMARY KEY (enterprise_id, id)
constraint calendar_exception_span CHECK ((end_at > start_at))
CREATE INDEX calendar_exception_time ON planning.calendar_exception USING btree (enterprise_id, site_id, end_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.demand owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  number text not null
  material_id uuid not null
  quantity numeric not null
  due_at timestamp(3) with time zone not null
  customer text
  priority integer not null
  state text not null
  receipt_id uuid
  created_at timestamp(3) with time zone not null
)
row level security forced
constraint demand_customer_check CHECK (((length(customer) >= 1) AND (length(customer) <= 120)))
constraint demand_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint demand_enterprise_id_receipt_id_fkey FOREIGN KEY (enterprise_id, receipt_id) REFERENCES materials.expected_receipt(enterprise_id, id) ON DELETE CASCADE
constraint demand_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint demand_number_check CHECK (((length(number) >= 1) AND (length(number) <= 40)))
constraint demand_pkey PRIMARY KEY (enterprise_id, id)
constraint demand_priority_check CHECK (((priority >= 1) AND (priority <= 5)))
constraint demand_quantity_check CHECK (((quantity > (0)::numeric) AND (scale(quantity) <= 3)))
constraint demand_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'cancelled'::text])))
CREATE INDEX demand_due ON planning.demand USING btree (enterprise_id, site_id, state, due_at)
CREATE UNIQUE INDEX demand_number ON planning.demand USING btree (enterprise_id, site_id, lower(number))
CREATE INDEX demand_receipt ON planning.demand USING btree (enterprise_id, receipt_id) WHERE (receipt_id IS NOT NULL)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table planning.energy_advice owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  state text not null
  wish jsonb not null
  plan_id uuid not null
  plan_revision integer not null
  result jsonb
  progress_ratio double precision not null
  started_at timestamp(3) with time zone not null
  started_by text not null
  heard_at timestamp(3) with time zone not null
  decided_at timestamp(3) with time zone
  decided_by text
  reason text
)
row level security forced
constraint energy_advice_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_advice_pkey PRIMARY KEY (enterprise_id, id)
constraint energy_advice_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
constraint energy_advice_state_check CHECK ((state = ANY (ARRAY['running'::text, 'open'::text, 'accepted'::text, 'dismissed'::text, 'outdated'::text, 'cancelled'::text, 'failed'::text])))
CREATE UNIQUE INDEX energy_advice_current ON planning.energy_advice USING btree (enterprise_id, site_id) WHERE (state = ANY (ARRAY['running'::text, 'open'::text]))
CREATE INDEX energy_advice_started ON planning.energy_advice USING btree (enterprise_id, site_id, started_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table planning.energy_power owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  work_unit_id uuid not null
  site_id uuid not null
  process_kw double precision not null
  families jsonb not null
  setup_kw double precision not null
  idle_kw double precision not null
  may_switch_off boolean not null
  switch_on_kwh double precision not null
  switch_on_minutes integer not null
  outside_kw double precision not null
)
row level security forced
constraint energy_power_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_power_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_power_idle_kw_check CHECK (((idle_kw >= (0)::double precision) AND (idle_kw <= (100000)::double precision)))
constraint energy_power_outside_kw_check CHECK (((outside_kw >= (0)::double precision) AND (outside_kw <= (100000)::double precision)))
constraint energy_power_pkey PRIMARY KEY (enterprise_id, work_unit_id)
constraint energy_power_process_kw_check CHECK (((process_kw >= (0)::double precision) AND (process_kw <= (100000)::double precision)))
constraint energy_power_setup_kw_check CHECK (((setup_kw >= (0)::double precision) AND (setup_kw <= (100000)::double precision)))
constraint energy_power_switch_on_kwh_check CHECK (((switch_on_kwh >= (0)::double precision) AND (switch_on_kwh <= (100000)::double precision)))
constraint energy_power_switch_on_minutes_check CHECK (((switch_on_minutes >= 0) AND (switch_on_minutes <= 1440)))
CREATE INDEX energy_power_site ON planning.energy_power USING btree (enterprise_id, site_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.energy_site owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  base_load_kw double precision not null
  carbon_grams_per_kwh double precision
  peak_reached_kw double precision not null
  peak_month text not null
)
row level security forced
constraint energy_site_base_load_kw_check CHECK (((base_load_kw >= (0)::double precision) AND (base_load_kw <= (1000000)::double precision)))
constraint energy_site_carbon_grams_per_kwh_check CHECK (((carbon_grams_per_kwh >= (0)::double precision) AND (carbon_grams_per_kwh <= (5000)::double precision)))
constraint energy_site_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_site_peak_month_check CHECK ((peak_month ~ '^\d{4}-\d\d$'::text))
constraint energy_site_peak_reached_kw_check CHECK (((peak_reached_kw >= (0)::double precision) AND (peak_reached_kw <= (1000000)::double precision)))
constraint energy_site_pkey PRIMARY KEY (enterprise_id, site_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.energy_slot owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  kind text not null
  start_at timestamp(3) with time zone not null
  minutes integer not null
  value double precision not null
)
row level security forced
constraint energy_slot_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_slot_kind_check CHECK ((kind = ANY (ARRAY['price'::text, 'generation'::text, 'carbon'::text])))
constraint energy_slot_minutes_check CHECK ((minutes = ANY (ARRAY[15, 30, 60])))
constraint energy_slot_pkey PRIMARY KEY (enterprise_id, site_id, kind, start_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.energy_switch_off owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid not null
  from_at timestamp(3) with time zone not null
  to_at timestamp(3) with time zone not null
  made_by text not null
)
row level security forced
constraint energy_switch_off_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_switch_off_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_switch_off_pkey PRIMARY KEY (enterprise_id, id)
constraint energy_switch_off_span CHECK ((to_at > from_at))
CREATE INDEX energy_switch_off_time ON planning.energy_switch_off USING btree (enterprise_id, site_id, to_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.energy_tariff owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  name text not null
  valid_from text not null
  valid_to text
  otherwise_per_kwh double precision not null
  steps jsonb not null
  spot_expected_per_kwh double precision
  peak_charge_per_kw double precision not null
)
row level security forced
constraint energy_tariff_check CHECK (((valid_to ~ '^\d{4}-\d\d-\d\d$'::text) AND (valid_to >= valid_from)))
constraint energy_tariff_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint energy_tariff_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
constraint energy_tariff_otherwise_per_kwh_check CHECK (((otherwise_per_kwh >= ('-100'::integer)::double precision) AND (otherwise_per_kwh <= (1000)::double precision)))
constraint energy_tariff_peak_charge_per_kw_check CHECK (((peak_charge_per_kw >= (0)::double precision) AND (peak_charge_per_kw <= (100000)::double precision)))
constraint energy_tariff_pkey PRIMARY KEY (enterprise_id, id)
constraint energy_tariff_spot_expected_per_kwh_check CHECK (((spot_expected_per_kwh >= ('-100'::integer)::double precision) AND (spot_expected_per_kwh <= (1000)::double precision)))
constraint energy_tariff_valid_from_check CHECK ((valid_from ~ '^\d{4}-\d\d-\d\d$'::text))
CREATE UNIQUE INDEX energy_tariff_from ON planning.energy_tariff USING btree (enterprise_id, site_id, valid_from)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.forecast owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  product_id uuid not null
  method text not null
  wape_ratio double precision
  bias_ratio double precision
  naive_wape_ratio double precision
  naive_is_best boolean not null
  tested_weeks integer not null
  mended_weeks integer not null
  history_until_on date not null
  computed_at timestamp(3) with time zone not null
)
row level security forced
constraint forecast_enterprise_id_product_id_fkey FOREIGN KEY (enterprise_id, product_id) REFERENCES planning.product(enterprise_id, id) ON DELETE CASCADE
constraint forecast_mended_weeks_check CHECK ((mended_weeks >= 0))
constraint forecast_method_check CHECK ((method = ANY (ARRAY['last-year'::text, 'last-week'::text, 'mean'::text, 'smoothing'::text, 'season'::text, 'season-mean'::text, 'occasional'::text])))
constraint forecast_naive_wape_ratio_check CHECK ((naive_wape_ratio >= (0)::double precision))
constraint forecast_pkey PRIMARY KEY (enterprise_id, product_id)
constraint forecast_tested_weeks_check CHECK ((tested_weeks >= 0))
constraint forecast_wape_ratio_check CHECK ((wape_ratio >= (0)::double precision))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.forecast_override owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  product_id uuid not null
  week_on date not null
  quantity integer not null
  reason text not null
  set_by text not null
  set_at timestamp(3) with time zone not null
)
row level security forced
constraint forecast_override_enterprise_id_product_id_fkey FOREIGN KEY (enterprise_id, product_id) REFERENCES planning.product(enterprise_id, id) ON DELETE CASCADE
constraint forecast_override_pkey PRIMARY KEY (enterprise_id, product_id, week_on)
constraint forecast_override_quantity_check CHECK (((quantity >= 0) AND (quantity <= 10000000)))
constraint forecast_override_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
constraint forecast_override_week_on_check CHECK ((EXTRACT(isodow FROM week_on) = (1)::numeric))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.forecast_week owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  product_id uuid not null
  week_on date not null
  quantity double precision not null
  low_quantity double precision not null
  high_quantity double precision not null
)
row level security forced
constraint forecast_week_band CHECK ((((0)::double precision <= low_quantity) AND (low_quantity <= quantity) AND (quantity <= high_quantity)))
constraint forecast_week_enterprise_id_product_id_fkey FOREIGN KEY (enterprise_id, product_id) REFERENCES planning.forecast(enterprise_id, product_id) ON DELETE CASCADE
constraint forecast_week_pkey PRIMARY KEY (enterprise_id, product_id, week_on)
constraint forecast_week_week_on_check CHECK ((EXTRACT(isodow FROM week_on) = (1)::numeric))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.freeze_fence owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  place_id uuid not null
  site_id uuid not null
  frozen_minutes integer not null
  slushy_minutes integer not null
)
row level security forced
constraint freeze_fence_enterprise_id_place_id_fkey FOREIGN KEY (enterprise_id, place_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint freeze_fence_frozen_minutes_check CHECK (((frozen_minutes >= 0) AND (frozen_minutes <= 20160)))
constraint freeze_fence_order CHECK ((slushy_minutes >= frozen_minutes))
constraint freeze_fence_pkey PRIMARY KEY (enterprise_id, place_id)
constraint freeze_fence_slushy_minutes_check CHECK (((slushy_minutes >= 0) AND (slushy_minutes <= 40320)))
CREATE INDEX freeze_fence_site ON planning.freeze_fence USING btree (enterprise_id, site_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.operator_group owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  name text not null
  skills text[] not null
  headcounts jsonb not null
)
row level security forced
constraint operator_group_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint operator_group_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
constraint operator_group_pkey PRIMARY KEY (enterprise_id, id)
CREATE UNIQUE INDEX operator_group_name ON planning.operator_group USING btree (enterprise_id, site_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.pace owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid
  order_id uuid
  position integer
  ratio double precision not null
  noted_at timestamp(3) with time zone not null
)
row level security forced
constraint pace_enterprise_id_order_id_fkey FOREIGN KEY (enterprise_id, order_id) REFERENCES planning.production_order(enterprise_id, id) ON DELETE CASCADE
constraint pace_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint pace_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint pace_pkey PRIMARY KEY (enterprise_id, id)
constraint pace_position_check CHECK ((("position" >= 1) AND ("position" <= 100)))
constraint pace_ratio_check CHECK (((ratio > (0.05)::double precision) AND (ratio < (50)::double precision)))
constraint pace_subject CHECK ((((work_unit_id IS NULL) <> (order_id IS NULL)) AND ((order_id IS NULL) = ("position" IS NULL))))
CREATE UNIQUE INDEX pace_machine ON planning.pace USING btree (enterprise_id, work_unit_id) WHERE (work_unit_id IS NOT NULL)
CREATE UNIQUE INDEX pace_operation ON planning.pace USING btree (enterprise_id, order_id, "position") WHERE (order_id IS NOT NULL)
CREATE INDEX pace_site ON planning.pace USING btree (enterprise_id, site_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.plan owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  state text not null
  revision integer not null
  made_at timestamp(3) with time zone not null
  made_by text not null
  published_at timestamp(3) with time zone
  published_by text
)
row level security forced
constraint plan_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint plan_pkey PRIMARY KEY (enterprise_id, id)
constraint plan_published CHECK ((((state = 'draft'::text) = (published_at IS NULL)) AND ((state = 'draft'::text) = (published_by IS NULL))))
constraint plan_revision_check CHECK ((revision >= 1))
constraint plan_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'superseded'::text])))
CREATE UNIQUE INDEX plan_current ON planning.plan USING btree (enterprise_id, site_id, state) WHERE (state = ANY (ARRAY['draft'::text, 'published'::text]))
CREATE INDEX plan_superseded ON planning.plan USING btree (enterprise_id, site_id, published_at) WHERE (state = 'superseded'::text)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.plan_operation owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  plan_id uuid not null
  order_id uuid not null
  position integer not null
  work_unit_id uuid not null
  setup_start_at timestamp(3) with time zone not null
  start_at timestamp(3) with time zone not null
  end_at timestamp(3) with time zone not null
  operator_group_id uuid
  locked boolean not null
  reason jsonb not null
  lane integer not null default 0
  part integer not null default 1
  quantity integer
)
row level security forced
constraint plan_operation_enterprise_id_order_id_fkey FOREIGN KEY (enterprise_id, order_id) REFERENCES planning.production_order(enterprise_id, id) ON DELETE CASCADE
constraint plan_operation_enterprise_id_plan_id_fkey FOREIGN KEY (enterprise_id, plan_id) REFERENCES planning.plan(enterprise_id, id) ON DELETE CASCADE
constraint plan_operation_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint plan_operation_lane_check CHECK (((lane >= 0) AND (lane <= 63)))
constraint plan_operation_part_check CHECK (((part >= 1) AND (part <= 9)))
constraint plan_operation_pkey PRIMARY KEY (enterprise_id, plan_id, order_id, "position", part)
constraint plan_operation_quantity_check CHECK (((quantity >= 1) AND (quantity <= 10000000)))
constraint plan_operation_times CHECK (((setup_start_at <= start_at) AND (start_at < end_at)))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.product owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  code text not null
  name text not null
  family text not null
  material_id uuid
)
row level security forced
constraint product_code_check CHECK (((length(code) >= 1) AND (length(code) <= 60)))
constraint product_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint product_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint product_enterprise_id_site_id_id_key UNIQUE (enterprise_id, site_id, id)
constraint product_family_check CHECK (((length(family) >= 1) AND (length(family) <= 60)))
constraint product_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint product_pkey PRIMARY KEY (enterprise_id, id)
CREATE UNIQUE INDEX product_code ON planning.product USING btree (enterprise_id, site_id, lower(code))
CREATE UNIQUE INDEX product_material ON planning.product USING btree (enterprise_id, site_id, material_id) WHERE (material_id IS NOT NULL)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.production_order owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  number text not null
  product_id uuid not null
  quantity integer not null
  release_at timestamp(3) with time zone not null
  due_at timestamp(3) with time zone not null
  priority integer not null
  customer text
  state text not null
  created_at timestamp(3) with time zone not null
  closed_at timestamp(3) with time zone
)
row level security forced
constraint production_order_customer_check CHECK (((length(customer) >= 1) AND (length(customer) <= 120)))
constraint production_order_enterprise_id_site_id_product_id_fkey FOREIGN KEY (enterprise_id, site_id, product_id) REFERENCES planning.product(enterprise_id, site_id, id) ON DELETE CASCADE
constraint production_order_number_check CHECK (((length(number) >= 1) AND (length(number) <= 40)))
constraint production_order_pkey PRIMARY KEY (enterprise_id, id)
constraint production_order_priority_check CHECK (((priority >= 1) AND (priority <= 5)))
constraint production_order_quantity_check CHECK (((quantity >= 1) AND (quantity <= 10000000)))
constraint production_order_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'cancelled'::text])))
CREATE INDEX production_order_closed ON planning.production_order USING btree (enterprise_id, site_id, closed_at) WHERE (closed_at IS NOT NULL)
CREATE INDEX production_order_due ON planning.production_order USING btree (enterprise_id, site_id, state, due_at)
CREATE UNIQUE INDEX production_order_number ON planning.production_order USING btree (enterprise_id, site_id, lower(number))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table planning.proposal owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid
  cause text not null
  source text not null
  title text not null
  summary text not null
  until_at timestamp(3) with time zone not null
  changes jsonb not null
  state text not null
  made_at timestamp(3) with time zone not null
  decided_at timestamp(3) with time zone
  decided_by text
  reason text
  subject text not null default ''::text
  basis text not null default ''::text
  assumption text not null default ''::text
  record jsonb
  by_policy boolean not null default false
  taken_back_at timestamp(3) with time zone
  taken_back_by text
  renewed_because text
  first_made_at timestamp(3) with time zone
)
row level security forced
constraint proposal_assumption_check CHECK ((length(assumption) <= 300))
constraint proposal_basis_check CHECK ((length(basis) <= 100))
constraint proposal_cause_check CHECK ((cause = ANY (ARRAY['stopped'::text, 'slow'::text, 'scrap'::text, 'late-delivery'::text, 'absent'::text, 'predicted-failure'::text])))
constraint proposal_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint proposal_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint proposal_pkey PRIMARY KEY (enterprise_id, id)
constraint proposal_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
constraint proposal_renewed CHECK (((renewed_because IS NULL) = (first_made_at IS NULL)))
constraint proposal_renewed_because_check CHECK (((length(renewed_because) >= 1) AND (length(renewed_because) <= 200)))
constraint proposal_source_check CHECK (((length(source) >= 1) AND (length(source) <= 100)))
constraint proposal_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'dismissed'::text, 'outdated'::text])))
constraint proposal_subject_check CHECK ((length(subject) <= 100))
constraint proposal_summary_check CHECK (((length(summary) >= 1) AND (length(summary) <= 500)))
constraint proposal_taken_back CHECK (((taken_back_at IS NULL) = (taken_back_by IS NULL)))
constraint proposal_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
CREATE INDEX proposal_by_policy ON planning.proposal USING btree (enterprise_id, site_id, decided_at DESC) WHERE by_policy
CREATE INDEX proposal_decided ON planning.proposal USING btree (enterprise_id, site_id, cause, subject, decided_at DESC)
CREATE INDEX proposal_open ON planning.proposal USING btree (enterprise_id, site_id, made_at) WHERE (state = 'open'::text)
CREATE UNIQUE INDEX proposal_subject ON planning.proposal USING btree (enterprise_id, site_id, cause, subject) WHERE (state = 'open'::text)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table planning.reaction_policy owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  enabled boolean not null
  causes text[] not null
  moves_max integer not null
  shift_hours_max integer not null
  from_minute integer not null
  to_minute integer not null
  rejections_max integer not null
  breakdown_words text[] not null
  rejection_count integer not null
  suspended_at timestamp(3) with time zone
  set_at timestamp(3) with time zone not null
  set_by text not null
)
row level security forced
constraint reaction_policy_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint reaction_policy_from_minute_check CHECK (((from_minute >= 0) AND (from_minute <= 1439)))
constraint reaction_policy_moves_max_check CHECK (((moves_max >= 1) AND (moves_max <= 100)))
constraint reaction_policy_pkey PRIMARY KEY (enterprise_id, site_id)
constraint reaction_policy_rejection_count_check CHECK ((rejection_count >= 0))
constraint reaction_policy_rejections_max_check CHECK (((rejections_max >= 1) AND (rejections_max <= 20)))
constraint reaction_policy_shift_hours_max_check CHECK (((shift_hours_max >= 1) AND (shift_hours_max <= 168)))
constraint reaction_policy_to_minute_check CHECK (((to_minute >= 1) AND (to_minute <= 1440)))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.requirement_item owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  material_id uuid not null
  level integer not null
  on_hand numeric not null
  safety_stock numeric not null
  weeks jsonb not null
)
row level security forced
constraint requirement_item_enterprise_id_material_id_fkey FOREIGN KEY (enterprise_id, material_id) REFERENCES materials.material_definition(enterprise_id, id) ON DELETE CASCADE
constraint requirement_item_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint requirement_item_level_check CHECK ((level >= 0))
constraint requirement_item_pkey PRIMARY KEY (enterprise_id, site_id, material_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.requirement_run owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  stale_at timestamp(3) with time zone
  computed_at timestamp(3) with time zone
  detail text
)
row level security forced
constraint requirement_run_detail_check CHECK ((length(detail) <= 500))
constraint requirement_run_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint requirement_run_pkey PRIMARY KEY (enterprise_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.routing_alternative owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  product_id uuid not null
  position integer not null
  work_unit_id uuid not null
  minutes_per_piece double precision not null
)
row level security forced
constraint routing_alternative_enterprise_id_product_id_position_fkey FOREIGN KEY (enterprise_id, product_id, "position") REFERENCES planning.routing_step(enterprise_id, product_id, "position") ON DELETE CASCADE
constraint routing_alternative_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint routing_alternative_minutes_per_piece_check CHECK (((minutes_per_piece > (0)::double precision) AND (minutes_per_piece <= (10000)::double precision)))
constraint routing_alternative_pkey PRIMARY KEY (enterprise_id, product_id, "position", work_unit_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.routing_step owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  product_id uuid not null
  position integer not null
  name text not null
  setup_family text not null
  splittable boolean not null
  operator_skill text
  operator_count integer
  operator_time text
  charge_minutes integer
  load_per_piece double precision
  wait_minutes integer
  transfer_quantity integer
)
row level security forced
constraint routing_step_charge CHECK (((charge_minutes IS NULL) = (load_per_piece IS NULL)))
constraint routing_step_charge_minutes_check CHECK (((charge_minutes >= 1) AND (charge_minutes <= 10000)))
constraint routing_step_enterprise_id_product_id_fkey FOREIGN KEY (enterprise_id, product_id) REFERENCES planning.product(enterprise_id, id) ON DELETE CASCADE
constraint routing_step_load_per_piece_check CHECK (((load_per_piece > (0)::double precision) AND (load_per_piece <= (100000)::double precision)))
constraint routing_step_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
constraint routing_step_operator_count_check CHECK (((operator_count >= 1) AND (operator_count <= 50)))
constraint routing_step_operator_skill_check CHECK (((length(operator_skill) >= 1) AND (length(operator_skill) <= 60)))
constraint routing_step_operator_time_check CHECK ((operator_time = ANY (ARRAY['whole'::text, 'setup'::text])))
constraint routing_step_operators CHECK ((((operator_skill IS NULL) = (operator_count IS NULL)) AND ((operator_skill IS NULL) = (operator_time IS NULL))))
constraint routing_step_pkey PRIMARY KEY (enterprise_id, product_id, "position")
constraint routing_step_position_check CHECK ((("position" >= 1) AND ("position" <= 100)))
constraint routing_step_setup_family_check CHECK (((length(setup_family) >= 1) AND (length(setup_family) <= 60)))
constraint routing_step_transfer_quantity_check CHECK (((transfer_quantity >= 1) AND (transfer_quantity <= 10000000)))
constraint routing_step_wait_minutes_check CHECK (((wait_minutes >= 1) AND (wait_minutes <= 43200)))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.routing_tool owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  product_id uuid not null
  position integer not null
  tool_id uuid not null
  count integer not null
)
row level security forced
constraint routing_tool_count_check CHECK (((count >= 1) AND (count <= 1000)))
constraint routing_tool_enterprise_id_product_id_position_fkey FOREIGN KEY (enterprise_id, product_id, "position") REFERENCES planning.routing_step(enterprise_id, product_id, "position") ON DELETE CASCADE
constraint routing_tool_enterprise_id_tool_id_fkey FOREIGN KEY (enterprise_id, tool_id) REFERENCES planning.tool(enterprise_id, id) ON DELETE CASCADE
constraint routing_tool_pkey PRIMARY KEY (enterprise_id, product_id, "position", tool_id)
CREATE INDEX routing_tool_use ON planning.routing_tool USING btree (enterprise_id, tool_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.run owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  id uuid not null
  state text not null
  started_at timestamp(3) with time zone not null
  heard_at timestamp(3) with time zone not null
  budget_s integer not null
  progress_ratio double precision not null
  late_count integer
  detail text
  started_by text not null
)
row level security forced
constraint run_budget_s_check CHECK (((budget_s >= 1) AND (budget_s <= 600)))
constraint run_detail_check CHECK ((length(detail) <= 500))
constraint run_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint run_pkey PRIMARY KEY (enterprise_id, site_id)
constraint run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'cancelled'::text, 'failed'::text])))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.sales_week owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  product_id uuid not null
  week_on date not null
  quantity integer not null
)
row level security forced
constraint sales_week_enterprise_id_product_id_fkey FOREIGN KEY (enterprise_id, product_id) REFERENCES planning.product(enterprise_id, id) ON DELETE CASCADE
constraint sales_week_pkey PRIMARY KEY (enterprise_id, product_id, week_on)
constraint sales_week_quantity_check CHECK (((quantity >= '-10000000'::integer) AND (quantity <= 10000000)))
constraint sales_week_week_on_check CHECK ((EXTRACT(isodow FROM week_on) = (1)::numeric))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.scenario owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  name text not null
  changes jsonb not null
  state text not null
  budget_s integer not null
  heard_at timestamp(3) with time zone not null
  progress_ratio double precision not null
  detail text
  base_mark text
  computed_at timestamp(3) with time zone
  result jsonb
  placed jsonb
  made_at timestamp(3) with time zone not null
  made_by text not null
  used_at timestamp(3) with time zone
  used_by text
)
row level security forced
constraint scenario_budget_s_check CHECK (((budget_s >= 1) AND (budget_s <= 60)))
constraint scenario_computed CHECK ((((computed_at IS NULL) = (placed IS NULL)) AND ((computed_at IS NULL) = (result IS NULL)) AND ((computed_at IS NULL) = (base_mark IS NULL))))
constraint scenario_detail_check CHECK ((length(detail) <= 500))
constraint scenario_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint scenario_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
constraint scenario_pkey PRIMARY KEY (enterprise_id, id)
constraint scenario_progress_ratio_check CHECK (((progress_ratio >= (0)::double precision) AND (progress_ratio <= (1)::double precision)))
constraint scenario_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'cancelled'::text, 'failed'::text])))
constraint scenario_used CHECK (((used_at IS NULL) = (used_by IS NULL)))
CREATE INDEX scenario_site ON planning.scenario USING btree (enterprise_id, site_id, made_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.setup_matrix owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  work_unit_id uuid not null
  site_id uuid not null
  otherwise_minutes integer not null
  changes jsonb not null
)
row level security forced
constraint setup_matrix_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint setup_matrix_otherwise_minutes_check CHECK (((otherwise_minutes >= 0) AND (otherwise_minutes <= 10000)))
constraint setup_matrix_pkey PRIMARY KEY (enterprise_id, work_unit_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.shift_record owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  work_unit_id uuid not null
  shift_start_at timestamp(3) with time zone not null
  site_id uuid not null
  shift_name text not null
  shift_end_at timestamp(3) with time zone not null
  recorded_at timestamp(3) with time zone not null
  spans jsonb not null
  starts jsonb not null
  planned_s integer not null
  settled_at timestamp(3) with time zone
  ran_s integer
  late_s integer
  stopped_s integer
  idle_s integer
  unheard_s integer
  start_count integer
  met_count integer
)
row level security forced
constraint shift_record_check CHECK (((met_count >= 0) AND (met_count <= start_count)))
constraint shift_record_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint shift_record_idle_s_check CHECK ((idle_s >= 0))
constraint shift_record_late_s_check CHECK ((late_s >= 0))
constraint shift_record_pkey PRIMARY KEY (enterprise_id, work_unit_id, shift_start_at)
constraint shift_record_planned_s_check CHECK ((planned_s > 0))
constraint shift_record_ran_s_check CHECK ((ran_s >= 0))
constraint shift_record_settled CHECK ((((settled_at IS NULL) AND (num_nonnulls(ran_s, late_s, stopped_s, idle_s, unheard_s, start_count, met_count) = 0)) OR ((settled_at IS NOT NULL) AND (start_count IS NOT NULL) AND (met_count IS NOT NULL) AND (((((ran_s + late_s) + stopped_s) + idle_s) + unheard_s) = planned_s))))
constraint shift_record_shift_name_check CHECK (((length(shift_name) >= 1) AND (length(shift_name) <= 60)))
constraint shift_record_span CHECK ((shift_end_at > shift_start_at))
constraint shift_record_start_count_check CHECK ((start_count >= 0))
constraint shift_record_stopped_s_check CHECK ((stopped_s >= 0))
constraint shift_record_unheard_s_check CHECK ((unheard_s >= 0))
CREATE INDEX shift_record_open ON planning.shift_record USING btree (enterprise_id, shift_end_at) WHERE (settled_at IS NULL)
CREATE INDEX shift_record_time ON planning.shift_record USING btree (enterprise_id, site_id, shift_start_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.tool owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  name text not null
  count integer not null
)
row level security forced
constraint tool_count_check CHECK (((count >= 1) AND (count <= 1000)))
constraint tool_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint tool_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
constraint tool_pkey PRIMARY KEY (enterprise_id, id)
CREATE UNIQUE INDEX tool_name ON planning.tool USING btree (enterprise_id, site_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.transport owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  site_id uuid not null
  from_area_id uuid not null
  to_area_id uuid not null
  minutes integer not null
)
row level security forced
constraint transport_between CHECK ((from_area_id <> to_area_id))
constraint transport_enterprise_id_from_area_id_fkey FOREIGN KEY (enterprise_id, from_area_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint transport_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint transport_enterprise_id_to_area_id_fkey FOREIGN KEY (enterprise_id, to_area_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint transport_minutes_check CHECK (((minutes >= 1) AND (minutes <= 10000)))
constraint transport_pkey PRIMARY KEY (enterprise_id, site_id, from_area_id, to_area_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table planning.unit_capacity owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  work_unit_id uuid not null
  site_id uuid not null
  kind text not null
  count integer not null
  charge_load integer
  load_unit text
)
row level security forced
constraint unit_capacity_charge CHECK ((((kind = 'batch'::text) = (charge_load IS NOT NULL)) AND ((kind = 'batch'::text) = (load_unit IS NOT NULL))))
constraint unit_capacity_charge_load_check CHECK (((charge_load >= 1) AND (charge_load <= 1000000)))
constraint unit_capacity_count_check CHECK (((count >= 1) AND (count <= 64)))
constraint unit_capacity_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint unit_capacity_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint unit_capacity_kind_check CHECK ((kind = ANY (ARRAY['machine'::text, 'batch'::text])))
constraint unit_capacity_load_unit_check CHECK ((load_unit = ANY (ARRAY['pieces'::text, 'kg'::text])))
constraint unit_capacity_pkey PRIMARY KEY (enterprise_id, work_unit_id)
CREATE INDEX unit_capacity_site ON planning.unit_capacity USING btree (enterprise_id, site_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table plant.command_key owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  public_key text not null
  private_key text not null
  created_at timestamp(3) with time zone not null
)
row level security forced
constraint command_key_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint command_key_pkey PRIMARY KEY (enterprise_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select to millrace_app

table plant.connection owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  gateway_id uuid not null
  name text not null
  protocol text not null
  endpoint text not null
  options jsonb not null
  state text not null default 'unknown'::text
  detail text
  state_since timestamp(3) with time zone
)
row level security forced
constraint connection_detail_check CHECK ((length(detail) <= 500))
constraint connection_endpoint_check CHECK ((length(endpoint) <= 300))
constraint connection_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint connection_enterprise_id_site_id_gateway_id_fkey FOREIGN KEY (enterprise_id, site_id, gateway_id) REFERENCES plant.gateway(enterprise_id, site_id, id) ON DELETE CASCADE
constraint connection_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint connection_pkey PRIMARY KEY (enterprise_id, id)
constraint connection_protocol_check CHECK ((protocol = ANY (ARRAY['opc-ua'::text, 'sparkplug'::text, 'replay'::text, 'mqtt'::text])))
constraint connection_state_check CHECK ((state = ANY (ARRAY['connected'::text, 'connecting'::text, 'failed'::text, 'unknown'::text])))
CREATE UNIQUE INDEX connection_name ON plant.connection USING btree (enterprise_id, gateway_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table plant.discovered_tag owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  connection_id uuid not null
  address text not null
  name text not null
  kind text not null
  unit text
)
row level security forced
constraint discovered_tag_address_check CHECK (((length(address) >= 1) AND (length(address) <= 500)))
constraint discovered_tag_enterprise_id_connection_id_fkey FOREIGN KEY (enterprise_id, connection_id) REFERENCES plant.connection(enterprise_id, id) ON DELETE CASCADE
constraint discovered_tag_kind_check CHECK ((kind = ANY (ARRAY['number'::text, 'text'::text, 'vector'::text])))
constraint discovered_tag_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
constraint discovered_tag_pkey PRIMARY KEY (enterprise_id, connection_id, address)
constraint discovered_tag_unit_check CHECK ((length(unit) <= 40))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table plant.enrolment_code owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  code_hash bytea not null
  gateway_id uuid not null
  expires_at timestamp(3) with time zone not null
)
row level security forced
constraint enrolment_code_code_hash_check CHECK ((length(code_hash) = 32))
constraint enrolment_code_enterprise_id_gateway_id_fkey FOREIGN KEY (enterprise_id, gateway_id) REFERENCES plant.gateway(enterprise_id, id) ON DELETE CASCADE
constraint enrolment_code_pkey PRIMARY KEY (enterprise_id, code_hash)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select to millrace_app

table plant.equipment owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  parent_id uuid
  parent_level text
  level text not null
  name text not null
  kind text
  position integer not null
  site jsonb
)
row level security forced
constraint equipment_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint equipment_enterprise_id_site_id_id_level_key UNIQUE (enterprise_id, site_id, id, level)
constraint equipment_enterprise_id_site_id_parent_id_parent_level_fkey FOREIGN KEY (enterprise_id, site_id, parent_id, parent_level) REFERENCES plant.equipment(enterprise_id, site_id, id, level) ON DELETE CASCADE
constraint equipment_kind CHECK (((kind IS NULL) OR (level = 'work-unit'::text)))
constraint equipment_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 60)))
constraint equipment_level_check CHECK ((level = ANY (ARRAY['site'::text, 'area'::text, 'work-center'::text, 'work-unit'::text])))
constraint equipment_level_order CHECK (
CASE level
    WHEN 'site'::text THEN (parent_level IS NULL)
    WHEN 'area'::text THEN ((parent_level IS NOT NULL) AND (parent_level = 'site'::text))
    WHEN 'work-center'::text THEN ((parent_level IS NOT NULL) AND (parent_level = 'area'::text))
    ELSE ((parent_level IS NOT NULL) AND (parent_level = ANY (ARRAY['area'::text, 'work-center'::text])))
END)
constraint equipment_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint equipment_parent CHECK (((parent_id IS NULL) = (parent_level IS NULL)))
constraint equipment_pkey PRIMARY KEY (enterprise_id, id)
constraint equipment_site CHECK ((((level = 'site'::text) = (site_id = id)) AND ((level = 'site'::text) = (site IS NOT NULL))))
CREATE UNIQUE INDEX equipment_name ON plant.equipment USING btree (enterprise_id, parent_id, lower(name)) NULLS NOT DISTINCT
CREATE INDEX equipment_of_site ON plant.equipment USING btree (enterprise_id, site_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table plant.gateway owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  name text not null
  local boolean not null
  public_key text
  enrolled_at timestamp(3) with time zone
  last_seen_at timestamp(3) with time zone
  journal jsonb
  revoked_at timestamp(3) with time zone
  kind text not null default 'edge'::text
  clock_ahead_ms bigint
)
row level security forced
constraint gateway_direct CHECK (((kind = 'edge'::text) OR ((public_key IS NULL) AND (NOT local))))
constraint gateway_enrolled CHECK (((public_key IS NULL) = (enrolled_at IS NULL)))
constraint gateway_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint gateway_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint gateway_enterprise_id_site_id_id_key UNIQUE (enterprise_id, site_id, id)
constraint gateway_kind_check CHECK ((kind = ANY (ARRAY['edge'::text, 'direct'::text])))
constraint gateway_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
constraint gateway_pkey PRIMARY KEY (enterprise_id, id)
constraint gateway_public_key_check CHECK ((length(public_key) = 43))
CREATE UNIQUE INDEX gateway_name ON plant.gateway USING btree (enterprise_id, site_id, lower(name))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table runtime.migration owner millrace_owner (
  name text not null
  applied_at timestamp(3) with time zone not null default now()
)
constraint migration_pkey PRIMARY KEY (name)

table runtime.outbox owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id bigint not null identity
  type text not null
  data jsonb not null
  attempts integer not null default 0
  due_at timestamp(3) with time zone default now()
  last_error text
  announced_at timestamp(3) with time zone not null default now()
)
row level security forced
constraint outbox_pkey PRIMARY KEY (enterprise_id, id)
constraint outbox_type_check CHECK ((length(type) <= 200))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table runtime.tenant owner millrace_owner (
  enterprise_id uuid not null
  created_at timestamp(3) with time zone not null default now()
)
constraint tenant_pkey PRIMARY KEY (enterprise_id)
grant delete, insert, select to millrace_app
grant select to millrace_ingest

table telemetry.chunk owner millrace_ingest partition by RANGE (first_ms) (
  enterprise_id uuid not null
  series integer not null
  first_ms bigint not null
  id bigint not null default nextval('telemetry.chunk_id'::regclass)
  last_ms bigint not null
  count integer not null
  kind smallint not null
  data bytea not null
)
row level security enabled
constraint chunk_count_check CHECK ((count > 0))
constraint chunk_kind_check CHECK ((kind = ANY (ARRAY[0, 1])))
constraint chunk_pkey PRIMARY KEY (enterprise_id, series, first_ms, id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app

table telemetry.export owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  created_by text not null
  created_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  series integer[] not null
  from_ms bigint not null
  to_ms bigint not null
  resolution text not null
  format text not null
  state text not null
  attempt integer not null default 0
  progress_ratio double precision not null default 0
  row_count bigint not null default 0
  byte_count bigint not null default 0
  started_at timestamp(3) with time zone
  ended_at timestamp(3) with time zone
)
row level security forced
constraint export_check CHECK ((to_ms > from_ms))
constraint export_created_by_check CHECK ((length(created_by) <= 100))
constraint export_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint export_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'jsonl'::text, 'parquet'::text])))
constraint export_pkey PRIMARY KEY (enterprise_id, id)
constraint export_progress_ratio_check CHECK (((progress_ratio >= (0)::double precision) AND (progress_ratio <= (1)::double precision)))
constraint export_resolution_check CHECK ((resolution = ANY (ARRAY['raw'::text, 'minute'::text, 'hour'::text])))
constraint export_series_check CHECK (((cardinality(series) >= 1) AND (cardinality(series) <= 200)))
constraint export_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'interrupted'::text, 'cancelled'::text])))
CREATE INDEX export_created ON telemetry.export USING btree (enterprise_id, created_by, created_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table telemetry.hold owner millrace_ingest (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  work_unit_id uuid not null
  from_ms bigint not null
  to_ms bigint not null
  reason text not null
  created_at timestamp(3) with time zone not null
  created_by_name text not null
  released_at timestamp(3) with time zone
  released_by_name text
  forgotten_at timestamp(3) with time zone
)
row level security enabled
constraint hold_check CHECK ((to_ms > from_ms))
constraint hold_created_by_name_check CHECK ((length(created_by_name) <= 200))
constraint hold_pkey PRIMARY KEY (enterprise_id, id)
constraint hold_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
constraint hold_released_by_name_check CHECK ((length(released_by_name) <= 200))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table telemetry.import owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  site_id uuid not null
  created_by text not null
  created_by_name text not null
  created_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  file_name text not null
  format text not null
  byte_count bigint not null
  received_bytes bigint not null default 0
  state text not null
  mapping jsonb
  skip_faults boolean not null default false
  progress_ratio double precision not null default 0
  row_count bigint not null default 0
  sample_count bigint not null default 0
  fault_count bigint not null default 0
  faults jsonb not null default '[]'::jsonb
  first_ms bigint
  last_ms bigint
  note text
  started_at timestamp(3) with time zone
  ended_at timestamp(3) with time zone
  beat_at timestamp(3) with time zone
)
row level security forced
constraint import_byte_count_check CHECK ((byte_count > 0))
constraint import_created_by_check CHECK ((length(created_by) <= 100))
constraint import_created_by_name_check CHECK ((length(created_by_name) <= 200))
constraint import_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint import_file_name_check CHECK (((length(file_name) >= 1) AND (length(file_name) <= 200)))
constraint import_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'jsonl'::text, 'parquet'::text, 'line-protocol'::text])))
constraint import_note_check CHECK ((length(note) <= 500))
constraint import_pkey PRIMARY KEY (enterprise_id, id)
constraint import_progress_ratio_check CHECK (((progress_ratio >= (0)::double precision) AND (progress_ratio <= (1)::double precision)))
constraint import_state_check CHECK ((state = ANY (ARRAY['uploading'::text, 'ready'::text, 'checking'::text, 'writing'::text, 'done'::text, 'refused'::text, 'cancelling'::text, 'cancelled'::text, 'failed'::text, 'undoing'::text, 'undone'::text])))
CREATE INDEX import_created ON telemetry.import USING btree (enterprise_id, site_id, created_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table telemetry.import_chunk owner millrace_ingest (
  enterprise_id uuid not null
  import_id uuid not null
  series integer not null
  hour_ms bigint not null
  id bigint not null default nextval('telemetry.import_chunk_id'::regclass)
  replaced boolean not null
  first_ms bigint not null
  kind smallint not null
  count integer not null
  data bytea not null
  written_at timestamp(3) with time zone not null
)
row level security enabled
constraint import_chunk_count_check CHECK ((count > 0))
constraint import_chunk_kind_check CHECK ((kind = ANY (ARRAY[0, 1])))
constraint import_chunk_pkey PRIMARY KEY (enterprise_id, import_id, series, hour_ms, id)
CREATE INDEX import_chunk_hour ON telemetry.import_chunk USING btree (enterprise_id, series, hour_ms)
CREATE INDEX import_chunk_written ON telemetry.import_chunk USING btree (written_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app

table telemetry.import_part owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  import_id uuid not null
  start_byte bigint not null
  data bytea not null
)
row level security forced
constraint import_part_enterprise_id_import_id_fkey FOREIGN KEY (enterprise_id, import_id) REFERENCES telemetry.import(enterprise_id, id) ON DELETE CASCADE
constraint import_part_pkey PRIMARY KEY (enterprise_id, import_id, start_byte)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select to millrace_app

table telemetry.inbox owner millrace_ingest (
  enterprise_id uuid not null
  gateway_id uuid not null
  journal uuid not null
  sequence bigint not null
  id bigint not null default nextval('telemetry.inbox_id'::regclass)
  received_at timestamp(3) with time zone not null
  payload bytea not null
  refused_at timestamp(3) with time zone
)
row level security enabled
constraint inbox_pkey PRIMARY KEY (enterprise_id, gateway_id, journal, sequence)
constraint inbox_sequence_check CHECK ((sequence > 0))
CREATE INDEX inbox_waiting ON telemetry.inbox USING btree (id) WHERE (refused_at IS NULL)

table telemetry.latest owner millrace_ingest (
  enterprise_id uuid not null
  series integer not null
  timestamp_ms bigint not null
  value double precision
  text text
  quality smallint not null
)
row level security enabled
constraint latest_pkey PRIMARY KEY (enterprise_id, series)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app

table telemetry.receipt owner millrace_ingest (
  enterprise_id uuid not null
  gateway_id uuid not null
  journal uuid not null
  last_sequence bigint not null
  seen_at timestamp(3) with time zone not null
)
row level security enabled
constraint receipt_last_sequence_check CHECK ((last_sequence >= 0))
constraint receipt_pkey PRIMARY KEY (enterprise_id, gateway_id, journal)

table telemetry.retention owner millrace_ingest (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  class text not null
  raw_days integer not null
  minute_days integer not null
  hour_days integer not null
  changed_at timestamp(3) with time zone not null
  changed_by_name text not null
)
row level security enabled
constraint retention_changed_by_name_check CHECK ((length(changed_by_name) <= 200))
constraint retention_check CHECK (((minute_days >= raw_days) AND (minute_days <= 3660)))
constraint retention_check1 CHECK (((hour_days >= minute_days) AND (hour_days <= 3660)))
constraint retention_class_check CHECK ((class = ANY (ARRAY['state'::text, 'production'::text, 'energy'::text, 'process'::text, 'condition'::text, 'vibration'::text, 'other'::text])))
constraint retention_pkey PRIMARY KEY (enterprise_id, class)
constraint retention_raw_days_check CHECK (((raw_days >= 7) AND (raw_days <= 3660)))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table telemetry.rollup owner millrace_ingest partition by RANGE (hour_ms) (
  enterprise_id uuid not null
  series integer not null
  hour_ms bigint not null
  count integer not null
  min double precision not null
  max double precision not null
  sum double precision not null
  last double precision not null
  last_ms bigint not null
  minutes smallint[]
  counts integer[]
  mins double precision[]
  maxs double precision[]
  sums double precision[]
  lasts double precision[]
  integral double precision
  held_ms integer
)
row level security enabled
constraint rollup_count_check CHECK ((count > 0))
constraint rollup_held_ms_check CHECK ((held_ms >= 0))
constraint rollup_pkey PRIMARY KEY (enterprise_id, series, hour_ms)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app

table telemetry.series_counter owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  last_series integer not null
)
row level security forced
constraint series_counter_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint series_counter_last_series_check CHECK ((last_series >= 0))
constraint series_counter_pkey PRIMARY KEY (enterprise_id)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant insert, select, update to millrace_app

table telemetry.shaft owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  work_unit_id uuid not null
  site_id uuid not null
  nominal_rpm double precision
  teeth integer
  ball_count integer
  ball_mm double precision
  pitch_mm double precision
  contact_degrees double precision
  changed_at timestamp(3) with time zone not null
)
row level security forced
constraint shaft_ball_count_check CHECK (((ball_count >= 3) AND (ball_count <= 200)))
constraint shaft_ball_mm_check CHECK ((ball_mm > (0)::double precision))
constraint shaft_check CHECK ((pitch_mm > ball_mm))
constraint shaft_contact_degrees_check CHECK (((contact_degrees >= (0)::double precision) AND (contact_degrees <= (80)::double precision)))
constraint shaft_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint shaft_nominal_rpm_check CHECK ((nominal_rpm > (0)::double precision))
constraint shaft_pkey PRIMARY KEY (enterprise_id, work_unit_id)
constraint shaft_teeth_check CHECK (((teeth >= 1) AND (teeth <= 1000)))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table telemetry.signal owner millrace_owner (
  enterprise_id uuid not null default (current_setting('millrace.enterprise_id'::text))::uuid
  id uuid not null
  series integer not null
  site_id uuid not null
  work_unit_id uuid not null
  name text not null
  title text not null
  measurand text not null
  kind text not null
  unit text
  normal_low double precision
  normal_high double precision
  connection_id uuid
  address text
  transform text
  sample_rate_hz double precision
  created_at timestamp(3) with time zone not null
  record_every_ms integer
)
row level security forced
constraint signal_address_check CHECK ((length(address) <= 500))
constraint signal_enterprise_id_connection_id_fkey FOREIGN KEY (enterprise_id, connection_id) REFERENCES plant.connection(enterprise_id, id) ON DELETE SET NULL (connection_id)
constraint signal_enterprise_id_fkey FOREIGN KEY (enterprise_id) REFERENCES runtime.tenant(enterprise_id) ON DELETE CASCADE
constraint signal_enterprise_id_site_id_fkey FOREIGN KEY (enterprise_id, site_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint signal_enterprise_id_work_unit_id_fkey FOREIGN KEY (enterprise_id, work_unit_id) REFERENCES plant.equipment(enterprise_id, id) ON DELETE CASCADE
constraint signal_kind_check CHECK ((kind = ANY (ARRAY['number'::text, 'text'::text, 'vector'::text])))
constraint signal_measurand_check CHECK ((length(measurand) <= 60))
constraint signal_name UNIQUE (enterprise_id, work_unit_id, name)
constraint signal_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
constraint signal_pkey PRIMARY KEY (enterprise_id, id)
constraint signal_record_every_ms_check CHECK (((record_every_ms >= 1000) AND (record_every_ms <= 86400000)))
constraint signal_sample_rate_hz_check CHECK ((sample_rate_hz > (0)::double precision))
constraint signal_series UNIQUE (enterprise_id, series)
constraint signal_series_check CHECK ((series > 0))
constraint signal_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
constraint signal_transform_check CHECK ((transform = 'spectrum'::text))
constraint signal_unit_check CHECK ((length(unit) <= 40))
CREATE INDEX signal_connection ON telemetry.signal USING btree (enterprise_id, connection_id)
CREATE INDEX signal_site ON telemetry.signal USING btree (enterprise_id, site_id, series)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid) with check (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant delete, insert, select, update to millrace_app

table telemetry.thinned owner millrace_ingest (
  enterprise_id uuid not null
  class text not null
  tier text not null
  before_ms bigint not null
)
row level security enabled
constraint thinned_pkey PRIMARY KEY (enterprise_id, class, tier)
constraint thinned_tier_check CHECK ((tier = ANY (ARRAY['raw'::text, 'minute'::text, 'hour'::text])))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app

table telemetry.unsettled_hour owner millrace_ingest (
  enterprise_id uuid not null
  slice integer not null
  hour_ms bigint not null
  due_at timestamp(3) with time zone not null
)
row level security enabled
constraint unsettled_hour_pkey PRIMARY KEY (enterprise_id, slice, hour_ms)
CREATE INDEX unsettled_hour_due ON telemetry.unsettled_hour USING btree (due_at)
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app

table telemetry.vector owner millrace_ingest partition by RANGE (timestamp_ms) (
  enterprise_id uuid not null
  series integer not null
  timestamp_ms bigint not null
  quality smallint not null
  values real[]
  form smallint
  step_hz double precision
  window_of smallint
  averages integer
)
row level security enabled
constraint vector_averages_check CHECK ((averages > 0))
constraint vector_form_check CHECK ((form = ANY (ARRAY[1, 2])))
constraint vector_pkey PRIMARY KEY (enterprise_id, series, timestamp_ms)
constraint vector_step_hz_check CHECK ((step_hz > (0)::double precision))
constraint vector_window_of_check CHECK (((window_of >= 0) AND (window_of <= 4)))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app

table telemetry.volume owner millrace_ingest (
  enterprise_id uuid not null
  site_id uuid not null
  class text not null
  tier text not null
  week_ms bigint not null
  series_count integer not null
  sample_count bigint not null
  bytes bigint not null
  measured_at timestamp(3) with time zone not null
)
row level security enabled
constraint volume_pkey PRIMARY KEY (enterprise_id, site_id, class, tier, week_ms)
constraint volume_tier_check CHECK ((tier = ANY (ARRAY['raw'::text, 'sparse'::text, 'vector'::text, 'minute'::text, 'hour'::text])))
policy enterprise using (enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)
grant select to millrace_app
