-- When what a finding is about is expected to fail, for whoever plans; null when no trend says so.
alter table insight.finding add column fails_at timestamptz(3);
