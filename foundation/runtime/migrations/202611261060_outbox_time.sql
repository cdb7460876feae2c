-- When an event was announced: who hears of it late, after a restart, can still say when it happened.
alter table runtime.outbox add column announced_at timestamptz(3) not null default now();
