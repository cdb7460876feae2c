import type { Permission } from '@millrace/runtime'

// Everybody who works by the plan or answers for it.
const READERS = ['executive', 'plant-manager', 'planner', 'operator', 'maintenance']
const PLANNERS = ['plant-manager', 'planner']

/** What may be allowed in planning. */
export const permissions: readonly Permission[] = [
  {
    name: 'planning:order:read',
    title: 'See production orders and routings',
    kind: 'read',
    label: 'internal',
    roles: READERS,
    station: true,
  },
  {
    name: 'planning:order:write',
    title: 'Make, change and cancel production orders, routings and working times',
    kind: 'write',
    label: 'internal',
    roles: PLANNERS,
  },
  {
    name: 'planning:schedule:read',
    title: 'See the schedule',
    kind: 'read',
    label: 'internal',
    roles: READERS,
    station: true,
  },
  {
    name: 'planning:schedule:plan',
    title: 'Plan, and change the draft of a schedule',
    kind: 'write',
    label: 'internal',
    roles: PLANNERS,
  },
  {
    name: 'planning:schedule:publish',
    title: 'Publish a schedule',
    kind: 'write',
    label: 'internal',
    roles: PLANNERS,
  },
]
