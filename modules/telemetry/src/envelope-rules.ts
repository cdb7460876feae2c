import { DAY_MS, HOUR_MS, MINUTE_MS, QUALITY, SECOND_MS } from '@millrace/base'
import type { Minutes, Samples } from './chunk-rules.ts'
import type { Envelope, Series } from './contract.ts'

/** Widths people can read off an axis. Each from a minute on is a multiple of a minute, from an hour on of an hour. */
const WIDTHS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 3, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * DAY_MS),
]

/** Up to here single samples are read for a range; above, minutes serve. */
const RAW_SAMPLES_MAX = 100_000

/**
 * The width of a bucket: the smallest readable one with which the range needs no more than `points`. Buckets lie on
 * multiples of their width, so that they stay where they are while the range moves.
 *
 * @param sampleCount about how many samples the range has; many are never read one by one.
 */
export function bucketWidth(fromMs: number, toMs: number, points: number, sampleCount: number): number {
  const least = sampleCount > RAW_SAMPLES_MAX ? MINUTE_MS : 0
  const fitting = WIDTHS_MS.find(
    (width) => width >= least && Math.ceil(toMs / width) - Math.floor(fromMs / width) <= points,
  )
  return fitting ?? Math.ceil((toMs - fromMs) / Math.max(1, points - 1) / DAY_MS) * DAY_MS
}

/** Sums up samples, minutes and hours in buckets of one width. */
export class Buckets {
  private readonly startMs: number
  private readonly widthMs: number
  private readonly mins: Float64Array
  private readonly maxs: Float64Array
  private readonly sums: Float64Array
  private readonly counts: Float64Array

  /** The first and the last bucket reach beyond the range where that does not lie on multiples of the width. */
  constructor(fromMs: number, toMs: number, widthMs: number) {
    this.widthMs = widthMs
    this.startMs = Math.floor(fromMs / widthMs) * widthMs
    const length = Math.ceil((toMs - this.startMs) / widthMs)
    this.mins = new Float64Array(length).fill(Number.POSITIVE_INFINITY)
    this.maxs = new Float64Array(length).fill(Number.NEGATIVE_INFINITY)
    this.sums = new Float64Array(length)
    this.counts = new Float64Array(length)
  }

  get fromMs(): number {
    return this.startMs
  }

  get toMs(): number {
    return this.startMs + this.counts.length * this.widthMs
  }

  /** Counts good samples; what lies outside is left out. */
  addSamples(samples: Samples<number | null>): void {
    for (let index = 0; index < samples.timesMs.length; index += 1) {
      if (samples.qualities[index] !== QUALITY.good) continue
      const value = samples.values[index] as number // present, for it is good
      this.add(samples.timesMs[index] as number, value, value, value, 1)
    }
  }

  addMinutes(hourMs: number, { minutes, mins, maxs, sums, counts }: Omit<Minutes, 'lasts'>): void {
    for (const [index, minute] of minutes.entries()) {
      this.add(
        hourMs + minute * MINUTE_MS,
        mins[index] as number,
        maxs[index] as number,
        sums[index] as number,
        counts[index] as number,
      )
    }
  }

  /** What happened in a part of one bucket that starts then. */
  add(timeMs: number, min: number, max: number, sum: number, count: number): void {
    const at = Math.floor((timeMs - this.startMs) / this.widthMs)
    if (at < 0 || at >= this.counts.length) return
    if (min < (this.mins[at] as number)) this.mins[at] = min
    if (max > (this.maxs[at] as number)) this.maxs[at] = max
    this.sums[at] = (this.sums[at] as number) + sum
    this.counts[at] = (this.counts[at] as number) + count
  }

  envelope(series: Series): Envelope {
    const envelope = emptyEnvelope(series, this.widthMs)
    for (const [at, count] of this.counts.entries()) {
      if (count === 0) continue
      envelope.timesMs.push(this.startMs + at * this.widthMs)
      envelope.min.push(this.mins[at] as number)
      envelope.max.push(this.maxs[at] as number)
      envelope.mean.push((this.sums[at] as number) / count)
      envelope.count.push(count)
    }
    return envelope
  }
}

/** Every good sample of a range as a point of its own; undefined when they are more than `points`. */
export function singleSamples(
  series: Series,
  samples: Samples<number | null>,
  fromMs: number,
  toMs: number,
  points: number,
): Envelope | undefined {
  const envelope = emptyEnvelope(series, 0)
  for (let index = 0; index < samples.timesMs.length; index += 1) {
    const timeMs = samples.timesMs[index] as number
    if (timeMs < fromMs || timeMs >= toMs || samples.qualities[index] !== QUALITY.good) continue
    if (envelope.timesMs.length === points) return undefined
    const value = samples.values[index] as number // present, for it is good
    envelope.timesMs.push(timeMs)
    envelope.min.push(value)
    envelope.max.push(value)
    envelope.mean.push(value)
    envelope.count.push(1)
  }
  return envelope
}

function emptyEnvelope(series: Series, bucketMs: number): Envelope {
  return { series, bucketMs, timesMs: [], min: [], max: [], mean: [], count: [] }
}
