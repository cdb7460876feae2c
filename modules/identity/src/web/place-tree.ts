import type { Place } from '@millrace/ui'

/** A place of a grant: the id of a place, or null for the whole company. */
export type PlaceId = string | null

/** The places of the company with what each stands in, for looking up. */
export interface Places {
  readonly inOrder: readonly Place[]
  readonly byId: ReadonlyMap<string, Place>
}

/** Deeper than any plant; a loop in bad data ends here. */
const DEPTH_LIMIT = 8

export function placesOf(inOrder: readonly Place[]): Places {
  return { inOrder, byId: new Map(inOrder.map((place) => [place.id, place])) }
}

/** From the place itself up to its plant; empty for a place that is not known. */
export function upwardsFrom({ byId }: Places, id: string): Place[] {
  const found: Place[] = []
  let next = byId.get(id)
  while (next && found.length < DEPTH_LIMIT) {
    found.push(next)
    next = next.parentId === null ? undefined : byId.get(next.parentId)
  }
  return found
}

/** Whether what is held at one place is held at another: there, or at something it stands in. */
export function reachesTo(places: Places, outer: PlaceId, inner: PlaceId): boolean {
  if (outer === null || outer === inner) return true
  return inner !== null && upwardsFrom(places, inner).some((place) => place.id === outer)
}

/** How deep a place lies: 0 for a plant. */
export function depthOf(places: Places, id: string): number {
  return Math.max(0, upwardsFrom(places, id).length - 1)
}
