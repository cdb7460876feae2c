import type { Permission } from '@millrace/runtime'

/** What may be allowed in MQTT. */
export const permissions: readonly Permission[] = [
  {
    name: 'mqtt:device:read',
    title: 'See devices that speak MQTT',
    kind: 'read',
    label: 'internal',
    roles: ['plant-manager', 'maintenance', 'engineer', 'it-admin', 'auditor'],
  },
  {
    name: 'mqtt:device:write',
    title: 'Add, renew and revoke devices that speak MQTT',
    kind: 'administer',
    label: 'internal',
    roles: ['it-admin'],
    personOnly: true,
  },
]
