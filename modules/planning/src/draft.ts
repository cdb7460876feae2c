import { epochMs, type Instant, newId, SECOND_MS } from '@millrace/base'
import { violates } from '@millrace/db'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import type { FactoryProblem } from '@millrace/scheduling'
import { faultsOf } from './check-rules.ts'
import { fenceClosed } from './fence-contract.ts'
import { fenceMet, type Met } from './fence-rules.ts'
import { splitsOf } from './operation-rules.ts'
import {
  idOf,
  isSamePlace,
  MOVED,
  type PlacedOperation,
  placedBy,
  placedOf,
  placementOf,
  quantityOf,
  type Seat,
} from './plan-rules.ts'
import * as store from './plan-store.ts'
import { stateProblem } from './problem-rules.ts'
import { retime } from './retime-rules.ts'
import { isRunning, readSitePlans, type SitePlans } from './schedule.ts'
import {
  type Changes,
  type Edit,
  type EditWish,
  noDraft,
  type OperationChange,
  type Outcome,
  type Placement,
  type PublishWish,
  planBusy,
  planInvalid,
  planPublished,
  planStale,
} from './schedule-contract.ts'
import { lateNumbers, seatsOf } from './schedule-rules.ts'
import { splitAt } from './split-rules.ts'
import { faultText, fenceText, namesOf, type SiteNames } from './word-rules.ts'

/** Says what an edit would do to the draft, or why it may not be. Changes nothing. @throws equipmentMissing, forbidden */
export async function previewEdit(ctx: Context, { siteId, edit }: EditWish): Promise<Outcome> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  return outcomeOf(await readSitePlans(ctx, siteId), edit)
}

/** The plan that edits start from: the draft, or the published one while there is none. */
export function baseOf({ draft, published }: SitePlans): readonly PlacedOperation[] {
  return (draft ?? published)?.placed ?? []
}

function outcomeOf(plans: SitePlans, edit: Edit): Outcome {
  const { state, stated } = plans
  const { problem, originMs } = stated
  const names = namesOf(state, stated)
  const base = baseOf(plans)
  const seats = seatsOf(base, originMs)
  if (edit.kind === 'lock') {
    const wanted = new Set(edit.operationIds)
    const changes = base
      .filter((one) => wanted.has(idOf(one)) && one.locked !== edit.locked)
      .map((one) => ({
        operationId: idOf(one),
        before: placementOf(one),
        after: { ...placementOf(one), locked: edit.locked },
      }))
    if (changes.length === 0) return { refusal: edit.locked ? 'It is locked already.' : 'It is not locked.' }
    return { changes, text: textOf(edit, names) }
  }
  const secondsOf = (at: Instant) => Math.round((epochMs(at) - originMs) / SECOND_MS)
  const moves =
    edit.kind === 'move'
      ? edit.moves.map(({ operationId, workUnitId, startAt }) => ({
          ...{ operationId, resourceId: workUnitId, quantity: quantityOf(operationId, state.splits) },
          startS: secondsOf(startAt),
        }))
      : []
  const removed = edit.kind === 'unplace' ? withFollowers(plans, edit.operationIds, seats) : []
  const begun = removed.find((id) => (seats.get(id)?.setupStartS ?? problem.nowS) < problem.nowS)
  if (begun) return { refusal: `${names.operation(begun)} has begun.` }
  const retimed =
    edit.kind === 'split'
      ? splitAt(state, stated, seats, { operationId: edit.operationId, atS: secondsOf(edit.atAt) }, names)
      : { stated, ...retime(problem, seats, { moves, removed }, names) }
  if ('refusal' in retimed) return retimed
  const fault = newFault(problem, seats, retimed.stated.problem, retimed.seats)
  if (fault) return { refusal: faultText(fault, names) }
  const changes = changesBetween(seats, retimed.seats, originMs)
  if (changes.length === 0) return { refusal: 'Nothing would change: it starts there already, or as early as it can.' }
  const met = metIn(plans, changes)
  return { changes, text: textOf(edit, names), ...(met && { fence: { kind: met.fence, text: fenceText(met, names) } }) }
}

/** The fence that changes meet: there is none while nobody works by a plan. */
function metIn({ state, published }: SitePlans, changes: readonly OperationChange[]): Met | undefined {
  return published && fenceMet(changes, state)
}

function textOf(edit: Edit, names: SiteNames): string {
  switch (edit.kind) {
    case 'move':
      return `Move ${names.operation(edit.moves[0]?.operationId ?? '')}`
    case 'unplace':
      return `Take out ${names.operation(edit.operationIds[0] ?? '')}`
    case 'split':
      return `Split ${names.operation(edit.operationId)}`
    case 'lock':
      return edit.locked ? 'Lock' : 'Unlock'
  }
}

