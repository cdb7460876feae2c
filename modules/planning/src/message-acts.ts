import { epochMs } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import { doMessage } from './message-doing.ts'
import { lockMessages, type NamedMessage, saveMessages } from './message-store.ts'
import {
  type Assignment,
  type Done,
  type MessageDismissal,
  type MessageId,
  messageMissing,
  type Snooze,
  snoozePast,
} from './requirement-contract.ts'
import { lockRequirementRun } from './requirement-store.ts'
import { requirementsChanged, tellWorklists, worded } from './requirements.ts'

/**
 * Does what messages say: makes, changes or cancels orders and receipts. What cannot be done any more is refused in words, one by one.
 *
 * @throws messageMissing, forbidden
 */
export async function doMessages(ctx: Context, ids: readonly MessageId[]): Promise<Done> {
  const rows = await locked(ctx, ids)
  const answer: Done = { done: [], refused: [] }
  for (const row of rows) {
    const outcome = isSettled(row) ? { refusal: SETTLED } : await doMessage(ctx, row)
    if ('refusal' in outcome) {
      answer.refused.push({ id: row.id, text: outcome.refusal })
      continue
    }
    await decide(ctx, row, { state: 'done', reason: null })
    await audit(ctx, row, 'do', { done: outcome.text })
    answer.done.push({ id: row.id, text: outcome.text })
  }
  await requirementsChanged(ctx)
  return answer
}

const SETTLED = 'It was done or dismissed before.'

/** Puts messages off until a time. @throws messageMissing, forbidden, snoozePast */
export async function snoozeMessages(ctx: Context, { messageIds: ids, untilAt }: Snooze): Promise<void> {
  if (epochMs(untilAt) <= ctx.nowMs) throw snoozePast('That time is over. Choose a later one.')
  const rows = await locked(ctx, ids)
  await saveMessages(ctx.db, ids, {
    ...{ state: 'snoozed', snoozedUntil: untilAt, reason: null, decidedAt: null, decidedBy: null },
  })
  for (const row of rows) await audit(ctx, row, 'snooze', { untilAt })
  tellWorklists(ctx)
}

/** Dismisses messages with a reason. They come back only when their cause changes. @throws messageMissing, forbidden */
export async function dismissMessages(ctx: Context, { messageIds: ids, reason }: MessageDismissal): Promise<void> {
  for (const row of await locked(ctx, ids)) {
    await decide(ctx, row, { state: 'dismissed', reason })
    await audit(ctx, row, 'dismiss', {}, reason)
  }
  tellWorklists(ctx)
}

/** Says whose matter messages are; null for nobody's. @throws messageMissing, forbidden */
export async function assignMessages(ctx: Context, { messageIds: ids, owner }: Assignment): Promise<void> {
  const rows = await locked(ctx, ids)
  await saveMessages(ctx.db, ids, { owner })
  for (const row of rows) await audit(ctx, row, 'assign', { owner })
  tellWorklists(ctx)
}

async function locked(ctx: Context, ids: readonly MessageId[]): Promise<NamedMessage[]> {
  await lockRequirementRun(ctx.db)
  const rows = await lockMessages(ctx.db, ids)
  if (rows.length < ids.length) throw messageMissing('One of these messages is gone: what it was about has changed.')
  for (const { siteId } of rows) authorize(ctx.actor, 'planning:order:write', siteId)
  return rows
}

function isSettled({ state }: NamedMessage): boolean {
  return state === 'done' || state === 'dismissed'
}

function decide(
  ctx: Context,
  { id }: NamedMessage,
  decision: { state: 'done' | 'dismissed'; reason: string | null },
): Promise<void> {
  const by = { decidedAt: ctx.now, decidedBy: ctx.actor.name }
  return saveMessages(ctx.db, [id], { ...decision, ...by, snoozedUntil: null })
}

async function audit(
  ctx: Context,
  row: NamedMessage,
  verb: 'do' | 'snooze' | 'dismiss' | 'assign',
  detail: object,
  reason?: string,
): Promise<void> {
  const [message] = await worded(ctx, [row])
  ctx.audit({
    ...{ action: `planning.message.${verb}`, object: `action-message ${row.id}`, siteId: row.siteId },
    ...(reason !== undefined && { reason }),
    detail: { name: message?.what, ...detail },
  })
}
