import { HOUR_MS, MINUTE_MS, QUALITY } from '@millrace/base'
import { holdOf, hourOf, type Minutes, type Samples } from './chunk-rules.ts'

/** A stretch of time: [fromMs, toMs). */
export interface TotalsSpan {
  readonly fromMs: number
  readonly toMs: number
  /** Of a shift. */
  readonly name: string | null
}

/** Something that happened within one span. */
export interface Part {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly integral: number
  readonly heldMs: number
}

/** Sums up parts, one signal by spans. */
export class SpanSums {
  readonly count: number[]
  readonly min: (number | null)[]
  readonly max: (number | null)[]
  readonly heldMs: number[]
  private readonly integral: number[]

  constructor(spanCount: number) {
    this.count = new Array(spanCount).fill(0)
    this.min = new Array(spanCount).fill(null)
    this.max = new Array(spanCount).fill(null)
    this.heldMs = new Array(spanCount).fill(0)
    this.integral = new Array(spanCount).fill(0)
  }

  add(span: number, part: Part): void {
    if (part.count === 0 && part.heldMs === 0) return
    this.count[span] = (this.count[span] ?? 0) + part.count
    this.heldMs[span] = (this.heldMs[span] ?? 0) + part.heldMs
    this.integral[span] = (this.integral[span] ?? 0) + part.integral
    if (part.count === 0) return
    this.min[span] = Math.min(this.min[span] ?? Number.POSITIVE_INFINITY, part.min)
    this.max[span] = Math.max(this.max[span] ?? Number.NEGATIVE_INFINITY, part.max)
  }

  /** Over time; null where nothing held. */
  get mean(): (number | null)[] {
    return this.heldMs.map((heldMs, at) => (heldMs === 0 ? null : (this.integral[at] ?? 0) / heldMs))
  }
}

/** What the samples of one hour, in the order of time, amount to in a span. */
export function partOfSamples(samples: Samples<number | null>, { fromMs, toMs }: TotalsSpan): Part {
  let count = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let index = 0; index < samples.timesMs.length; index += 1) {
    const timeMs = samples.timesMs[index] as number // within the length
    if (timeMs < fromMs || timeMs >= toMs || samples.qualities[index] !== QUALITY.good) continue
    const value = samples.values[index] as number // present, for it is good
    count += 1
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  // What holds at the end of the hour belongs to the next one, as in a rollup.
  const endMs = Math.min(toMs, hourOf(samples.timesMs[0] ?? 0) + HOUR_MS)
  return { count, min, max, ...holdOf(samples, fromMs, endMs) }
}

/** What the minutes of an hour amount to in a span: a minute that a span cuts counts where it begins. */
export function partOfMinutes(hourMs: number, minutes: Omit<Minutes, 'lasts'>, { fromMs, toMs }: TotalsSpan): Part {
  let count = 0
  let heldMs = 0
  let integral = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const [index, minute] of minutes.minutes.entries()) {
    const timeMs = hourMs + minute * MINUTE_MS
    if (timeMs < fromMs || timeMs >= toMs) continue
    const samples = minutes.counts[index] as number // as long as `minutes`
    count += samples
    heldMs += MINUTE_MS
    integral += ((minutes.sums[index] as number) / samples) * MINUTE_MS
    min = Math.min(min, minutes.mins[index] as number)
    max = Math.max(max, minutes.maxs[index] as number)
  }
  return { count, min, max, integral, heldMs }
}

/** What an hour of which nothing finer is left amounts to in a span: its part of the time. */
export function partOfHour(hourMs: number, hour: Part, { fromMs, toMs }: TotalsSpan): Part {
  const ratio = Math.max(0, Math.min(toMs, hourMs + HOUR_MS) - Math.max(fromMs, hourMs)) / HOUR_MS
  if (ratio === 0) return { count: 0, min: hour.min, max: hour.max, integral: 0, heldMs: 0 }
  return {
    ...{ count: Math.round(hour.count * ratio), min: hour.min, max: hour.max },
    ...{ integral: hour.integral * ratio, heldMs: hour.heldMs * ratio },
  }
}

/** The hours that lie in a span only in part. */
export function cutHours(spans: readonly TotalsSpan[]): number[] {
  const cut = new Set<number>()
  for (const { fromMs, toMs } of spans) {
    for (const edgeMs of [fromMs, toMs]) if (hourOf(edgeMs) !== edgeMs) cut.add(hourOf(edgeMs))
  }
  return [...cut].sort((a, b) => a - b)
}
