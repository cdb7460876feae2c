-- Which part of the work a server does: those that take the same requests share the quotas for them.
alter table identity.server
  add column roles text[] not null default '{api,ingest}' check (cardinality(roles) <= 10);
