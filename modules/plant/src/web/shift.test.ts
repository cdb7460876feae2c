import { HOUR_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import type { SiteDetail } from '../contract.ts'
import { shiftAt } from './shift.ts'

const weekdays = [1, 2, 3, 4, 5]
const sursee: SiteDetail = {
  timeZone: 'Europe/Zurich',
  currency: 'CHF',
  country: 'Switzerland',
  shifts: [
    { name: 'early', weekdays, startMinute: 360, endMinute: 840 },
    { name: 'late', weekdays, startMinute: 840, endMinute: 1320 },
    { name: 'night', weekdays, startMinute: 1320, endMinute: 1800 },
  ],
}
// Monday 23 November 2026 in Zurich is one hour ahead of UTC.
const monday = (hour: number) => Date.UTC(2026, 10, 23, hour - 1)

test('the shift of the hour is the one running', () => {
  expect(shiftAt(sursee, monday(7))).toEqual({ name: 'early', fromMs: monday(6), toMs: monday(14) })
  expect(shiftAt(sursee, monday(14)).name).toBe('late')
})

test('a shift past midnight belongs to the day it began', () => {
  const saturdayMorning = monday(3) + 5 * 24 * HOUR_MS
  expect(shiftAt(sursee, saturdayMorning)).toEqual({
    name: 'night',
    fromMs: saturdayMorning - 5 * HOUR_MS,
    toMs: saturdayMorning + 3 * HOUR_MS,
  })
})

test('without a shift the last eight hours are shown', () => {
  const mondayEarly = monday(4)
  expect(shiftAt(sursee, mondayEarly)).toEqual({ name: null, fromMs: mondayEarly - 8 * HOUR_MS, toMs: mondayEarly })
  expect(shiftAt({ ...sursee, shifts: [] }, monday(9)).name).toBeNull()
})

test('a shift keeps its hours on the wall when the clocks change', () => {
  // Sunday 25 October 2026, 03:00 → 02:00: a night shift from 22 to 06 lasts nine hours.
  const night: SiteDetail = {
    ...sursee,
    shifts: [{ name: 'night', weekdays: [6], startMinute: 1320, endMinute: 1800 }],
  }
  const shift = shiftAt(night, Date.UTC(2026, 9, 25, 2))
  expect(shift.toMs - shift.fromMs).toBe(9 * HOUR_MS)
})
