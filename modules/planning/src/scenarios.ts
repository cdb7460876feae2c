import { epochMs, MINUTE_MS, newId } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { tellScreens } from './draft.ts'
import { readEnergyState } from './energy.ts'
import { baseMarkOf } from './scenario-base.ts'
import {
  type NewScenario,
  noPlan,
  SCENARIO_BUDGET_S,
  SCENARIO_LIMIT,
  type Scenario,
  type ScenarioChange,
  type ScenarioId,
  type Scenarios,
  scenarioBusy,
  scenarioIdle,
  scenarioInvalid,
  scenarioMissing,
  tooManyScenarios,
} from './scenario-contract.ts'
import { electricityCostOf, figuresOf, statedPlan } from './scenario-figures-rules.ts'
import { whyImpossible, withChanges } from './scenario-rules.ts'
import { beginScenario, cancelComputing } from './scenario-runner.ts'
import * as store from './scenario-store.ts'
import { changeText } from './scenario-word-rules.ts'
import { readSitePlans, type SitePlans, scheduleOf } from './schedule.ts'
import type { Schedule } from './schedule-contract.ts'

/** A scenario that was not heard of for so long has died with its server. */
const SILENT_MS = MINUTE_MS

/** The scenarios of a site beside its plan as it is. @throws equipmentMissing, forbidden */
export async function listScenarios(ctx: Context, siteId: EquipmentId): Promise<Scenarios> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  const plans = await readSitePlans(ctx, siteId)
  const { state, stated, draft, published } = plans
  const placed = (draft ?? published)?.placed
  const base = placed && statedPlan({ state, placed }, stated)
  const { figures, loads } = base ? figuresOf(base) : { figures: null, loads: [] }
  const energy = await readEnergyState(ctx, siteId, state.span)
  const electricityCost = base ? electricityCostOf(base, energy) : null
  const rows = await store.listScenarios(ctx.db, siteId)
  return {
    ...{ timeZone: state.timeZone, shown: draft ? 'draft' : published ? 'published' : 'none', figures, loads },
    ...{ electricityCost, currency: energy.currency },
    items: rows.map((row) => scenarioOf(row, plans, ctx.nowMs)),
  }
}

function scenarioOf(row: store.ScenarioRow, plans: SitePlans, nowMs: number): Scenario {
  const { budgetS: _, heardAt, baseMark, ...scenario } = row
  const isDead = isComputing(row) && epochMs(heardAt) < nowMs - SILENT_MS
  return {
    ...scenario,
    ...(isDead && { state: 'failed', detail: 'It ended with its server. Compute it anew.' }),
    texts: row.changes.map((change) => changeText(change, plans.state)),
    outdated: row.computedAt !== null && baseMark !== baseMarkOf(plans, row.computedAt),
  }
}

function isComputing({ state }: Pick<store.ScenarioRow, 'state'>): boolean {
  return state === 'waiting' || state === 'running'
}

/**
 * Tries changes on a copy of a site's plan, in the background. Watch `planning.schedule/…` for how far it is.
 *
 * @throws equipmentMissing, forbidden, tooManyScenarios
 * @throws noPlan           there is no draft and no published plan to start from
 * @throws scenarioInvalid  a change cannot be; `index` says which
 */
export async function createScenario(ctx: Context, wish: NewScenario): Promise<Scenario> {
  const { siteId, name, changes, budgetS = SCENARIO_BUDGET_S } = wish
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  if ((await store.countScenarios(ctx.db, siteId)) >= SCENARIO_LIMIT)
    throw tooManyScenarios(`A plant has at most ${SCENARIO_LIMIT} scenarios. Delete one first.`)
  const plans = await readSitePlans(ctx, siteId)
  if (!plans.draft && !plans.published) throw noPlan('Nothing was planned here yet. Plan first, then try what if.')
  const id = newId<'Scenario'>(ctx.nowMs)
  refuseImpossible(plans, id, changes)
  await store.addScenario(ctx.db, { id, siteId, name, changes, budgetS, madeAt: ctx.now, madeBy: ctx.actor.name })
  ctx.audit({
    ...{ action: 'planning.scenario.create', object: `scenario ${id}`, siteId },
    detail: { name, changes: changes.map((change) => changeText(change, plans.state)) },
  })
  beginScenario(ctx, { id, siteId, budgetS })
  return found(ctx, id, plans)
}

