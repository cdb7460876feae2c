/** Cycle times of a machine over a while, one mean for each stretch in which it ran. */
export interface Cycles {
  readonly timesMs: readonly number[]
  readonly mean: readonly number[]
}

/** A machine is slow when each of so many stretches of the last half hour says so. */
const RECENT_MS = 30 * 60_000
const RECENT_MIN = 5
/** What is usual is known from so many stretches at least. */
const USUAL_MIN = 24
/** Nobody plans anew for less. */
const SLOW_FROM = 0.15
/** Paces are told in steps of 5 %: a plan is not made anew for less. */
const STEP = 0.05

/**
 * How many times as long as usual a machine takes for a piece, lastingly: the median of the last half hour against that of the days before.
 * Usual, and not what the routing says: a cycle of a machine may make several pieces. What the routing says is worth what it was before.
 *
 * @param now how many times as long planning takes it to be already
 * @returns in steps of 0.05; 1 for as usual; undefined when it is as planned, or too little is known
 */
export function lastingPace(recent: Cycles, usual: Cycles, now: number, nowMs: number): number | undefined {
  const lately = recent.mean.filter((cycle, index) => cycle > 0 && (recent.timesMs[index] ?? 0) >= nowMs - RECENT_MS)
  const before = usual.mean.filter((cycle) => cycle > 0)
  if (lately.length < RECENT_MIN || before.length < USUAL_MIN) return undefined
  const normal = median(before)
  const ratio = median(lately) / normal
  const isLasting = lately.every((cycle) => Math.abs(cycle / normal / now - 1) > SLOW_FROM / 2)
  if (!isLasting || Math.abs(ratio / now - 1) < SLOW_FROM) return undefined
  const told = Math.abs(ratio - 1) < SLOW_FROM / 2 ? 1 : Math.round(ratio / STEP) * STEP
  const rounded = Math.round(told * 100) / 100
  return rounded === now ? undefined : Math.min(40, Math.max(0.1, rounded))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

/** How far a counter went up, whatever reset it in between. */
export function countedUp(values: readonly number[]): number {
  let sum = 0
  for (let i = 1; i < values.length; i += 1) {
    const step = (values[i] ?? 0) - (values[i - 1] ?? 0)
    // A counter that falls was reset: what it shows has come since.
    sum += step >= 0 ? step : (values[i] ?? 0)
  }
  return sum
}

/** A few pieces are in everybody's plan: those that count are more than these, and than this share of the lot. */
const SCRAP_MIN = 5
const SCRAP_SHARE = 0.03

/** Whether so much scrap wants more pieces to be made than are planned. */
export function isTooMuchScrap(scrapped: number, planned: number, quantity: number): boolean {
  return scrapped - planned >= Math.max(SCRAP_MIN, quantity * SCRAP_SHARE)
}
