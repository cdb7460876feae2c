import { energyLoad } from './energy-load.ts'
import { compileEnergyPlan, type EnergyPlan } from './energy-plan.ts'
import {
  CURRENCY_PER_WATT_MINUTE_CENT,
  checkRates,
  type EnergyRates,
  GRAMS_PER_WATT_MINUTE_GRAM,
} from './energy-rates.ts'

/** What a plan takes. Energy and money are different things: moving work saves money, and energy only where machines idle less. */
export type EnergyFigures = {
  /** Drawn by all machines, idling and switching on included, from the grid and from own generation. */
  usedKwh: number
  /** From the grid. */
  boughtKwh: number
  /** Of what was bought, in the currency, without a charge for the peak. */
  cost: number
  /** Of what was bought; undefined when the rates say nothing about carbon. */
  carbonKg: number | undefined
  /** Highest mean of a slot that was bought. */
  peakKw: number
}

/**
 * The figures of a plan as it stands.
 *
 * @param switchOff whether machines are switched off in gaps where that takes less than idling.
 * @throws RangeError as `checkRates` and `compileEnergyPlan` do.
 */
export function energyFigures(plan: EnergyPlan, rates: EnergyRates, switchOff: boolean): EnergyFigures {
  checkRates(rates)
  const { slotMinutes, pricesCentPerMwh, carbonGramsPerMwh, generationW } = rates
  const compiled = compileEnergyPlan(plan, pricesCentPerMwh.length * slotMinutes)
  const starts = plan.operations.map(({ start }) => start)
  const terms = { switchOff, capW: Number.POSITIVE_INFINITY, overCapCentPerMwh: 0 }
  const { energy } = energyLoad(compiled, rates, terms, starts)
  let used = 0
  let bought = 0
  let cost = 0
  let carbon = 0
  let peak = 0
  energy.forEach((drawn, slot) => {
    const fromGrid = Math.max(0, drawn - (generationW?.[slot] ?? 0) * slotMinutes)
    used += drawn
    bought += fromGrid
    cost += fromGrid * (pricesCentPerMwh[slot] ?? 0)
    carbon += fromGrid * (carbonGramsPerMwh?.[slot] ?? 0)
    peak = Math.max(peak, fromGrid)
  })
  return {
    usedKwh: used / 60_000,
    boughtKwh: bought / 60_000,
    cost: cost * CURRENCY_PER_WATT_MINUTE_CENT,
    carbonKg: carbonGramsPerMwh && (carbon * GRAMS_PER_WATT_MINUTE_GRAM) / 1000,
    peakKw: peak / slotMinutes / 1000,
  }
}
