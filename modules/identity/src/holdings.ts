import { type Classification, mayRead } from '@millrace/base'
import type { Holding, Permission } from '@millrace/runtime'
import type { Grant } from './grant-contract.ts'

/** Where a place of a grant is. Told by plant, which knows the equipment. */
export interface PlaceExtent {
  readonly siteId: string
  /** The place and all below it; `all` when it is the site itself. */
  readonly equipment: 'all' | ReadonlySet<string>
}

/** What is true now, for the conditions of grants. */
export interface Facts {
  readonly nowMs: number
  /** The named network zones the caller's address lies in. */
  readonly zones: ReadonlySet<string>
  /** The shift that runs at each site now. */
  readonly shifts: ReadonlyMap<string, string>
}

/** How one acts, which narrows what one may do whatever one was granted. */
export interface Standing {
  readonly kind: 'person' | 'key'
  readonly level: 1 | 2
  readonly station: boolean
}

export type RolePermissions = (role: string) => ReadonlySet<string> | undefined

/** Why a grant does not count now; undefined = it counts. */
export function unmetCondition(grant: Grant, facts: Facts): 'expired' | 'zone' | 'shift' | undefined {
  const { expiresAt, shifts, zones } = grant.conditions
  if (expiresAt !== undefined && Date.parse(expiresAt) <= facts.nowMs) return 'expired'
  if (zones && !zones.some((zone) => facts.zones.has(zone))) return 'zone'
  if (shifts) {
    const running = grant.siteId === null ? undefined : facts.shifts.get(grant.siteId)
    if (running === undefined || !shifts.includes(running)) return 'shift'
  }
  return undefined
}

/** Whether a standing rules a permission out, whatever was granted: the table's side of policies/guardrails.cedar. */
export function ruledOut(permission: Permission, standing: Standing): 'half-signed-in' | 'station' | 'key' | undefined {
  if (standing.level < 2) return 'half-signed-in'
  if (standing.station && !permission.station) return 'station'
  if (standing.kind === 'key' && permission.personOnly) return 'key'
  return undefined
}

/** The permissions each built-in role contains, as the modules declare them. */
export function builtInRoles(catalogue: readonly Permission[]): ReadonlyMap<string, ReadonlySet<string>> {
  const roles = new Map<string, Set<string>>()
  for (const { name, roles: containing } of catalogue) {
    for (const role of containing) roles.set(role, (roles.get(role) ?? new Set()).add(name))
  }
  return roles
}

/**
 * What somebody holds: the table that hot reads are judged by. The policies of `policy.ts` say the same in Cedar; a
 * differential test holds the two against each other.
 */
export function holdingsFrom(of: {
  grants: readonly Grant[]
  roles: RolePermissions
  places: ReadonlyMap<string, PlaceExtent>
  facts: Facts
  standing: Standing
  catalogue: readonly Permission[]
}): Map<string, Holding[]> {
  const held = new Map<string, Holding[]>()
  for (const grant of of.grants) {
    if (unmetCondition(grant, of.facts)) continue
    const where = whereOf(grant, of.places)
    const contained = of.roles(grant.role)
    if (!where || !contained) continue
    const upTo: Classification = grant.conditions.upTo ?? 'trade-secret'
    for (const permission of of.catalogue) {
      if (!contained.has(permission.name) || permission.machine) continue
      if (!mayRead(upTo, permission.label) || ruledOut(permission, of.standing)) continue
      held.set(permission.name, [...(held.get(permission.name) ?? []), { where, upTo, grantId: grant.id }])
    }
  }
  return held
}

/** A grant's extent; undefined for a place that is gone. */
export function whereOf(grant: Grant, places: ReadonlyMap<string, PlaceExtent>): Holding['where'] | undefined {
  return grant.placeId === null ? 'everywhere' : places.get(grant.placeId)
}

/** Whether a grant counts only under conditions, so that its use is judged by policy as well. */
export function isConditional({ conditions }: Grant): boolean {
  return Object.values(conditions).some((condition) => condition !== undefined)
}
