import { type ListSchedule, listSchedule } from './list-schedule.ts'
import { leastDurations } from './lower-bound.ts'
import type { ShopArrays } from './model.ts'
import { Plan } from './plan.ts'
import { planOfWindows } from './start-windows.ts'

/** Little patience suits most shops; full patience those whose jobs hardly ever wait in a good plan. */
const PATIENCES = [0, 0.2, 1]

/** Plans built there and back without a better one after which that ends, and at most. */
const FRUITLESS_MAX = 4
const PASSES_MAX = 40

/**
 * Plans of priority rules, the one that the lower bound leaves, then plans built there and back: from the end by the ends of the
 * best one, from the beginning by the tails of that one, and so on (forward-backward improvement, as for project plans: Li and
 * Willis 1992).
 */
export function* startLists(shop: ShopArrays, lowerBound: number): Generator<ListSchedule, void, void> {
  let best: ListSchedule | undefined
  let bestPatience = 0
  for (const patience of PATIENCES) {
    for (const priority of prioritiesOf(shop)) {
      const list = listSchedule(shop, { priority, patience })
      if (!best || list.makespan < best.makespan) {
        best = list
        bestPatience = patience
      }
      yield list
    }
  }
  if (!best) return

  const certain = planOfWindows(shop, lowerBound)
  if (certain && certain.makespan < best.makespan) {
    best = certain
    yield certain
  }

  const plan = new Plan(shop)
  let list = best
  let fruitless = 0
  for (let pass = 0; pass < PASSES_MAX && fruitless < FRUITLESS_MAX; pass++) {
    plan.load(list.order, list.choice)
    const backward = pass % 2 === 0
    list = listSchedule(shop, {
      priority: Float64Array.from(backward ? plan.end : plan.tail),
      patience: bestPatience,
      backward,
    })
    fruitless = list.makespan < best.makespan ? 0 : fruitless + 1
    if (list.makespan < best.makespan) best = list
    yield list
  }
}

/**
 * The rules: most work remaining, most work remaining behind the operation, and most of it in relation to what lies before,
 * which keeps jobs abreast of each other.
 */
function prioritiesOf(shop: ShopArrays): Float64Array[] {
  const { operationCount, jobBefore, jobAfter, readyAt, rest } = shop
  const duration = leastDurations(shop)
  const done = Float64Array.from(readyAt)
  const remaining = Float64Array.from(rest)
  const behind = new Float64Array(operationCount)
  const relation = new Float64Array(operationCount)
  for (let one = operationCount - 1; one >= 0; one--) {
    behind[one] = remaining[jobAfter[one] ?? 0] ?? 0
    remaining[one] = (duration[one] ?? 0) + (behind[one] ?? 0)
  }
  for (let one = 0; one < operationCount; one++) {
    done[one] = (duration[one] ?? 0) + (done[jobBefore[one] ?? 0] ?? 0)
    relation[one] = (remaining[one] ?? 0) / Math.max(1, done[one] ?? 0)
  }
  return [remaining, behind, relation]
}
