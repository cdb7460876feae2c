import { HOUR_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import type { SiteDetail } from '../contract.ts'
import { shiftWindow } from './shift.ts'

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
  expect(shiftWindow(sursee, monday(7))).toEqual({ name: 'early', fromMs: monday(6), toMs: monday(14) })
  expect(shiftWindow(sursee, monday(14)).name).toBe('late')
})

test('without a shift the last eight hours are shown', () => {
  const mondayEarly = monday(4)
  expect(shiftWindow(sursee, mondayEarly)).toEqual({ name: null, fromMs: mondayEarly - 8 * HOUR_MS, toMs: mondayEarly })
  expect(shiftWindow({ ...sursee, shifts: [] }, monday(9)).name).toBeNull()
})
