import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { MeasuredPowers } from './energy-contract.ts'

/** Less than this says nothing about what a machine usually draws. */
const LEAST_MS = 10 * MINUTE_MS

/** Means of buckets, or of single samples where the buckets have no width. */
interface Means {
  readonly bucketMs: number
  readonly timesMs: readonly number[]
  readonly mean: readonly number[]
}

/** How long a machine was in a state; null when it was not heard. */
interface Interval {
  readonly fromMs: number
  readonly toMs: number
  readonly value: string | null
}

type Doing = 'process' | 'setup' | 'idle' | 'outside'
const DOING: ReadonlyMap<string | null, Doing> = new Map([
  ['running', 'process'],
  ['setup', 'setup'],
  ['idle', 'idle'],
  ['stopped', 'idle'],
  ['planned-stop', 'idle'],
  ['off', 'outside'],
])

/**
 * Mean powers by what a machine did. Only buckets that lie in one state count: of others nobody knows which part belongs to which.
 *
 * @param envelope of its power, in kW
 */
export function meanByState(
  { bucketMs, timesMs, mean }: Means,
  intervals: readonly Interval[],
): Omit<MeasuredPowers['machines'][number], 'workUnitId'> {
  const sums: Record<Doing, { kwMs: number; ms: number }> = {
    process: { kwMs: 0, ms: 0 },
    setup: { kwMs: 0, ms: 0 },
    idle: { kwMs: 0, ms: 0 },
    outside: { kwMs: 0, ms: 0 },
  }
  let place = 0
  for (const [index, atMs] of timesMs.entries()) {
    while ((intervals[place]?.toMs ?? Number.POSITIVE_INFINITY) <= atMs) place += 1
    const during = intervals[place]
    const doing = DOING.get(during?.value ?? null)
    if (!during || !doing || atMs < during.fromMs || atMs + bucketMs > during.toMs) continue
    // Single samples stand for the time until the next one, but not over a gap.
    const ms = bucketMs || Math.min(MINUTE_MS, (timesMs[index + 1] ?? atMs) - atMs)
    sums[doing].kwMs += (mean[index] ?? 0) * ms
    sums[doing].ms += ms
  }
  const kw = ({ kwMs, ms }: (typeof sums)[Doing]) => (ms < LEAST_MS ? null : Math.round((kwMs / ms) * 100) / 100)
  return {
    ...{ processKw: kw(sums.process), setupKw: kw(sums.setup), idleKw: kw(sums.idle), outsideKw: kw(sums.outside) },
    measuredHours: Math.round((sums.process.ms / HOUR_MS) * 10) / 10,
  }
}
