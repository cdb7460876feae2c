import { LinearModel } from '../linear-model.ts'
import type { Solver } from '../solver.ts'
import { annealLots } from './anneal.ts'
import { type DiscreteLots, type DiscretePlan, discreteCost } from './problem.ts'

export interface DiscreteAnswer {
  readonly plan: DiscretePlan
  readonly cost: number
  /** Nothing costs less; below zero when the time was up before anything was known. */
  readonly bound: number
  readonly proven: boolean
}

/** A share of the time for a first plan; the solver then proves it, or finds better ones. */
const FIRST_RATIO = 0.4

/**
 * Plans lots of one piece a period: first by annealing, then by branch and bound from there.
 *
 * @param nowMs any clock
 * @returns undefined when the orders cannot all be kept
 */
export function solveDiscreteLots(
  problem: DiscreteLots,
  solve: Solver,
  { timeLimitS, seed, nowMs }: { timeLimitS: number; seed: number; nowMs: () => number },
): DiscreteAnswer | undefined {
  const startMs = nowMs()
  const first = annealLots(problem, seed, () => (nowMs() - startMs) / (timeLimitS * FIRST_RATIO * 1000))
  if (!first) return undefined
  const stated = state(problem)
  const leftS = timeLimitS - (nowMs() - startMs) / 1000
  const found = solve(stated.model, { timeLimitS: Math.max(0.1, leftS), start: stated.valuesOf(first) })
  const better = found && stated.planOf(found.values)
  const plan = better && discreteCost(problem, better) <= discreteCost(problem, first) ? better : first
  const cost = discreteCost(problem, plan)
  const bound = found ? found.bound + stated.offset : -1
  return { plan, cost, bound, proven: found?.status === 'optimal' }
}

interface Stated {
  readonly model: LinearModel
  /** What the model leaves out of the cost. */
  readonly offset: number
  valuesOf(plan: DiscretePlan): number[]
  planOf(values: readonly number[]): number[]
}

/**
 * Made or not, set up or not, changed from one to another, by period. The set-up is a flow of one unit through the items; it may turn to
 * an item only in a period that makes it, else a change would be cheaper by way of a third item that nobody makes.
 */
function state({ periods, due, stockingCost, changeCosts }: DiscreteLots): Stated {
  const model = new LinearModel()
  const items = due.map((_, item) => item)
  const times = Array.from({ length: periods }, (_, period) => period)
  // A piece costs its stock from its period to the end; what the orders take out of that is the same for every plan.
  const made = items.map(() => times.map((period) => model.column(stockingCost * (periods - period), 1, 'whole')))
  const set = items.map(() => times.map(() => model.column(0, 1, 'whole')))
  const changed = items.map((from) =>
    items.map((to) => times.map((period) => (period === 0 ? -1 : model.column(changeCosts[from]?.[to] ?? 0, 1)))),
  )
  const at = (table: readonly (readonly number[])[], item: number, period: number) => table[item]?.[period] ?? -1
  for (const period of times) {
    model.equal(
      1,
      items.map((item) => [at(set, item, period), 1]),
    )
    for (const item of items) {
      model.atMost(0, [
        [at(made, item, period), 1],
        [at(set, item, period), -1],
      ])
      if (period === 0) continue
      const change = (from: number, to: number) => changed[from]?.[to]?.[period] ?? -1
      model.equal(0, [[at(set, item, period - 1), -1], ...items.map((to): [number, number] => [change(item, to), 1])])
      model.equal(0, [[at(set, item, period), -1], ...items.map((from): [number, number] => [change(from, item), 1])])
      const turning = items.filter((from) => from !== item).map((from): [number, number] => [change(from, item), 1])
      model.atMost(0, [...turning, [at(made, item, period), -1]])
    }
  }
  for (const item of items) {
    const orders = due[item] ?? []
    orders.forEach((period, order) => {
      const until = times.slice(0, period + 1).map((time): [number, number] => [at(made, item, time), 1])
      model.row(order + 1, Number.POSITIVE_INFINITY, until)
    })
    model.equal(
      orders.length,
      times.map((period) => [at(made, item, period), 1]),
    )
  }
  return {
    model,
    offset: -stockingCost * due.flat().reduce((sum, period) => sum + (periods - period), 0),
    planOf: (values) => times.map((period) => items.find((item) => (values[at(made, item, period)] ?? 0) > 0.5) ?? -1),
    valuesOf: (plan) => {
      const values = Array<number>(model.columnCount).fill(0)
      const put = (column: number) => {
        values[column] = 1
      }
      let last = plan.find((item) => item >= 0) ?? 0
      for (const period of times) {
        const item = plan[period] ?? -1
        const next = item < 0 ? last : item
        put(at(set, next, period))
        if (item >= 0) put(at(made, item, period))
        if (period > 0) put(changed[last]?.[next]?.[period] ?? -1)
        last = next
      }
      return values
    },
  }
}
