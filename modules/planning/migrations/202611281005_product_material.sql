-- Which material the orders of a product make; null for what is never kept in stock.
-- The check of a new reference reads the tables as their owner, who is behind the wall too: open it for the check.
alter table planning.product no force row level security;
alter table materials.material_definition no force row level security;
alter table planning.product add column material_id uuid;
alter table planning.product add foreign key (enterprise_id, material_id)
  references materials.material_definition (enterprise_id, id) on delete cascade;
alter table planning.product force row level security;
alter table materials.material_definition force row level security;
-- One product of a site makes a material. Reported as planning/material-taken.
create unique index product_material on planning.product (enterprise_id, site_id, material_id) where material_id is not null;
