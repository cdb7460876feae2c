import { type SeededRandom, seededRandom } from '../seeded-random.ts'
import { lowerBoundOf } from './lower-bound.ts'
import { type JobShop, type JobShopSchedule, type ShopArrays, shopArraysOf } from './model.ts'
import { Plan } from './plan.ts'
import { planOfChance } from './plan-of-chance.ts'
import { Pool } from './pool.ts'
import { startLists } from './start-lists.ts'
import { type Found, type KeptPlan, stepsPerReport, TabuSearch, THRIFTS } from './tabu.ts'
import { searchWindows } from './window-search.ts'

/** What a search reports every few milliseconds of work. */
export type JobShopProgress = {
  /** Moves made so far. */
  readonly steps: number
  /** Of the best plan so far. */
  readonly makespan: number
  /** No plan can be shorter than this; a plan that reaches it is optimal, and the search ends. */
  readonly lowerBound: number
  /** The best plan, when it is a new one. */
  readonly better?: JobShopSchedule
}

/** Steps without a better plan after which a run of the tabu search ends; short runs and many plans to breed from do better. */
const RUN_PATIENCE = 1500
const POOL_SIZE = 20
/** So many plans in a row bred for nothing, and the pool has no more to give. */
const FRUITLESS_MAX = 30

/** Larger plans are not bred: a step in them costs too much. */
const POOL_OPERATIONS_MAX = 2000
/** Moves in a large plan as a whole go on while so many reports win this share of its makespan. */
const REPORTS_PER_LOOK = 25
const WORTHWHILE_RATIO = 0.05

/**
 * Plans a job shop for the least makespan, better and better: first by priority rules, then by tabu search; in large shops in
 * windows of the plan. The caller decides with each report whether to go on; it ends by itself only at a proven optimum.
 * The same problem and seed give the same reports.
 *
 * @throws RangeError for a problem that makes no sense or is too large, with the first `next()`.
 */
export function* improveJobShop(problem: JobShop, { seed }: { seed: number }): Generator<JobShopProgress, void, void> {
  const shop = shopArraysOf(problem)
  const lowerBound = lowerBoundOf(shop)
  const whole = new Plan(shop)
  let steps = 0
  let makespan = Number.POSITIVE_INFINITY
  for (const found of search(shop, lowerBound, seededRandom(seed))) {
    steps += found.steps
    if (found.plan.makespan >= makespan) {
      yield { steps, makespan, lowerBound }
      continue
    }
    makespan = found.plan.makespan
    whole.load(found.plan.order, found.plan.choice)
    yield { steps, makespan, lowerBound, better: whole.schedule() }
    if (makespan <= lowerBound) return
  }
}

function* search(shop: ShopArrays, lowerBound: number, random: SeededRandom): Generator<Found, void, void> {
  const lists: KeptPlan[] = []
  for (const list of startLists(shop, lowerBound)) {
    lists.push(list)
    yield { steps: 0, plan: list }
  }
  lists.sort((a, b) => a.makespan - b.makespan)
  const [best] = lists
  if (!best || shop.operationCount === 0) return
  if (shop.operationCount > POOL_OPERATIONS_MAX) yield* searchLarge(shop, random, best)
  else yield* searchPool(shop, random, lists)
}

/**
 * Moves in the whole plan while they win much, which they do where a few machines hold up everything; then windows, for where
 * all machines are as full as each other a step of the whole costs too much. Never ends.
 */
function* searchLarge(shop: ShopArrays, random: SeededRandom, from: KeptPlan): Generator<Found, void, void> {
  const tabu = new TabuSearch(new Plan(shop), random)
  const slice = stepsPerReport(shop)
  tabu.begin(from)
  let start = from
  for (let before = from.makespan; ; before = tabu.best.makespan) {
    for (let report = 0; report < REPORTS_PER_LOOK; report++) {
      yield { steps: tabu.run(slice, Number.POSITIVE_INFINITY), plan: tabu.best }
    }
    if (before - tabu.best.makespan < WORTHWHILE_RATIO * before) break
    start = tabu.best
  }
  // Where little was won, windows do better from the beginning.
  yield* searchWindows(shop, random, start)
}

/**
 * Tabu search from the plans given, then from what is bred from the best plans it came to. When these have become too much alike
 * to breed anything worth keeping, it begins anew from plans of chance. Never ends.
 */
function* searchPool(shop: ShopArrays, random: SeededRandom, lists: readonly KeptPlan[]): Generator<Found, void, void> {
  const tabu = new TabuSearch(new Plan(shop), random)
  const slice = stepsPerReport(shop)
  let pool = new Pool(shop, random, POOL_SIZE)
  let starts = 0
  let fruitless = 0
  for (let run = 0; ; run++) {
    if (fruitless > FRUITLESS_MAX) {
      pool = new Pool(shop, random, POOL_SIZE)
      starts = 0
      fruitless = 0
    }
    const isFirstPool = starts === run
    const bred = starts < POOL_SIZE ? undefined : pool.breed()
    const from = bred ?? (isFirstPool ? lists[run % lists.length] : planOfChance(shop, random))
    if (!from) return
    if (!bred) starts++
    tabu.begin(from, THRIFTS[run % THRIFTS.length])
    for (let steps = slice; steps === slice; ) {
      steps = tabu.run(slice, RUN_PATIENCE)
      yield { steps, plan: tabu.best }
    }
    const { order, choice, makespan } = tabu.best
    const isKept = pool.add({ order: order.slice(), choice: choice.slice(), makespan })
    fruitless = isKept || !bred ? 0 : fruitless + 1
  }
}
