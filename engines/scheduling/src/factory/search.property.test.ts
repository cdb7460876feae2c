import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFactory } from './compile.ts'
import { afterEvents } from './events.ts'
import { explainLate } from './explain.ts'
import { cheapestFixes } from './fixes.ts'
import type { FactoryPlan } from './plan.ts'
import { improveFactory, planFactory } from './plan-factory.ts'
import { boardOf, planOf } from './plan-of.ts'
import type { FactoryProblem } from './problem.ts'
import { promiseByMoving, promiseDate } from './promise.ts'
import { repairPlan } from './repair.ts'
import { compareScores, scoreOf } from './score.ts'
import { smallEvents } from './testing/small-events.ts'
import { smallFactory } from './testing/small-factory.ts'
import { validateFactoryPlan } from './validate.ts'

/** Thousands of small factories take seconds, and far longer while others need the processor: a time limit says nothing of the engine. */
const BUSY_MACHINE_MS = 300_000

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 })

/** A clock that ticks once at every look, so that budgets are numbers of rounds. */
function ticking(): () => number {
  let ticks = 0
  return () => ticks++
}

function quickPlan(problem: FactoryProblem, budgetMs = 60): FactoryPlan {
  return planFactory(problem, { seed: 1, budgetMs, nowMs: ticking() }).plan
}

function withoutPins(problem: FactoryProblem): FactoryProblem {
  const orders = problem.orders.map((order) => ({
    ...order,
    operations: order.operations.map(({ pin: _, ...operation }) => operation),
  }))
  return { ...problem, orders }
}

test(
  'a search keeps every constraint, every plan it shows too, and is never worse than the rules',
  () => {
    fc.assert(
      fc.property(seed, seed, (number, dice) => {
        const problem = smallFactory(number)
        const shown: FactoryPlan[] = []
        const options = { seed: dice, budgetMs: 150, nowMs: ticking() }
        const { plan, score } = planFactory(problem, { ...options, onBetter: (one) => shown.push(one.plan()) })
        for (const one of [...shown, plan]) expect(validateFactoryPlan(problem, one)).toEqual([])
        const first = shown[0]
        if (first) expect(compareScores(score, scoreOf(boardOf(compileFactory(problem), first)))).toBeLessThanOrEqual(0)
      }),
      { numRuns: 300 },
    )
  },
  BUSY_MACHINE_MS,
)

test(
  'a score is that of the plan it comes with',
  () => {
    fc.assert(
      fc.property(seed, (number) => {
        const problem = smallFactory(number)
        const { plan, score } = planFactory(problem, { seed: 1, budgetMs: 100, nowMs: ticking() })
        expect(scoreOf(boardOf(compileFactory(problem), plan))).toEqual(score)
      }),
      { numRuns: 100 },
    )
  },
  BUSY_MACHINE_MS,
)

test(
  'the same seed gives the same plan',
  () => {
    fc.assert(
      fc.property(seed, (number) => {
        const problem = smallFactory(number)
        expect(quickPlan(problem)).toEqual(quickPlan(problem))
      }),
      { numRuns: 100 },
    )
  },
  BUSY_MACHINE_MS,
)

test(
  'improving leaves what is frozen where it is',
  () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 300 }), (number, frozenUntilS) => {
        const problem = { ...smallFactory(number), frozenUntilS }
        const before = quickPlan({ ...problem, frozenUntilS: 0 })
        const { plan } = improveFactory(problem, before, { seed: 3, budgetMs: 80, nowMs: ticking() })
        expect(validateFactoryPlan(problem, plan)).toEqual([])
        const after = new Map(plan.placements.map((one) => [one.operationId, one]))
        for (const one of before.placements)
          if (one.startS < frozenUntilS) {
            const now = after.get(one.operationId)
            expect([now?.resourceId, now?.lane, now?.startS]).toEqual([one.resourceId, one.lane, one.startS])
          }
      }),
      { numRuns: 300 },
    )
  },
  BUSY_MACHINE_MS,
)