/**
 * Operations and everything that comes after them, in their orders and in those whose parts they make: a step without the one before
 * it has no place.
 */
function withFollowers({ stated }: SitePlans, ids: readonly string[], seats: ReadonlyMap<string, Seat>): string[] {
  const behind = new Map<string, string[]>()
  for (const { operations } of stated.problem.orders)
    for (const { id, after = [] } of operations)
      for (const { operationId } of after) behind.set(operationId, [...(behind.get(operationId) ?? []), id])
  const gone = new Set(ids)
  // A set hands out what is added to it while it is walked through.
  for (const id of gone) for (const follower of behind.get(id) ?? []) gone.add(follower)
  return [...gone].filter((id) => seats.has(id))
}

/** Something the independent check finds after a change and did not find before. */
export function newFault(
  problem: FactoryProblem,
  before: ReadonlyMap<string, Seat>,
  changed: FactoryProblem,
  after: ReadonlyMap<string, Seat>,
) {
  const known = new Set(faultsOf(problem, before).map(({ code, operationId }) => `${code} ${operationId}`))
  return faultsOf(changed, after).find(({ code, operationId }) => !known.has(`${code} ${operationId}`))
}

/** What differs between two plans, operation by operation. */
export function changesBetween(
  before: ReadonlyMap<string, Seat>,
  after: ReadonlyMap<string, Seat>,
  originMs: number,
): OperationChange[] {
  const changes: OperationChange[] = []
  const placement = (seat: Seat | undefined): Placement | null => (seat ? placementOf(placedOf(seat, originMs)) : null)
  for (const operationId of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(operationId), after.get(operationId)]
    if (old === now) continue
    const change = { operationId, before: placement(old), after: placement(now) }
    if (!isSamePlace(change.before, change.after)) changes.push(change)
  }
  return changes
}

/**
 * Makes changes in the draft as they were previewed, or takes them back. Without a draft one is begun from the published plan.
 *
 * @throws equipmentMissing, forbidden
 * @throws planBusy     the site is being planned
 * @throws planStale    something is not any more where the changes say it was
 * @throws planInvalid  the independent check finds a fault that was not there before
 * @throws fenceClosed  something lies behind a fence, and no reason was given; what is frozen needs the right to publish too
 */
export async function applyChanges(ctx: Context, { siteId, changes, reason }: Changes): Promise<{ revision: number }> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  return makeChanges(ctx, siteId, changes, (plans) => {
    const met = metIn(plans, changes)
    if (met?.fence === 'frozen') authorize(ctx.actor, 'planning:schedule:publish', siteId)
    if (met && reason === undefined)
      throw fenceClosed(fenceText(met, namesOf(plans.state)), { fence: met.fence, operationId: met.operationId })
    return met && reason !== undefined ? { fence: met.fence, reason } : undefined
  })
}

/** What of the near future is changed after all, and why. */
interface Behind {
  readonly fence: Met['fence']
  readonly reason: string
}

/** {@link applyChanges} for use cases that have asked for their own permission. @param guard lets changes through a fence, or throws */
export async function makeChanges(
  ctx: Context,
  siteId: EquipmentId,
  changes: readonly OperationChange[],
  guard?: (plans: SitePlans) => Behind | undefined,
): Promise<{ revision: number }> {
  await refuseWhilePlanning(ctx, siteId)
  const plans = await readSitePlans(ctx, siteId, true)
  const { state, stated } = plans
  const behind = guard?.(plans)
  const names = namesOf(state, stated)
  const placed = new Map(baseOf(plans).map((one) => [idOf(one), one]))
  const before = seatsOf([...placed.values()], stated.originMs)
  for (const { operationId, before, after } of changes) {
    const now = placed.get(operationId)
    if (!isSamePlace(now ? placementOf(now) : null, before))
      throw planStale(`${names.operation(operationId)} is not any more where you saw it.`, { operationId })
    if (after && after.operationId !== operationId) throw planStale('A change speaks of two operations.')
    if (!after) placed.delete(operationId)
    else {
      const isStill = now && isSamePlace({ ...placementOf(now), locked: after.locked }, after)
      placed.set(operationId, isStill ? { ...now, locked: after.locked } : placedBy(after, MOVED))
    }
  }
  const operations = [...placed.values()]
  const splits = splitsOf(operations, state.orders)
  const wrong = changes.find(
    ({ after }) => after?.quantity !== undefined && after.quantity !== quantityOf(after.operationId, splits),
  )
  if (wrong) throw planInvalid(`The parts of ${names.operation(wrong.operationId)} are more than its order asks for.`)
  const changed = stateProblem({ ...state, splits })
  const fault = newFault(stated.problem, before, changed.problem, seatsOf(operations, stated.originMs))
  if (fault) throw planInvalid(faultText(fault, names), { operationId: fault.operationId })
  const revision = await saveDraft(ctx, siteId, operations)
  ctx.audit({
    ...{ action: 'planning.draft.change', object: `site ${siteId}`, siteId },
    ...(behind && { reason: behind.reason }),
    detail: {
      changed: changes.map(({ operationId }) => names.operation(operationId)).slice(0, 50),
      ...{ revision, ...(behind && { fence: behind.fence }) },
    },
  })
  return { revision }
}

