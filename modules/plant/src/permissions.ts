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

/** What may be allowed in plant. */
export const permissions: readonly Permission[] = [
  {
    name: 'plant:equipment:read',
    title: 'See plants and machines',
    kind: 'read',
    label: 'internal',
    // A vendor sees the machines that a grant names, and no others.
    roles: [...EVERYBODY, 'buyer', 'vendor'],
    station: true,
  },
  {
    name: 'plant:equipment:write',
    title: 'Add and change plants and machines',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
  },
  {
    name: 'plant:gateway:read',
    title: 'See gateways',
    kind: 'read',
    label: 'internal',
    roles: ['plant-manager', 'maintenance', 'engineer', 'it-admin', 'auditor'],
  },
  {
    name: 'plant:gateway:write',
    title: 'Add, enrol and revoke gateways',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
  {
    name: 'plant:connection:read',
    title: 'See connections to devices',
    kind: 'read',
    label: 'internal',
    roles: ['plant-manager', 'maintenance', 'engineer', 'it-admin', 'auditor'],
  },
  {
    name: 'plant:connection:write',
    title: 'Add and change connections to devices',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
  },
  {
    name: 'plant:gateway:report',
    title: 'Report as a gateway',
    kind: 'write',
    label: 'internal',
    roles: [],
    machine: true,
  },
]
