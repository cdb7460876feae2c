import { type BatchColumn, QUALITY } from '@millrace/base'

/** The newest sample of a column, that which arrived last among several of one time. Value and text are null when bad. */
export function newestOf(column: BatchColumn): {
  timestampMs: number
  value: number | null
  text: string | null
  quality: number
} {
  const newest = newestAt(column.timestampsMs)
  const quality = column.qualities[newest] ?? QUALITY.bad
  const isBad = quality === QUALITY.bad
  return {
    timestampMs: column.timestampsMs[newest] ?? 0,
    value: column.kind === 'number' && !isBad ? (column.values[newest] ?? null) : null,
    text: column.kind === 'text' && !isBad ? (column.values[newest] ?? null) : null,
    quality,
  }
}

let knownTimesMs: Float64Array | undefined
let knownAt = 0

/** Where the newest time is. The signals of a machine mostly share their times: they are looked through once. */
export function newestAt(timesMs: Float64Array): number {
  if (timesMs === knownTimesMs) return knownAt
  let newest = 0
  for (let at = 1; at < timesMs.length; at += 1) {
    if ((timesMs[at] as number) >= (timesMs[newest] as number)) newest = at
  }
  knownTimesMs = timesMs
  knownAt = newest
  return newest
}
