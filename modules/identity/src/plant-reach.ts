import type { Classification } from '@millrace/base'
import type { Holding, Permission } from '@millrace/runtime'
import type { Grant } from './grant-contract.ts'
import type { PlantReach } from './reach-contract.ts'

type PermissionKind = Permission['kind']

const KINDS: readonly PermissionKind[] = ['read', 'write', 'control', 'administer', 'export']

/** Grants as if their conditions of time and place were met; those that have expired are left out. */
export function atBest(grants: readonly Grant[], nowMs: number): Grant[] {
  return grants.flatMap(({ conditions, ...grant }) => {
    const { expiresAt, upTo } = conditions
    if (expiresAt !== undefined && Date.parse(expiresAt) <= nowMs) return []
    return [{ ...grant, conditions: upTo === undefined ? {} : { upTo: upTo as Classification } }]
  })
}

/** How far holdings reach into each site; sites they do not reach are left out. */
export function plantReaches(
  of: {
    best: ReadonlyMap<string, readonly Holding[]>
    now: ReadonlyMap<string, readonly Holding[]>
  },
  siteIds: readonly string[],
  catalogue: readonly Permission[],
): PlantReach[] {
  return siteIds.flatMap((siteId) => {
    const kinds = kindsAt(of.best, siteId, catalogue)
    if (kinds.length === 0) return []
    const whole = [...of.best.values()].some((held) =>
      held.some(({ where }) => where === 'everywhere' || (where.siteId === siteId && where.equipment === 'all')),
    )
    return [{ siteId, kinds, kindsNow: kindsAt(of.now, siteId, catalogue), whole }]
  })
}

function kindsAt(
  held: ReadonlyMap<string, readonly Holding[]>,
  siteId: string,
  catalogue: readonly Permission[],
): PermissionKind[] {
  const found = new Set<PermissionKind>()
  for (const { name, kind } of catalogue) {
    const there = held.get(name)?.some(({ where }) => where === 'everywhere' || where.siteId === siteId)
    if (there) found.add(kind)
  }
  return KINDS.filter((kind) => found.has(kind))
}
