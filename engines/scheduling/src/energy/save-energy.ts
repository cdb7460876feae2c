import { iterationsOf, type SearchOptions } from '../search-options.ts'
import { seededRandom } from '../seeded-random.ts'
import { cheapestStarts } from './cheapest-starts.ts'
import { type EnergyFigures, energyFigures } from './energy-figures.ts'
import { type EnergyLoad, energyLoad } from './energy-load.ts'
import { bestMoves, type EnergyMove } from './energy-moves.ts'
import { type CompiledEnergyPlan, compileEnergyPlan, type EnergyPlan, laterStart } from './energy-plan.ts'
import { CURRENCY_PER_WATT_MINUTE_CENT, checkRates, type EnergyRates } from './energy-rates.ts'
import { shiftSearch } from './shift-search.ts'

/** Starts offered to the minimum cut are this far apart at first, then closer, around the ones found. */
const STEPS_MINUTES = [60, 15, 5]
/** How many steps to each side the closer ones go. */
const REACH = 6
/** Shifts between two looks at the clock. */
const SHIFTS = 64
/** Rounds from the warmest to the coldest; then the search starts again from the best plan. */
const ROUNDS_OF_CYCLE = 400
/** A plan that is worse by this share of the cost is kept with a chance of 1/e, at first and at last. */
const WARM = 0.002
const COLD = 0.000002
/** Far above every price: a watt above the cap is avoided whatever it costs. */
const OVER_CAP_CENT_PER_MWH = 100_000_000

export type EnergyGoal = {
  /** Machines may be switched off in gaps where that takes less than idling. False: they idle, as they do today. */
  switchOff: boolean
  /** Watts from the grid, as mean of a slot, that the plan should stay below. None when left out. */
  capW?: number
  /** At most so many moves, at least 0; all when left out. */
  movesMax?: number
}

/** A plan with the same sequences that takes less, and nothing ends after its deadline. */
export type EnergySaving = {
  starts: number[]
  /** Of the plan as it was given, with machines idling in all gaps. */
  before: EnergyFigures
  after: EnergyFigures
  /** In the currency, by switching machines off in the gaps of the given plan, before anything moves. */
  savedBySwitchingOff: number
  /**
   * What was moved, in an order in which each move is possible once those before it are made, and saves most of what is then possible.
   * All of them together lead from the one plan to the other.
   */
  moves: EnergyMove[]
}

/**
 * Moves the operations of a plan in time, so that it costs less: first a minimum cut on a grid of starts, exact for prices and idling
 * machines; then simulated annealing by shifts, which also knows own generation, switching off and the cap. One step of the search
 * is 64 shifts.
 *
 * `onBetter` is told the starts of each better plan, before the moves are counted.
 *
 * @throws RangeError as `checkRates`, `compileEnergyPlan` and `iterationsOf` do.
 */