function refuseImpossible({ state }: SitePlans, id: ScenarioId, changes: readonly ScenarioChange[]): void {
  for (const [index, change] of changes.entries()) {
    const why = whyImpossible(change, withChanges(state, id, changes.slice(0, index)))
    if (why !== undefined) throw scenarioInvalid(why, { index })
  }
}

async function found(ctx: Context, id: ScenarioId, plans: SitePlans): Promise<Scenario> {
  const row = await store.findScenario(ctx.db, id)
  if (!row) throw scenarioMissing(`There is no scenario ${id}.`)
  return scenarioOf(row, plans, ctx.nowMs)
}

/**
 * Computes a scenario anew from the plan as it is now.
 *
 * @throws scenarioMissing, forbidden, noPlan
 * @throws scenarioBusy     it is being computed
 * @throws scenarioInvalid  a change cannot be any more
 */
export async function recomputeScenario(ctx: Context, id: ScenarioId): Promise<Scenario> {
  const row = await lockScenario(ctx, id)
  const { siteId, name, changes, budgetS } = row
  if (isComputing(row) && epochMs(row.heardAt) >= ctx.nowMs - SILENT_MS)
    throw scenarioBusy(`${name} is being computed. Wait for the end, or cancel it.`)
  const plans = await readSitePlans(ctx, siteId)
  if (!plans.draft && !plans.published) throw noPlan('There is no plan any more to start from. Plan first.')
  refuseImpossible(plans, id, changes)
  await store.waitAgain(ctx.db, id, ctx.now)
  ctx.audit({ action: 'planning.scenario.recompute', object: `scenario ${id}`, siteId, detail: { name } })
  beginScenario(ctx, { id, siteId, budgetS })
  return found(ctx, id, plans)
}

/** Ends the computing of a scenario; what was computed before stays. @throws scenarioMissing, forbidden, scenarioIdle */
export async function cancelScenario(ctx: Context, id: ScenarioId): Promise<void> {
  const { siteId, name, progressRatio } = await lockScenario(ctx, id)
  const end = { state: 'cancelled' as const, progressRatio, detail: null, heardAt: ctx.now }
  if (!(await store.saveScenarioProgress(ctx.db, id, end))) throw scenarioIdle(`${name} is not being computed.`)
  ctx.audit({ action: 'planning.scenario.cancel', object: `scenario ${id}`, siteId, detail: { name } })
  cancelComputing(ctx, id)
  tellScreens(ctx, siteId)
}

/** @throws scenarioMissing, forbidden */
export async function removeScenario(ctx: Context, id: ScenarioId): Promise<void> {
  const { siteId, name } = await lockScenario(ctx, id)
  await store.removeScenario(ctx.db, id)
  ctx.audit({ action: 'planning.scenario.remove', object: `scenario ${id}`, siteId, detail: { name } })
  cancelComputing(ctx, id)
  tellScreens(ctx, siteId)
}

/** Holds a scenario that the actor may change. @throws scenarioMissing, forbidden */
export async function lockScenario(ctx: Context, id: ScenarioId): Promise<store.ScenarioRow> {
  const row = await store.lockScenario(ctx.db, id)
  if (!row) throw scenarioMissing(`There is no scenario ${id}.`)
  authorize(ctx.actor, 'planning:schedule:plan', row.siteId)
  return row
}

/** The plan of a scenario as the schedule shows plans. @throws scenarioMissing, forbidden */
export async function getScenarioSchedule(ctx: Context, id: ScenarioId): Promise<Schedule> {
  const row = await store.findScenario(ctx.db, id)
  if (!row) throw scenarioMissing(`There is no scenario ${id}.`)
  authorize(ctx.actor, 'planning:schedule:read', row.siteId)
  const plans = await readSitePlans(ctx, row.siteId)
  const state = withChanges(plans.state, id, row.changes)
  const open = new Set(state.orders.map((one) => one.id))
  const placed = (await store.placedInScenario(ctx.db, id)).filter(({ orderId }) => open.has(orderId))
  return { ...scheduleOf(plans, { state, placed }), diff: row.result?.diff ?? null }
}
