import { copyOf, type SampleColumn } from './sample-order.ts'

/**
 * Makes fast numbers as rare as detectors want them: of each stretch of time the mean, at the time of its last sample. A
 * stretch in which every sample is bad gives one bad sample. Columns that are rare already, texts and vectors are given back
 * as they are.
 *
 * @param columns samples in the order of time; those that share the array of their times share it afterwards.
 */
export function thinSamples(columns: readonly SampleColumn[], stretchMs: number): SampleColumn[] {
  let timesMs: ArrayLike<number> | undefined
  let ends: Ends | undefined
  return columns.map((column) => {
    if (!(column.values instanceof Float64Array)) return column
    if (column.timestampsMs !== timesMs) {
      timesMs = column.timestampsMs
      ends = endsOf(timesMs, stretchMs)
    }
    if (!ends) return column
    return { series: column.series, timestampsMs: ends.timesMs, values: meansOf(column.values, ends.after) }
  })
}

let thinnedMs: ArrayLike<number> | undefined
let thinnedBy = 0
let thinnedEnds: Ends | undefined

/** {@link thinSamples} of one arriving column, always a copy. Those that follow each other are looked at together. */
export function thinned(column: SampleColumn, stretchMs: number): SampleColumn {
  if (!(column.values instanceof Float64Array)) return copyOf(column)
  if (column.timestampsMs !== thinnedMs || stretchMs !== thinnedBy) {
    thinnedMs = column.timestampsMs
    thinnedBy = stretchMs
    thinnedEnds = endsOf(thinnedMs, stretchMs)
  }
  const { series, values } = column
  return thinnedEnds
    ? { series, timestampsMs: thinnedEnds.timesMs, values: meansOf(values, thinnedEnds.after) }
    : copyOf(column)
}

interface Ends {
  /** Of the last sample of each stretch. */
  readonly timesMs: Float64Array
  /** Where the next stretch begins. */
  readonly after: Int32Array
}

/** Where the stretches end; undefined when each sample has one of its own. */
function endsOf(timesMs: ArrayLike<number>, stretchMs: number): Ends | undefined {
  const after: number[] = []
  let number = Math.floor((timesMs[0] ?? 0) / stretchMs)
  for (let at = 1; at < timesMs.length; at += 1) {
    const next = Math.floor((timesMs[at] as number) / stretchMs) // within the length
    if (next === number) continue
    after.push(at)
    number = next
  }
  if (after.length + 1 >= timesMs.length) return undefined
  after.push(timesMs.length)
  return { timesMs: Float64Array.from(after, (at) => timesMs[at - 1] as number), after: Int32Array.from(after) }
}

function meansOf(values: Float64Array, after: Int32Array): Float64Array {
  const means = new Float64Array(after.length)
  let at = 0
  for (let stretch = 0; stretch < after.length; stretch += 1) {
    const end = after[stretch] as number
    let sum = 0
    let count = 0
    for (; at < end; at += 1) {
      const value = values[at] as number
      if (Number.isNaN(value)) continue
      sum += value
      count += 1
    }
    means[stretch] = sum / count // NaN when none is good
  }
  return means
}
