import { expect, test } from 'vitest'
import { dayList } from './day-list.ts'
import { givenBar, givenResource, givenSmall, MONDAY_MS, NOW_MS } from './given-small.ts'
import { AXIS_HEIGHT } from './measures.ts'
import { pictureOf } from './picture.ts'
import { PAGE_LIMIT, printPages } from './print-pages.ts'
import { uncovered } from './Surface.ts'
import { barSentence, commandText, consequence, laneSentence } from './words.ts'
import { ZoneDays } from './zone-days.ts'

const many = (count: number) =>
  pictureOf(
    givenSmall([], {
      resources: Array.from({ length: count }, (_, at) =>
        givenResource(`m${at}`, `M${at}`, { group: at < 5 ? 'A' : 'B' }),
      ),
    }),
    'resource',
  )

test('pages take whole lanes, each once, and no page is too long', () => {
  const { lanes, height } = many(40)
  const pages = printPages(lanes, 700)
  expect(pages.length).toBeGreaterThan(2)
  expect(pages[0]?.top).toBe(0)
  expect(pages.at(-1)?.bottom).toBe(height)
  for (const [index, page] of pages.entries()) {
    expect(page.bottom - page.top).toBeLessThanOrEqual(700 - AXIS_HEIGHT)
    if (index > 0) expect(page.top).toBe(pages[index - 1]?.bottom)
  }
})

test('paper is bounded, and nothing to print is no page', () => {
  expect(printPages(many(2000).lanes, 300).length).toBe(PAGE_LIMIT)
  expect(printPages([], 700)).toEqual([])
})

test('a shift of the picture uncovers its edges', () => {
  const whole = { x: 0, y: 0, width: 100, height: 50 }
  expect(uncovered(whole, { x: 7, y: 0 })).toEqual([{ x: 0, y: 0, width: 7, height: 50 }])
  expect(uncovered(whole, { x: -7, y: -3 })).toEqual([
    { x: 93, y: 0, width: 7, height: 50 },
    { x: 0, y: 47, width: 100, height: 3 },
  ])
})

test('the list of a day has what goes on over midnight on both days, and machines that stand', () => {
  const stopped = givenResource('m2', 'Mill 2', { live: { state: 'stopped', sinceMs: NOW_MS } })
  const plan = givenSmall([givenBar('a', 'm1', 20, 26)], { resources: [givenResource('m1', 'Mill 1'), stopped] })
  const days = new ZoneDays(plan.timeZone)
  const monday = days.at(MONDAY_MS)
  const names = (day: number) =>
    dayList(plan, days.day(day), '').map(({ resource, bars }) => [resource.name, bars.length])
  expect(names(monday.number)).toEqual([
    ['Mill 1', 1],
    ['Mill 2', 0],
  ])
  expect(names(monday.number + 1)).toEqual([
    ['Mill 1', 1],
    ['Mill 2', 0],
  ])
  expect(names(monday.number + 2)).toEqual([['Mill 2', 0]])
  expect(dayList(plan, monday, 'm1').map(({ resource }) => resource.id)).toEqual(['m1'])
})

test('a bar is said in one sentence with everything that is wrong with it', () => {
  const late = givenBar('a', 'm1', 12, 14, {
    lateMs: 3 * 3_600_000,
    locked: true,
    conflict: 'overlaps 4451 Milling',
    setupMs: 60_000 * 25,
  })
  const orders = givenSmall([]).orders.map((order) => ({ ...order, dueMs: MONDAY_MS + 20 * 3_600_000 }))
  const picture = pictureOf(givenSmall([late], { orders }), 'resource')
  expect(barSentence(picture, late, NOW_MS)).toBe(
    '4450 Milling, Chef 200, on Mill 1, 12:00 – 14:00, planned, 3 h late, Conflict: overlaps 4451 Milling, locked, due 20:00, 100\u00a0pcs, set-up 25 min',
  )
})

test('an edit has a name, and its consequences a sentence', () => {
  const bar = givenBar('a', 'm1', 12, 14)
  const picture = pictureOf(givenSmall([bar]), 'resource')
  const edit = { kind: 'move', moves: [{ barId: 'a', resourceId: 'm2', startMs: bar.startMs }] } as const
  expect(commandText(picture, edit)).toMatch(/^4450 Milling to Mill 2, Mon.*23.*, 12:00$/)
  expect(consequence([{ before: bar, after: { ...bar, startMs: 0, lateMs: 9 } }], new Set())).toBe(
    '1 other moves, 1 order becomes late',
  )
})

test('a lane is said with what its machine does now', () => {
  const live = { state: 'stopped', sinceMs: NOW_MS - 40 * 60_000, text: 'spindle drive fault' } as const
  const plan = givenSmall([givenBar('a', 'm1', 12, 14)], { resources: [givenResource('m1', 'Mill 4', { live })] })
  const lane = pictureOf(plan, 'resource').lanes[0] ?? expect.fail()
  expect(laneSentence(lane, NOW_MS)).toBe('Mill 4, 1 bar, stopped 40 min, spindle drive fault')
  const order = pictureOf(plan, 'order').lanes[0] ?? expect.fail()
  expect(laneSentence(order, NOW_MS)).toBe('4450, 1 bar, Chef 200')
})
