import { SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { listSignals, type Signal } from '@millrace/telemetry'
import { endException, removeException } from './capacity-store.ts'
import { tellScreens } from './draft.ts'
import { lateDeliveries, predictedFailures, presentAbsences } from './foreseen-troubles.ts'
import { scrappedWork, slowMachines } from './measured-work.ts'
import { findPlan, findRun, listPublishedSites } from './plan-store.ts'
import * as store from './proposal-store.ts'
import { basisOf, proposeAfter } from './proposer.ts'
import { isNearlyOver } from './renewal-rules.ts'
import { isRunning, readSitePlans } from './schedule.ts'
import type { Cause } from './schedule-contract.ts'
import { stoppedMachines } from './stopped-machines.ts'
import { sourceOf, subjectOf, type Trouble } from './trouble-rules.ts'

/** A breakdown is seen within seconds. */
export const STOPS_EVERY_MS = 3 * SECOND_MS
/** What is slow, scrap or foreseen shows over minutes. */
export const WORK_EVERY_MS = 30 * SECOND_MS

/** Looks for machines that stand still, at every site that works by a plan. */
export async function watchStops(ctx: Context): Promise<void> {
  for (const siteId of await listPublishedSites(ctx.db)) {
    const signals = await listSignals(ctx, { siteId })
    await follow(ctx, siteId, ['stopped'], await stoppedMachines(ctx, siteId, signals))
    await endStops(ctx, siteId, runningIn(signals))
  }
}

/** A machine that was taken to be away, and runs: its time is free again. */
async function endStops(ctx: Context, siteId: EquipmentId, running: ReadonlySet<string>): Promise<void> {
  for (const { id, subject, title, record } of await store.listAcceptedStops(ctx.db, siteId, ctx.now)) {
    if (!running.has(subject) || record?.kind !== 'exception') continue
    await store.endUse(ctx.db, id, ctx.now)
    const { startAt } = record.exception
    if (startAt < ctx.now) await endException(ctx.db, record.id, ctx.now)
    else await removeException(ctx.db, record.id)
    ctx.audit({
      ...{ action: 'planning.calendar-exception.end', object: `calendar-exception ${record.id}`, siteId },
      detail: { name: title, endAt: ctx.now },
    })
    tellScreens(ctx, siteId)
  }
}

function runningIn(signals: readonly Signal[]): Set<string> {
  return new Set(
    signals.filter((one) => one.measurand === 'state' && one.latest?.value === 'running').map((one) => one.workUnitId),
  )
}

/** Looks for everything else that plans react to, at every site that works by one. */
export async function watchWork(ctx: Context): Promise<void> {
  for (const siteId of await listPublishedSites(ctx.db)) {
    const plans = await readSitePlans(ctx, siteId)
    const signals = await listSignals(ctx, { siteId })
    const troubles = [
      ...(await slowMachines(ctx, plans, signals)),
      ...(await scrappedWork(ctx, plans, signals)),
      ...(await predictedFailures(ctx, plans)),
      ...lateDeliveries(plans),
      ...presentAbsences(plans),
    ]
    await follow(ctx, siteId, ['slow', 'scrap', 'late-delivery', 'absent', 'predicted-failure'], troubles)
  }
}

/**
 * Has proposals made about what is new, or about what they were made for when the plan is another one now; and puts those aside whose
 * cause is over. What was decided stays decided.
 *
 * @param causes those that `troubles` tells of: proposals for others are left alone
 */
export async function follow(
  ctx: Context,
  siteId: EquipmentId,
  causes: readonly Cause[],
  troubles: readonly Trouble[],
): Promise<void> {
  const open = (await store.listOpenKeys(ctx.db, siteId)).filter(({ cause }) => causes.includes(cause))
  if (open.length + troubles.length === 0) return
  const plan = {
    draft: await findPlan(ctx.db, siteId, 'draft'),
    published: await findPlan(ctx.db, siteId, 'published'),
  }
  const basis = basisOf(plan)
  const run = await findRun(ctx.db, siteId)
  // The plan is another one every second meanwhile.
  const isPlanning = run !== undefined && isRunning(run, ctx.nowMs)
  for (const trouble of troubles) {
    const key = { siteId, cause: trouble.cause, subject: subjectOf(trouble), source: sourceOf(trouble) }
    const known = open.find(({ cause, subject }) => cause === key.cause && subject === key.subject)
    const isGood = known?.source === key.source && known.basis === basis
    if (known && isGood && !isNearlyOver(known, ctx.nowMs)) continue
    if (await store.isDecided(ctx.db, key, ctx.now)) continue
    if (!isPlanning) proposeAfter(ctx, trouble, basis)
  }
  const there = new Set(troubles.map((one) => `${one.cause} ${subjectOf(one)}`))
  const over = open.filter(({ cause, subject }) => !there.has(`${cause} ${subject}`))
  for (const key of over) await store.outdateProposals(ctx.db, key, ctx.now)
  if (over.length > 0) tellScreens(ctx, siteId)
}
