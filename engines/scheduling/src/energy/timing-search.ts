import { iterationsOf, type SearchOptions } from '../search-options.ts'
import { seededRandom } from '../seeded-random.ts'
import { energyLoad } from './energy-load.ts'
import type { CompiledEnergyPlan } from './energy-plan.ts'
import type { EnergyRates } from './energy-rates.ts'
import { shiftSearch } from './shift-search.ts'
import { timedByCut } from './timed-by-cut.ts'

/** Shifts between two looks at the clock. */
const SHIFTS = 64
/** Rounds from the warmest to the coldest; then the search starts again from the best plan. */
const ROUNDS_OF_CYCLE = 400
/** A plan that is worse by this share of the cost is kept with a chance of 1/e, at first and at last. */
const WARM = 0.002
const COLD = 0.000002
/** Far above every price: a watt above the cap is avoided whatever it costs. */
const OVER_CAP_CENT_PER_MWH = 100_000_000
/** Where the peak has its price, each cycle tries to stay so far below the best one; half as far after one in vain. */
const LOWER_PEAK = 0.1
const LOWER_PEAK_MIN = 0.005
/** A watt of peak at one cent for a kilowatt, in watt minutes × cents for a megawatt hour. */
const PEAK_WATT_CENT = 60_000

export type EnergyGoal = {
  /** Machines may be switched off in gaps where that takes less than idling. False: they idle, as they do today. */
  switchOff: boolean
  /** Watts from the grid, as mean of a slot, that the plan should stay below. None when left out. */
  capW?: number
  /** Hundredths of the currency for each kilowatt of the highest mean of a slot. None when left out. */
  peakChargeCentPerKw?: number
}

/** The terms of a goal for a load whose peak should stay below a cap. */
export function termsOf({ switchOff }: EnergyGoal, capW: number) {
  return { switchOff, capW, overCapCentPerMwh: OVER_CAP_CENT_PER_MWH }
}

/**
 * The best starts found for sequences that stay: by a minimum cut first, then by annealing in cycles. One step is 64 shifts.
 *
 * @throws RangeError as `iterationsOf` does, and on a cap or charge below 0.
 */
export function bestStarts(
  compiled: CompiledEnergyPlan,
  rates: EnergyRates,
  goal: EnergyGoal,
  options: SearchOptions<readonly number[]>,
): Int32Array {
  const iterationsMax = iterationsOf(options)
  const { capW = Number.POSITIVE_INFINITY, peakChargeCentPerKw = 0 } = goal
  if (!(capW >= 0 && peakChargeCentPerKw >= 0))
    throw new RangeError('A cap and a charge for the peak must be at least 0.')
  const given = Int32Array.from(compiled.plan.operations, ({ start }) => start)
  const random = seededRandom(options.seed)
  const judge = planJudge(rates, capW, peakChargeCentPerKw)

  let best = given
  let load = energyLoad(compiled, rates, termsOf(goal, capW), given)
  let bestWorth = judge(load.energy)
  let bestPeak = peakOf(load.energy, rates)
  const keep = () => {
    const worth = judge(load.energy)
    if (worth >= bestWorth) return
    bestWorth = worth
    best = load.starts.slice()
    bestPeak = peakOf(load.energy, rates)
    options.onBetter?.(Array.from(best))
  }
  if (iterationsMax > 0 && !options.stop?.()) {
    load = energyLoad(compiled, rates, termsOf(goal, capW), timedByCut(compiled, rates, given))
    keep()
  }
  let lower = LOWER_PEAK
  let worthBefore = Number.POSITIVE_INFINITY
  let search = shiftSearch(compiled, load, rates.slotMinutes, random)
  for (let round = 0; round < iterationsMax && !options.stop?.(); round++) {
    const phase = (round % ROUNDS_OF_CYCLE) / ROUNDS_OF_CYCLE
    if (phase === 0) {
      if (bestWorth >= worthBefore) lower = Math.max(LOWER_PEAK_MIN, lower / 2)
      worthBefore = bestWorth
      const cap = peakChargeCentPerKw > 0 ? Math.min(capW, Math.floor(bestPeak * (1 - lower))) : capW
      load = energyLoad(compiled, rates, termsOf(goal, cap), best)
      search = shiftSearch(compiled, load, rates.slotMinutes, random)
    }
    const temperature = WARM * (COLD / WARM) ** phase * Math.abs(load.cost)
    for (let shift = 0; shift < SHIFTS; shift++) search.step(temperature)
    keep()
  }
  return best
}

/** What a plan costs with everything: electricity, what is above the cap, and the charge for its peak. */
function planJudge(rates: EnergyRates, capW: number, peakChargeCentPerKw: number): (energy: Float64Array) => number {
  const { slotMinutes, pricesCentPerMwh, generationW } = rates
  return (energy) => {
    let sum = 0
    for (let slot = 0; slot < energy.length; slot++) {
      const bought = Math.max(0, (energy[slot] ?? 0) - (generationW?.[slot] ?? 0) * slotMinutes)
      sum += bought * (pricesCentPerMwh[slot] ?? 0)
      if (bought > capW * slotMinutes) sum += (bought - capW * slotMinutes) * OVER_CAP_CENT_PER_MWH
    }
    return sum + peakChargeCentPerKw * PEAK_WATT_CENT * peakOf(energy, rates)
  }
}

/** Highest mean of a slot from the grid, in watts. */
export function peakOf(energy: Float64Array, { slotMinutes, generationW }: EnergyRates): number {
  let peak = 0
  for (let slot = 0; slot < energy.length; slot++)
    peak = Math.max(peak, (energy[slot] ?? 0) / slotMinutes - (generationW?.[slot] ?? 0))
  return peak
}
