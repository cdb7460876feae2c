-- Attempts to guess a secret: counted per account, per address, per network and in all (THREATS T-A1). In the database, so
-- that several servers count together. Platform-wide: asked before it is known whose company it is.

drop table identity.failed_sign_in;

create table identity.guess (
  -- A keyed hash of what is counted: neither addresses nor names can be found from it.
  subject    bytea not null primary key check (octet_length(subject) = 32),
  count      integer not null check (count >= 0),
  last_at    timestamptz(3) not null,
  -- No further attempt is looked at before this.
  open_at    timestamptz(3) not null
);
-- Forgetting what is long past.
create index guess_open_at on identity.guess (open_at);

grant select, insert, update, delete on identity.guess to millrace_app;
