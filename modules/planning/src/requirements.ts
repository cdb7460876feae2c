import { epochMs, HOUR_MS, limitOf, newId, SECOND_MS } from '@millrace/base'
import { getCompanyCurrency, listEquipment } from '@millrace/plant'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import { askThread } from './engine-thread.ts'
import { type FreshMessage, isForgotten, isSameMatter, type KnownMessage, type MessageRow } from './message-rules.ts'
import { listKnown, listMessages, type NamedMessage, putMessages, removeMessages } from './message-store.ts'
import {
  type ActionMessage,
  type GridQuery,
  gridMissing,
  type MessageQuery,
  type RequirementGrid,
  type Worklist,
} from './requirement-contract.ts'
import type { RequirementState } from './requirement-problem-rules.ts'
import type { Reckoned, Unreckoned } from './requirement-reckoning-rules.ts'
import { HORIZON_DAYS, readRequirementState } from './requirement-state.ts'
import * as store from './requirement-store.ts'
import { whatText, whyText } from './requirement-word-rules.ts'

/** How often it is looked whether something has changed. */
export const RECKON_EVERY_MS = 2 * SECOND_MS
/** Changes come in groups: what follows so soon is reckoned with them. */
const SETTLED_MS = 3 * SECOND_MS
/** Today moves on even when nothing changes. */
const OLD_MS = 6 * HOUR_MS
/** A hundred times what thousands of materials take. */
const ANSWER_MS = 60 * SECOND_MS

/** Notes that something has changed that requirements follow from. They are reckoned anew within seconds. */
export async function requirementsChanged(ctx: Context): Promise<void> {
  await store.markStale(ctx.db, ctx.now)
  tellWorklists(ctx)
}

/** Reckons requirements anew when something has changed and the changes have settled, or when they are old. */
export async function followChanges(ctx: Context): Promise<void> {
  const run = await store.findRequirementRun(ctx.db)
  if (!run) return
  const isSettled = run.staleAt !== null && epochMs(run.staleAt) <= ctx.nowMs - SETTLED_MS
  const isOld = run.computedAt !== null && epochMs(run.computedAt) <= ctx.nowMs - OLD_MS
  if (isSettled || isOld) await reckonRequirements(ctx)
}

/** Reckons what every site needs and what to do about it; what was decided about the same matter before holds. */
export async function reckonRequirements(ctx: Context): Promise<void> {
  const reckoned = await reckonInThread(await readRequirementState(ctx))
  if (!('detail' in reckoned)) {
    await saveFresh(ctx, reckoned.messages)
    await store.replaceGrids(ctx.db, reckoned.grids)
  }
  await store.saveRequirementRun(ctx.db, ctx.now, 'detail' in reckoned ? reckoned.detail : null)
  tellWorklists(ctx)
}

async function reckonInThread(state: RequirementState): Promise<Reckoned | Unreckoned> {
  const script = new URL('./requirement-worker.ts', import.meta.url)
  const task = { state, horizonDays: HORIZON_DAYS }
  const { answers } = await askThread<Reckoned | Unreckoned>(script, task, AbortSignal.timeout(ANSWER_MS))
  if (!answers[0]) throw new Error(`Requirements were not reckoned within ${ANSWER_MS} ms.`)
  return answers[0]
}

async function saveFresh(ctx: Context, fresh: readonly FreshMessage[]): Promise<void> {
  await store.lockRequirementRun(ctx.db)
  const known = new Map((await listKnown(ctx.db)).map((one) => [one.key, one]))
  const rows = fresh.flatMap((message) => {
    const row = rowOf(message, known.get(message.key), ctx)
    return row ? [row] : []
  })
  const keys = new Set(fresh.map(({ key }) => key))
  const gone = [...known.values()].filter((one) => !keys.has(one.key) && isForgotten(one, ctx.nowMs))
  await removeMessages(
    ctx.db,
    gone.map(({ id }) => id),
  )
  await putMessages(ctx.db, rows)
}

/** @returns undefined when it was decided before and nothing about it has changed */
function rowOf(message: FreshMessage, before: KnownMessage | undefined, ctx: Context): MessageRow | undefined {
  const isDecided = before?.state === 'dismissed' || before?.state === 'done'
  if (before && isDecided && isSameMatter(before, message)) return undefined
  const until = before?.state === 'snoozed' ? before.snoozedUntil : null
  const isSnoozed = until !== null && epochMs(until) > ctx.nowMs
  return {
    ...message,
    id: before?.id ?? newId<'ActionMessage'>(ctx.nowMs),
    owner: before?.owner ?? message.owner,
    state: isSnoozed ? 'snoozed' : 'open',
    snoozedUntil: isSnoozed ? until : null,
    ...{ reason: null, decidedAt: null, decidedBy: null, madeAt: ctx.now },
  }
}

/** What is to be done at the sites the actor may see: by urgency, then by money. */
export async function getWorklist(ctx: Context, query: MessageQuery): Promise<Worklist> {
  const run = await store.findRequirementRun(ctx.db)
  const fresh = {
    ...{ computedAt: run?.computedAt ?? null, isStale: run?.staleAt != null, detail: run?.detail ?? null },
    currency: await getCompanyCurrency(ctx),
  }
  const reach = reachOf(ctx.actor, 'planning:order:read')
  if (reach === undefined) return { ...fresh, owners: [], items: [] }
  const { cursor, limit: _, ...filter } = query
  const limit = limitOf(query)
  const offset = Number.parseInt(cursor ?? '0', 10) || 0
  const found = await listMessages(ctx.db, { ...filter, reach, now: ctx.now, offset, limit: limit + 1 })
  return {
    ...{ ...fresh, owners: await store.listOwners(ctx.db, reach) },
    items: await worded(ctx, found.slice(0, limit)),
    ...(found.length > limit && { nextCursor: String(offset + limit) }),
  }
}

/** Messages as people and programs get them. */
export async function worded(ctx: Context, rows: readonly NamedMessage[]): Promise<ActionMessage[]> {
  const zones = await zonesOf(ctx)
  return rows.map(({ key: _, startAt: __, madeAt: ___, ...row }) => {
    const zone = zones.get(row.siteId) ?? 'UTC'
    return { ...row, what: whatText(row, zone), why: whyText(row, zone) }
  })
}

async function zonesOf(ctx: Context): Promise<ReadonlyMap<string, string>> {
  const sites = (await listEquipment(ctx)).filter(({ level }) => level === 'site')
  return new Map(sites.flatMap(({ id, site }) => (site ? [[id as string, site.timeZone] as const] : [])))
}

/** A material at a site week by week. @throws gridMissing, forbidden */
export async function getRequirementGrid(ctx: Context, { siteId, materialId }: GridQuery): Promise<RequirementGrid> {
  const grid = await store.findGrid(ctx.db, siteId, materialId)
  if (!grid) throw gridMissing('Nothing was reckoned for this material at this site.')
  authorize(ctx.actor, 'planning:order:read', siteId)
  return grid
}

/** Has requirements reckoned anew now rather than when something changes. @throws forbidden */
export async function requestRequirements(ctx: Context): Promise<void> {
  ctx.audit({ action: 'planning.requirements.reckon', object: 'requirements', detail: {} })
  await requirementsChanged(ctx)
}

/** Open worklists read anew. */
export function tellWorklists(ctx: Context): void {
  ctx.afterCommit(() => ctx.live.publish(ctx.enterpriseId, 'planning.requirements', {}))
}
