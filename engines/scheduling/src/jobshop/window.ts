import type { SeededRandom } from '../seeded-random.ts'
import { closeRing, emptyShopArrays, type ShopArrays } from './model.ts'
import { Plan } from './plan.ts'
import { stepsPerReport, TabuSearch, THRIFTS } from './tabu.ts'

/** A stretch of a plan as a problem of its own; what lies before and behind it is given. */
type PlanWindow = {
  readonly shop: ShopArrays
  /** The operation of the whole plan, and its first alternative, for each operation of the window. */
  readonly operations: Int32Array
  /** The window's part of the plan as it is now. */
  readonly order: Int32Array
  readonly choice: Int32Array
}

/**
 * Cuts the operations from one position of the order to before another one out of a plan. Every way between two of them
 * stays inside, so ends before and tails behind the window hold whatever happens in it.
 */
function cutWindow(plan: Plan, from: number, to: number): PlanWindow {
  const { shop, end, tail, before, after, position, machine } = plan
  const { jobBefore, jobAfter, firstAlternative, alternativeMachine, alternativeDuration } = shop
  const operations = plan.order.slice(from, to).sort()
  const count = operations.length
  const isStart = (i: number) => i === 0 || jobBefore[operations[i] ?? 0] !== operations[i - 1]

  let jobCount = 0
  let alternativeCount = 0
  const local = new Map<number, number>()
  operations.forEach((operation, i) => {
    if (isStart(i)) jobCount++
    const last = firstAlternative[operation + 1] ?? 0
    for (let one = firstAlternative[operation] ?? 0; one < last; one++) {
      const on = alternativeMachine[one] ?? 0
      if (!local.has(on)) local.set(on, local.size)
      alternativeCount++
    }
  })

  const cut = emptyShopArrays(count, local.size, jobCount, alternativeCount)
  const choice = new Int32Array(count)
  let alternative = 0
  operations.forEach((operation, i) => {
    cut.firstAlternative[i] = alternative
    const last = firstAlternative[operation + 1] ?? 0
    for (let one = firstAlternative[operation] ?? 0; one < last; one++) {
      if (one === plan.choice[operation]) choice[i] = alternative
      cut.alternativeMachine[alternative] = local.get(alternativeMachine[one] ?? 0) ?? 0
      cut.alternativeDuration[alternative++] = alternativeDuration[one] ?? 0
    }
  })
  cut.firstAlternative[count] = alternative

  let node = count + local.size
  for (let first = 0; first < count; ) {
    let next = first + 1
    while (next < count && !isStart(next)) next++
    closeRing(cut, node, first, next - first)
    cut.readyAt[node] = end[jobBefore[operations[first] ?? 0] ?? 0] ?? 0
    cut.rest[node++] = tail[jobAfter[operations[next - 1] ?? 0] ?? 0] ?? 0
    first = next
  }

  const order = new Int32Array(count)
  const indexOf = new Map<number, number>()
  for (const [i, operation] of operations.entries()) indexOf.set(operation, i)
  const seen = new Uint8Array(local.size)
  for (let i = 0; i < count; i++) {
    const operation = plan.order[from + i] ?? 0
    order[i] = indexOf.get(operation) ?? 0
    const on = local.get(machine[operation] ?? 0) ?? 0
    if (seen[on] === 0) cut.readyAt[count + on] = end[before[operation] ?? 0] ?? 0
    cut.rest[count + on] = tail[after[operation] ?? 0] ?? 0
    seen[on] = 1
  }
  // Machines that could be used and are not: what they do before and behind the window.
  for (const [on, at] of local) {
    if (seen[at] === 1) continue
    const ring = shop.operationCount + on
    let one = after[ring] ?? 0
    while (one < shop.operationCount && (position[one] ?? 0) < from) one = after[one] ?? 0
    cut.readyAt[count + at] = end[before[one] ?? 0] ?? 0
    cut.rest[count + at] = tail[one] ?? 0
  }
  return { shop: cut, operations, order, choice }
}

/**
 * Searches in one window of a plan, and in the end takes over what is better there.
 *
 * @param patience steps without a better plan after which it ends.
 * @returns the steps made, every few milliseconds of work.
 */
export function* improveWindow(plan: Plan, random: SeededRandom, from: number, to: number, patience: number) {
  const window = cutWindow(plan, from, to)
  const search = new TabuSearch(new Plan(window.shop), random)
  const slice = stepsPerReport(window.shop)
  search.begin(window, THRIFTS[random.below(THRIFTS.length)])
  const before = search.best.makespan
  for (let steps = slice; steps === slice; ) {
    steps = search.run(slice, patience)
    yield steps
  }
  if (search.best.makespan > before) return
  const order = plan.order.slice()
  const choice = plan.choice.slice()
  search.best.order.forEach((one, i) => {
    order[from + i] = window.operations[one] ?? 0
  })
  search.best.choice.forEach((one, i) => {
    const operation = window.operations[i] ?? 0
    choice[operation] = (plan.shop.firstAlternative[operation] ?? 0) + one - (window.shop.firstAlternative[i] ?? 0)
  })
  plan.load(order, choice)
}
