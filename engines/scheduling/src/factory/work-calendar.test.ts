import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openIntervals } from './intervals.ts'
import type { Interval } from './problem.ts'
import { advance, NEVER, openFrom, retreat, wholeFrom, workCalendar } from './work-calendar.ts'

const HOUR_S = 3600
const DAY_S = 86_400

/** Sorted intervals with room between them. */
const intervals: fc.Arbitrary<Interval[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })), { maxLength: 12 })
  .map((pieces) => {
    let time = 0
    return pieces.map(([gap, length]) => {
      const startS = time + gap
      time = startS + length
      return { startS, endS: time }
    })
  })
const time = fc.integer({ min: 0, max: 800 })
const work = fc.integer({ min: 1, max: 80 })

function isOpen(open: readonly Interval[], second: number): boolean {
  return open.some((one) => second >= one.startS && second < one.endS)
}

/** Second by second. */
function worked(open: readonly Interval[], from: number, to: number): number {
  let sum = 0
  for (let second = from; second < to; second += 1) if (isOpen(open, second)) sum += 1
  return sum
}

test('work ends after exactly its open seconds, at the end of one of them', () => {
  fc.assert(
    fc.property(intervals, time, work, (open, from, amount) => {
      const end = advance(workCalendar(open), from, amount)
      if (end === NEVER) expect(worked(open, from, 1000)).toBeLessThan(amount)
      else {
        expect(worked(open, from, end)).toBe(amount)
        expect(isOpen(open, end - 1)).toBe(true)
      }
    }),
  )
})

test('going back finds the latest beginning', () => {
  fc.assert(
    fc.property(intervals, time, work, (open, to, amount) => {
      const begin = retreat(workCalendar(open), to, amount)
      if (begin < 0) expect(worked(open, 0, to)).toBeLessThan(amount)
      else {
        expect(worked(open, begin, to)).toBe(amount)
        expect(isOpen(open, begin)).toBe(true)
      }
    }),
  )
})

test('the first open moment, and the first that leaves a whole piece of time', () => {
  fc.assert(
    fc.property(intervals, time, work, (open, from, amount) => {
      const calendar = workCalendar(open)
      let first = from
      while (first < 1000 && !isOpen(open, first)) first += 1
      expect(openFrom(calendar, from)).toBe(first === 1000 ? NEVER : first)
      let whole = first
      while (whole < 1000 && worked(open, whole, whole + amount) < amount) whole += 1
      expect(wholeFrom(calendar, from, amount)).toBe(whole === 1000 ? NEVER : whole)
    }),
  )
})

test('shifts repeat by weekday, run past midnight, and give way to holidays but not to overtime', () => {
  const night = { weekday: 0, startS: 22 * HOUR_S, endS: 30 * HOUR_S }
  const early = { weekday: 1, startS: 6 * HOUR_S, endS: 14 * HOUR_S }
  const extra = [{ startS: 8 * DAY_S + 8 * HOUR_S, endS: 8 * DAY_S + 9 * HOUR_S }]
  const closed = [{ startS: 8 * DAY_S, endS: 9 * DAY_S }]
  expect(openIntervals({ shifts: [night, early], closed, extra }, 10 * DAY_S)).toEqual([
    { startS: 22 * HOUR_S, endS: DAY_S + 14 * HOUR_S },
    { startS: 7 * DAY_S + 22 * HOUR_S, endS: 8 * DAY_S },
    { startS: 8 * DAY_S + 8 * HOUR_S, endS: 8 * DAY_S + 9 * HOUR_S },
  ])
})
