import { type Classification, type DomainEvent, type Instant, mayRead, newId } from '@millrace/base'
import { knownPlaces } from '@millrace/identity'
import { type Context, covers, type Happening } from '@millrace/runtime'
import type { DeliveryId, WebhookId } from './contract.ts'
import { wake } from './courier.ts'
import { addDeliveries } from './delivery-store.ts'
import { messageOf, TEST_EVENT } from './message.ts'
import { listSubscribed } from './webhook-store.ts'

/** Writes an event down for every webhook that is told of it, in the transaction that hears of it. */
export async function collect(ctx: Context, event: DomainEvent, announcedAt: Instant): Promise<void> {
  const announced = ctx.announcements.find((one) => one.type === event.type)
  if (!announced) return
  const subscribed = (await listSubscribed(ctx.db, event.type)).filter(({ upTo }) => mayRead(upTo, announced.label))
  if (subscribed.length === 0) return
  const happening = announced.about(event.data)
  const told = await thoseAround(ctx, subscribed, happening)
  if (told.length === 0) return
  const id = newId<'Delivery'>(ctx.nowMs)
  const { subject } = happening
  const body = messageOf({
    ...{
      id,
      enterpriseId: ctx.enterpriseId,
      eventType: event.type,
      subject,
      occurredAt: announcedAt,
      data: event.data,
    },
  })
  await addDeliveries(
    ctx.db,
    told.map((webhook) => ({
      ...{ webhookId: webhook.id, id, eventType: event.type, subject, occurredAt: announcedAt, createdAt: ctx.now },
      ...{ body, state: 'waiting' as const, dueAt: ctx.now },
    })),
  )
  ctx.afterCommit(() => wake(ctx))
}

interface Bounded {
  readonly placeId: string | null
  readonly siteId: string | null
  readonly upTo: Classification
}

/** Those whose place the event happened at, or within. */
async function thoseAround<T extends Bounded>(
  ctx: Context,
  webhooks: readonly T[],
  { place }: Happening,
): Promise<T[]> {
  const ids = webhooks.flatMap(({ placeId, siteId }) => (placeId === null || placeId === siteId ? [] : placeId))
  const extents = new Map(ids.length === 0 ? [] : (await ctx.ask(knownPlaces, ids)).flatMap((known) => [...known]))
  return webhooks.filter(({ placeId, siteId, upTo }) => {
    if (placeId === null || siteId === null) return true
    const equipment = placeId === siteId ? 'all' : extents.get(placeId)?.equipment
    // A place that is gone: nothing happens there any more.
    return equipment !== undefined && covers({ where: { siteId, equipment }, upTo }, place)
  })
}

/** Writes one event down by hand, to be sent at once. */
export async function collectTest(ctx: Context, webhookId: WebhookId, data: unknown): Promise<DeliveryId> {
  const id = newId<'Delivery'>(ctx.nowMs)
  const subject = `exchange/webhooks/${webhookId}`
  const body = messageOf({
    ...{ id, enterpriseId: ctx.enterpriseId, eventType: TEST_EVENT, subject, occurredAt: ctx.now, data },
  })
  await addDeliveries(ctx.db, [
    {
      ...{ webhookId, id, eventType: TEST_EVENT, subject, occurredAt: ctx.now, createdAt: ctx.now },
      ...{ body, state: 'waiting', dueAt: ctx.now },
    },
  ])
  return id
}
