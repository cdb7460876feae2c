import type { Grant, Role } from './contract.ts'

// What everybody of the company may see at the places where the role is held.
const SEE = [
  'plant:equipment:read',
  'telemetry:signal:read',
  'insight:finding:read',
  'control:set-point:read',
  'control:command:read',
] as const

const ADMINISTER = [
  'plant:equipment:write',
  'plant:gateway:read',
  'plant:gateway:write',
  'plant:connection:read',
  'plant:connection:write',
  'telemetry:signal:write',
  'control:set-point:write',
  'identity:person:read',
  'identity:person:write',
  'identity:audit:read',
  'demo:company:write',
  'demo:story:read',
  'demo:story:write',
] as const

/** What each role may do where it is held. Not listed means not allowed. */
const PERMISSIONS: Record<Role, readonly string[]> = {
  executive: [...SEE, 'demo:story:read'],
  'plant-manager': [
    ...SEE,
    'insight:finding:decide',
    'control:command:request',
    'plant:gateway:read',
    'plant:connection:read',
    'identity:person:read',
    'demo:story:read',
    'demo:story:write',
    'demo:company:write',
  ],
  planner: SEE,
  operator: [...SEE, 'insight:finding:decide', 'control:command:request'],
  maintenance: [
    ...SEE,
    'insight:finding:decide',
    'control:command:request',
    'plant:gateway:read',
    'plant:connection:read',
  ],
  quality: [...SEE, 'insight:finding:decide'],
  buyer: ['plant:equipment:read'],
  engineer: [
    ...SEE,
    'insight:finding:decide',
    'control:command:request',
    'control:set-point:write',
    'telemetry:signal:write',
    'plant:gateway:read',
    'plant:connection:read',
    'demo:story:read',
    'demo:story:write',
  ],
  'it-admin': [...SEE, ...ADMINISTER],
  vendor: [],
  customer: [],
  auditor: [...SEE, 'identity:person:read', 'identity:audit:read'],
}

/** The permissions of a set of grants: for each, everywhere or the sites. */
export function permissionsOf(grants: readonly Grant[]): Map<string, 'everywhere' | Set<string>> {
  const held = new Map<string, 'everywhere' | Set<string>>()
  for (const { role, siteId } of grants) {
    for (const permission of PERMISSIONS[role]) {
      const before = held.get(permission)
      if (siteId === null || before === 'everywhere') held.set(permission, 'everywhere')
      else held.set(permission, new Set([...(before ?? []), siteId]))
    }
  }
  return held
}

export const SESSION_IDLE_MS = 12 * 3_600_000
export const SESSION_TOTAL_MS = 7 * 24 * 3_600_000

const FREE_ATTEMPTS = 5
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 3_600_000
/** After this time without a failure the count starts again. */
export const FAILURE_MEMORY_MS = 15 * 60_000

/**
 * How long to wait after this many failures before the next password is looked at: nothing for the first five, then a
 * minute, doubled by each further one up to an hour (THREATS T-A1).
 */
export function pauseAfter(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - FREE_ATTEMPTS, 10))
}
