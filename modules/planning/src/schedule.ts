import { DAY_MS, epochMs, instant, later, MINUTE_MS } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { diffOf } from './diff-rules.ts'
import { splitsOf } from './operation-rules.ts'
import type { PlacedOperation } from './plan-rules.ts'
import * as store from './plan-store.ts'
import { type SiteState, type StatedProblem, stateProblem } from './problem-rules.ts'
import { listApplied, listOpenProposals } from './proposal-store.ts'
import type { Run, Schedule, ScheduleQuery } from './schedule-contract.ts'
import { frozenUntil, lateNumbers, scheduleView, seatsOf } from './schedule-rules.ts'
import { readSiteState } from './site-state.ts'

/** A plan with what is placed in it, as far as its orders are open. */
export interface ReadPlan extends store.PlanRow {
  readonly placed: readonly PlacedOperation[]
}

/** A site with its plans. */
export interface SitePlans {
  /** Split as the draft is, or the published plan where there is none. */
  readonly state: SiteState
  /** Without anything pinned. */
  readonly stated: StatedProblem
  readonly draft: ReadPlan | undefined
  readonly published: ReadPlan | undefined
}

/** Reads a site with its plans. @param hold keeps the draft from being changed by others until the transaction ends */
export async function readSitePlans(ctx: Context, siteId: EquipmentId, hold = false): Promise<SitePlans> {
  const row = hold ? await store.lockPlan(ctx.db, siteId, 'draft') : await store.findPlan(ctx.db, siteId, 'draft')
  const whole = await readSiteState(ctx, siteId)
  const open = new Set(whole.orders.map(({ id }) => id))
  const read = async (plan: store.PlanRow | undefined) =>
    plan && { ...plan, placed: (await store.listOperations(ctx.db, plan.id)).filter((one) => open.has(one.orderId)) }
  const draft = await read(row)
  const published = await read(await store.findPlan(ctx.db, siteId, 'published'))
  return { ...statedFor(whole, draft ?? published), draft, published }
}

/** A site's problem with its operations split as a plan has them. */
function statedFor(site: SiteState, plan: ReadPlan | undefined): Pick<SitePlans, 'state' | 'stated'> {
  const state = { ...site, splits: splitsOf(plan?.placed ?? [], site.orders) }
  return { state, stated: stateProblem(state) }
}

/** What the policy applied longer ago is history. */
const APPLIED_SHOWN_MS = DAY_MS

/** The draft of a site, or the published plan: what was asked for, or what there is. @throws equipmentMissing, forbidden */
export async function getSchedule(ctx: Context, { siteId, plan }: ScheduleQuery): Promise<Schedule> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  // Before the plans: what a run that is done has found, and what the policy applied, is in them then.
  const run = await store.findRun(ctx.db, siteId)
  const applied = await listApplied(ctx.db, siteId, later(ctx.now, -APPLIED_SHOWN_MS))
  const plans = await readSitePlans(ctx, siteId)
  const { draft, published } = plans
  const shown = plan === 'published' ? published : (draft ?? published)
  const { state, stated } = shown === published ? statedFor(plans.state, published) : plans
  const view = scheduleView(state, stated, shown?.placed ?? [], published !== undefined)
  return {
    ...{ siteId, timeZone: state.timeZone, ...view },
    shown: shown ? (shown.state === 'draft' ? 'draft' : 'published') : 'none',
    revision: draft?.revision ?? 0,
    madeAt: shown?.madeAt ?? null,
    madeBy: shown?.madeBy ?? null,
    publishedAt: published?.publishedAt ?? null,
    publishedBy: published?.publishedBy ?? null,
    fromAt: instant(state.span.originMs),
    toAt: instant(state.span.toMs),
    frozenUntilAt: published ? frozenUntil(state) : null,
    diff: draft && published ? differenceOf(plans.state, draft, published) : null,
    run: run ? runOf(run, ctx.nowMs) : null,
    proposals: await listOpenProposals(ctx.db, siteId),
    applied,
  }
}

/** A plan that is neither draft nor published, of a site that may differ from the one there is. */
export function scheduleOf(
  { draft, published }: SitePlans,
  { state, placed }: { readonly state: SiteState; readonly placed: readonly PlacedOperation[] },
): Schedule {
  return {
    ...{ siteId: state.siteId, timeZone: state.timeZone, revision: draft?.revision ?? 0, shown: 'draft' },
    ...scheduleView(state, stateProblem(state), placed, published !== undefined),
    ...{ madeAt: null, madeBy: null, diff: null, run: null, proposals: [], applied: [] },
    publishedAt: published?.publishedAt ?? null,
    publishedBy: published?.publishedBy ?? null,
    fromAt: instant(state.span.originMs),
    toAt: instant(state.span.toMs),
    frozenUntilAt: published ? frozenUntil(state) : null,
  }
}

/** How a draft differs from the published plan. */
function differenceOf(site: SiteState, draft: ReadPlan, published: ReadPlan) {
  const late = (plan: ReadPlan) => {
    const { state, stated } = statedFor(site, plan)
    return lateNumbers(state, stated.problem, seatsOf(plan.placed, stated.originMs))
  }
  return diffOf(draft.placed, published.placed, { draft: late(draft), published: late(published) })
}

/** A run that was not heard of for so long has died with its server. */
export const RUN_SILENT_MS = MINUTE_MS

/** Whether a run is under way. */
export function isRunning({ state, heardAt }: store.RunRow, nowMs: number): boolean {
  return state === 'running' && epochMs(heardAt) > nowMs - RUN_SILENT_MS
}

function runOf(row: store.RunRow, nowMs: number): Run {
  const { id: _, heardAt: __, ...run } = row
  if (row.state !== 'running' || isRunning(row, nowMs)) return run
  return { ...run, state: 'failed', detail: 'Planning ended with its server. Plan anew.' }
}
