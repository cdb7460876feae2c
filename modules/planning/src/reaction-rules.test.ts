import { HOUR_MS, type Instant, instant, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { expect, test } from 'vitest'
import type { OrderId } from './contract.ts'
import { countedUp, isTooMuchScrap, lastingPace } from './measured-work-rules.ts'
import { pacesOf } from './pace-rules.ts'
import { MOVED, type PlacedOperation, placementOf } from './plan-rules.ts'
import { isWithin, notAppliedBecause, type ProposalFacts, policyOf } from './policy-rules.ts'
import { repairStarts } from './repair-window-rules.ts'
import type { OperationChange } from './schedule-contract.ts'
import { saysBreakdown, sourceOf, type Trouble } from './trouble-rules.ts'

const SITE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b10' as EquipmentId
const MILL = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11' as EquipmentId
const ORDER = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b01' as OrderId
const NOW_MS = Date.parse('2026-11-30T09:00:00Z')
/** The mill is frozen for two hours. */
const at = {
  ...{ nowMs: NOW_MS, timeZone: 'Europe/Zurich' },
  units: [{ id: MILL, name: 'Mill 1', group: '', fence: { frozenMs: 2 * HOUR_MS, slushyMs: 2 * HOUR_MS } }],
}
const cycles = (mean: readonly number[], stepMs = MINUTE_MS) => ({
  mean,
  timesMs: mean.map((_, index) => NOW_MS - (mean.length - index) * stepMs),
})
const usual = cycles(
  Array.from({ length: 48 }, (_, index) => 38 + (index % 3) * 0.4),
  HOUR_MS,
)

test('a machine is slow when every stretch of the last half hour says so, and told in steps of 5 %', () => {
  expect(lastingPace(cycles(Array(10).fill(50)), usual, 1, NOW_MS)).toBe(1.3)
  // One stretch as usual: it comes and goes.
  expect(lastingPace(cycles([...Array(9).fill(50), 38.4]), usual, 1, NOW_MS)).toBeUndefined()
  expect(lastingPace(cycles(Array(10).fill(41)), usual, 1, NOW_MS)).toBeUndefined()
  // Planned so already, and then as usual again.
  expect(lastingPace(cycles(Array(10).fill(50)), usual, 1.3, NOW_MS)).toBeUndefined()
  expect(lastingPace(cycles(Array(10).fill(38.4)), usual, 1.3, NOW_MS)).toBe(1)
  expect(lastingPace(cycles(Array(3).fill(50)), usual, 1, NOW_MS)).toBeUndefined()
  expect(lastingPace(cycles(Array(10).fill(50)), cycles([38, 38], HOUR_MS), 1, NOW_MS)).toBeUndefined()
})

test('a counter that was reset goes on counting, and a little scrap is in every plan', () => {
  expect(countedUp([3, 5, 9, 1, 4])).toBe(10)
  expect(countedUp([])).toBe(0)
  expect(isTooMuchScrap(4, 0, 100)).toBe(false)
  expect(isTooMuchScrap(5, 0, 100)).toBe(true)
  expect(isTooMuchScrap(20, 0, 1000)).toBe(false)
  expect(isTooMuchScrap(30, 26, 100)).toBe(false)
})

test('the pace of an operation counts instead of that of its machine', () => {
  const paceOf = pacesOf([
    { workUnitId: MILL, orderId: null, position: null, ratio: 1.3 },
    { workUnitId: null, orderId: ORDER, position: 2, ratio: 1.1 },
  ])
  expect(paceOf(MILL, ORDER, 1)).toBe(1.3)
  expect(paceOf(MILL, ORDER, 2)).toBe(1.1)
  expect(paceOf(SITE, ORDER, 1)).toBe(1)
})

test('an alarm says breakdown in any letters; another one has to last', () => {
  expect(saysBreakdown('B900 BREAKDOWN: drive failed', ['breakdown'])).toBe(true)
  expect(saysBreakdown('A12 Light curtain', ['breakdown', 'broken'])).toBe(false)
  expect(saysBreakdown('', ['breakdown'])).toBe(false)
})

test('a few more scrapped pieces are the same trouble, half as many again are another', () => {
  const scrap = (scrapped: number, planned = 0): Trouble => ({
    ...{ siteId: SITE, cause: 'scrap', workUnitId: MILL, orderId: ORDER, position: 1, quantity: 300 },
    ...{ scrapped, planned },
  })
  expect(sourceOf(scrap(20))).toBe(sourceOf(scrap(21)))
  expect(sourceOf(scrap(20))).not.toBe(sourceOf(scrap(40)))
  expect(sourceOf(scrap(40, 20))).not.toBe(sourceOf(scrap(20)))
})

const placed = (startHour: number, endHour: number): PlacedOperation => {
  const at = (hour: number): Instant => instant(NOW_MS + hour * HOUR_MS)
  return {
    ...{ orderId: ORDER, position: 1, workUnitId: MILL, operatorGroupId: null, locked: false, reason: MOVED },
    ...{ part: 1, quantity: null, lane: 0 },
    ...{ setupStartAt: at(startHour), startAt: at(startHour), endAt: at(endHour) },
  }
}

test('a repair begins behind the fence, after an operation, or as late as it may be; at once when it is nearly too late', () => {
  const hours = (failsInH: number) =>
    repairStarts(at, [placed(-1, 4), placed(4, 9), placed(30, 40)], {
      ...{ workUnitId: MILL, failsMs: NOW_MS + failsInH * HOUR_MS, repairMs: 6 * HOUR_MS },
    }).map((startMs) => (startMs - NOW_MS) / HOUR_MS)
  expect(hours(24)).toEqual([2, 4, 9, 18])
  expect(hours(7)).toEqual([1])
  expect(hours(3)).toEqual([0])
})

const change = (fromHour: number, toHour: number): OperationChange => {
  const place = (hour: number) => placementOf(placed(hour, hour + 1))
  return { operationId: `${ORDER}.1`, before: place(fromHour), after: place(toHour) }
}
const policy = { ...policyOf(SITE), enabled: true, causes: ['scrap' as const], movesMax: 2, shiftHoursMax: 8 }
const facts: ProposalFacts = { cause: 'scrap', changes: [change(5, 7)], forced: [], late: [] }

test('a small proposal is applied by itself; anything that is not small in some way is not', () => {
  expect(notAppliedBecause(policy, facts, at)).toBeUndefined()
  // What runs already ends later: that is no move.
  expect(notAppliedBecause(policy, { ...facts, changes: [change(-1, -1), change(5, 7)] }, at)).toBeUndefined()
  const refused: readonly [Partial<typeof policy>, Partial<ProposalFacts>][] = [
    [{ enabled: false }, {}],
    [{ suspendedAt: instant(NOW_MS) }, {}],
    [{}, { cause: 'stopped' }],
    [{ fromMinute: 0, toMinute: 600 }, {}],
    [{}, { late: ['4458'] }],
    [{}, { forced: [`${ORDER}.1`] }],
    [{ movesMax: 1 }, { changes: [change(5, 7), change(9, 10)] }],
    [{}, { changes: [change(1, 7)] }],
    [{}, { changes: [change(5, 1)] }],
    [{}, { changes: [change(5, 14)] }],
    [{}, { changes: [{ ...change(5, 7), before: null }] }],
  ]
  for (const [other, more] of refused)
    expect(notAppliedBecause({ ...policy, ...other }, { ...facts, ...more }, at)).toEqual(expect.any(String))
})

test('hours of a policy are on the plant’s clock, also over midnight', () => {
  const within = (fromMinute: number, toMinute: number, time: string) =>
    isWithin({ fromMinute, toMinute }, Date.parse(`2026-11-30T${time}:00Z`), 'Europe/Zurich')
  // An hour ahead of UTC.
  expect(within(600, 700, '09:00')).toBe(true)
  expect(within(600, 700, '10:40')).toBe(false)
  expect(within(1320, 360, '22:30')).toBe(true)
  expect(within(1320, 360, '12:00')).toBe(false)
  expect(within(0, 1440, '03:00')).toBe(true)
})
