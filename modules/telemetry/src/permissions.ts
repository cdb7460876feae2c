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

/** What may be allowed in telemetry. */
export const permissions: readonly Permission[] = [
  {
    name: 'telemetry:signal:read',
    title: 'See signals and their history',
    kind: 'read',
    label: 'internal',
    roles: [...EVERYBODY, 'vendor'],
    station: true,
  },
  {
    name: 'telemetry:signal:write',
    title: 'Add and change signals',
    kind: 'write',
    label: 'internal',
    roles: ['engineer', 'it-admin'],
  },
  {
    name: 'telemetry:sample:export',
    title: 'Export samples to a file',
    kind: 'export',
    label: 'internal',
    roles: ['plant-manager', 'maintenance', 'quality', 'engineer', 'it-admin', 'auditor'],
  },
  {
    name: 'telemetry:sample:import',
    title: 'Import samples from a file',
    kind: 'write',
    label: 'internal',
    roles: ['engineer', 'it-admin'],
  },
  {
    name: 'telemetry:retention:read',
    title: 'See how long history is kept, and what it takes',
    kind: 'read',
    label: 'internal',
    roles: ['plant-manager', 'engineer', 'it-admin', 'auditor'],
  },
  {
    name: 'telemetry:retention:write',
    title: 'Change how long history is kept',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
  {
    name: 'telemetry:hold:write',
    title: 'Hold samples of a machine and a period, and release them',
    kind: 'write',
    label: 'internal',
    roles: ['plant-manager', 'quality', 'engineer', 'it-admin'],
  },
  {
    name: 'telemetry:batch:write',
    title: 'Send samples as a program',
    kind: 'write',
    label: 'internal',
    // Gateways hold it by themselves; a program by its key.
    roles: ['engineer', 'it-admin'],
  },
]
