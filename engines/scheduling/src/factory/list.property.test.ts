import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFactory } from './compile.ts'
import { at } from './ints.ts'
import { listByRule } from './list.ts'
import { planOf } from './plan-of.ts'
import { DISPATCHING_RULES } from './rules.ts'
import { scoreOf } from './score.ts'
import { smallFactory } from './testing/small-factory.ts'
import { validateFactoryPlan } from './validate.ts'

const RUNS = { numRuns: 2000 }
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const rule = fc.constantFrom(...DISPATCHING_RULES)
const mode = fc.constantFrom('serial' as const, 'nonDelay' as const)

test('every rule keeps every constraint', () => {
  fc.assert(
    fc.property(seed, rule, mode, (number, name, how) => {
      const problem = smallFactory(number)
      const board = listByRule(compileFactory(problem), name, how)
      expect(validateFactoryPlan(problem, planOf(board))).toEqual([])
    }),
    RUNS,
  )
})

test('the same problem gives the same plan', () => {
  fc.assert(
    fc.property(seed, rule, mode, (number, name, how) => {
      const once = planOf(listByRule(compileFactory(smallFactory(number)), name, how))
      expect(planOf(listByRule(compileFactory(smallFactory(number)), name, how))).toEqual(once)
    }),
    { numRuns: 200 },
  )
})

test('set-ups are counted as they stand in the plan', () => {
  fc.assert(
    fc.property(seed, rule, (number, name) => {
      const board = listByRule(compileFactory(smallFactory(number)), name, 'serial')
      const without = board.setupStart.every((from, op) => at(board.lane, op) < 0 || from === at(board.start, op))
      expect(scoreOf(board).setupS > 0).toBe(!without)
    }),
    { numRuns: 500 },
  )
})
