import { epochMs, HOUR_MS, SECOND_MS } from '@millrace/base'
import { diffOf } from './diff-rules.ts'
import type { EnergyState } from './energy-rate-rules.ts'
import { missingIn } from './energy-total-rules.ts'
import { energyView, moneyOf, totalsOfPlan } from './energy-view-rules.ts'
import { endOf } from './lateness-rules.ts'
import type { PlacedOperation } from './plan-rules.ts'
import { type SiteState, type StatedProblem, stateProblem } from './problem-rules.ts'
import type { ScenarioFigures, ScenarioResult, UnitLoad } from './scenario-contract.ts'
import { laneLoads, lateNumbers, scheduleView, seatsOf } from './schedule-rules.ts'
import { both, joined, without, workBetween } from './working-time-rules.ts'

/** A plan with the site that it is a plan of. */
interface PlanOf {
  readonly state: SiteState
  readonly placed: readonly PlacedOperation[]
}

/** The same as problem and seats, which every figure begins with. */
interface StatedPlan extends PlanOf {
  readonly stated: StatedProblem
  readonly seats: ReturnType<typeof seatsOf>
}

export function statedPlan(plan: PlanOf, stated = stateProblem(plan.state)): StatedPlan {
  return { ...plan, stated, seats: seatsOf(plan.placed, stated.originMs) }
}

/** How good a plan is, and how much its machines have to do. */
export function figuresOf({ state, placed, stated, seats }: StatedPlan): Pick<ScenarioResult, 'figures' | 'loads'> {
  const loads = laneLoads(state, stated.problem, stated.originMs, seats)
  const figures: ScenarioFigures = {
    ...scheduleView(state, stated, placed, true).figures,
    weightedLateHours: weightedLateHours(stated, seats),
    overtimeHours: overtimeHours(state, stated, seats),
  }
  return {
    figures,
    loads: state.units.map(({ id, name }): UnitLoad => {
      const { workS = 0, openS = 0 } = loads.get(id) ?? {}
      return { workUnitId: id, name, loadRatio: openS === 0 ? null : workS / openS }
    }),
  }
}

/** What a plan's electricity costs from now to its end, peak charge included; null where nothing is known of it. */
export function electricityCostOf({ state, placed, stated, seats }: StatedPlan, energy: EnergyState): number | null {
  if (missingIn(energy, placed.length) !== null) return null
  return moneyOf(totalsOfPlan(energyView(energy, state, stated, seats), seats))
}

/** A scenario's plan against the plan it started from, each judged with its own orders. */
export function resultOf(scenario: StatedPlan, base: StatedPlan, energy: EnergyState): ScenarioResult {
  const late = ({ state, stated, seats }: StatedPlan) => lateNumbers(state, stated.problem, seats)
  return {
    ...figuresOf(scenario),
    electricityCost: electricityCostOf(scenario, energy),
    baseElectricityCost: electricityCostOf(base, energy),
    diff: diffOf(scenario.placed, base.placed, { draft: late(scenario), published: late(base) }),
  }
}

function weightedLateHours({ problem }: StatedProblem, seats: ReturnType<typeof seatsOf>): number {
  const lateS = problem.orders.reduce((sum, order) => {
    const endS = endOf(order, seats) ?? problem.horizonS
    return sum + order.weight * Math.max(0, endS - order.dueS)
  }, 0)
  return (lateS * SECOND_MS) / HOUR_MS
}

/** What lies in extra work and in no shift. */
function overtimeHours(
  state: SiteState,
  { problem, originMs }: StatedProblem,
  seats: ReturnType<typeof seatsOf>,
): number {
  const seconds = (ms: number) => Math.round((ms - originMs) / SECOND_MS)
  const shifts = joined(state.shifts.map(({ startMs, endMs }) => ({ startS: seconds(startMs), endS: seconds(endMs) })))
  const lanes = Map.groupBy(seats.values(), ({ resourceId }) => resourceId)
  const calendars = new Map(problem.calendars.map((one) => [one.id, one.open]))
  let sumS = 0
  for (const resource of problem.resources) {
    const extra = state.exceptions
      .filter(({ kind, workUnitId }) => kind === 'extra' && (workUnitId === null || workUnitId === resource.id))
      .map(({ startAt, endAt }) => ({ startS: seconds(epochMs(startAt)), endS: seconds(epochMs(endAt)) }))
    if (extra.length === 0) continue
    const closed = [...(resource.closed ?? []), ...(resource.stops ?? [])]
    const open = without(calendars.get(resource.calendarId) ?? [], closed)
    const outside = both(without(joined(extra), shifts), open)
    for (const { setupStartS, endS } of lanes.get(resource.id) ?? [])
      sumS += workBetween(outside, Math.max(problem.nowS, setupStartS), endS)
  }
  return (sumS * SECOND_MS) / HOUR_MS
}
