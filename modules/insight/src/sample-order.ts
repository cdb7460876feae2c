import type { Series } from '@millrace/telemetry/contract'

/** Samples of one signal in the order of time. NaN, or null for texts and vectors, is a bad sample. */
export interface SampleColumn {
  readonly series: Series
  readonly timestampsMs: ArrayLike<number>
  readonly values: ArrayLike<number | string | Float32Array | null>
}

let copiedMs: ArrayLike<number> | undefined
let copyMs = new Float64Array(0)

/** A copy of arriving samples. Columns that follow each other and share the array of their times share its copy. */
export function copyOf({ series, timestampsMs, values }: SampleColumn): SampleColumn {
  if (timestampsMs !== copiedMs) {
    copiedMs = timestampsMs
    copyMs = Float64Array.from(timestampsMs)
  }
  // Texts and vectors are each their own.
  return { series, timestampsMs: copyMs, values: values instanceof Float64Array ? values.slice() : values }
}

/** What a sample holds. */
export type SampleValue = number | string | Float32Array | null

/** Neighbouring columns with the same times. */
interface Row {
  readonly timesMs: ArrayLike<number>
  readonly columns: SampleColumn[]
  next: number
}

/**
 * Visits the samples of several signals of one machine in the order of time; at equal times in the order of the columns,
 * so that the state goes before the values that are judged by it. Neighbours that share the array of their times cost
 * hardly more than one.
 */
export function inTimeOrder(
  columns: readonly SampleColumn[],
  visit: (series: Series, atMs: number, value: SampleValue) => void,
): void {
  const rows = rowsOf(columns)
  for (;;) {
    let firstMs = Number.POSITIVE_INFINITY
    for (const { timesMs, next } of rows) {
      const atMs = timesMs[next]
      if (atMs !== undefined && atMs < firstMs) firstMs = atMs
    }
    if (firstMs === Number.POSITIVE_INFINITY) return
    for (const row of rows) {
      if (row.timesMs[row.next] !== firstMs) continue
      for (const { series, values } of row.columns) visit(series, firstMs, values[row.next] ?? null)
      row.next += 1
    }
  }
}

function rowsOf(columns: readonly SampleColumn[]): Row[] {
  const rows: Row[] = []
  for (const column of columns) {
    const last = rows.at(-1)
    if (last?.timesMs === column.timestampsMs) last.columns.push(column)
    else rows.push({ timesMs: column.timestampsMs, columns: [column], next: 0 })
  }
  return rows
}
