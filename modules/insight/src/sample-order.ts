import type { Series } from '@millrace/telemetry/contract'

/** Samples of one signal in the order of time. NaN, or null for texts and vectors, is a bad sample. */
export interface SampleColumn {
  readonly series: Series
  readonly timestampsMs: ArrayLike<number>
  readonly values: ArrayLike<number | string | Float32Array | null>
}

/**
 * Visits the samples of several signals of one machine in the order of time; at equal times in the order of the columns,
 * so that the state goes before the values that are judged by it.
 */
export function inTimeOrder(
  columns: readonly SampleColumn[],
  visit: (series: Series, atMs: number, value: number | string | Float32Array | null) => void,
): void {
  const next = columns.map(() => 0)
  for (;;) {
    let first = -1
    let firstMs = Number.POSITIVE_INFINITY
    for (let column = 0; column < columns.length; column += 1) {
      const atMs = columns[column]?.timestampsMs[next[column] ?? 0]
      if (atMs !== undefined && atMs < firstMs) {
        first = column
        firstMs = atMs
      }
    }
    const column = columns[first]
    if (!column) return
    const index = next[first] ?? 0
    next[first] = index + 1
    visit(column.series, firstMs, column.values[index] ?? null)
  }
}
