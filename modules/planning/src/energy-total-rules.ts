import { instant } from '@millrace/base'
import type { EnergyOfPlan, EnergyTotals } from './energy-advice-contract.ts'
import type { EnergyState, SlotRates } from './energy-rate-rules.ts'

/** What has to be there before anything can be said. */
export function missingIn({ tariffs, powers }: EnergyState, placedCount: number): EnergyOfPlan['missing'] {
  if (tariffs.length === 0) return 'tariff'
  if (powers.length === 0) return 'powers'
  return placedCount === 0 ? 'plan' : null
}

/**
 * What a plan costs: what it adds to that which is drawn anyway. Only the peak is that of everything.
 *
 * @param load kWh of each slot of the rates, `baseLoadKw` included
 */
export function totalsOf(load: Float64Array, rates: SlotRates, baseLoadKw: number): EnergyTotals {
  let usedKwh = 0
  let boughtKwh = 0
  let cost = 0
  let carbonG: number | null = 0
  const peaks = rates.months.map(() => 0)
  for (let slot = 0; slot < rates.count; slot += 1) {
    const { used, bought, drawn } = ofPlan(load, rates, baseLoadKw, slot)
    usedKwh += used
    boughtKwh += bought
    cost += bought * (rates.pricePerKwh[slot] ?? 0)
    const carbon: number | null = rates.carbonGramsPerKwh[slot] ?? null
    // What is not bought emits nothing, whatever the grid does.
    if (bought > 0) carbonG = carbonG === null || carbon === null ? null : carbonG + bought * carbon
    const month = rates.monthOf[slot] ?? 0
    peaks[month] = Math.max(peaks[month] ?? 0, drawn * 4)
  }
  const peakCost = rates.months.reduce(
    (sum, { reachedKw, chargePerKw }, month) => sum + Math.max(0, (peaks[month] ?? 0) - reachedKw) * chargePerKw,
    0,
  )
  const carbonKg = carbonG === null ? null : carbonG / 1000
  return { usedKwh, boughtKwh, cost, peakCost, carbonKg, peakKw: Math.max(0, ...peaks) }
}

/** What the plan adds in a slot, and what all together draws from the grid: own generation is used first, and what is left over of it earns nothing. */
function ofPlan(load: Float64Array, { generationKw }: SlotRates, baseLoadKw: number, slot: number) {
  const base = baseLoadKw / 4
  const own = (generationKw[slot] ?? 0) / 4
  const drawn = Math.max(0, (load[slot] ?? 0) - own)
  return { used: (load[slot] ?? 0) - base, bought: drawn - Math.max(0, base - own), drawn }
}

/** The same by days of the site. */
export function daysOf(load: Float64Array, rates: SlotRates, baseLoadKw: number): EnergyOfPlan['days'] {
  const days = rates.days.map((atMs) => ({
    ...{ dayStartAt: instant(atMs), usedKwh: 0, boughtKwh: 0, cost: 0, peakKw: 0 },
    carbonKg: 0 as number | null,
  }))
  for (let slot = 0; slot < rates.count; slot += 1) {
    const day = days[rates.dayOf[slot] ?? 0]
    if (!day) continue
    const { used, bought, drawn } = ofPlan(load, rates, baseLoadKw, slot)
    const carbon = rates.carbonGramsPerKwh[slot] ?? null
    day.usedKwh += used
    day.boughtKwh += bought
    day.cost += bought * (rates.pricePerKwh[slot] ?? 0)
    day.peakKw = Math.max(day.peakKw, drawn * 4)
    if (bought > 0)
      day.carbonKg = day.carbonKg === null || carbon === null ? null : day.carbonKg + (bought * carbon) / 1000
  }
  return days
}
