-- What was computed before says nothing of electricity. It is written for all companies at once.
alter table planning.scenario no force row level security;
update planning.scenario
set result = result || '{"electricityCost": null, "baseElectricityCost": null}'
where result is not null;
alter table planning.scenario force row level security;
