import type { Span } from './model.ts'

/** What the index keeps of an item: where it lies in its lane. */
export interface Placed {
  readonly startMs: number
  readonly endMs: number
}

/**
 * The items of one lane by time. Asking for those within a span costs the logarithm of all plus those found: a picture
 * of a hundred lanes asks for each of them in every frame.
 */
export interface LaneIndex<Item extends Placed> {
  /** By ascending start, then end. */
  readonly items: readonly Item[]
  /** The latest end of this item and all before it. */
  readonly latestEndMs: Float64Array
}

export function laneIndex<Item extends Placed>(items: readonly Item[]): LaneIndex<Item> {
  const sorted = items.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
  const latestEndMs = new Float64Array(sorted.length)
  let latest = Number.NEGATIVE_INFINITY
  for (const [index, item] of sorted.entries()) {
    latest = Math.max(latest, item.endMs)
    latestEndMs[index] = latest
  }
  return { items: sorted, latestEndMs }
}

/** Bounds in `items` of what may share a moment with the span: from the first (included) to the last (excluded). */
export function boundsWithin(index: LaneIndex<Placed>, { fromMs, toMs }: Span): { first: number; last: number } {
  const { items, latestEndMs } = index
  return {
    first: lowest(items.length, (at) => (latestEndMs[at] ?? 0) > fromMs),
    last: lowest(items.length, (at) => (items[at]?.startMs ?? 0) >= toMs),
  }
}

/** Items that share a moment with a span, by ascending start. */
export function itemsWithin<Item extends Placed>(index: LaneIndex<Item>, span: Span): Item[] {
  const { first, last } = boundsWithin(index, span)
  const found: Item[] = []
  for (let at = first; at < last; at++) {
    const item = index.items[at]
    if (item && item.endMs > span.fromMs) found.push(item)
  }
  return found
}

/** The first of 0…count-1 for which a condition holds that, once true, stays true; `count` when for none. */
export function lowest(count: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
