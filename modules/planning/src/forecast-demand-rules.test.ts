import { DAY_MS, type Instant, instant } from '@millrace/base'
import type { MaterialId } from '@millrace/materials/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CustomerOrder, type MaterialForecast, unorderedForecast } from './forecast-demand-rules.ts'
import { addWeeks } from './week-rules.ts'

const ZONE = 'Europe/Zurich'
/** A Wednesday. */
const NOW_MS = Date.parse('2026-11-25T09:00:00.000Z')
const THIS_WEEK = '2026-11-23'
const KNIFE = 'knife' as MaterialId
const HORIZON_DAYS = 91
const days = { timeZone: ZONE, nowMs: NOW_MS }
/** Monday to Friday. */
const isOpen = Array.from({ length: HORIZON_DAYS }, (_, day) => (day + 2) % 7 < 5)

const forecast = (week: number, quantity: number, materialId = KNIFE): MaterialForecast => ({
  ...{ materialId, quantity, weekOn: addWeeks(THIS_WEEK, week) },
})
const order = (dueAt: string, pieces: number, materialId = KNIFE): CustomerOrder => ({
  ...{ materialId, dueAt: instant(Date.parse(dueAt)), thousandths: pieces * 1000 },
})
const left = (forecasts: MaterialForecast[], orders: CustomerOrder[] = []) =>
  unorderedForecast(forecasts, orders, days, isOpen).map(({ weekOn, thousandths }) => [weekOn, thousandths / 1000])

test('orders use up the forecast of their own week, and of no other', () => {
  const two = [forecast(1, 100), forecast(2, 100)]
  expect(left(two)).toEqual([
    ['2026-11-30', 100],
    ['2026-12-07', 100],
  ])
  expect(left(two, [order('2026-12-02T10:00:00Z', 30)])).toEqual([
    ['2026-11-30', 70],
    ['2026-12-07', 100],
  ])
  expect(left(two, [order('2026-12-02T10:00:00Z', 170)])).toEqual([['2026-12-07', 100]])
})

test('a week ends at midnight on the clock of the site', () => {
  // In Zurich it is Monday already.
  expect(left([forecast(1, 100), forecast(2, 100)], [order('2026-12-06T23:30:00Z', 40)])).toEqual([
    ['2026-11-30', 100],
    ['2026-12-07', 60],
  ])
})

test('of past weeks and of the running one, only orders count', () => {
  expect(left([forecast(-1, 100), forecast(0, 100), forecast(1, 100)])).toEqual([['2026-11-30', 100]])
})

test('an order of another material uses up nothing', () => {
  expect(left([forecast(1, 100)], [order('2026-12-02T10:00:00Z', 30, 'saw' as MaterialId)])).toEqual([
    ['2026-11-30', 100],
  ])
})

test('it is due by the last working day of its week, and on the Sunday of a week in which nobody works', () => {
  const dueDays = (open: readonly boolean[]) =>
    unorderedForecast([forecast(1, 5), forecast(2, 5)], [], days, open).map(({ dueDay }) => dueDay)
  expect(dueDays(isOpen)).toEqual([9, 16])
  // 4 December is a holiday, and the week after it everybody is away.
  expect(dueDays(isOpen.map((open, day) => open && day !== 9 && (day < 12 || day > 18)))).toEqual([8, 18])
})

test('what is due behind what is looked at is left out', () => {
  expect(left([forecast(12, 5), forecast(13, 5), forecast(40, 5)])).toEqual([['2027-02-15', 5]])
})

test('each week is wanted for its forecast or its orders, whichever is more', () => {
  const WEEKS = 12
  const quantity = fc.integer({ min: 0, max: 5000 })
  fc.assert(
    fc.property(
      fc.array(quantity, { minLength: WEEKS, maxLength: WEEKS }),
      fc.array(fc.record({ day: fc.integer({ min: 5, max: 5 + WEEKS * 7 - 1 }), pieces: quantity }), { maxLength: 40 }),
      (expected, wished) => {
        const orders = wished.map(({ day, pieces }) => ({
          ...{ materialId: KNIFE, thousandths: pieces * 1000 },
          dueAt: instant(NOW_MS + day * DAY_MS) as Instant,
        }))
        const found = unorderedForecast(
          expected.map((pieces, index) => forecast(index + 1, pieces)),
          orders,
          days,
          isOpen,
        )
        for (const [index, pieces] of expected.entries()) {
          // Day 5 is the Monday of the coming week.
          const own = wished.filter(({ day }) => Math.floor((day - 5) / 7) === index)
          const ordered = own.reduce((sum, one) => sum + one.pieces, 0)
          const weekOn = addWeeks(THIS_WEEK, index + 1)
          const unordered = found.filter((one) => one.weekOn === weekOn).reduce((sum, one) => sum + one.thousandths, 0)
          expect(ordered + unordered / 1000).toBe(Math.max(pieces, ordered))
        }
      },
    ),
    { numRuns: 1000 },
  )
})
