import { DAY_MS } from '@millrace/base'

/** Something that comes or goes, in thousandths. */
export interface StockFlow {
  readonly atMs: number
  readonly kind: 'take' | 'make' | 'receipt'
  readonly change: number
  readonly text: string
}

export interface Projection {
  /** In their order, with what is left after each. */
  readonly flows: readonly (StockFlow & { readonly after: number })[]
  readonly taken: number
  readonly made: number
  readonly expected: number
  /** When the level first is below zero, and by how much at most. */
  readonly shortMs: number | undefined
  readonly shortage: number
  /** When it first is below the safety stock. */
  readonly lowMs: number | undefined
  /** How long what lies there lasts without anything that comes; undefined when it outlasts the plan. */
  readonly reachDays: number | undefined
}

/**
 * What becomes of a stock: what comes at a moment is there for what goes at the same moment. Flows before now count as now: what
 * has begun takes its material from what lies there until somebody books that it did.
 *
 * @param onHand and `safety` in thousandths
 */
export function projectStock(onHand: number, safety: number, flows: readonly StockFlow[], nowMs: number): Projection {
  const ordered = flows
    .map((flow) => ({ ...flow, atMs: Math.max(flow.atMs, nowMs) }))
    .sort((a, b) => a.atMs - b.atMs || b.change - a.change)
  let level = onHand
  let alone = onHand
  let [taken, made, expected, lowest] = [0, 0, 0, Math.min(0, onHand)]
  let shortMs: number | undefined
  let lowMs: number | undefined = onHand < safety ? nowMs : undefined
  let reachMs: number | undefined
  const projected = ordered.map((flow) => {
    level += flow.change
    if (flow.kind === 'take') {
      taken -= flow.change
      alone += flow.change
      if (alone < 0) reachMs ??= flow.atMs
    } else if (flow.kind === 'make') made += flow.change
    else expected += flow.change
    if (level < 0) shortMs ??= flow.atMs
    if (level < safety) lowMs ??= flow.atMs
    lowest = Math.min(lowest, level)
    return { ...flow, after: level }
  })
  const reachDays = reachMs === undefined ? undefined : Math.max(0, (reachMs - nowMs) / DAY_MS)
  return { flows: projected, taken, made, expected, shortMs, shortage: 0 - lowest, lowMs, reachDays }
}
