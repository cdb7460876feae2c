import type { Access } from '../contract.ts'
import type { PermissionDetail } from '../grant-contract.ts'
import { depthOf, type PlaceId, type Places, reachesTo, upwardsFrom } from './place-tree.ts'

export const KINDS = ['read', 'write', 'control', 'administer', 'export'] as const
export type Kind = (typeof KINDS)[number]
export type AccessGrant = Access['grants'][number]

/** One place, and how much of each kind is held there. */
export interface AccessRow {
  readonly placeId: PlaceId
  readonly depth: number
  readonly held: Readonly<Record<Kind, number>>
}

/** One permission at a place, with the grants that give it. */
export interface AccessReason {
  readonly permission: PermissionDetail
  readonly grants: readonly AccessGrant[]
}

/** The company, its plants, and below them the places that grants name: further down nothing differs. */
export function accessRows(access: Access, permissions: readonly PermissionDetail[], places: Places): AccessRow[] {
  const named = new Set(
    access.grants.flatMap(({ grant }) => (grant.placeId === null ? [] : upwardsFrom(places, grant.placeId))),
  )
  const shown = places.inOrder.filter((place) => place.parentId === null || named.has(place))
  const row = (placeId: PlaceId, depth: number): AccessRow => {
    const reasons = reasonsAt(access, permissions, places, placeId)
    const held = (kind: Kind) =>
      reasons.filter(({ permission, grants }) => permission.kind === kind && grants.length > 0)
    const counts = KINDS.map((kind) => [kind, held(kind).length])
    return { placeId, depth, held: Object.fromEntries(counts) as Record<Kind, number> }
  }
  return [row(null, 0), ...shown.map((place) => row(place.id, depthOf(places, place.id)))]
}

/** Every permission, and the grants that count now and give it at a place. */
export function reasonsAt(
  access: Access,
  permissions: readonly PermissionDetail[],
  places: Places,
  placeId: PlaceId,
): AccessReason[] {
  const there = access.ended
    ? []
    : access.grants.filter(({ counts, grant }) => counts && reachesTo(places, grant.placeId, placeId))
  return permissions.map((permission) => ({
    permission,
    grants: there.filter((one) => one.permissions.includes(permission.name)),
  }))
}
