import { HOUR_MS, type Instant, instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { expect, test } from 'vitest'
import type { OrderId } from './contract.ts'
import { diffOf } from './diff-rules.ts'
import { lateReasons } from './lateness-rules.ts'
import { durationS } from './machine-rules.ts'
import { MOVED, type PlacedOperation, type Seat } from './plan-rules.ts'
import { lengthText } from './word-rules.ts'
import { advance, both, joined, openFrom, retreat, wholeFrom, without, workBetween } from './working-time-rules.ts'

const placed = (order: number, position: number, startHour: number, locked = false): PlacedOperation => {
  const at = (hour: number): Instant => instant(hour * HOUR_MS)
  return {
    ...{ orderId: `0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b0${order}` as OrderId, position, locked, reason: MOVED },
    ...{ part: 1, quantity: null, lane: 0 },
    ...{ workUnitId: '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11' as EquipmentId, operatorGroupId: null },
    ...{ setupStartAt: at(startHour), startAt: at(startHour), endAt: at(startHour + 1) },
  }
}

test('a draft differs by what moved, came, went, and by the orders that are late in one of the two', () => {
  const published = [placed(1, 1, 5), placed(1, 2, 7), placed(2, 1, 9)]
  const draft = [placed(1, 1, 5), placed(1, 2, 8), placed(3, 1, 9)]
  const late = { draft: new Set(['4460', '4459']), published: new Set(['4460', '4458']) }
  expect(diffOf(draft, published, late)).toEqual({
    ...{ moved: 1, added: 1, removed: 1, nowLate: ['4459'], saved: ['4458'] },
  })
  expect(diffOf([placed(1, 1, 5, true)], [placed(1, 1, 5)], late).moved).toBe(1)
})

test('a late order is told by its waits, the longest marked', () => {
  const names = {
    operation: (id: string) => id,
    order: (id: string) => id,
    resource: () => 'Grinder A',
    group: () => 'Setters',
    material: (id: string) => id,
    awaited: (_: string, id: string) => `240 of ${id}, PO 4711`,
    taken: () => 'strip',
    madeFor: () => undefined,
    arrival: (id: string) => id,
    tool: () => 'Mould 91',
  }
  const seat = (operationId: string, startS: number, endS: number, reason: Seat['reason']): Seat => ({
    ...{ lane: 0, quantity: null },
    ...{ operationId, resourceId: 'g', setupStartS: startS, startS, endS, groupId: undefined, locked: false, reason },
  })
  const operation = (id: string) => ({ id, alternatives: [], splittable: true })
  const order = {
    id: 'o',
    weight: 1,
    releaseS: 0,
    dueS: 20_000,
    quantity: 1,
    operations: [operation('o.1'), operation('o.2')],
  }
  const seats = new Map([
    ['o.1', seat('o.1', 3600, 7200, { kind: 'machine', of: 'p.1', closedS: 0 })],
    ['o.2', seat('o.2', 28_800, 30_000, { kind: 'operators', of: 'setters', closedS: 0 })],
  ])
  expect(lateReasons(order, seats, 0, names)).toEqual([
    { text: 'o.1 waits 1 h for Grinder A, which makes p.1.', waitS: 3600, main: false },
    { text: 'o.2 waits 6 h for people: all of Setters are busy.', waitS: 21_600, main: true },
  ])
})

test('lengths are what a person would say, durations whole minutes', () => {
  expect([59, 2700, 25_800, 86_400, 183_600].map(lengthText)).toEqual([
    '1 min',
    '45 min',
    '7 h 10 min',
    '1 d',
    '2 d 3 h',
  ])
  expect(durationS(0.12, 100)).toBe(12 * 60) // 12 minutes exactly, in spite of the rounding of 0.12
  expect(durationS(0.01, 1)).toBe(60)
})

test('working time is counted over breaks, forward and backward', () => {
  const open = joined([
    { startS: 20, endS: 30 },
    { startS: 0, endS: 10 },
    { startS: 30, endS: 40 },
  ])
  expect(open).toEqual([
    { startS: 0, endS: 10 },
    { startS: 20, endS: 40 },
  ])
  expect(openFrom(open, 12)).toBe(20)
  expect(openFrom(open, 40)).toBeUndefined()
  expect(wholeFrom(open, 5, 8)).toBe(20)
  expect(advance(open, 5, 8)).toBe(23) // 5 before the break, 3 after it
  expect(retreat(open, 23, 8)).toBe(5)
  expect(retreat(open, 23, 14)).toBeUndefined()
  expect(workBetween(open, 5, 25)).toBe(10)
  expect(without(open, [{ startS: 25, endS: 28 }])).toHaveLength(3)
  expect(both(open, [{ startS: 8, endS: 22 }])).toEqual([
    { startS: 8, endS: 10 },
    { startS: 20, endS: 22 },
  ])
})
