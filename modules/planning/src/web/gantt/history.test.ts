import { HOUR_MS } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyChanges, inverse } from './apply.ts'
import { givenBar, givenSmall } from './given-small.ts'
import { type Command, EMPTY_HISTORY, recorded, redone, STEP_LIMIT, staleBar, undone } from './history.ts'
import type { GanttPlan } from './model.ts'

const a = givenBar('a', 'm1', 6, 10)
const b = givenBar('b', 'm2', 6, 10)
const plan = givenSmall([a, b])

const moved = (from: GanttPlan, id: string, hours: number): Command => {
  const before = from.bars.find((bar) => bar.id === id) ?? expect.fail()
  const after = { ...before, startMs: before.startMs + hours * HOUR_MS, endMs: before.endMs + hours * HOUR_MS }
  return { text: `${id} ${hours}`, changes: [{ before, after }] }
}

test('whatever was done, undoing all of it gives the plan it began with, and redoing all the plan it ended with', () => {
  const step = fc.record({ id: fc.constantFrom('a', 'b'), hours: fc.integer({ min: -5, max: 5 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let now = plan
      let history = EMPTY_HISTORY
      for (const { id, hours } of steps) {
        const command = moved(now, id, hours)
        now = applyChanges(now, command)
        history = recorded(history, command)
      }
      const end = now
      for (let back = undone(history); back; back = undone(history)) {
        now = applyChanges(now, back.command)
        history = back.history
      }
      expect(now).toEqual(plan)
      for (let forth = redone(history); forth; forth = redone(history)) {
        now = applyChanges(now, forth.command)
        history = forth.history
      }
      expect(now).toEqual(end)
    }),
  )
})

test('a new change forgets what was taken back', () => {
  const first = recorded(EMPTY_HISTORY, moved(plan, 'a', 1))
  const back = undone(first)?.history ?? expect.fail()
  expect(redone(back)?.command.text).toBe('a 1')
  expect(redone(recorded(back, moved(plan, 'b', 1)))).toBeUndefined()
})

test('only so many steps are kept', () => {
  let history = EMPTY_HISTORY
  for (let step = 0; step < STEP_LIMIT + 5; step++) history = recorded(history, moved(plan, 'a', step))
  expect(history.done.length).toBe(STEP_LIMIT)
  expect(history.done[0]?.text).toBe('a 5')
})

test('bars and operations of the tray come and go, and come back', () => {
  const { id, orderId, step, quantity, setupMs, eligible } = a
  const waiting = { id, orderId, step, quantity, setupMs, eligible }
  const unplaced = { changes: [{ before: a, after: null }], waiting: [{ before: null, after: waiting }] }
  const without = applyChanges(plan, unplaced)
  expect([without.bars, without.waiting]).toEqual([[b], [waiting]])
  const back = applyChanges(without, inverse(unplaced))
  expect([new Set(back.bars), back.waiting]).toEqual([new Set([a, b]), []])
})

test('a step that no longer fits the plan is found before it does harm', () => {
  const command = moved(plan, 'a', 2)
  const after = applyChanges(plan, command)
  const back = undone(recorded(EMPTY_HISTORY, command))?.command ?? expect.fail()
  expect(staleBar(after, back)).toBeUndefined()
  const elsewhere = applyChanges(after, moved(after, 'a', 3))
  expect(staleBar(elsewhere, back)?.id).toBe('a')
  expect(staleBar(givenSmall([b]), back)?.id).toBe('a')
})
