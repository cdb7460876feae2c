import { epochMs, HOUR_MS, type Instant, instant, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { expect, test } from 'vitest'
import type { Tariff } from './energy-contract.ts'
import { type EnergyState, monthAt, ratesOf, slotFault, tariffFault } from './energy-rate-rules.ts'
import { daysOf, totalsOf } from './energy-total-rules.ts'
import { meanByState } from './measured-power-rules.ts'

const SITE = 'site' as EquipmentId
const ZURICH = 'Europe/Zurich'
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

const tariff = (wish: Partial<Tariff> = {}): Tariff => ({
  ...{ id: 'tariff' as Tariff['id'], siteId: SITE, name: 'Two', validFrom: '2026-01-01', validTo: null },
  ...{ otherwisePerKwh: 0.1, spotExpectedPerKwh: null, peakChargePerKw: 10 },
  steps: [{ name: 'High', weekdays: EVERY_DAY, startMinute: 120, endMinute: 240, pricePerKwh: 0.3 }],
  ...wish,
})

const energy = (wish: Partial<EnergyState> = {}): EnergyState => ({
  ...{ currency: 'CHF', tariffs: [tariff()], slots: [], powers: [] },
  site: { siteId: SITE, baseLoadKw: 0, carbonGramsPerKwh: null, peakReachedKw: 0, peakMonth: '2026-11' },
  ...wish,
})

const at = (text: string) => epochMs(text as Instant)

/** How many quarters of a day on the clock of Zurich cost the high price. */
function highQuarters(midnightUtc: string, hours: number): number {
  const { pricePerKwh } = ratesOf(energy(), ZURICH, at(midnightUtc), hours * 4)
  return pricePerKwh.filter((price) => price === 0.3).length
}

test('two hours from two to four are one when the clock goes forward, and three when it goes back', () => {
  expect(highQuarters('2026-11-26T23:00:00.000Z', 24)).toBe(8)
  expect(highQuarters('2026-03-28T23:00:00.000Z', 23)).toBe(4)
  expect(highQuarters('2026-10-24T22:00:00.000Z', 25)).toBe(12)
})

test('days of a site are those of its clock, of 23 and 25 hours too', () => {
  const { days } = ratesOf(energy(), ZURICH, at('2026-03-28T23:00:00.000Z'), 3 * 96)
  expect(days.slice(0, 3).map(instant)).toEqual([
    ...['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z'],
  ])
  const autumn = ratesOf(energy(), ZURICH, at('2026-10-24T22:00:00.000Z'), 2 * 96)
  expect((autumn.days[1] ?? 0) - (autumn.days[0] ?? 0)).toBe(25 * HOUR_MS)
})

test('weekdays are those of the clock, and the first step of a moment counts', () => {
  const weekend = tariff({
    steps: [{ name: 'Weekend', weekdays: [6, 7], startMinute: 0, endMinute: 1440, pricePerKwh: 0.05 }],
  })
  const { pricePerKwh } = ratesOf(
    energy({ tariffs: [weekend] }),
    'America/Mexico_City',
    at('2026-11-28T05:45:00.000Z'),
    2,
  )
  // Friday 23:45 in Mexico, then Saturday.
  expect(pricePerKwh).toEqual([0.1, 0.05])
})

test('a later tariff takes the place of an earlier one, and the last one goes on after its end', () => {
  const tariffs = [
    tariff({ validFrom: '2026-12-01', validTo: '2026-12-02', otherwisePerKwh: 0.5, steps: [] }),
    tariff({ steps: [] }),
  ]
  const price = (text: string) => ratesOf(energy({ tariffs }), ZURICH, at(text), 1).pricePerKwh[0]
  expect(price('2025-06-01T10:00:00.000Z')).toBe(0.1)
  expect(price('2026-11-30T22:45:00.000Z')).toBe(0.1)
  expect(price('2026-11-30T23:00:00.000Z')).toBe(0.5)
  // Ended: the one without an end is valid again.
  expect(price('2026-12-03T10:00:00.000Z')).toBe(0.1)
})

test('day-ahead prices are added where they are known, and what is expected elsewhere', () => {
  const fromMs = at('2026-11-27T10:00:00.000Z')
  const slots = [
    { kind: 'price' as const, minutes: 60 as const, startAt: instant(fromMs), value: 0.08 },
    { kind: 'generation' as const, minutes: 15 as const, startAt: instant(fromMs), value: 40 },
    { kind: 'carbon' as const, minutes: 30 as const, startAt: instant(fromMs), value: 90 },
  ]
  const rates = ratesOf(energy({ slots, tariffs: [tariff({ spotExpectedPerKwh: 0.12 })] }), ZURICH, fromMs, 5)
  expect(rates.pricePerKwh.map((price) => Math.round(price * 100))).toEqual([18, 18, 18, 18, 22])
  expect(rates.generationKw).toEqual([40, 0, 0, 0, 0])
  expect(rates.carbonGramsPerKwh).toEqual([90, 90, null, null, null])
})

test('money, carbon and the peak of a load are those of its quarters', () => {
  const fromMs = at('2026-11-30T22:30:00.000Z')
  const slots = [{ kind: 'generation' as const, minutes: 15 as const, startAt: instant(fromMs), value: 20 }]
  const site = { siteId: SITE, baseLoadKw: 12, carbonGramsPerKwh: 100, peakReachedKw: 50, peakMonth: '2026-11' }
  const rates = ratesOf(energy({ slots, site, tariffs: [tariff({ steps: [] })] }), ZURICH, fromMs, 4)
  // Two quarters in November, two in December; 12 kW of it are drawn whatever is planned.
  const load = Float64Array.of(20, 13, 18, 3)
  const totals = totalsOf(load, rates, 12)
  expect(totals.usedKwh).toBeCloseTo(20 + 13 + 18 + 3 - 4 * 3)
  // In the first quarter the roof gives 5 kWh: 3 for the rest, 2 for the plan.
  expect(totals.boughtKwh).toBeCloseTo(15 + 10 + 15 + 0)
  expect(totals.cost).toBeCloseTo(4)
  expect(totals.carbonKg).toBeCloseTo(4)
  expect(totals.peakKw).toBe(72)
  // 60 kW where 50 were reached, and 72 in a month that has reached nothing.
  expect(totals.peakCost).toBeCloseTo((60 - 50) * 10 + 72 * 10)
  const days = daysOf(load, rates, 12)
  expect(days.map(({ peakKw }) => peakKw)).toEqual([60, 72])
  expect(days.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(totals.cost)
  expect(monthAt(fromMs, ZURICH)).toBe('2026-11')
})

test('carbon is unknown when it is unknown in a quarter in which something is bought', () => {
  const rates = ratesOf(energy(), ZURICH, at('2026-11-27T10:00:00.000Z'), 2)
  expect(totalsOf(Float64Array.of(1, 0), rates, 0).carbonKg).toBeNull()
  expect(totalsOf(Float64Array.of(0, 0), rates, 0).carbonKg).toBe(0)
})

test.each([
  [{ startMinute: 600, endMinute: 500 }, 'Night ends before it begins. Hours over midnight are two steps.'],
  [{ startMinute: 0, endMinute: 121 }, 'High and Night have hours in common.'],
  [{ startMinute: 0, endMinute: 120 }, undefined],
])('a step %o: %s', (span, fault) => {
  const { steps, validFrom, validTo } = tariff()
  const night = { name: 'Night', weekdays: [7], pricePerKwh: 0.1, ...span }
  expect(tariffFault({ steps: [...steps, night], validFrom, validTo })).toBe(fault)
})

test('slots begin on quarters and do not overlap', () => {
  const slot = (minute: number) => ({ startAt: instant(at('2026-11-27T10:00:00.000Z') + minute * MINUTE_MS), value: 1 })
  expect(slotFault({ kind: 'price', minutes: 15, slots: [slot(15), slot(0)] })).toBeUndefined()
  expect(slotFault({ kind: 'price', minutes: 30, slots: [slot(0), slot(15)] })).toMatch(/overlap/)
  expect(slotFault({ kind: 'price', minutes: 15, slots: [slot(7)] })).toMatch(/quarters/)
})

test('powers are means of what lies in one state', () => {
  const BUCKET = 5 * MINUTE_MS
  const timesMs = Array.from({ length: 12 }, (_, index) => index * BUCKET)
  const mean = [10, 10, 10, 10, 7, 2, 2, 2, 2, 0.5, 0.5, 0.5]
  const intervals = [
    { fromMs: 0, toMs: 4.5 * BUCKET, value: 'running' },
    { fromMs: 4.5 * BUCKET, toMs: 9 * BUCKET, value: 'idle' },
    { fromMs: 9 * BUCKET, toMs: 12 * BUCKET, value: 'off' },
  ]
  expect(meanByState({ bucketMs: BUCKET, timesMs, mean }, intervals)).toEqual({
    ...{ processKw: 10, setupKw: null, idleKw: 2, outsideKw: 0.5, measuredHours: 0.3 },
  })
})
