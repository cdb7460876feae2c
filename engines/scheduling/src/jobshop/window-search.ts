import type { SeededRandom } from '../seeded-random.ts'
import type { ShopArrays } from './model.ts'
import { Plan } from './plan.ts'
import type { Found, KeptPlan } from './tabu.ts'
import { improveWindow } from './window.ts'

/** Wide windows win much at first, narrow ones go on for longer: so their width is drawn. */
const OPERATIONS_MIN = 500
const OPERATIONS_RATIO = 2.4

/** Steps without a better plan after which the search in one of the first windows ends. */
const PATIENCE_MIN = 400

/** A round over the plan that wins a smaller share than this makes windows wider and the search in them more patient. */
const WORTHWHILE_RATIO = 0.002
const WIDER = 1.1
const WIDEST = 2
const MORE_PATIENT = 1.4

/**
 * Improves a large plan in one stretch of it after another, each as a small problem of its own: a step costs what the window
 * costs. Never ends.
 */
export function* searchWindows(shop: ShopArrays, random: SeededRandom, from: KeptPlan): Generator<Found, void, void> {
  const plan = new Plan(shop)
  plan.load(from.order, from.choice)
  const count = shop.operationCount
  let width = 1
  let patience = PATIENCE_MIN
  let roundMakespan = plan.makespan
  let covered = 0
  for (;;) {
    // Sorting costs as much as a window: what windows leave is a topological order still, if not one by start.
    if (covered === 0) plan.load(plan.orderByStart(), plan.choice)
    const size = Math.min(count, Math.floor(width * OPERATIONS_MIN * OPERATIONS_RATIO ** random.unit()))
    const first = Math.max(0, Math.min(count - size, random.below(count) - (size >> 1)))
    for (const steps of improveWindow(plan, random, first, first + size, patience)) yield { steps, plan }
    yield { steps: 0, plan }
    covered += size
    if (covered < 2 * count) continue
    covered = 0
    if (roundMakespan - plan.makespan < WORTHWHILE_RATIO * roundMakespan) {
      width = Math.min(WIDEST, width * WIDER)
      patience *= MORE_PATIENT
    }
    roundMakespan = plan.makespan
  }
}
