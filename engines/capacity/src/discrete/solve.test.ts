import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadSolver } from '../solver.ts'
import { type DiscreteLots, discreteCost, discreteFaults } from './problem.ts'
import { solveDiscreteLots } from './solve.ts'

const solve = await loadSolver()
/** A clock that goes on by itself: the same time is spent on every machine. */
function ticking(stepMs: number): () => number {
  let at = 0
  return () => {
    at += stepMs
    return at
  }
}
const answer = (problem: DiscreteLots) =>
  solveDiscreteLots(problem, solve, { timeLimitS: 120, seed: 1, nowMs: ticking(4000) })

const small = fc
  .record({
    periods: fc.integer({ min: 1, max: 5 }),
    items: fc.integer({ min: 1, max: 3 }),
    stockingCost: fc.integer({ min: 0, max: 9 }),
  })
  .chain(({ periods, items, stockingCost }) =>
    fc.record({
      periods: fc.constant(periods),
      stockingCost: fc.constant(stockingCost),
      due: fc.array(
        fc
          .uniqueArray(fc.integer({ min: 0, max: periods - 1 }), { maxLength: 2 })
          .map((list) => list.toSorted((a, b) => a - b)),
        { minLength: items, maxLength: items },
      ),
      changeCosts: fc
        .array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: items, maxLength: items }), {
          minLength: items,
          maxLength: items,
        })
        .map((rows) => rows.map((row, from) => row.map((cost, to) => (from === to ? 0 : cost)))),
    }),
  )

/** Every plan there is. */
function bestOfAll(problem: DiscreteLots): number {
  let best = Number.POSITIVE_INFINITY
  const plan: number[] = []
  const go = () => {
    if (plan.length === problem.periods) {
      if (discreteFaults(problem, plan).length === 0) best = Math.min(best, discreteCost(problem, plan))
      return
    }
    for (let item = -1; item < problem.due.length; item += 1) {
      plan.push(item)
      go()
      plan.pop()
    }
  }
  go()
  return best
}

test('of small problems the answer is the best of all plans, or that there is none', () => {
  fc.assert(
    fc.property(small, (problem) => {
      const found = answer(problem)
      const best = bestOfAll(problem)
      if (best === Number.POSITIVE_INFINITY) expect(found).toBeUndefined()
      else {
        expect(found).toMatchObject({ cost: best, proven: true })
        expect(discreteFaults(problem, found?.plan ?? [])).toEqual([])
        expect(found?.bound).toBeCloseTo(best, 3)
      }
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('the check finds what is late, missing or unknown', () => {
  const problem: DiscreteLots = {
    periods: 3,
    due: [[0], [2]],
    stockingCost: 1,
    changeCosts: [
      [0, 5],
      [5, 0],
    ],
  }
  expect(discreteFaults(problem, [0, -1, 1])).toEqual([])
  expect(discreteFaults(problem, [-1, 0, 1])).toEqual(['item 0: order 0 is late'])
  expect(discreteFaults(problem, [0, -1, -1])).toContain('item 1: 0 pieces for 1 orders')
  expect(discreteFaults(problem, [0, 7, 1])).toContain('an unknown item')
  expect(discreteCost(problem, [0, 1, -1])).toBe(6)
})
