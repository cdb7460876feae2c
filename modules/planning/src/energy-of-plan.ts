import { epochMs, instant, later, SECOND_MS } from '@millrace/base'
import { getSite } from '@millrace/plant'
import { authorize, type Context } from '@millrace/runtime'
import { readEnergyState } from './energy.ts'
import type { EnergyOfPlan } from './energy-advice-contract.ts'
import { listSwitchOffs, type SwitchOffRow } from './energy-advice-store.ts'
import { gapsOf, type OffSpan } from './energy-load-rules.ts'
import { daysOf, missingIn, totalsOf } from './energy-total-rules.ts'
import { type EnergyView, energyView, loadOf, switchOffsOf } from './energy-view-rules.ts'
import type { Seat } from './plan-rules.ts'
import { readSitePlans } from './schedule.ts'
import type { ScheduleQuery } from './schedule-contract.ts'
import { seatsOf } from './schedule-rules.ts'
import { namesOf } from './word-rules.ts'

/** The load curve reaches so far: a week of quarters. */
const CURVE_SLOTS = 7 * 96
const DAYS = 14

/** What the electricity of the plan that is shown comes to. @throws equipmentMissing, forbidden */
export async function getEnergyOfPlan(ctx: Context, { siteId, plan }: ScheduleQuery): Promise<EnergyOfPlan> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  const { state, stated, draft, published } = await readSitePlans(ctx, siteId)
  const placed = (plan === 'published' ? published : (draft ?? published))?.placed ?? []
  const energy = await readEnergyState(ctx, siteId, state.span)
  const seats = seatsOf(placed, stated.originMs)
  const names = namesOf(state)
  const view = energyView(energy, state, stated, seats)
  const decided = await listSwitchOffs(ctx.db, siteId, ctx.now)
  const kept = decided.flatMap((row) => {
    const off = offSpanOf(row, view, seats)
    return off ? [{ id: row.id, off }] : []
  })
  const offs = kept.map(({ off }) => off)
  const load = loadOf(view, seats, offs)
  const missing = missingIn(energy, placed.length)
  const curve = Math.min(CURVE_SLOTS, view.rates.count)
  const said = switchOffsOf(view, seats, offs, names)
  return {
    ...{ siteId, timeZone: state.timeZone, currency: energy.currency, missing },
    unknownMachines: unknownMachines(view, seats).map((id) => names.resource(id)),
    totals: missing ? null : totalsOf(load, view.rates, view.baseLoadKw),
    days: missing ? [] : daysOf(load, view.rates, view.baseLoadKw).slice(0, DAYS),
    curve: {
      fromAt: instant(view.rates.fromMs),
      usedKw: missing ? [] : Array.from(load.subarray(0, curve), (kwh) => Math.round(kwh * 4 * 10) / 10),
      generationKw: missing ? [] : view.rates.generationKw.slice(0, curve),
      pricePerKwh: missing ? [] : view.rates.pricePerKwh.slice(0, curve),
    },
    peakReachedKw: energy.site.peakReachedKw,
    switchOffs: kept.flatMap(({ id }, index) => {
      const one = said[index]
      return one ? [{ id, ...one }] : []
    }),
  }
}

function unknownMachines({ model }: EnergyView, seats: ReadonlyMap<string, Seat>): string[] {
  const used = new Set(
    [...seats.values()].filter(({ endS }) => endS > model.problem.nowS).map(({ resourceId }) => resourceId),
  )
  return [...used].filter((id) => !model.powers.has(id))
}

/** A decision as long as the machine has nothing to do in its time; undefined when the plan has work there now. */
function offSpanOf(
  row: SwitchOffRow,
  { model, originMs }: EnergyView,
  seats: ReadonlyMap<string, Seat>,
): OffSpan | undefined {
  const power = model.powers.get(row.workUnitId)
  const startS = Math.max(model.problem.nowS, (epochMs(row.fromAt) - originMs) / SECOND_MS)
  const readyAt = later(row.toAt, (power?.switchOnMinutes ?? 0) * 60 * SECOND_MS)
  const endS = (epochMs(readyAt) - originMs) / SECOND_MS
  const isFree = gapsOf(model, seats).some(
    (gap) => gap.resourceId === row.workUnitId && gap.startS <= startS && endS <= gap.endS,
  )
  return power && isFree && endS > startS ? { resourceId: row.workUnitId, startS, endS } : undefined
}
