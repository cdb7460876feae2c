import type { Interval } from './problem.ts'

const DAY_S = 86_400

/** A weekly pattern and what departs from it. Weekday 0 is the weekday of the origin; a shift may run past midnight. */
export interface WorkingTime {
  readonly shifts: readonly { readonly weekday: number; readonly startS: number; readonly endS: number }[]
  /** Holidays and other times without work. */
  readonly closed?: readonly Interval[]
  /** Overtime, also on days without a shift. */
  readonly extra?: readonly Interval[]
}

/**
 * The open intervals of a weekly pattern from the origin up to the horizon, sorted and joined where they touch.
 *
 * @param time shifts by weekday 0…6, their times in seconds of that day (an end beyond 86,400 is in the next day)
 */
export function openIntervals(time: WorkingTime, horizonS: number): Interval[] {
  const shifts: Interval[] = []
  for (let day = -1; day * DAY_S < horizonS; day += 1)
    for (const { weekday, startS, endS } of time.shifts)
      if ((day + 7) % 7 === weekday) shifts.push({ startS: day * DAY_S + startS, endS: day * DAY_S + endS })
  const open = joined([...without(joined(shifts), time.closed ?? []), ...(time.extra ?? [])])
  return both(open, [{ startS: 0, endS: horizonS }])
}

/** Sorted, and joined where they touch or overlap. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const { startS, endS } of intervals.filter((one) => one.endS > one.startS).sort((a, b) => a.startS - b.startS)) {
    const last = result.at(-1)
    if (last && startS <= last.endS)
      result[result.length - 1] = { startS: last.startS, endS: Math.max(last.endS, endS) }
    else result.push({ startS, endS })
  }
  return result
}

/** What is left of joined intervals when others are taken away. */
export function without(intervals: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const away = joined(taken)
  const result: Interval[] = []
  let first = 0
  for (const { startS, endS } of intervals) {
    while (first < away.length && (away[first]?.endS ?? 0) <= startS) first += 1
    let from = startS
    for (let i = first; i < away.length; i += 1) {
      const hole = away[i]
      if (!hole || hole.startS >= endS) break
      if (hole.startS > from) result.push({ startS: from, endS: hole.startS })
      from = Math.max(from, hole.endS)
    }
    if (from < endS) result.push({ startS: from, endS })
  }
  return result
}

/** The times that lie in both of two joined lists. */
export function both(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const left = a[i]
    const right = b[j]
    if (!left || !right) break
    const startS = Math.max(left.startS, right.startS)
    const endS = Math.min(left.endS, right.endS)
    if (startS < endS) result.push({ startS, endS })
    if (left.endS < right.endS) i += 1
    else j += 1
  }
  return result
}
