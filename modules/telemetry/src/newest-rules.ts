import { type BatchColumn, QUALITY } from '@millrace/base'

/** The newest sample of a column, that which arrived last among several of one time. Value and text are null when bad. */
export function newestOf(column: BatchColumn): {
  timestampMs: number
  value: number | null
  text: string | null
  quality: number
} {
  let newest = 0
  for (let at = 1; at < column.timestampsMs.length; at += 1) {
    if ((column.timestampsMs[at] ?? 0) >= (column.timestampsMs[newest] ?? 0)) newest = at
  }
  const quality = column.qualities[newest] ?? QUALITY.bad
  const isBad = quality === QUALITY.bad
  return {
    timestampMs: column.timestampsMs[newest] ?? 0,
    value: column.kind === 'number' && !isBad ? (column.values[newest] ?? null) : null,
    text: column.kind === 'text' && !isBad ? (column.values[newest] ?? null) : null,
    quality,
  }
}
