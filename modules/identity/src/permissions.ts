import type { Permission } from '@millrace/runtime'

/** What may be allowed in identity. */
export const permissions: readonly Permission[] = [
  {
    name: 'identity:person:read',
    title: 'See people and what they may do',
    kind: 'read',
    label: 'internal',
    roles: ['plant-manager', 'it-admin', 'auditor'],
  },
  {
    name: 'identity:person:write',
    title: 'Add, change and end people',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
  {
    name: 'identity:grant:write',
    title: 'Give and take roles',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
  {
    name: 'identity:role:write',
    title: 'Make and change roles',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
  {
    name: 'identity:api-key:read',
    title: 'See API keys',
    kind: 'read',
    label: 'internal',
    roles: ['it-admin', 'auditor'],
  },
  {
    name: 'identity:api-key:write',
    title: 'Make and end API keys',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
  {
    name: 'identity:network-zone:write',
    title: 'Name network zones',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
  {
    name: 'identity:station:write',
    title: 'Set up shared stations, badges and PINs',
    kind: 'administer',
    label: 'internal',
    roles: ['plant-manager', 'it-admin'],
    personOnly: true,
  },
  {
    name: 'identity:audit:read',
    title: 'Read the trail',
    kind: 'read',
    label: 'internal',
    roles: ['it-admin', 'auditor'],
  },
]
