import { HOUR_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { cascadeOf } from './cascade.ts'
import {
  editOf,
  eligibleAt,
  ghostsOf,
  heldAt,
  immovableBecause,
  nextEligibleLane,
  takeBars,
  takeWaiting,
} from './draft.ts'
import { givenBar, givenSmall, MONDAY_MS } from './given-small.ts'
import type { GanttBar, GanttPlan } from './model.ts'
import { pictureOf } from './picture.ts'
import { snapped } from './snap.ts'
import { ZoneDays } from './zone-days.ts'

const a = givenBar('a', 'm1', 8, 10)
const b = givenBar('b', 'm1', 12, 13)
const picture = pictureOf(givenSmall([a, b]), 'resource')

const taken = (plan: GanttPlan, ...ids: string[]) => {
  const draft = takeBars(pictureOf(plan, 'resource'), ids)
  return typeof draft === 'string' ? expect.fail(draft) : draft
}

test.each<[string, Partial<GanttBar>, Partial<GanttPlan>, string | undefined]>([
  ['a planned bar', {}, {}, undefined],
  ['a running bar', { state: 'running' }, {}, 'it is running'],
  ['a bar that is done', { state: 'done' }, {}, 'it is done'],
  ['a locked bar', { locked: true }, {}, 'it is locked; unlock it first'],
  ['a bar behind the fence', {}, { frozenUntilMs: MONDAY_MS + 9 * HOUR_MS }, 'it lies behind the freeze fence'],
  ['a bar after the fence', {}, { frozenUntilMs: MONDAY_MS + 8 * HOUR_MS }, undefined],
])('%s may move, or says why not', (_, bar, plan, refusal) => {
  expect(immovableBecause(givenSmall([a], plan), { ...a, ...bar })).toBe(refusal)
})

test('one bar that may not move holds all that are selected, and is named', () => {
  const locked = givenSmall([a, { ...b, locked: true }])
  expect(takeBars(pictureOf(locked, 'resource'), ['a', 'b'])).toBe('4450 Milling stays: it is locked; unlock it first.')
})

test('lanes say how long it takes there or why it may not go', () => {
  const draft = taken(givenSmall([a]), 'a')
  expect(eligibleAt(draft, 'm2')).toEqual({ resourceId: 'm2', durationMs: 4 * HOUR_MS })
  expect(eligibleAt(draft, 'm3')).toEqual({ resourceId: 'm3', refusal: 'no fixture' })
  expect(eligibleAt(draft, 'm9')).toEqual({ resourceId: 'm9', refusal: 'not in the routing' })
  expect(heldAt(draft, 'm3', 0).refusal).toBe('no fixture')
})

test('on another machine a bar is as long as it takes there', () => {
  const there = heldAt(taken(givenSmall([a]), 'a'), 'm2', HOUR_MS)
  expect(ghostsOf(there)).toEqual([
    { id: 'a', resourceId: 'm2', startMs: a.startMs + HOUR_MS, endMs: a.startMs + 5 * HOUR_MS },
  ])
  expect(editOf(there)).toEqual({
    kind: 'move',
    moves: [{ barId: 'a', resourceId: 'm2', startMs: a.startMs + HOUR_MS }],
  })
})

test('several bars keep their distance, and those of other machines stay on theirs', () => {
  const c = givenBar('c', 'm2', 9, 10)
  const draft = heldAt(taken(givenSmall([a, b, c]), 'a', 'b', 'c'), 'm2', 2 * HOUR_MS)
  expect(
    ghostsOf(draft).map(({ id, resourceId, startMs }) => [id, resourceId, (startMs - MONDAY_MS) / HOUR_MS]),
  ).toEqual([
    ['a', 'm2', 10],
    ['b', 'm2', 14],
    ['c', 'm2', 11],
  ])
})

test('what was put down where it was asks for nothing', () => {
  expect(editOf(taken(givenSmall([a]), 'a'))).toBeUndefined()
})

test('an operation of the tray begins on the first machine that may do it', () => {
  const waiting = { id: 'w', orderId: 'o1', step: 'Milling', quantity: 5, setupMs: HOUR_MS, eligible: a.eligible }
  const draft = takeWaiting(waiting, MONDAY_MS)
  expect(ghostsOf(draft)[0]).toMatchObject({ resourceId: 'm1', endMs: MONDAY_MS + 3 * HOUR_MS })
  expect(editOf(draft)).toEqual({ kind: 'place', waitingId: 'w', resourceId: 'm1', startMs: MONDAY_MS })
})

test('arrows go over lanes that refuse', () => {
  const draft = taken(givenSmall([a]), 'a')
  expect(nextEligibleLane(picture, draft, 1)?.id).toBe('m2')
  expect(nextEligibleLane(picture, heldAt(draft, 'm2', 0), 1)).toBeUndefined()
})

test.each([
  ['the end of the bar before', 13.2, 13, 'end'],
  ['the start of the bar after, with its own end', 9.8 - 0, 10, 'start'],
  ['the begin of a shift', 6.3, 6, 'shift'],
  ['the grid elsewhere', 17.12, 17, 'grid'],
])('a bar snaps to %s', (_, hour, expected, to) => {
  const lane = pictureOf(givenSmall([b]), 'resource').lanes[0] ?? expect.fail()
  const wanted = {
    startMs: MONDAY_MS + hour * HOUR_MS,
    lengthMs: 2 * HOUR_MS,
    msPerPx: HOUR_MS / 20,
    leftOut: new Set<string>(),
  }
  const found = snapped(lane, new ZoneDays('Europe/Zurich'), wanted)
  expect([(found.startMs - MONDAY_MS) / HOUR_MS, found.to]).toEqual([expected, to])
})

test('a bar does not snap to those that move with it', () => {
  const lane = pictureOf(givenSmall([b]), 'resource').lanes[0] ?? expect.fail()
  const wanted = {
    startMs: MONDAY_MS + 13.2 * HOUR_MS,
    lengthMs: HOUR_MS,
    msPerPx: HOUR_MS / 20,
    leftOut: new Set(['b']),
  }
  expect(snapped(lane, new ZoneDays('Europe/Zurich'), wanted).to).toBe('grid')
})

test('the cascade tells what was pushed, what becomes late and what is saved', () => {
  const late = { ...b, orderId: 'o2', lateMs: HOUR_MS }
  const changes = [
    { before: a, after: { ...a, startMs: a.startMs + 1 } },
    { before: { ...b, orderId: 'o2' }, after: late },
    { before: { ...a, id: 'c', lateMs: 5 }, after: { ...a, id: 'c', resourceId: 'm2' } },
  ]
  const cascade = cascadeOf(changes, new Set(['a']))
  expect(cascade.pushed.map(({ before }) => before.id)).toEqual(['c'])
  expect([cascade.newlyLateOrderIds, cascade.savedOrderIds]).toEqual([['o2'], ['o1']])
})
