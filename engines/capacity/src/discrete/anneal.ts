import type { DiscreteLots } from './problem.ts'

/** Late as possible, from the last period back: whatever is chosen among what is not due earlier, nothing becomes late. @returns undefined when no plan keeps all orders */
function backward({ periods, due, changeCosts }: DiscreteLots): number[] | undefined {
  const plan = Array<number>(periods).fill(-1)
  const left = due.map((orders) => orders.length)
  let next = -1
  for (let period = periods - 1; period >= 0; period -= 1) {
    let chosen = -1
    let least = Number.POSITIVE_INFINITY
    due.forEach((orders, item) => {
      const open = left[item] ?? 0
      if (open === 0 || (orders[open - 1] ?? -1) < period) return
      const cost = next < 0 ? 0 : (changeCosts[item]?.[next] ?? 0)
      if (cost >= least) return
      least = cost
      chosen = item
    })
    if (chosen < 0) continue
    plan[period] = chosen
    left[chosen] = (left[chosen] ?? 0) - 1
    next = chosen
  }
  return left.every((orders) => orders === 0) ? plan : undefined
}

/** Temperatures as shares of a usual change. */
const HOT = 0.5
const COLD = 0.01
const CHECK_EVERY = 256
/** How far pieces go in most tries, and how many of them together. */
const NEAR = 12
const RUN_MAX = 5

/**
 * A good plan by annealing: pieces change places, move over others, or a run of them moves.
 *
 * @param spentRatio how much of the time is used up, from 0 to 1: the search ends at 1
 * @returns undefined when the orders cannot all be kept
 */
export function annealLots(problem: DiscreteLots, seed: number, spentRatio: () => number): number[] | undefined {
  const random = seeded(seed)
  const { periods } = problem
  const measure = meter(problem)
  const first = backward(problem)
  if (!first) return undefined
  // Two plans that change places, so that trying copies memory and makes none.
  let plan = Int32Array.from(first)
  let tried = new Int32Array(periods)
  let cost = measure(plan)
  const best = Int32Array.from(first)
  let bestCost = cost
  const below = (count: number) => Math.floor(random() * count)
  const usual =
    problem.changeCosts.flat().reduce((sum, one) => sum + one, 0) / Math.max(1, problem.changeCosts.length ** 2)
  let heat = HOT * usual
  for (let round = 1; ; round += 1) {
    if (round % CHECK_EVERY === 0) {
      const spent = spentRatio()
      if (spent >= 1) return Array.from(best)
      heat = usual * HOT * (COLD / HOT) ** spent
    }
    const from = below(periods)
    // Mostly nearby: far moves break due periods.
    const to = round % 4 === 0 ? below(periods) : Math.min(periods - 1, Math.max(0, from + below(2 * NEAR + 1) - NEAR))
    if (from === to) continue
    tried.set(plan)
    if (round % 2 === 0) swap(tried, from, to)
    else move(tried, from, 1 + below(RUN_MAX), to)
    const triedCost = measure(tried)
    if (triedCost > cost && random() >= Math.exp((cost - triedCost) / heat)) continue
    const before = plan
    plan = tried
    tried = before
    cost = triedCost
    if (cost < bestCost) {
      best.set(plan)
      bestCost = cost
    }
  }
}

function swap(plan: Int32Array, a: number, b: number): void {
  const kept = plan[a] ?? -1
  plan[a] = plan[b] ?? -1
  plan[b] = kept
}

/** Takes a run out and puts it in elsewhere; what lies between moves over. */
function move(plan: Int32Array, from: number, length: number, to: number): void {
  const size = Math.min(length, plan.length - from)
  const place = Math.min(to, plan.length - size)
  const run = plan.slice(from, from + size)
  if (place > from) plan.copyWithin(from, from + size, place + size)
  else plan.copyWithin(place + size, place, from)
  plan.set(run, place)
}

/** What a plan costs; endless when an order is late. Flat arrays, because it is asked a million times. */
function meter({ periods, due, stockingCost, changeCosts }: DiscreteLots): (plan: Int32Array) => number {
  const items = due.length
  const changes = Float64Array.from(changeCosts.flat())
  const first = Int32Array.from(due, (_, item) => due.slice(0, item).reduce((sum, orders) => sum + orders.length, 0))
  const dates = Int32Array.from(due.flat())
  const made = new Int32Array(items)
  return (plan) => {
    made.set(first)
    let cost = 0
    let last = -1
    for (let period = 0; period < periods; period += 1) {
      const item = plan[period] ?? -1
      if (item < 0) continue
      const place = made[item] ?? 0
      const early = (dates[place] ?? 0) - period
      if (early < 0) return Number.POSITIVE_INFINITY
      made[item] = place + 1
      cost += early * stockingCost
      if (last >= 0) cost += changes[last * items + item] ?? 0
      last = item
    }
    return cost
  }
}

/** Numbers from 0 to below 1 that a seed determines (splitmix32). */
function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
}
