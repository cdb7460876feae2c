import { at } from './ints.ts'
import type { Interval } from './problem.ts'

/** Later than every time that a problem may have. */
export const NEVER = 2_000_000_000

/** A day has about five of these spans: small enough that few intervals begin in one. */
const BUCKET_BITS = 14

/** Open intervals with the work before each, so that adding and subtracting working time needs no walk through the days. */
export interface WorkCalendar {
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Open seconds before interval i; one more entry than there are intervals. */
  readonly before: Int32Array
  /** For each span of 2^14 s the first interval that ends in it or later. */
  readonly buckets: Int32Array
}

/** @param open sorted and joined, as `joined` gives it */
export function workCalendar(open: readonly Interval[]): WorkCalendar {
  const starts = Int32Array.from(open, (one) => one.startS)
  const ends = Int32Array.from(open, (one) => one.endS)
  const before = new Int32Array(open.length + 1)
  for (let i = 0; i < open.length; i += 1) before[i + 1] = at(before, i) + at(ends, i) - at(starts, i)
  const buckets = new Int32Array(((open.at(-1)?.endS ?? 0) >> BUCKET_BITS) + 1)
  let first = 0
  for (let bucket = 0; bucket < buckets.length; bucket += 1) {
    while (first < ends.length && at(ends, first) <= bucket << BUCKET_BITS) first += 1
    buckets[bucket] = first
  }
  return { starts, ends, before, buckets }
}

/** The first interval that ends after a time. */
function intervalAfter({ ends, buckets }: WorkCalendar, time: number): number {
  if (time < 0) return 0
  const bucket = time >> BUCKET_BITS
  if (bucket >= buckets.length) return ends.length
  let i = at(buckets, bucket)
  while (i < ends.length && at(ends, i) <= time) i += 1
  return i
}

/** The first open moment at or after a time. */
export function openFrom(calendar: WorkCalendar, time: number): number {
  const i = intervalAfter(calendar, time)
  if (i >= calendar.starts.length) return NEVER
  const start = at(calendar.starts, i)
  return start > time ? start : time
}

/** The first moment from which a piece of work runs through without a break. */
export function wholeFrom(calendar: WorkCalendar, time: number, work: number): number {
  const { starts, ends } = calendar
  for (let i = intervalAfter(calendar, time); i < starts.length; i += 1) {
    const start = at(starts, i)
    const from = start > time ? start : time
    if (at(ends, i) - from >= work) return from
  }
  return NEVER
}

/** When work (at least 1 s) that begins at a time is done. */
export function advance(calendar: WorkCalendar, time: number, work: number): number {
  const { starts, before } = calendar
  let i = intervalAfter(calendar, time)
  if (i >= starts.length) return NEVER
  const start = at(starts, i)
  const done = at(before, i) + (time > start ? time - start : 0) + work
  while (i < starts.length && at(before, i + 1) < done) i += 1
  return i < starts.length ? at(starts, i) + done - at(before, i) : NEVER
}

/** The latest moment at which work (at least 1 s) has to begin to be done at a time; -1 when the calendar begins too late. */
export function retreat(calendar: WorkCalendar, time: number, work: number): number {
  const { starts, before } = calendar
  let i = intervalAfter(calendar, time)
  const start = i < starts.length ? at(starts, i) : NEVER
  const left = at(before, i) + (time > start ? time - start : 0) - work
  if (left < 0) return -1
  while (i > 0 && (i >= starts.length || at(before, i) > left)) i -= 1
  return at(starts, i) + left - at(before, i)
}
