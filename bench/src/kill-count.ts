import { decodeBatch, QUALITY } from '@millrace/base'

/** What the machine counted: time stamps to counts and back. */
export interface CountClock {
  readonly baseMs: number
  readonly periodMs: number
  /** When it counted 0, on the clock of all processes. */
  readonly startedAtMs: number
}

export function countAt(clock: CountClock, atMs: number): number {
  return Math.floor((atMs - clock.startedAtMs) / clock.periodMs)
}

/** Counts of some series that must be found again. */
export class Counts {
  private readonly clock: Pick<CountClock, 'baseMs' | 'periodMs'>
  private readonly bySeries: ReadonlyMap<number, Set<number>>

  constructor(clock: Pick<CountClock, 'baseMs' | 'periodMs'>, series: readonly number[]) {
    this.clock = clock
    this.bySeries = new Map(series.map((one) => [one, new Set<number>()]))
  }

  /** Adds what a batch holds of the machine's counts; the gateway's own bad samples are none. */
  addBatch(bytes: Uint8Array): void {
    for (const { series, timestampsMs, qualities } of decodeBatch(bytes).columns) {
      timestampsMs.forEach((timeMs, at) => {
        if (qualities[at] !== QUALITY.bad) this.add(series, timeMs)
      })
    }
  }

  add(series: number, timeMs: number): void {
    const count = (timeMs - this.clock.baseMs) / this.clock.periodMs
    if (count >= 0) this.bySeries.get(series)?.add(count)
  }

  get size(): number {
    return [...this.bySeries.values()].reduce((sum, counts) => sum + counts.size, 0)
  }

  /** How many of these are missing among others. */
  missingIn(found: Counts): number {
    let missing = 0
    for (const [series, counts] of this.bySeries) {
      const there = found.bySeries.get(series) ?? new Set()
      missing += counts.difference(there).size
    }
    return missing
  }

  /**
   * How many the machine counted between the first and the last that are not here, but for the gaps that a kill of the gateway
   * explains: what came while it was not there, or was not yet in its journal.
   *
   * @param killedAt what the machine counted when the gateway was killed
   */
  unexplainedGaps(killedAt: readonly number[]): number {
    let missing = 0
    for (const counts of this.bySeries.values()) {
      const sorted = [...counts].sort((one, other) => one - other)
      sorted.forEach((count, at) => {
        const before = sorted[at - 1]
        if (before === undefined || count === before + 1) return
        // The kill falls into the gap, or the machine was a little ahead of its clock.
        const isExplained = killedAt.some((killed) => killed >= before - CLOCK_COUNTS && killed <= count)
        if (!isExplained) missing += count - before - 1
      })
    }
    return missing
  }
}

/** Births count, too, and put the machine this much ahead of its clock for a moment. */
const CLOCK_COUNTS = 5
