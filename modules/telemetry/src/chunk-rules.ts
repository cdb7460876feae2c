import { HOUR_MS, MINUTE_MS, QUALITY } from '@millrace/base'

/**
 * Samples of one series, in arrays of equal length: epoch milliseconds, values and qualities. A bad sample has the value NaN
 * among numbers and null among texts.
 */
export interface Samples<Value = number | string | null> {
  readonly timesMs: ArrayLike<number>
  readonly values: ArrayLike<Value>
  readonly qualities: ArrayLike<number>
}

/** The full hour of UTC in which a moment lies: no chunk and no rollup reaches beyond one. */
export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) * HOUR_MS
}

/**
 * Puts samples in the order of time. Of several with the same time the last in arrival holds.
 *
 * @param parts in the order of arrival; their own samples may be in any order.
 */
export function mergeParts<Value>(parts: readonly Samples<Value>[]): Samples<Value> {
  return new PartMerger().merge(parts)
}

/** {@link mergeParts} in the same memory again and again: what it gives back holds until it merges the next. */
export class PartMerger {
  private timesMs = new Float64Array(0)
  private numbers = new Float64Array(0)
  private qualities = new Uint8Array(0)

  merge<Value>(parts: readonly Samples<Value>[]): Samples<Value> {
    const first = parts[0]
    if (parts.length === 1 && first && isAscending(first.timesMs)) return first
    const joined = this.join(parts)
    const { timesMs, values, qualities } = joined
    if (isAscending(timesMs)) return joined

    const order = Uint32Array.from(timesMs.keys())
    order.sort((a, b) => (timesMs[a] as number) - (timesMs[b] as number) || a - b)
    const kept = order.filter((at, position) => timesMs[order[position + 1] ?? -1] !== timesMs[at])
    return {
      timesMs: Float64Array.from(kept, (at) => timesMs[at] as number),
      values:
        values instanceof Float64Array
          ? (Float64Array.from(kept, (at) => values[at] as number) as ArrayLike<unknown> as ArrayLike<Value>)
          : Array.from(kept, (at) => values[at] as Value),
      qualities: Uint8Array.from(kept, (at) => qualities[at] as number),
    }
  }

  /** One after the other. Numbers stay in typed arrays: a large plant has millions of them in each turn. */
  private join<Value>(parts: readonly Samples<Value>[]) {
    let count = 0
    let areNumbers = true
    for (const { timesMs, values } of parts) {
      count += timesMs.length
      areNumbers &&= values instanceof Float64Array
    }
    this.makeRoom(count)
    const others: Value[] = []
    let at = 0
    for (const part of parts) {
      this.timesMs.set(part.timesMs, at)
      this.qualities.set(part.qualities, at)
      if (areNumbers) this.numbers.set(part.values as ArrayLike<unknown> as Float64Array, at)
      else for (let index = 0; index < part.values.length; index += 1) others.push(part.values[index] as Value)
      at += part.timesMs.length
    }
    const numbers = this.numbers.subarray(0, count) as ArrayLike<unknown> as ArrayLike<Value>
    return {
      timesMs: this.timesMs.subarray(0, count),
      values: areNumbers ? numbers : others,
      qualities: this.qualities.subarray(0, count),
    }
  }

  private makeRoom(count: number): void {
    if (count <= this.timesMs.length) return
    this.timesMs = new Float64Array(2 * count)
    this.numbers = new Float64Array(2 * count)
    this.qualities = new Uint8Array(2 * count)
  }
}

function isAscending(timesMs: ArrayLike<number>): boolean {
  for (let index = 1; index < timesMs.length; index += 1) {
    if ((timesMs[index] as number) <= (timesMs[index - 1] as number)) return false
  }
  return true
}

/** Cuts samples in the order of time at full hours, and into parts of at most `most` samples. */
export function cutAtHours<Value>(samples: Samples<Value>, most: number): Samples<Value>[] {
  const { length } = samples.timesMs
  if (length <= most && hourOf(samples.timesMs[0] ?? 0) === hourOf(samples.timesMs[length - 1] ?? 0)) return [samples]
  const parts: Samples<Value>[] = []
  for (let start = 0; start < length; ) {
    const endMs = hourOf(samples.timesMs[start] as number) + HOUR_MS
    let end = start + 1
    while (end < length && end - start < most && (samples.timesMs[end] as number) < endMs) end += 1
    parts.push(start === 0 && end === length ? samples : slice(samples, start, end))
    start = end
  }
  return parts
}

