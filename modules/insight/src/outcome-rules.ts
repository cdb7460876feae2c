import type { StateInterval } from '@millrace/telemetry/contract'
import type { Evidence, Outcome } from './contract.ts'

/** Good samples of one number signal. */
export interface Samples {
  readonly timesMs: ArrayLike<number>
  readonly values: ArrayLike<number | string | null>
}

/** What must change by more than this share of its level before it counts as changed. */
const CHANGE_SHARE = 0.05

/**
 * The mean of samples while the machine ran.
 *
 * @param states intervals of the machine's state; none means that it tells no state and counts as running.
 * @returns undefined with fewer than `least` samples.
 */
export function meanWhileRunning(
  samples: Samples,
  states: readonly StateInterval[],
  least: number,
): number | undefined {
  let sum = 0
  let count = 0
  for (let index = 0; index < samples.timesMs.length; index += 1) {
    const atMs = samples.timesMs[index] ?? 0
    const value = samples.values[index]
    const runs =
      states.length === 0 || states.some((one) => one.value === 'running' && atMs >= one.fromMs && atMs < one.toMs)
    if (!runs || typeof value !== 'number' || !Number.isFinite(value)) continue
    sum += value
    count += 1
  }
  return count < least ? undefined : sum / count
}

/**
 * From when on a machine shows what was done to it: from `atMs`, or, when it stands for it soon after (a tool change), from
 * when it runs again; undefined while it stands.
 *
 * @param states intervals of the machine's state after `atMs`.
 */
export function showsFrom(atMs: number, states: readonly StateInterval[], soonMs: number): number | undefined {
  const stop = states.find(
    ({ value, fromMs, toMs }) => value !== null && value !== 'running' && toMs > atMs && fromMs <= atMs + soonMs,
  )
  if (!stop) return atMs
  return states.find(({ value, fromMs }) => value === 'running' && fromMs >= stop.toMs)?.fromMs
}

/** The signal an outcome is measured on: the first that was seen out of its usual course. */
export function measuredSignal(evidence: readonly Evidence[]): Extract<Evidence, { type: 'trend' }> | undefined {
  const trends = evidence.filter((one) => one.type === 'trend')
  return trends.find((one) => one.unit === 'mm/s') ?? trends[0]
}

/** Whether a value moved towards its usual level, away from it, or not at all. */
export function verdictOf(before: number, after: number, usual: number | null): Outcome['verdict'] {
  if (Math.abs(after - before) <= Math.abs(before) * CHANGE_SHARE) return 'same'
  const aim = usual ?? 0
  return Math.abs(after - aim) < Math.abs(before - aim) ? 'better' : 'worse'
}