test(
  'a repair keeps every constraint, all history, and what is frozen and still possible',
  () => {
    fc.assert(
      fc.property(seed, seed, fc.integer({ min: 1, max: 300 }), (number, dice, nowS) => {
        const before = smallFactory(number)
        const plan = quickPlan(before)
        const frozenUntilS = nowS + 30
        const problem = afterEvents(before, plan, smallEvents(dice, before, plan, nowS), nowS, frozenUntilS)
        const valid: FactoryPlan[] = []
        const repaired = repairPlan(compileFactory(problem), plan, {
          seed: dice,
          progress: (rounds) => rounds / 60,
          nextShiftEndS: nowS + 100,
          onValid: (one) => valid.push(one),
        })
        for (const one of [...valid, repaired.plan]) expect(validateFactoryPlan(problem, one)).toEqual([])
        const forced = new Set(repaired.forcedOutOfFrozen)
        const after = new Map(repaired.plan.placements.map((one) => [one.operationId, one]))
        for (const one of plan.placements)
          if (one.startS < frozenUntilS && !forced.has(one.operationId)) {
            const now = after.get(one.operationId)
            expect([now?.resourceId, now?.lane, now?.startS]).toEqual([one.resourceId, one.lane, one.startS])
          }
        for (const id of forced)
          expect(plan.placements.find((one) => one.operationId === id)?.startS).toBeGreaterThanOrEqual(nowS)
      }),
      { numRuns: 600 },
    )
  },
  BUSY_MACHINE_MS,
)

test(
  'without events a repair moves nothing of a plan without pins',
  () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 300 }), (number, nowS) => {
        const before = withoutPins(smallFactory(number))
        const plan = quickPlan(before)
        const problem = afterEvents(before, plan, [], nowS, nowS)
        const repaired = repairPlan(compileFactory(problem), plan, { seed: 1, progress: () => 1, nextShiftEndS: nowS })
        expect(repaired.changes).toEqual([])
      }),
      { numRuns: 100 },
    )
  },
  BUSY_MACHINE_MS,
)

test(
  'a promised order fits beside the plan, and moving others never makes it later',
  () => {
    fc.assert(
      fc.property(seed, (number) => {
        const whole = smallFactory(number)
        const order = whole.orders.at(-1)
        if (!order || order.operations.some((one) => one.pin)) return
        const problem = { ...whole, orders: whole.orders.slice(0, -1) }
        const plan = quickPlan(problem)
        const promise = promiseDate(problem, plan, order)
        const starts = new Map(promise.plan.placements.map((one) => [one.operationId, one]))
        for (const { operationId, resourceId, startS, endS } of plan.placements)
          expect(starts.get(operationId)).toMatchObject({ resourceId, startS, endS })
        expect(validateFactoryPlan(whole, promise.plan)).toEqual([])
        const { asIs, byMoving } = promiseByMoving(problem, plan, order, { seed: 1, progress: (rounds) => rounds / 40 })
        expect(asIs.endS).toBe(promise.endS)
        expect(validateFactoryPlan(whole, byMoving.plan)).toEqual([])
        if (asIs.endS !== undefined) expect(byMoving.endS).toBeLessThanOrEqual(asIs.endS)
      }),
      { numRuns: 300 },
    )
  },
  BUSY_MACHINE_MS,
)

test(
  'explaining changes nothing, starts at the end of the order, and a fix always wins time',
  () => {
    fc.assert(
      fc.property(seed, (number) => {
        const problem = smallFactory(number)
        const plan = quickPlan(problem)
        const board = boardOf(compileFactory(problem), plan)
        const [first, ...others] = explainLate(board, 3)
        expect(planOf(board).placements.map((one) => one.startS)).toEqual(plan.placements.map((one) => one.startS))
        for (const one of first ? [first, ...others] : []) {
          expect(one.lateS).toBeGreaterThan(0)
          expect(one.causes.length).toBeGreaterThan(0)
        }
        if (!first) return
        const fixes = cheapestFixes(problem, plan, first, { seed: 1, rounds: 20 })
        expect(fixes.length).toBeLessThanOrEqual(3)
        for (const fix of fixes) expect(fix.wonS).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  },
  BUSY_MACHINE_MS,
)
