import type { Permission } from '@millrace/runtime'

/** What may be allowed in demo. */
export const permissions: readonly Permission[] = [
  {
    name: 'demo:company:write',
    title: 'Bring and remove the demo company',
    kind: 'administer',
    label: 'internal',
    roles: ['plant-manager', 'it-admin'],
    personOnly: true,
  },
  {
    name: 'demo:story:read',
    title: 'See the stories of the demo',
    kind: 'read',
    label: 'internal',
    roles: ['executive', 'plant-manager', 'planner', 'engineer', 'it-admin'],
  },
  {
    name: 'demo:story:write',
    title: 'Tell stories of the demo',
    kind: 'write',
    label: 'internal',
    // Planners too: they are who has to answer for a machine that breaks down.
    roles: ['plant-manager', 'planner', 'engineer', 'it-admin'],
  },
]
