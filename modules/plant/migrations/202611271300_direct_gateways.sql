-- Devices that speak with the server themselves, without a gateway's program: each is a gateway of its own kind with one
-- connection, so that signals, receipts and quotas know one way in. What it signs in with belongs to the module it speaks to.

alter table plant.gateway
  add column kind text not null default 'edge' check (kind in ('edge', 'direct')),
  -- No program enrols for it.
  add constraint gateway_direct check (kind = 'edge' or (public_key is null and not local));

alter table plant.connection
  drop constraint connection_protocol_check,
  add constraint connection_protocol_check check (protocol in ('opc-ua', 'sparkplug', 'replay', 'mqtt'));
