import { DAY_MS, epochMs, later, limitOf, type Page, pageOf } from '@millrace/base'
import { recordOpened } from '@millrace/identity'
import { type Context, may } from '@millrace/runtime'
import {
  type Delivery,
  type DeliveryDetail,
  type DeliveryId,
  type DeliveryQuery,
  deliveryMissing,
  type ReplayRange,
  rangeInvalid,
  type WebhookId,
  webhookNotActive,
} from './contract.ts'
import { WEBHOOKS_TOPIC, wake } from './courier.ts'
import * as store from './delivery-store.ts'
import { TEST_EVENT } from './message.ts'
import { placeOf } from './rules.ts'
import { listWebhookIds, lockWebhook, updateWebhook } from './webhook-store.ts'
import { getWebhook, lockOwn } from './webhooks.ts'

const ATTEMPTS_SHOWN = 100
/** How long, and how many of a webhook, deliveries are kept for looking at and for replay. */
const KEPT_MS = 30 * DAY_MS
const KEPT_COUNT = 10_000

/** The deliveries of a webhook, newest first. @throws webhookMissing */
export async function listDeliveries(ctx: Context, id: WebhookId, query: DeliveryQuery = {}): Promise<Page<Delivery>> {
  await getWebhook(ctx, id)
  const { cursor, limit: _, ...filter } = query
  const limit = limitOf(query)
  const before = Number(cursor)
  const found = await store.listDeliveries(ctx.db, id, {
    ...filter,
    ...(Number.isSafeInteger(before) && { before }),
    limit: limit + 1,
  })
  const page = pageOf(found, limit, (last) => String(last.seq))
  return { ...page, items: page.items.map(({ seq: __, ...delivery }) => delivery) }
}

/** One delivery with its attempts. @throws webhookMissing, deliveryMissing */
export async function getDelivery(ctx: Context, webhookId: WebhookId, id: DeliveryId): Promise<DeliveryDetail> {
  const webhook = await getWebhook(ctx, webhookId)
  const found = await store.findDelivery(ctx.db, webhookId, id)
  if (!found) throw deliveryMissing(`There is no delivery ${id}.`)
  const { seq: _, body, ...delivery } = found
  const announced = ctx.announcements.find((one) => one.type === delivery.eventType)
  const readable = announced
    ? may(ctx.actor, announced.permission, placeOf(webhook), announced.label)
    : delivery.eventType === TEST_EVENT
  const label = announced?.label
  if (readable && (label === 'confidential' || label === 'trade-secret')) {
    await recordOpened(ctx, {
      ...{ action: 'exchange.delivery.open', label, siteId: webhook.siteId },
      ...{ objects: [`delivery ${id}`], name: webhook.name },
    })
  }
  return {
    ...delivery,
    attempts: await store.listAttempts(ctx.db, webhookId, id, ATTEMPTS_SHOWN),
    // Written by ourselves, as an object.
    event: readable ? (JSON.parse(body) as Record<string, unknown>) : null,
  }
}

/** Sends one event once more, under the same id. @throws webhookMissing, deliveryMissing, webhookNotActive, forbidden */
export async function replayDelivery(ctx: Context, webhookId: WebhookId, id: DeliveryId): Promise<Delivery> {
  await replay(ctx, webhookId, { id })
  const found = await store.findDelivery(ctx.db, webhookId, id)
  if (!found) throw deliveryMissing(`There is no delivery ${id}.`)
  const { seq: _, body: __, ...delivery } = found
  return delivery
}

/**
 * Sends the events that happened within a time once more, under the same ids and in their order.
 *
 * @returns how many
 * @throws webhookMissing, rangeInvalid, webhookNotActive, forbidden
 */
export async function replayRange(ctx: Context, webhookId: WebhookId, range: ReplayRange): Promise<number> {
  if (epochMs(range.fromAt) > epochMs(range.toAt)) throw rangeInvalid('The end lies before the beginning.')
  return replay(ctx, webhookId, range)
}

async function replay(ctx: Context, webhookId: WebhookId, which: { id: DeliveryId } | ReplayRange): Promise<number> {
  const { state, name } = await lockOwn(ctx, webhookId)
  if (state !== 'active') throw webhookNotActive(`This webhook is ${state}: switch it on first.`)
  const count = await store.sendAgain(ctx.db, webhookId, which, ctx.now)
  await updateWebhook(ctx.db, webhookId, { resumeAt: null })
  ctx.audit({ action: 'exchange.webhook.replay', object: `webhook ${webhookId}`, detail: { name, ...which, count } })
  ctx.afterCommit(() => {
    wake(ctx)
    ctx.live.publish(ctx.enterpriseId, WEBHOOKS_TOPIC, { webhookId })
  })
  return count
}

/** Forgets deliveries that are old or too many. What waited and had to go is counted at its webhook. */
export async function forgetDeliveries(ctx: Context): Promise<void> {
  for (const id of await listWebhookIds(ctx.db)) {
    const old = await store.forgetBefore(ctx.db, id, later(ctx.now, -KEPT_MS))
    const many = await store.forgetBeyond(ctx.db, id, KEPT_COUNT)
    if (old + many === 0) continue
    const webhook = await lockWebhook(ctx.db, id)
    if (webhook) await updateWebhook(ctx.db, id, { droppedCount: webhook.droppedCount + old + many })
    ctx.log.warn('Events of a webhook waited too long and were dropped.', { webhook: id, count: old + many })
  }
}
