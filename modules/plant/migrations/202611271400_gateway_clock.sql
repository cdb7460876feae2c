-- How far a gateway's clock is ahead of the server's, as the gateway reads it from the server's answers; behind when negative,
-- 0 while it is near, null until it has said so.

alter table plant.gateway add column clock_ahead_ms bigint;
