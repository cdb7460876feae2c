/** A machine's state over some time; `state` null means that nobody knows. */
export interface StripInterval {
  readonly fromMs: number
  readonly toMs: number
  readonly state: string | null
}

/**
 * The intervals inside a range, in order, without overlaps: neighbours of the same state become one, what nobody reported
 * becomes an interval with state null up to `knownUntilMs`. After that lies the future, which is left out.
 *
 * @param intervals by ascending start. A later one wins where two overlap (a late correction).
 */
export function mergeStrip(
  intervals: readonly StripInterval[],
  fromMs: number,
  toMs: number,
  knownUntilMs: number,
): StripInterval[] {
  const end = Math.min(toMs, knownUntilMs)
  const merged: { fromMs: number; toMs: number; state: string | null }[] = []
  const add = (start: number, stop: number, state: string | null) => {
    if (stop <= start) return
    const previous = merged.at(-1)
    if (previous && previous.state === state && previous.toMs === start) previous.toMs = stop
    else merged.push({ fromMs: start, toMs: stop, state })
  }
  let covered = fromMs
  for (const interval of intervals) {
    const start = Math.max(interval.fromMs, fromMs)
    const stop = Math.min(interval.toMs, end)
    if (stop <= start) continue
    if (start < covered) {
      const previous = merged.at(-1)
      if (previous) previous.toMs = Math.max(previous.fromMs, start)
      if (previous && previous.toMs === previous.fromMs) merged.pop()
    } else {
      add(covered, start, null)
    }
    add(start, stop, interval.state)
    covered = stop
  }
  add(covered, end, null)
  return merged
}

/** Milliseconds per state. No data counts under `none`. */
export function stripTotals(intervals: readonly StripInterval[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const { fromMs, toMs, state } of intervals) {
    const key = state ?? 'none'
    totals.set(key, (totals.get(key) ?? 0) + toMs - fromMs)
  }
  return totals
}
