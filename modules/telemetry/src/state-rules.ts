import { MINUTE_MS, QUALITY } from '@millrace/base'
import type { Samples } from './chunk-rules.ts'
import type { StateInterval } from './contract.ts'

/** A span of time, its end excluded. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * How long each value of a text signal held within a range.
 *
 * @param samples in the order of time, from the one before the range on (a text holds until the next).
 * @param silences when the machine sent nothing at all, ascending: nobody knows what held then.
 * @returns without gaps from `fromMs` to `toMs`; neighbours have different values; null means no data.
 */
export function stateIntervals(
  samples: Samples<string | null>,
  silences: readonly Span[],
  fromMs: number,
  toMs: number,
): StateInterval[] {
  const known: StateInterval[] = []
  let sinceMs = fromMs
  let value: string | null = null
  for (let index = 0; index < samples.timesMs.length; index += 1) {
    const timeMs = samples.timesMs[index] as number
    if (timeMs >= toMs) break
    append(known, sinceMs, Math.max(timeMs, fromMs), value)
    sinceMs = Math.max(timeMs, fromMs)
    value = samples.qualities[index] === QUALITY.bad ? null : (samples.values[index] ?? null)
  }
  append(known, sinceMs, toMs, value)

  const intervals: StateInterval[] = []
  for (const interval of known) {
    let atMs = interval.fromMs
    for (const silence of silences) {
      if (silence.toMs <= atMs) continue
      if (silence.fromMs >= interval.toMs) break
      append(intervals, atMs, Math.max(atMs, silence.fromMs), interval.value)
      atMs = Math.min(interval.toMs, silence.toMs)
      append(intervals, Math.max(interval.fromMs, silence.fromMs), atMs, null)
    }
    append(intervals, atMs, interval.toMs, interval.value)
  }
  return intervals
}

function append(intervals: StateInterval[], fromMs: number, toMs: number, value: string | null): void {
  if (toMs <= fromMs) return
  const last = intervals.at(-1)
  if (last?.value === value && last.toMs === fromMs) last.toMs = toMs
  else intervals.push({ fromMs, toMs, value })
}

/** Two minutes without a sample: longer than 60 s also for a signal that comes once a minute, a little late. */
const SILENT_MINUTES = 2

/**
 * When a machine was silent, by the minutes in which one of its regular signals has samples.
 *
 * @param minutesMs starts of those minutes, ascending. Not one in the whole range: nothing is known about the machine's
 *   rhythm, and nothing is called silence.
 */
export function silencesOf(minutesMs: readonly number[], fromMs: number, toMs: number): Span[] {
  if (minutesMs.length === 0) return []
  const spans: Span[] = []
  let heardMs = fromMs
  for (const minuteMs of [...minutesMs, toMs]) {
    if (minuteMs - heardMs >= SILENT_MINUTES * MINUTE_MS) spans.push({ fromMs: heardMs, toMs: minuteMs })
    heardMs = minuteMs + MINUTE_MS
  }
  return spans
}
