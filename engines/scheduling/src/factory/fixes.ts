import { compileFactory } from './compile.ts'
import type { LatenessExplanation } from './explain.ts'
import { type Fix, fixCandidates, withFix } from './fix-candidates.ts'
import { improveBoard } from './improve.ts'
import { at } from './ints.ts'
import type { FactoryPlan } from './plan.ts'
import { knownPlacements } from './plan-of.ts'
import type { FactoryProblem } from './problem.ts'
import { reinsert, rightShift } from './right-shift.ts'
import { orderEnd } from './score.ts'

/** What a fix brings, found by planning anew with it. */
export interface FixEffect {
  readonly fix: Fix
  /** How much earlier the order is finished than planned anew without the fix. */
  readonly wonS: number
  /** Weighted lateness of all other orders, more (or, negative, less) than without the fix. */
  readonly othersWeightedS: number
  /** Other orders that are late by more than without it. */
  readonly delayedOrderIds: readonly string[]
}

export interface FixOptions {
  readonly seed: number
  /** Rounds of search for each fix; a few hundred suffice for one order. */
  readonly rounds: number
  readonly cancelled?: () => boolean
}

const FIXES_MAX = 3
/** A fix that wins less of the lateness than this comes behind those that win more. */
const WORTH_RATIO = 0.05
/** What is asked of people and suppliers, when two fixes bring as much: a word, a machine, a lot more, a call, an evening. */
const EFFORT: Record<Fix['kind'], number> = { priority: 0, 'other-machine': 1, split: 2, expedite: 3, overtime: 4 }

/**
 * The three cheapest fixes that make a late order earlier. Those that win a twentieth of the lateness come first; among equals the least
 * harm to others, then the least effort, then the most won.
 *
 * @param explanation as `explainLate` gives it for this plan
 * @throws factoryInvalid
 */
export function cheapestFixes(
  problem: FactoryProblem,
  plan: FactoryPlan,
  explanation: LatenessExplanation,
  options: FixOptions,
): FixEffect[] {
  const base = replanned(problem, plan, explanation.orderId, options)
  const weights = new Map(problem.orders.map((one) => [one.id, one.weight]))
  const effects: FixEffect[] = []
  for (const fix of fixCandidates(problem, explanation)) {
    if (options.cancelled?.()) break
    const ends = replanned(withFix(problem, fix), plan, explanation.orderId, options)
    const wonS = (base.get(explanation.orderId)?.endS ?? 0) - (ends.get(explanation.orderId)?.endS ?? 0)
    let othersWeightedS = 0
    const delayedOrderIds: string[] = []
    for (const [orderId, { lateS }] of ends) {
      if (orderId === explanation.orderId) continue
      const moreS = lateS - (base.get(orderId)?.lateS ?? 0)
      othersWeightedS += moreS * (weights.get(orderId) ?? 1)
      if (moreS > 0) delayedOrderIds.push(orderId)
    }
    if (wonS > 0) effects.push({ fix, wonS, othersWeightedS, delayedOrderIds })
  }
  const small = (one: FixEffect) => (one.wonS < WORTH_RATIO * explanation.lateS ? 1 : 0)
  const harm = (one: FixEffect) => Math.max(0, one.othersWeightedS)
  effects.sort(
    (a, b) => small(a) - small(b) || harm(a) - harm(b) || EFFORT[a.fix.kind] - EFFORT[b.fix.kind] || b.wonS - a.wonS,
  )
  return effects.slice(0, FIXES_MAX)
}

/** Ends and lateness of all orders after a short search around one of them, from the plan as it is. */
function replanned(
  problem: FactoryProblem,
  plan: FactoryPlan,
  orderId: string,
  { seed, rounds, cancelled }: FixOptions,
): Map<string, { endS: number; lateS: number }> {
  const shop = compileFactory(problem)
  // A fix may forbid the old place of an operation, which then is as good as without one.
  const allowed = plan.placements.filter((one) => {
    const op = shop.index.operations.get(one.operationId) ?? -1
    const resource = shop.index.resources.get(one.resourceId) ?? -1
    if (op < 0) return false
    const { altFirst, altResource } = shop.operations
    return altResource.subarray(at(altFirst, op), at(altFirst, op + 1)).includes(resource)
  })
  const known = knownPlacements(shop, { ...plan, placements: allowed })
  const shifted = rightShift(shop, known)
  const board = reinsert(shop, known, shifted) ?? shifted
  const accepted = new Float64Array(shop.orders.count).fill(Number.MAX_SAFE_INTEGER)
  accepted[shop.index.orders.get(orderId) ?? 0] = 0
  improveBoard(board, {
    seed,
    accepted,
    heat: 0,
    progress: (round) => (cancelled?.() ? 1 : round / rounds),
  })
  return new Map(
    problem.orders.map((one, order) => {
      const endS = orderEnd(board, order)
      return [one.id, { endS, lateS: Math.max(0, endS - one.dueS) }]
    }),
  )
}
