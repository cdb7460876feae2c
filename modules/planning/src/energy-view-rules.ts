import { instant, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { EnergyTotals, SwitchOff } from './energy-advice-contract.ts'
import { machineLoads, type OffSpan, type PowerModel, powerModel, totalLoad } from './energy-load-rules.ts'
import { type EnergyState, QUARTER_MS, ratesOf, type SlotRates } from './energy-rate-rules.ts'
import { totalsOf } from './energy-total-rules.ts'
import type { Seat } from './plan-rules.ts'
import type { SiteState, StatedProblem } from './problem-rules.ts'
import { clockText, type SiteNames } from './word-rules.ts'

/** A plan with its rates, in quarters of an hour from now to its end. */
export interface EnergyView {
  readonly model: PowerModel
  readonly rates: SlotRates
  /** The first quarter, in seconds from the plan's origin. */
  readonly fromS: number
  readonly originMs: number
  readonly timeZone: string
  readonly baseLoadKw: number
}

/** @param laterS room behind the last due date */
export function energyView(
  energy: EnergyState,
  state: SiteState,
  { problem, originMs }: StatedProblem,
  seats: ReadonlyMap<string, Seat>,
  laterS = 0,
): EnergyView {
  const fromMs = Math.floor(state.nowMs / QUARTER_MS) * QUARTER_MS
  const endS = [...seats.values()].reduce((latest, seat) => Math.max(latest, seat.endS), problem.nowS)
  const dueS = problem.orders.reduce((latest, order) => Math.max(latest, order.dueS), endS)
  const toMs = originMs + Math.min(dueS + laterS, problem.horizonS) * SECOND_MS
  const count = Math.max(1, Math.ceil((toMs - fromMs) / QUARTER_MS))
  return {
    ...{ originMs, timeZone: state.timeZone, fromS: (fromMs - originMs) / SECOND_MS },
    model: powerModel(problem, energy.powers),
    rates: ratesOf(energy, state.timeZone, fromMs, count),
    baseLoadKw: energy.site.baseLoadKw,
  }
}

/** What is drawn in each quarter, in kWh, the base load included. */
export function loadOf(view: EnergyView, seats: ReadonlyMap<string, Seat>, off: readonly OffSpan[] = []): Float64Array {
  const span = { fromS: view.fromS, count: view.rates.count }
  return totalLoad(machineLoads(view.model, seats, span, off).values(), span, view.baseLoadKw)
}

export function totalsOfPlan(
  view: EnergyView,
  seats: ReadonlyMap<string, Seat>,
  off: readonly OffSpan[] = [],
): EnergyTotals {
  return totalsOf(loadOf(view, seats, off), view.rates, view.baseLoadKw)
}

/** Electricity and the charge for its peak, in the currency. */
export function moneyOf({ cost, peakCost }: EnergyTotals): number {
  return cost + peakCost
}

/** What switching machines off saves, one after the other, in words. */
export function switchOffsOf(
  view: EnergyView,
  seats: ReadonlyMap<string, Seat>,
  off: readonly OffSpan[],
  names: SiteNames,
): SwitchOff[] {
  const at = (seconds: number) => view.originMs + seconds * SECOND_MS
  const clock = (seconds: number) => clockText(at(seconds), view.timeZone)
  let totals = totalsOfPlan(view, seats)
  return off.map(({ resourceId, startS, endS }, index) => {
    const next = totalsOfPlan(view, seats, off.slice(0, index + 1))
    const onS = onAt(view, resourceId, endS)
    const saved = {
      ...{ workUnitId: resourceId as EquipmentId, fromAt: instant(at(startS)), toAt: instant(at(onS)) },
      ...{ savedKwh: totals.usedKwh - next.usedKwh, savedCost: moneyOf(totals) - moneyOf(next) },
      text: `Switch off ${names.resource(resourceId)} ${clock(startS)} – ${clock(onS)}`,
    }
    totals = next
    return saved
  })
}

/** When a machine has to be switched on to be ready at a time. */
function onAt({ model }: EnergyView, resourceId: string, readyS: number): number {
  return readyS - (model.powers.get(resourceId)?.switchOnMinutes ?? 0) * 60
}
