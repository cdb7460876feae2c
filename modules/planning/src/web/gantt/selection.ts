import { itemsWithin } from './bar-index.ts'
import type { Picture, PlacedBar } from './picture.ts'

/** More bars at once than anybody means to move. */
export const SELECTION_LIMIT = 2000

/** The bars between two, in time and over the lanes between theirs, both included. */
export function between(picture: Picture, a: PlacedBar, b: PlacedBar): PlacedBar[] {
  const span = { fromMs: Math.min(a.startMs, b.startMs), toMs: Math.max(a.endMs, b.endMs) }
  const found: PlacedBar[] = []
  for (let lane = Math.min(a.lane, b.lane); lane <= Math.max(a.lane, b.lane); lane++) {
    const index = picture.lanes[lane]?.bars
    if (index) found.push(...itemsWithin(index, span))
  }
  return found
}

/** A selection with one bar more or less. */
export function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Adds bars, up to {@link SELECTION_LIMIT}. */
export function withBars(selected: ReadonlySet<string>, bars: readonly PlacedBar[]): ReadonlySet<string> {
  const next = new Set(selected)
  for (const { bar } of bars) {
    if (next.size >= SELECTION_LIMIT) break
    next.add(bar.id)
  }
  return next
}

/** What remains of a selection in another picture. */
export function stillThere(picture: Picture, selected: ReadonlySet<string>): ReadonlySet<string> {
  const kept = [...selected].filter((id) => picture.bars.has(id))
  return kept.length === selected.size ? selected : new Set(kept)
}
