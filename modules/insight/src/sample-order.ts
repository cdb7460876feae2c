import type { Series } from '@millrace/telemetry/contract'

/** Samples of one signal in the order of time. NaN, or null for texts and vectors, is a bad sample. */
export interface SampleColumn {
  readonly series: Series
  readonly timestampsMs: ArrayLike<number>
  readonly values: ArrayLike<number | string | Float32Array | null>
}

/** What a sample holds. */
export type SampleValue = number | string | Float32Array | null

/**
 * Visits the samples of several signals of one machine in the order of time; at equal times in the order of the columns,
 * so that the state goes before the values that are judged by it.
 */
export function inTimeOrder(
  columns: readonly SampleColumn[],
  visit: (series: Series, atMs: number, value: SampleValue) => void,
): void {
  const next = new Int32Array(columns.length)
  for (;;) {
    let firstMs = Number.POSITIVE_INFINITY
    for (let column = 0; column < columns.length; column += 1) {
      const atMs = columns[column]?.timestampsMs[next[column] ?? 0]
      if (atMs !== undefined && atMs < firstMs) firstMs = atMs
    }
    if (firstMs === Number.POSITIVE_INFINITY) return
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index]
      const at = next[index] ?? 0
      if (column?.timestampsMs[at] !== firstMs) continue
      next[index] = at + 1
      visit(column.series, firstMs, column.values[at] ?? null)
    }
  }
}