export function saveEnergy(
  plan: EnergyPlan,
  rates: EnergyRates,
  goal: EnergyGoal,
  options: SearchOptions<readonly number[]>,
): EnergySaving {
  checkRates(rates)
  const compiled = compileEnergyPlan(plan, rates.pricesCentPerMwh.length * rates.slotMinutes)
  const iterationsMax = iterationsOf(options)
  const given = Int32Array.from(plan.operations, ({ start }) => start)
  const terms = {
    switchOff: goal.switchOff,
    capW: goal.capW ?? Number.POSITIVE_INFINITY,
    overCapCentPerMwh: OVER_CAP_CENT_PER_MWH,
  }
  const before = energyFigures(plan, rates, false)

  const random = seededRandom(options.seed)
  const load = energyLoad(compiled, rates, terms, given)
  const all = Int32Array.from(given.keys())
  let best = given.slice()
  let bestCost = load.cost
  const keep = () => {
    if (load.cost >= bestCost) return
    bestCost = load.cost
    best = load.starts.slice()
    options.onBetter?.(Array.from(best))
  }
  if (iterationsMax > 0 && !options.stop?.()) {
    load.move(all, timedByCut(compiled, rates, given), all.length)
    keep()
    load.move(all, best, all.length)
  }
  const search = shiftSearch(compiled, load, rates.slotMinutes, random)
  for (let round = 0; round < iterationsMax && !options.stop?.(); round++) {
    const phase = (round % ROUNDS_OF_CYCLE) / ROUNDS_OF_CYCLE
    if (phase === 0) load.move(all, best, all.length)
    const temperature = WARM * (COLD / WARM) ** phase * Math.abs(bestCost)
    for (let shift = 0; shift < SHIFTS; shift++) search.step(temperature)
    keep()
  }

  load.move(all, given, all.length)
  const made = bestMoves(compiled, load, best, goal.movesMax ?? Number.POSITIVE_INFINITY)
  const unmoved = energyFigures(plan, rates, goal.switchOff)
  const moved = { ...plan, operations: plan.operations.map((one, i) => ({ ...one, start: load.starts[i] ?? 0 })) }
  return {
    starts: Array.from(load.starts),
    before,
    after: energyFigures(moved, rates, goal.switchOff),
    savedBySwitchingOff: before.cost - unmoved.cost,
    moves: pricedMoves(made, energyLoad(compiled, rates, { ...terms, capW: Number.POSITIVE_INFINITY }, given), best),
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

/** The cheapest starts at the prices alone, machines idling between their operations. */
function timedByCut(compiled: CompiledEnergyPlan, rates: EnergyRates, given: Int32Array): Int32Array {
  const { plan, durations, next, previous } = compiled
  const priced = pricesUntil(rates)
  const costOf = (i: number, start: number) => {
    const { machine = 0, profile = [] } = plan.operations[i] ?? {}
    const { idleW = 0 } = plan.machines[machine] ?? {}
    let minute = start
    let sum = 0
    for (const { minutes, powerW } of profile) {
      sum += powerW * ((priced[minute + minutes] ?? 0) - (priced[minute] ?? 0))
      minute += minutes
    }
    // Idling costs what the prices add up to from the end of one operation to the start of the next.
    if ((previous[i] ?? -1) >= 0) sum += idleW * (priced[start] ?? 0)
    if ((next[i] ?? -1) >= 0) sum -= idleW * (priced[start + (durations[i] ?? 0)] ?? 0)
    return sum
  }
  let starts = given
  STEPS_MINUTES.forEach((step, round) => {
    const offered = Array.from(starts, (start, i) =>
      candidatesOf(compiled, i, start, step, round === 0 ? Number.POSITIVE_INFINITY : REACH),
    )
    starts = cheapestStarts(compiled, offered, costOf)
  })
  return starts
}

function candidatesOf(compiled: CompiledEnergyPlan, i: number, start: number, step: number, reach: number): number[] {
  const { plan, durations, earliest, latest } = compiled
  const duration = durations[i] ?? 0
  const back = Math.min(reach, Math.floor((start - (earliest[i] ?? 0)) / step))
  const ahead = Math.min(reach, Math.floor(((latest[i] ?? 0) - start) / step))
  // Steps from where it is: all that moves by the same number of steps still fits together.
  const minutes = Array.from({ length: back + ahead + 1 }, (_, k) => start + (k - back) * step)
  return minutes.filter((minute) => minute === start || laterStart(plan, i, minute, duration) === minute)
}

/** Sum of the prices of all minutes before each minute. */
function pricesUntil({ pricesCentPerMwh, slotMinutes }: EnergyRates): Float64Array {
  const sums = new Float64Array(pricesCentPerMwh.length * slotMinutes + 1)
  for (let minute = 0; minute + 1 < sums.length; minute++)
    sums[minute + 1] = (sums[minute] ?? 0) + (pricesCentPerMwh[Math.floor(minute / slotMinutes)] ?? 0)
  return sums
}
