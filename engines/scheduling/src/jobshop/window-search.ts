import type { Found } from './improve.ts'
import type { ShopArrays } from './model.ts'
import { Plan } from './plan.ts'
import type { Random } from './random.ts'
import type { KeptPlan } from './tabu.ts'
import { improveWindow } from './window.ts'

/** Of the first windows; and how wide they get. */
const OPERATIONS_MIN = 1000
const OPERATIONS_MAX = 4000

/** Steps without a better plan after which the search in one of the first windows ends. */
const PATIENCE_MIN = 1000

/** A round over the plan that wins a smaller share than this makes windows wider and the search in them more patient. */
const WORTHWHILE_RATIO = 0.002
const WIDER = 1.2
const MORE_PATIENT = 1.4

/**
 * Improves a large plan in one stretch of it after another, each as a small problem of its own: a step costs what the window
 * costs. Never ends.
 */
export function* searchWindows(shop: ShopArrays, random: Random, from: KeptPlan): Generator<Found, void, void> {
  const plan = new Plan(shop)
  plan.load(from.order, from.choice)
  const count = shop.operationCount
  let operations = OPERATIONS_MIN
  let patience = PATIENCE_MIN
  let roundMakespan = plan.makespan
  let covered = 0
  for (;;) {
    plan.load(plan.orderByStart(), plan.choice)
    const size = Math.min(count, Math.floor(operations * (0.7 + 0.6 * random.ratio())))
    const first = Math.max(0, Math.min(count - size, random.below(count) - (size >> 1)))
    const steps = improveWindow(plan, random, first, first + size, patience)
    yield { steps, plan }
    covered += size
    if (covered < 2 * count) continue
    covered = 0
    if (roundMakespan - plan.makespan < WORTHWHILE_RATIO * roundMakespan) {
      operations = Math.min(OPERATIONS_MAX, operations * WIDER)
      patience *= MORE_PATIENT
    }
    roundMakespan = plan.makespan
  }
}
