import type { Permission } from '@millrace/runtime'

/** What may be allowed in exchange. */
export const permissions: readonly Permission[] = [
  {
    name: 'exchange:webhook:read',
    title: 'See webhooks and their deliveries',
    kind: 'read',
    label: 'internal',
    roles: ['it-admin', 'auditor'],
  },
  {
    name: 'exchange:webhook:write',
    title: 'Make, change and replay webhooks',
    kind: 'administer',
    // What leaves the company leaves it for good.
    label: 'confidential',
    roles: ['it-admin'],
    personOnly: true,
  },
]
