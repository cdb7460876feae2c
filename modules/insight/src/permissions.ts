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

/** What may be allowed in insight. */
export const permissions: readonly Permission[] = [
  {
    name: 'insight:finding:read',
    title: 'See findings',
    kind: 'read',
    label: 'internal',
    roles: [...EVERYBODY, 'vendor'],
    station: true,
  },
  {
    name: 'insight:finding:decide',
    title: 'Accept and dismiss findings',
    kind: 'write',
    label: 'internal',
    roles: ['plant-manager', 'operator', 'maintenance', 'quality', 'engineer'],
    station: true,
  },
]