function slice<Value>(samples: Samples<Value>, start: number, end: number): Samples<Value> {
  const cut = <T>(list: ArrayLike<T>): ArrayLike<T> =>
    ArrayBuffer.isView(list)
      ? // Views of the same memory: a history of millions of samples is cut without copying it.
        (list as unknown as { subarray(start: number, end: number): ArrayLike<T> }).subarray(start, end)
      : (Array.prototype.slice.call(list, start, end) as T[])
  return { timesMs: cut(samples.timesMs), values: cut(samples.values), qualities: cut(samples.qualities) }
}

export interface Minutes {
  /** 0…59, ascending: those that have good samples. */
  readonly minutes: readonly number[]
  readonly counts: readonly number[]
  readonly mins: readonly number[]
  readonly maxs: readonly number[]
  readonly sums: readonly number[]
  readonly lasts: readonly number[]
}

/** What the good samples of one hour amounted to. */
export interface Rollup {
  readonly hourMs: number
  readonly count: number
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly last: number
  readonly lastMs: number
  /** What the values amount to over the time for which they held: value times milliseconds. */
  readonly integral: number
  /** For how much of the hour a good value held. */
  readonly heldMs: number
  /** Null where the chunk is hardly longer than these would be. */
  readonly perMinute: Minutes | null
}

/** Above two samples a minute, minutes are worth storing beside the chunk. */
const SPARSE_COUNT = 120

/**
 * Sums up one hour of a number signal. Only good samples count: an uncertain one is shown, never reckoned with.
 *
 * @param samples of one hour, in the order of time.
 * @returns undefined when none is good.
 */
export function rollUp(samples: Samples<number | null>): Rollup | undefined {
  const { timesMs, values, qualities } = samples
  const hourMs = hourOf(timesMs[0] ?? 0)
  const minutes: number[] = []
  const counts: number[] = []
  const mins: number[] = []
  const maxs: number[] = []
  const sums: number[] = []
  const lasts: number[] = []
  let last = 0
  let lastMs = 0
  for (let index = 0; index < timesMs.length; ) {
    if (qualities[index] !== QUALITY.good) {
      index += 1
      continue
    }
    // A minute at a time, summed up in variables of its own: hours have millions of samples.
    const minute = Math.floor(((timesMs[index] as number) - hourMs) / MINUTE_MS)
    const endMs = hourMs + (minute + 1) * MINUTE_MS
    let count = 0
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    let sum = 0
    for (; index < timesMs.length; index += 1) {
      const timeMs = timesMs[index] as number
      if (timeMs >= endMs) break
      if (qualities[index] !== QUALITY.good) continue
      const value = values[index] as number // present, for it is good
      if (value < min) min = value
      if (value > max) max = value
      count += 1
      sum += value
      last = value
      lastMs = timeMs
    }
    minutes.push(minute)
    counts.push(count)
    mins.push(min)
    maxs.push(max)
    sums.push(sum)
    lasts.push(last)
  }
  if (minutes.length === 0) return undefined
  const total = sumOf(counts)
  return {
    ...{ hourMs, count: total, last, lastMs },
    ...{ min: Math.min(...mins), max: Math.max(...maxs), sum: sumOf(sums) },
    ...holdOf(samples, hourMs, hourMs + HOUR_MS),
    perMinute: total > SPARSE_COUNT ? { minutes, counts, mins, maxs, sums, lasts } : null,
  }
}

/** A value holds until the next sample, but no longer than this: then there is a gap. */
const HOLD_MS_MAX = 5 * MINUTE_MS

/**
 * For how long good values held within a span, and what they amount to over that time. What held before the first sample is
 * not known here.
 *
 * @param samples in the order of time.
 */
export function holdOf(
  samples: Samples<number | null>,
  fromMs: number,
  toMs: number,
): { integral: number; heldMs: number } {
  const { timesMs, values, qualities } = samples
  const { length } = timesMs
  let integral = 0
  let heldMs = 0
  for (let index = 0; index < length; index += 1) {
    if (qualities[index] !== QUALITY.good) continue
    const startMs = timesMs[index] as number
    let endMs = startMs + HOLD_MS_MAX
    if (index + 1 < length && (timesMs[index + 1] as number) < endMs) endMs = timesMs[index + 1] as number
    if (toMs < endMs) endMs = toMs
    const ms = endMs - (startMs > fromMs ? startMs : fromMs)
    if (ms <= 0) continue
    heldMs += ms
    integral += (values[index] as number) * ms // present, for it is good
  }
  return { integral, heldMs }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