/** Stores what a draft holds from now on, and tells screens. @returns its revision */
export async function saveDraft(
  ctx: Context,
  siteId: EquipmentId,
  operations: readonly PlacedOperation[],
): Promise<number> {
  const draft = await store.lockPlan(ctx.db, siteId, 'draft')
  const by = { madeAt: ctx.now, madeBy: ctx.actor.name }
  if (draft) await store.replaceOperations(ctx.db, { id: draft.id, ...by }, operations)
  else await beginDraft(ctx, { id: newId<'Plan'>(ctx.nowMs), siteId, ...by }, operations)
  tellScreens(ctx, siteId)
  return (draft?.revision ?? 0) + 1
}

/** @throws planStale somebody else begins one at the same moment */
async function beginDraft(
  ctx: Context,
  draft: Parameters<typeof store.addDraft>[1],
  operations: readonly PlacedOperation[],
): Promise<void> {
  try {
    await store.addDraft(ctx.db, draft, operations)
  } catch (error) {
    if (violates(error, 'plan_current'))
      throw planStale('Somebody else has just begun a draft. Look again.', {}, { cause: error })
    throw error
  }
}

/** Screens that show a site's schedule read it anew. */
export function tellScreens(ctx: Context, siteId: EquipmentId): void {
  ctx.afterCommit(() => ctx.live.publish(ctx.enterpriseId, `planning.schedule/${siteId}`, {}))
}

/** @throws planBusy */
export async function refuseWhilePlanning(ctx: Context, siteId: EquipmentId): Promise<void> {
  const run = await store.findRun(ctx.db, siteId)
  if (run && isRunning(run, ctx.nowMs))
    throw planBusy(`${run.startedBy} is planning this site. Wait for the end, or cancel it.`)
}

/** Throws the draft away: the published plan is what counts. @throws equipmentMissing, forbidden, planBusy, noDraft */
export async function discardDraft(ctx: Context, siteId: EquipmentId): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  await refuseWhilePlanning(ctx, siteId)
  const draft = await store.lockPlan(ctx.db, siteId, 'draft')
  if (!draft) throw noDraft('There is no draft to discard.')
  await store.removeDraft(ctx.db, draft.id)
  ctx.audit({
    action: 'planning.draft.discard',
    object: `plan ${draft.id}`,
    siteId,
    detail: { revision: draft.revision },
  })
  tellScreens(ctx, siteId)
}

/**
 * Makes the draft the plan that the shop floor works by.
 *
 * @throws equipmentMissing, forbidden, planBusy, noDraft
 * @throws planStale    the draft was changed since it was looked at
 * @throws planInvalid  the independent check finds a fault; `faults` tells the first ones in words
 */
export async function publishDraft(ctx: Context, { siteId, revision }: PublishWish): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:publish', siteId)
  await refuseWhilePlanning(ctx, siteId)
  const plans = await readSitePlans(ctx, siteId, true)
  const { draft, state, stated } = plans
  if (!draft) throw noDraft('There is no draft to publish.')
  if (draft.revision !== revision)
    throw planStale('The draft was changed since you looked at it. Look again.', { revision: draft.revision })
  const names = namesOf(state, stated)
  const seats = seatsOf(draft.placed, stated.originMs)
  const faults = faultsOf(stated.problem, seats).map((fault) => faultText(fault, names))
  if (faults.length > 0)
    throw planInvalid(`${faults[0]} Nothing was published.`, { count: faults.length, faults: faults.slice(0, 10) })
  await store.publish(ctx.db, draft, ctx.now, ctx.actor.name)
  const late = lateNumbers(state, stated.problem, seats)
  ctx.audit({
    ...{ action: 'planning.plan.publish', object: `plan ${draft.id}`, siteId },
    detail: { revision, operations: draft.placed.length, late: [...late].slice(0, 50) },
  })
  await ctx.emit(planPublished({ planId: draft.id, siteId, lateCount: late.size }))
  tellScreens(ctx, siteId)
}
