import type { SearchOptions } from '../search-options.ts'
import { type EnergyFigures, energyFigures } from './energy-figures.ts'
import { type EnergyLoad, energyLoad } from './energy-load.ts'
import { bestMoves, type EnergyMove } from './energy-moves.ts'
import { compileEnergyPlan, type EnergyPlan } from './energy-plan.ts'
import { CURRENCY_PER_WATT_MINUTE_CENT, checkRates, type EnergyRates } from './energy-rates.ts'
import { bestStarts, type EnergyGoal, peakOf, termsOf } from './timing-search.ts'

/** A plan with the same sequences that takes less, and nothing ends after its deadline. */
export type EnergySaving = {
  starts: number[]
  /** Of the plan as it was given, with machines idling in all gaps. */
  before: EnergyFigures
  after: EnergyFigures
  /** In the currency, by switching machines off in the gaps of the given plan, before anything moves. */
  savedBySwitchingOff: number
  /** In the currency, by the charge for the peak; the figures' cost is without it. */
  savedOnPeak: number
  /**
   * What was moved, in an order in which each move is possible once those before it are made, and saves most of what is then possible.
   * All of them together lead from the one plan to the other.
   */
  moves: EnergyMove[]
}

/**
 * Moves the operations of a plan in time, so that it costs less: first a minimum cut on a grid of starts, exact for prices and idling
 * machines; then simulated annealing by shifts, which also knows own generation, switching off and the peak. One step of the search
 * is 64 shifts. `onBetter` is told the starts of each better plan, before the moves are counted.
 *
 * @param goal `movesMax`: at most so many moves are made, all when left out.
 *
 * @throws RangeError as `checkRates`, `compileEnergyPlan` and `iterationsOf` do.
 */
export function saveEnergy(
  plan: EnergyPlan,
  rates: EnergyRates,
  goal: EnergyGoal & { movesMax?: number },
  options: SearchOptions<readonly number[]>,
): EnergySaving {
  checkRates(rates)
  const compiled = compileEnergyPlan(plan, rates.pricesCentPerMwh.length * rates.slotMinutes)
  const given = Int32Array.from(plan.operations, ({ start }) => start)
  const best = bestStarts(compiled, rates, goal, options)
  const loadOf = (starts: Int32Array, capW: number) => energyLoad(compiled, rates, termsOf(goal, capW), starts)
  // What lowers a peak that has its price comes first: as if the peak reached were a cap.
  const reached = goal.peakChargeCentPerKw ? peakOf(loadOf(best, Number.POSITIVE_INFINITY).energy, rates) : undefined
  const load = loadOf(given, Math.min(goal.capW ?? Number.POSITIVE_INFINITY, reached ?? Number.POSITIVE_INFINITY))
  const made = bestMoves(compiled, load, best, goal.movesMax ?? Number.POSITIVE_INFINITY)
  const before = energyFigures(plan, rates, false)
  const unmoved = energyFigures(plan, rates, goal.switchOff)
  const moved = { ...plan, operations: plan.operations.map((one, i) => ({ ...one, start: load.starts[i] ?? 0 })) }
  const after = energyFigures(moved, rates, goal.switchOff)
  return {
    starts: Array.from(load.starts),
    before,
    after,
    savedOnPeak: ((before.peakKw - after.peakKw) * (goal.peakChargeCentPerKw ?? 0)) / 100,
    savedBySwitchingOff: before.cost - unmoved.cost,
    moves: pricedMoves(made, loadOf(given, Number.POSITIVE_INFINITY), best),
  }
}

/** The moves with what each saves in money, which the cap has no part in. */
function pricedMoves(made: readonly (readonly number[])[], load: EnergyLoad, to: Int32Array): EnergyMove[] {
  return made.map((group) => {
    const cost = load.cost
    const operations = group.map((operation) => ({
      operation,
      from: load.starts[operation] ?? 0,
      to: to[operation] ?? 0,
    }))
    load.move(
      Int32Array.from(group),
      Int32Array.from(operations, (one) => one.to),
      group.length,
    )
    return { operations, saved: (cost - load.cost) * CURRENCY_PER_WATT_MINUTE_CENT }
  })
}
