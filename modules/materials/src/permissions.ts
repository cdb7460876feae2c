import type { Permission } from '@millrace/runtime'

// Everybody who works with material or answers for it.
const READERS = ['executive', 'plant-manager', 'planner', 'operator', 'maintenance']
const PLANNERS = ['plant-manager', 'planner']

/** What may be allowed in materials. */
export const permissions: readonly Permission[] = [
  {
    name: 'materials:definition:read',
    title: 'See materials and what they are made of',
    kind: 'read',
    label: 'internal',
    roles: READERS,
    station: true,
  },
  {
    name: 'materials:definition:write',
    title: 'Add and change materials and bills of material',
    kind: 'write',
    label: 'internal',
    roles: PLANNERS,
  },
  {
    name: 'materials:stock:read',
    title: 'See stock, its moves, and what is expected',
    kind: 'read',
    label: 'internal',
    roles: READERS,
    station: true,
  },
  {
    name: 'materials:stock:write',
    title: 'Count stock, receive, issue and scrap material',
    kind: 'write',
    label: 'internal',
    roles: ['plant-manager', 'planner', 'operator'],
    station: true,
  },
  {
    name: 'materials:supply:write',
    title: 'Say how a plant comes by its materials, and what it expects when',
    kind: 'write',
    label: 'internal',
    roles: PLANNERS,
  },
]
