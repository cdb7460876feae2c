import { HOUR_MS } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { givenBar, givenResource, givenSmall, MONDAY_MS } from './given-small.ts'
import { barsInBox, hitAt } from './hit-test.ts'
import { BAR_HEIGHT } from './measures.ts'
import { laneAt, pictureOf, rowTop } from './picture.ts'

const time = { fromMs: MONDAY_MS, msPerPx: HOUR_MS / 10, width: 1000 }

test('a machine has one row, and what lies over each other there is told', () => {
  const { lanes } = pictureOf(givenSmall([givenBar('a', 'm1', 6, 10), givenBar('b', 'm1', 8, 12)]), 'resource')
  expect(lanes[0]?.rowCount).toBe(1)
  expect(lanes[0]?.overlaps).toEqual([{ fromMs: MONDAY_MS + 8 * HOUR_MS, toMs: MONDAY_MS + 10 * HOUR_MS, row: 0 }])
})

test('a furnace for two takes two lots in two rows without a conflict', () => {
  const resources = [givenResource('m1', 'Furnace', { capacity: 2 })]
  const bars = [givenBar('a', 'm1', 6, 10), givenBar('b', 'm1', 8, 12), givenBar('c', 'm1', 10, 11)]
  const { lanes, bars: placed } = pictureOf(givenSmall(bars, { resources }), 'resource')
  expect(lanes[0]).toMatchObject({ rowCount: 2, overlaps: [] })
  expect(['a', 'b', 'c'].map((id) => placed.get(id)?.row)).toEqual([0, 1, 0])
})

test('bars of a row never lie over each other unless an overlap says so', () => {
  const bar = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 20 }))
  fc.assert(
    fc.property(fc.array(bar, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (spans, capacity) => {
      const bars = spans.map(([from, length], at) => givenBar(`b${at}`, 'm1', from, from + length))
      const plan = givenSmall(bars, { resources: [givenResource('m1', 'Furnace', { capacity })] })
      const lane = pictureOf(plan, 'resource').lanes[0]
      const items = lane?.bars.items ?? []
      expect(items.length).toBe(bars.length)
      const meets = items.some((a, at) =>
        items.slice(at + 1).some((b) => a.row === b.row && a.startMs < b.endMs && b.startMs < a.endMs),
      )
      expect((lane?.overlaps.length ?? 0) > 0).toBe(meets)
    }),
  )
})

test('orders are lanes by their due date, steps as the material flows', () => {
  const bars = [
    givenBar('a', 'm1', 6, 8),
    givenBar('b', 'm3', 9, 12, { step: 'Grinding' }),
    givenBar('c', 'm1', 8, 9, { orderId: 'o2' }),
    givenBar('d', 'm3', 12, 13, { orderId: 'o2', step: 'Grinding' }),
  ]
  expect(pictureOf(givenSmall(bars), 'order').lanes.map(({ name }) => name)).toEqual(['4451', '4450'])
  expect(pictureOf(givenSmall(bars), 'flow').lanes.map(({ name }) => name)).toEqual(['Milling', 'Grinding'])
})

test('groups stand above their first lane and belong to none', () => {
  const resources = [
    givenResource('m1', 'Mill 1', { group: 'Mills' }),
    givenResource('m2', 'Mill 2', { group: 'Mills' }),
  ]
  const picture = pictureOf(givenSmall([], { resources }), 'resource')
  expect(picture.lanes.map(({ startsGroup }) => startsGroup)).toEqual([true, false])
  expect(laneAt(picture, 5)).toBeUndefined()
  expect(laneAt(picture, (picture.lanes[1]?.top ?? 0) + 1)?.name).toBe('Mill 2')
  expect(laneAt(picture, picture.height + 1)).toBeUndefined()
})

test('the pointer finds the bar under it, the nearest one beside it, and nothing far away', () => {
  const picture = pictureOf(givenSmall([givenBar('a', 'm1', 6, 10), givenBar('b', 'm2', 6, 6.01)]), 'resource')
  const viewport = { time, scrollTop: 0, height: 400 }
  const lane = (at: number) => picture.lanes[at] ?? expect.fail()
  const y = rowTop(picture, lane(0), 0) + 2
  expect(hitAt(picture, viewport, 80, y).placed?.bar.id).toBe('a')
  expect(hitAt(picture, viewport, 120, y).placed).toBeUndefined()
  expect(hitAt(picture, viewport, 80, y - 10)).toMatchObject({ placed: undefined, lane: { name: 'Mill 1' } })
  expect(hitAt(picture, viewport, 62, rowTop(picture, lane(1), 0) + 2).placed?.bar.id).toBe('b')
})

test('of two bars over each other the later one is hit', () => {
  const picture = pictureOf(givenSmall([givenBar('a', 'm1', 6, 10), givenBar('b', 'm1', 8, 12)]), 'resource')
  const y = rowTop(picture, picture.lanes[0] ?? expect.fail(), 0) + 2
  expect(hitAt(picture, { time, scrollTop: 0, height: 400 }, 90, y).placed?.bar.id).toBe('b')
})

test('a rubber band takes every bar it touches, also when drawn backwards and scrolled', () => {
  const bars = [givenBar('a', 'm1', 6, 10), givenBar('b', 'm2', 9, 12), givenBar('c', 'm2', 20, 22)]
  const picture = pictureOf(givenSmall(bars), 'resource')
  const first = rowTop(picture, picture.lanes[0] ?? expect.fail(), 0)
  const second = rowTop(picture, picture.lanes[1] ?? expect.fail(), 0)
  const box = { x1: 130, y1: second - 10 + BAR_HEIGHT, x2: 70, y2: first - 10 }
  const found = barsInBox(picture, { time, scrollTop: 10, height: 400 }, box)
  expect(found.map(({ bar }) => bar.id)).toEqual(['a', 'b'])
})
