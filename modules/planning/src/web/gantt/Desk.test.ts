import { HOUR_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { applyChanges } from './apply.ts'
import { OwnerLine } from './ask-owner.ts'
import { Desk, type PlanOwner } from './Desk.ts'
import { givenOutcome } from './given-owner.ts'
import { givenBar, givenSmall, MONDAY_MS, NOW_MS } from './given-small.ts'
import type { GanttBar, GanttEdit, GanttPlan } from './model.ts'
import { pictureOf } from './picture.ts'
import { GanttStore } from './store.ts'

const a = givenBar('a', 'm1', 34, 36)
const b = givenBar('b', 'm1', 36, 38)

/** A desk with a plan that really changes. */
function givenDesk(plan: GanttPlan, more: Partial<PlanOwner> = {}) {
  const time = { fromMs: MONDAY_MS, msPerPx: HOUR_MS / 10, width: 1000 }
  const store = new GanttStore({
    ...{ picture: pictureOf(plan, 'resource'), viewport: { time, scrollTop: 0, height: 300 }, nowMs: NOW_MS },
    ...{
      selected: new Set<string>(),
      focusedId: undefined,
      hoveredId: undefined,
      hoveredOutage: undefined,
      draft: undefined,
      guideMs: undefined,
    },
    ...{
      band: undefined,
      proposed: undefined,
      showsChain: false,
      menu: undefined,
      said: { text: '', isRefusal: false, count: 0 },
    },
  })
  const present = () => store.state.picture.plan
  const desk = new Desk(store, () => ({
    mayEdit: true,
    preview: (edit) => givenOutcome(present(), edit, NOW_MS),
    onApply: (command) => {
      store.set({ picture: pictureOf(applyChanges(present(), command), 'resource') })
      return undefined
    },
    ...more,
  }))
  const startsOf = () => Object.fromEntries(present().bars.map((bar) => [bar.id, (bar.startMs - MONDAY_MS) / HOUR_MS]))
  return { store, desk, startsOf }
}

test('a bar is carried, pushes the one behind it, and both come back with one undo', async () => {
  const { store, desk, startsOf } = givenDesk(givenSmall([a, b]))
  expect(desk.take(['a'])).toBe(true)
  desk.carry('m1', HOUR_MS)
  await desk.drop()
  expect(startsOf()).toEqual({ a: 35, b: 37 })
  expect(store.state.said.text).toContain('1 other moves')
  expect(store.state.draft).toBeUndefined()

  await desk.undo()
  expect(startsOf()).toEqual({ a: 34, b: 36 })
  await desk.redo()
  expect(startsOf()).toEqual({ a: 35, b: 37 })
})

test('Escape leaves everything where it was', () => {
  const { store, desk, startsOf } = givenDesk(givenSmall([a, b]))
  desk.take(['a'])
  desk.carry('m2', 3 * HOUR_MS)
  desk.cancel()
  expect([startsOf(), store.state.draft, desk.history.done.length]).toEqual([{ a: 34, b: 36 }, undefined, 0])
})

test('a lane that refuses says why, and nothing moves', async () => {
  const { store, desk, startsOf } = givenDesk(givenSmall([a]))
  desk.take(['a'])
  desk.carry('m3', 0)
  await desk.drop()
  expect(store.state.said).toMatchObject({ text: 'not on Grinder: no fixture', isRefusal: true })
  expect(startsOf()).toEqual({ a: 34 })
})

test('the owner refuses, and its words are shown', async () => {
  const { store, desk, startsOf } = givenDesk(givenSmall([a]))
  desk.take(['a'])
  desk.carry('m1', -30 * HOUR_MS)
  await desk.drop()
  expect(store.state.said).toMatchObject({ text: 'That is in the past.', isRefusal: true })
  expect(startsOf()).toEqual({ a: 34 })
})

test('what the owner does not make is not in the history', async () => {
  const { store, desk } = givenDesk(givenSmall([a]), { onApply: () => 'The plan is being published.' })
  await desk.run({ kind: 'lock', barIds: ['a'], locked: true })
  expect([store.state.said.text, desk.history.done.length]).toEqual(['The plan is being published.', 0])
})

test('an owner that fails changes nothing and is told in words', async () => {
  const { store, desk } = givenDesk(givenSmall([a]), { preview: () => Promise.reject(new Error('socket')) })
  await desk.run({ kind: 'lock', barIds: ['a'], locked: true })
  expect(store.state.said.text).toBe('The plan could not be asked; nothing was changed.')
})

test('who may only read is told so', () => {
  const { store, desk } = givenDesk(givenSmall([a]), { mayEdit: false })
  expect(desk.take(['a'])).toBe(false)
  expect(store.state.said.text).toBe('Your role may read the plan, not change it.')
})

test('undo is refused when somebody else moved the bar since', async () => {
  const { store, desk } = givenDesk(givenSmall([a]))
  await desk.run({ kind: 'lock', barIds: ['a'], locked: true })
  store.set({ picture: pictureOf(givenSmall([{ ...a, startMs: a.startMs + HOUR_MS }]), 'resource') })
  await desk.undo()
  expect(store.state.said.text).toContain('was changed by somebody else since')
  expect(desk.history.done.length).toBe(1)
})

test.each([
  [{ locked: true }, '4450 Milling stays: it is locked; unlock it first.'],
  [{ startMs: a.startMs + HOUR_MS, endMs: a.endMs + HOUR_MS }, 'What was in hand has been moved by somebody else'],
])('what is in the hand is put down when somebody else changed it to %j', (change, said) => {
  const { store, desk } = givenDesk(givenSmall([a, b]))
  const replan = (...bars: GanttBar[]) => {
    store.set({ picture: pictureOf(givenSmall(bars), 'resource') })
    desk.checkHand()
  }
  desk.take(['a'])
  desk.carry('m1', HOUR_MS)
  replan(a, { ...b, locked: true })
  expect(store.state.draft?.shiftMs).toBe(HOUR_MS)
  replan({ ...a, ...change }, b)
  expect(store.state.draft).toBeUndefined()
  expect(store.state.said.text).toContain(said)
})

test('what is taken, carried and put down while a lock is on its way comes after the lock', async () => {
  const { store, desk, startsOf } = givenDesk(givenSmall([a, b]))
  const locked = desk.run({ kind: 'lock', barIds: ['b'], locked: true })
  desk.take(['a'])
  desk.carry('m1', -HOUR_MS)
  await Promise.all([locked, desk.drop()])
  expect(startsOf()).toEqual({ a: 33, b: 36 })
  expect(store.state.picture.plan.bars.find(({ id }) => id === 'b')?.locked).toBe(true)
  expect([store.state.draft, desk.history.done.length]).toEqual([undefined, 2])
})

test.each<[string, GanttEdit, string]>([
  ['split', { kind: 'split', barId: 'a', atMs: a.startMs + HOUR_MS }, 'a,ab'],
  ['unplace', { kind: 'unplace', barIds: ['a'] }, ''],
])('%s is done and undone', async (_, edit, ids) => {
  const { store, desk } = givenDesk(givenSmall([a]))
  await desk.run(edit)
  const idsNow = () => store.state.picture.plan.bars.map(({ id }) => id).join()
  expect(idsNow()).toBe(ids)
  await desk.undo()
  expect([idsNow(), store.state.picture.plan.waiting]).toEqual(['a', []])
})

test('a newer question supersedes an older one, whose answer comes too late', async () => {
  const line = new OwnerLine()
  const edit: GanttEdit = { kind: 'lock', barIds: [], locked: true }
  const signals: AbortSignal[] = []
  const first = line.ask((_, signal) => {
    signals.push(signal)
    return new Promise(() => undefined)
  }, edit)
  const second = line.ask(() => ({ changes: [] }), edit)
  expect(await first).toBe('superseded')
  expect(await second).toEqual({ changes: [] })
  expect(signals[0]?.aborted).toBe(true)
})
