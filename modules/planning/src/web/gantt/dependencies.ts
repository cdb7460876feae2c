import type { Picture, PlacedBar } from './picture.ts'

/** A link whose two ends are in the picture. */
export interface ShownLink {
  readonly from: PlacedBar
  readonly to: PlacedBar
  /** Whether the second waits for nothing but the first: moving the one moves the other. */
  readonly isTight: boolean
}

/** A chain longer than this is a circle or a mistake, and nobody could read it. */
const CHAIN_LIMIT = 500
/** Two bars this close touch; plans are made of whole minutes. */
const TOUCH_MS = 60_000

/** Links from and to some bars, each once. */
export function linksOf(picture: Picture, barIds: Iterable<string>): ShownLink[] {
  const found = new Map<string, ShownLink>()
  for (const id of barIds) {
    for (const { fromId, toId, lagMs } of [...(picture.linksTo.get(id) ?? []), ...(picture.linksFrom.get(id) ?? [])]) {
      const from = picture.bars.get(fromId)
      const to = picture.bars.get(toId)
      if (from && to) found.set(`${fromId} ${toId}`, { from, to, isTight: isTight(from.endMs + lagMs, to.startMs) })
    }
  }
  return [...found.values()]
}

/**
 * The bars that hold a bar where it is: from each bar back to whichever ends last of what it waits for, its predecessor in
 * the order or the operation before it on its machine, as long as there is no slack between. The bar itself comes last.
 */
export function criticalChain(picture: Picture, barId: string): PlacedBar[] {
  const chain: PlacedBar[] = []
  const seen = new Set<string>()
  let bar = picture.bars.get(barId)
  while (bar && !seen.has(bar.bar.id) && chain.length < CHAIN_LIMIT) {
    chain.unshift(bar)
    seen.add(bar.bar.id)
    bar = binding(picture, bar)
  }
  return chain
}

function binding(picture: Picture, { bar }: PlacedBar): PlacedBar | undefined {
  const before = (picture.linksTo.get(bar.id) ?? []).flatMap(({ fromId, lagMs }) => {
    const from = picture.bars.get(fromId)
    return from && isTight(from.endMs + lagMs, bar.startMs) ? [from] : []
  })
  const latest = before.toSorted((a, b) => b.endMs - a.endMs)[0]
  return latest ?? onSameResource(picture, bar.id, bar.resourceId, bar.startMs)
}

/** In the lens of resources the lane knows its neighbours; in the others the plan is asked, which happens on selection only. */
function onSameResource(picture: Picture, id: string, resourceId: string, startMs: number): PlacedBar | undefined {
  const neighbour = picture.plan.bars.find(
    (other) => other.resourceId === resourceId && other.id !== id && isTight(other.endMs, startMs),
  )
  return neighbour && picture.bars.get(neighbour.id)
}

function isTight(endMs: number, startMs: number): boolean {
  return Math.abs(startMs - endMs) <= TOUCH_MS
}
