import { MINUTE_MS } from '@millrace/base'
import { itemsWithin } from './bar-index.ts'
import type { PlacedLane } from './picture.ts'
import type { ZoneDays } from './zone-days.ts'

/** A start that was pulled to something, and what it is. */
export interface Snapped {
  readonly startMs: number
  /** `end` of a bar before, `start` of one after (the dragged bar ends there), begin of a `shift`, or the `grid`. */
  readonly to: 'end' | 'start' | 'shift' | 'grid'
}

/** Pixels within which a neighbour or a shift pulls. */
const PULL_PX = 8
const GRID_MINUTES = [1, 5, 15, 30, 60, 120, 360]
const GRID_PX = 4

/** Minutes of the grid: fine enough to aim at, not finer than can be seen. */
export function gridMs(msPerPx: number): number {
  const minutes = GRID_MINUTES.find((step) => (step * MINUTE_MS) / msPerPx >= GRID_PX) ?? 720
  return minutes * MINUTE_MS
}

/**
 * Where a bar of a length lands when it is let go near a moment: against a neighbour or the begin of a shift where one is
 * near, else on the grid of the plant's clock.
 *
 * @param leftOut bars that move along and are nothing to snap to
 */
export function snapped(
  lane: PlacedLane,
  days: ZoneDays,
  {
    startMs,
    lengthMs,
    msPerPx,
    leftOut,
  }: { startMs: number; lengthMs: number; msPerPx: number; leftOut: ReadonlySet<string> },
): Snapped {
  const pullMs = PULL_PX * msPerPx
  const candidates: Snapped[] = []
  const near = { fromMs: startMs - pullMs, toMs: startMs + lengthMs + pullMs }
  for (const { bar } of itemsWithin(lane.bars, near)) {
    if (leftOut.has(bar.id)) continue
    candidates.push({ startMs: bar.endMs, to: 'end' }, { startMs: bar.startMs - lengthMs, to: 'start' })
  }
  for (const shift of lane.resource?.calendar.shifts ?? []) {
    if (Math.abs(shift.fromMs - startMs) <= pullMs) candidates.push({ startMs: shift.fromMs, to: 'shift' })
  }
  const distance = (one: Snapped) => Math.abs(one.startMs - startMs)
  const best = candidates.filter((one) => distance(one) <= pullMs).toSorted((a, b) => distance(a) - distance(b))[0]
  if (best) return best
  const grid = gridMs(msPerPx)
  const midnightMs = days.at(startMs).fromMs
  return { startMs: midnightMs + Math.round((startMs - midnightMs) / grid) * grid, to: 'grid' }
}
