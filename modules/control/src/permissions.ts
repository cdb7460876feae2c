import type { Permission } from '@millrace/runtime'

// Everybody of the company who has to do with machines.
const EVERYBODY = [
  'executive',
  'plant-manager',
  'planner',
  'operator',
  'maintenance',
  'quality',
  'engineer',
  'it-admin',
  'auditor',
]

/** What may be allowed in control. */
export const permissions: readonly Permission[] = [
  {
    name: 'control:set-point:read',
    title: 'See set-points',
    kind: 'read',
    label: 'internal',
    roles: EVERYBODY,
    station: true,
  },
  {
    name: 'control:set-point:write',
    title: 'List set-points and their bounds',
    kind: 'administer',
    label: 'internal',
    roles: ['engineer', 'it-admin'],
    personOnly: true,
  },
  {
    name: 'control:command:read',
    title: 'See commands and what became of them',
    kind: 'read',
    label: 'internal',
    roles: EVERYBODY,
    station: true,
  },
  {
    name: 'control:command:request',
    title: 'Send commands to machines',
    kind: 'control',
    label: 'internal',
    roles: ['plant-manager', 'operator', 'maintenance', 'engineer'],
    station: true,
  },
  {
    name: 'control:command:report',
    title: 'Report about commands as a gateway',
    kind: 'write',
    label: 'internal',
    roles: [],
    machine: true,
  },
]
