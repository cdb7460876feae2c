import { expect, test } from 'vitest'
import { criticalChain, linksOf } from './dependencies.ts'
import { findOrders } from './find-bars.ts'
import { givenBar, givenSmall, MONDAY_MS } from './given-small.ts'
import { keyAction } from './keys.ts'
import { fittingLabel, labelRoom } from './label-fit.ts'
import { firstBar, neighbour } from './navigate.ts'
import { pictureOf } from './picture.ts'
import { between, SELECTION_LIMIT, stillThere, toggled, withBars } from './selection.ts'

const key = (
  name: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) => ({
  ...{ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false },
  ...modifiers,
})

test.each([
  [key('ArrowDown'), false, { kind: 'go', direction: 'down', extends: false }],
  [key('ArrowRight', { shiftKey: true }), false, { kind: 'go', direction: 'right', extends: true }],
  [key('ArrowRight', { shiftKey: true }), true, { kind: 'shift', steps: 1, byDay: true }],
  [key('ArrowUp'), true, { kind: 'lane', step: -1 }],
  [key('Enter'), false, { kind: 'open' }],
  [key('Enter'), true, { kind: 'drop' }],
  [key('Escape'), true, { kind: 'cancel' }],
  [key('M', { shiftKey: true }), false, { kind: 'hold' }],
  [key('z', { ctrlKey: true }), false, { kind: 'undo' }],
  [key('Z', { ctrlKey: true, shiftKey: true }), false, { kind: 'redo' }],
  [key('z', { metaKey: true }), false, { kind: 'undo' }],
  [key('z', { ctrlKey: true }), true, undefined],
  [key('?', { shiftKey: true }), false, { kind: 'help' }],
  [key('F10', { shiftKey: true }), false, { kind: 'menu' }],
  [key('k', { ctrlKey: true }), false, undefined],
  [key('ArrowLeft', { altKey: true }), false, undefined],
  [key('Tab'), false, undefined],
])('%o while holding is %s: %o', (event, isHolding, action) => {
  expect(keyAction(event, isHolding)).toEqual(action)
})

const bars = [
  givenBar('a', 'm1', 6, 8),
  givenBar('b', 'm1', 9, 12),
  givenBar('c', 'm3', 7, 8, { orderId: 'o2' }),
  givenBar('d', 'm3', 12, 14, { step: 'Grinding' }),
]
const links = [{ fromId: 'b', toId: 'd', lagMs: 0 }]
const picture = pictureOf(givenSmall(bars, { links }), 'resource')
const placed = (id: string) => picture.bars.get(id) ?? expect.fail()

test.each([
  ['a', 'right', 'b'],
  ['b', 'left', 'a'],
  ['b', 'right', undefined],
  ['b', 'down', 'd'],
  ['a', 'down', 'c'],
  ['c', 'up', 'a'],
  ['a', 'up', undefined],
  ['b', 'first', 'a'],
  ['c', 'last', 'd'],
] as const)('from %s the arrow %s leads to %s, over empty lanes', (from, direction, to) => {
  expect(neighbour(picture, placed(from), direction)?.bar.id).toBe(to)
})

test('the keyboard begins near a moment, and nowhere in an empty plan', () => {
  expect(firstBar(picture, MONDAY_MS, 1)?.bar.id).toBe('c')
  expect(firstBar(pictureOf(givenSmall([]), 'resource'), MONDAY_MS)).toBeUndefined()
})

test('a selection is extended over time and lanes, toggled, bounded, and forgets what is gone', () => {
  expect(between(picture, placed('b'), placed('d')).map(({ bar }) => bar.id)).toEqual(['b', 'd'])
  expect([...toggled(new Set(['a', 'b']), 'a')]).toEqual(['b'])
  const many = Array.from({ length: SELECTION_LIMIT + 9 }, (_, at) => ({
    ...placed('a'),
    bar: givenBar(`x${at}`, 'm1', 0, 1),
  }))
  expect(withBars(new Set(), many).size).toBe(SELECTION_LIMIT)
  expect([...stillThere(picture, new Set(['a', 'gone']))]).toEqual(['a'])
})

test('the critical chain goes back over links and machines as long as nothing waits', () => {
  const tight = [givenBar('a', 'm1', 6, 9), givenBar('b', 'm1', 9, 12), givenBar('d', 'm3', 12, 14)]
  const chained = pictureOf(givenSmall(tight, { links }), 'order')
  expect(criticalChain(chained, 'd').map(({ bar }) => bar.id)).toEqual(['a', 'b', 'd'])
  expect(criticalChain(picture, 'b').map(({ bar }) => bar.id)).toEqual(['b'])
  expect(criticalChain(picture, 'nowhere')).toEqual([])
})

test('a circle of links ends', () => {
  const round = [...links, { fromId: 'd', toId: 'b', lagMs: -5 * 3_600_000 }]
  expect(criticalChain(pictureOf(givenSmall(bars, { links: round }), 'resource'), 'd').length).toBe(2)
})

test('links of a bar are found from both ends, once, with their slack', () => {
  const [link, ...others] = linksOf(picture, ['b', 'd'])
  expect([link?.from.bar.id, link?.to.bar.id, link?.isTight, others]).toEqual(['b', 'd', true, []])
})

test.each([
  ['4451', ['4451']],
  ['chef', ['4450']],
  ['445', ['4451', '4450']],
  ['alpina pocket', ['4451']],
  ['chef pocket', []],
  ['  ', []],
])('looking for "%s" finds %o, soonest due first', (text, names) => {
  expect(findOrders(givenSmall(bars), text).map(({ order }) => order.name)).toEqual(names)
})

test('a label stands after the set-up and inside what is seen, and the longest that fits is taken whole', () => {
  expect(labelRoom({ left: 10, bodyLeft: 30, right: 200 }, { left: 0, right: 500 }, 5)).toEqual({ x: 35, width: 160 })
  expect(labelRoom({ left: -300, bodyLeft: -280, right: 200 }, { left: 0, right: 100 }, 5)).toEqual({ x: 5, width: 90 })
  const measure = (text: string) => text.length * 10
  expect(fittingLabel(['4450 Chef 200', '4450'], 60, measure)).toBe('4450')
  expect(fittingLabel(['4450 Chef 200', '4450'], 30, measure)).toBeUndefined()
})
