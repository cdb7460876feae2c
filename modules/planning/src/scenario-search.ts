import { compileFactory, type FactoryPlan, improveFactory, repairPlan } from '@millrace/scheduling'
import { enginePlan, faultsOf } from './check-rules.ts'
import { idOf, type PlacedOperation } from './plan-rules.ts'
import {
  checked,
  type FoundPlan,
  keepPins,
  type SearchWish,
  searchPlan,
  seatsOfPlan,
  TELL_EVERY_MS,
} from './plan-search.ts'
import type { StatedProblem } from './problem-rules.ts'
import { relyingOn } from './relied-material-rules.ts'
import { seatsOf } from './schedule-rules.ts'

/** What is tried: a site as it would be, and the plan that there is for the site as it is. */
export interface ScenarioWish extends SearchWish {
  readonly base: readonly PlacedOperation[]
}

/** Of the budget for making the old plan possible again; the rest is for making it better. */
const REPAIR_RATIO = 0.1

/**
 * Looks for good plans of a site that was changed, beginning with the plan that there is: first made possible again with few moves, then
 * improved until the time is up. Where the old plan is of no use, planned from nothing.
 *
 * @param onBetter told of plans, each better than those before and checked independently
 * @throws Error a plan breaks a rule, which is a fault of the engine; it is never passed on
 */
export function searchScenario(wish: ScenarioWish, onBetter: (plan: FoundPlan) => void): void {
  const { state, budgetMs, seed } = wish
  const { stated: known, pinned } = keepPins(wish)
  // Compared with a plan that was made by the guesses of its day.
  const stated = { ...known, problem: relyingOn(known.problem, seatsOf(wish.base, known.originMs)) }
  const begun = performance.now()
  const first = repaired(stated, wish, begun)
  if (!first) {
    searchPlan(wish, onBetter)
    return
  }
  const locked = new Set(pinned.filter((one) => one.locked).map((one) => idOf(one)))
  onBetter(checked(state, stated, first, locked))
  let toldMs = performance.now()
  const { plan } = improveFactory(stated.problem, first, {
    ...{ seed, budgetMs: Math.max(0, budgetMs - (performance.now() - begun)), nowMs: () => performance.now() },
    onBetter: ({ plan }) => {
      if (performance.now() - toldMs < TELL_EVERY_MS) return
      toldMs = performance.now()
      onBetter(checked(state, stated, plan(), locked))
    },
  })
  onBetter(checked(state, stated, plan, locked))
}

/** The old plan made possible; undefined when something that could have a place lost it, or a rule is broken. */
function repaired({ problem, originMs }: StatedProblem, wish: ScenarioWish, begun: number): FactoryPlan | undefined {
  const may = new Map(
    problem.orders.flatMap(({ operations }) =>
      operations.map(
        ({ id, alternatives }) => [id, new Set(alternatives.map(({ resourceId }) => resourceId))] as const,
      ),
    ),
  )
  const seats = new Map(
    [...seatsOf(wish.base, originMs)].filter(([id, { resourceId }]) => may.get(id)?.has(resourceId) ?? false),
  )
  if (seats.size === 0) return undefined
  const { plan } = repairPlan(compileFactory(problem), enginePlan(problem, seats), {
    ...{ seed: wish.seed, nextShiftEndS: problem.nowS },
    progress: () => (performance.now() - begun) / (wish.budgetMs * REPAIR_RATIO),
  })
  return plan.unplaced.length === 0 && faultsOf(problem, seatsOfPlan(plan, wish.state, new Set())).length === 0
    ? plan
    : undefined
}
