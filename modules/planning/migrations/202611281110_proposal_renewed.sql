-- A proposal that takes the place of another one about the same says why, to whoever was reading that one.
alter table planning.proposal
  add column renewed_because text check (length(renewed_because) between 1 and 200),
  -- When the first one about it was made: it keeps its place in the list. Null for the first itself.
  add column first_made_at timestamptz(3),
  add constraint proposal_renewed check ((renewed_because is null) = (first_made_at is null));
