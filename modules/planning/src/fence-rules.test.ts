import { HOUR_MS, type Instant, instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fence } from './fence-contract.ts'
import { type Fenced, fenceMet, fenceOf } from './fence-rules.ts'
import type { OperationChange, Placement } from './schedule-contract.ts'

const id = (text: string) => text as EquipmentId
const tree = new Map(
  [
    { id: id('site'), parentId: null },
    { id: id('grinding'), parentId: id('site') },
    { id: id('fine'), parentId: id('grinding') },
    { id: id('grinder'), parentId: id('fine') },
    { id: id('mill'), parentId: id('site') },
  ].map((place) => [place.id, place]),
)
const fences = (...list: [string, number, number][]) =>
  new Map<EquipmentId, Fence>(
    list.map(([place, frozen, slushy]) => [
      id(place),
      { placeId: id(place), frozenMinutes: frozen * 60, slushyMinutes: slushy * 60 },
    ]),
  )

test.each([
  ['what nobody says is two hours', fences(), 'grinder', 2, 2],
  ['the site says it for all', fences(['site', 1, 4]), 'grinder', 1, 4],
  ['an area says it for its own', fences(['site', 1, 4], ['grinding', 8, 24]), 'grinder', 8, 24],
  ['the nearest place wins', fences(['grinding', 8, 24], ['fine', 0, 0]), 'grinder', 0, 0],
  ['an area says nothing for others', fences(['grinding', 8, 24]), 'mill', 2, 2],
])('%s', (_, own, unit, frozen, slushy) => {
  expect(fenceOf(id(unit), tree, own)).toEqual({ frozenMs: frozen * HOUR_MS, slushyMs: slushy * HOUR_MS })
})

test('places that stand in each other end somewhere', () => {
  const loop = new Map([
    [id('a'), { id: id('a'), parentId: id('b') }],
    [id('b'), { id: id('b'), parentId: id('a') }],
  ])
  expect(fenceOf(id('a'), loop, fences()).frozenMs).toBe(2 * HOUR_MS)
})

const site: Fenced = {
  nowMs: 100 * HOUR_MS,
  units: [
    { id: id('grinder'), fence: { frozenMs: 8 * HOUR_MS, slushyMs: 24 * HOUR_MS } },
    { id: id('mill'), fence: { frozenMs: 0, slushyMs: 2 * HOUR_MS } },
  ],
}

function place(unit: string, hour: number, locked = false): Placement {
  const at = (hours: number): Instant => instant((100 + hours) * HOUR_MS)
  return {
    ...{ operationId: 'o.1', workUnitId: id(unit), setupStartAt: at(hour), startAt: at(hour), endAt: at(hour + 1) },
    ...{ operatorGroupId: null, locked },
  }
}
const change = (before: Placement | null, after: Placement | null): OperationChange => ({
  ...{ operationId: 'o.1', before, after },
})

test.each([
  ['moves within what is frozen', change(place('grinder', 2), place('grinder', 30)), 'frozen'],
  ['comes among what is frozen', change(place('grinder', 30), place('grinder', 7)), 'frozen'],
  ['comes from a machine without fence', change(place('mill', 30), place('grinder', 7)), 'frozen'],
  ['is taken out', change(place('grinder', 2), null), 'frozen'],
  ['is placed soon', change(null, place('grinder', 12)), 'slushy'],
  ['moves soon on a machine that freezes nothing', change(place('mill', 1), place('mill', 5)), 'slushy'],
  ['moves behind both fences', change(place('grinder', 24), place('grinder', 30)), undefined],
  ['is locked only', change(place('grinder', 2), place('grinder', 2, true)), undefined],
])('an operation that %s meets its fence', (_, one, fence) => {
  expect(fenceMet([one], site)?.fence).toBe(fence)
})

test('of many changes the hardest fence counts, in whatever order they come', () => {
  const hours = fc.integer({ min: 0, max: 40 })
  const unit = fc.constantFrom('grinder', 'mill')
  const one = fc.tuple(unit, hours, unit, hours).map(([a, from, b, to]) => change(place(a, from), place(b, to)))
  const rank = (fence: string | undefined) => (fence === 'frozen' ? 2 : fence === 'slushy' ? 1 : 0)
  fc.assert(
    fc.property(fc.array(one, { maxLength: 8 }), (changes) => {
      const each = Math.max(0, ...changes.map((single) => rank(fenceMet([single], site)?.fence)))
      expect(rank(fenceMet(changes, site)?.fence)).toBe(each)
      expect(rank(fenceMet(changes.toReversed(), site)?.fence)).toBe(each)
    }),
  )
})
