import type { SeededRandom } from '../seeded-random.ts'
import type { ShopArrays } from './model.ts'
import type { KeptPlan } from './tabu.ts'

/** Operations in any order that keeps that of their jobs, each with any of its alternatives. */
export function planOfChance(shop: ShopArrays, random: SeededRandom): KeptPlan {
  const { operationCount, firstAlternative, jobAfter, jobBefore } = shop
  const order = new Int32Array(operationCount)
  const choice = new Int32Array(operationCount)
  const open: number[] = []
  for (let one = 0; one < operationCount; one++) {
    const first = firstAlternative[one] ?? 0
    choice[one] = first + random.below((firstAlternative[one + 1] ?? 0) - first)
    // Beyond the operations are the nodes that close the rings.
    if ((jobBefore[one] ?? 0) >= operationCount) open.push(one)
  }
  for (let place = 0; place < operationCount; place++) {
    const at = random.below(open.length)
    const one = open[at] ?? 0
    order[place] = one
    const next = jobAfter[one] ?? 0
    if (next < operationCount) open[at] = next
    else open.splice(at, 1)
  }
  return { order, choice, makespan: Number.POSITIVE_INFINITY }
}
