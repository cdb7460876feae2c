import { CLASSIFICATIONS, type Classification, DAY_MS, later, limitOf, newId, type Page, pageOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { knownPlaces } from '@millrace/identity'
import { type Announcement, authorize, type Context, may, reachOf } from '@millrace/runtime'
import { collectTest } from './collect.ts'
import {
  type Delivery,
  type EventTypeDetail,
  eventCompanyWide,
  eventNotYours,
  eventTypeUnknown,
  type NewWebhook,
  placeUnknown,
  tooManyWebhooks,
  type Webhook,
  type WebhookChange,
  type WebhookId,
  type WebhookWithSecret,
  webhookMissing,
  webhookNameTaken,
  webhookNotActive,
} from './contract.ts'
import { wake } from './courier.ts'
import { countWaiting, findDelivery } from './delivery-store.ts'
import { placeOf } from './rules.ts'
import { sealSecret } from './secrets.ts'
import { newSecret, secretText } from './signature.ts'
import * as store from './webhook-store.ts'

const READ = 'exchange:webhook:read'
const WRITE = 'exchange:webhook:write'

/** The most webhooks a company may have: each event is looked up in all of them. */
const WEBHOOKS_MAX = 50
/** How long the secret before goes on being valid. */
const CHANGE_OVER_MS = DAY_MS

/** Every event there is, in the order of the modules. */
export function listEventTypes(ctx: Context): EventTypeDetail[] {
  return ctx.announcements.map(({ type, title, permission, label, companyWide }) => ({
    ...{ type, title, permission, label, companyWide },
  }))
}

/** The webhooks the actor may see, oldest first. */
export async function listWebhooks(
  ctx: Context,
  query: { limit?: number; cursor?: string } = {},
): Promise<Page<Webhook>> {
  const reach = reachOf(ctx.actor, READ)
  if (reach === undefined) return { items: [] }
  const limit = limitOf(query)
  const after = query.cursor === undefined ? {} : { after: query.cursor as WebhookId }
  const rows = await store.listWebhooks(ctx.db, { reach, limit: limit + 1, ...after })
  return pageOf(await shown(ctx, rows), limit, (last) => last.id)
}

/** @throws webhookMissing also for one the actor may not see */
export async function getWebhook(ctx: Context, id: WebhookId): Promise<Webhook> {
  const [webhook] = await shown(ctx, [await findVisible(ctx, id)])
  if (!webhook) throw missing(id)
  return webhook
}

async function shown(ctx: Context, rows: readonly store.WebhookRow[]): Promise<Webhook[]> {
  const waiting = await countWaiting(
    ctx.db,
    rows.map((row) => row.id),
  )
  return rows.map(({ upTo: _, failureCount: __, previousUntil, ...row }) => ({
    ...row,
    previousSecretUntil: previousUntil !== null && previousUntil > ctx.now ? previousUntil : null,
    waitingCount: waiting.get(row.id) ?? 0,
  }))
}

async function findVisible(ctx: Context, id: WebhookId): Promise<store.WebhookRow> {
  const row = await store.findWebhook(ctx.db, id)
  if (!row || !may(ctx.actor, READ, placeOf(row))) throw missing(id)
  return row
}

/** Holds a webhook that the actor may change. @throws webhookMissing, forbidden */
export async function lockOwn(ctx: Context, id: WebhookId): Promise<store.WebhookRow> {
  const row = await store.lockWebhook(ctx.db, id)
  if (!row || !may(ctx.actor, READ, placeOf(row))) throw missing(id)
  authorize(ctx.actor, WRITE, placeOf(row))
  return row
}

function missing(id: string): Error {
  return webhookMissing(`There is no webhook ${id}.`)
}

/**
 * Makes a webhook. Its secret is in the answer and nowhere else afterwards.
 *
 * @throws outboundRefused the address may not be called
 * @throws eventTypeUnknown, eventCompanyWide, eventNotYours, placeUnknown, webhookNameTaken, tooManyWebhooks, forbidden
 */
export async function createWebhook(ctx: Context, made: NewWebhook): Promise<WebhookWithSecret> {
  const siteId = await siteOf(ctx, made.placeId)
  authorize(ctx.actor, WRITE, placeOf({ siteId, placeId: made.placeId }))
  ctx.outbound.check(made.url)
  const upTo = checkEvents(ctx, made.eventTypes, { siteId, placeId: made.placeId })
  if ((await store.countWebhooks(ctx.db)) >= WEBHOOKS_MAX) {
    throw tooManyWebhooks(`A company has at most ${WEBHOOKS_MAX} webhooks. Remove one first.`)
  }
  const id = newId<'Webhook'>(ctx.nowMs)
  const secret = newSecret()
  await saving(made.name, () =>
    store.addWebhook(ctx.db, {
      ...made,
      ...{ id, siteId, upTo, state: 'active', secret: sealSecret(ctx, id, secret) },
      ...{ createdBy: ctx.actor.name, createdAt: ctx.now },
    }),
  )
  const { name, url, eventTypes, placeId } = made
  ctx.audit({
    action: 'exchange.webhook.create',
    object: `webhook ${id}`,
    detail: { name, url, eventTypes, placeId },
  })
  return { webhook: await getWebhook(ctx, id), secret: secretText(secret) }
}

async function siteOf(ctx: Context, placeId: string | null): Promise<string | null> {
  if (placeId === null) return null
  const [known] = await ctx.ask(knownPlaces, [placeId])
  const place = known?.get(placeId)
  if (!place) throw placeUnknown(`There is no place ${placeId}.`, { placeId })
  return place.siteId
}

/**
 * Insists that the actor may be told of all these events there: a webhook carries nothing its maker may not see.
 *
 * @returns the highest classification among them
 */
function checkEvents(
  ctx: Context,
  types: readonly string[],
  at: { siteId: string | null; placeId: string | null },
): Classification {
  const announcements = types.map((type) => findAnnouncement(ctx, type))
  for (const { type, title, permission, label, companyWide } of announcements) {
    if (companyWide && at.placeId !== null) {
      throw eventCompanyWide(`"${title}" belongs to no single plant: choose the whole company.`, { eventType: type })
    }
    if (!may(ctx.actor, permission, placeOf(at), label)) {
      throw eventNotYours(`${ctx.actor.name} may not be told of "${title}" there.`, { eventType: type, permission })
    }
  }
  const highest = Math.max(...announcements.map(({ label }) => CLASSIFICATIONS.indexOf(label)))
  return CLASSIFICATIONS[highest] ?? 'public'
}

function findAnnouncement(ctx: Context, type: string): Announcement {
  const found = ctx.announcements.find((one) => one.type === type)
  if (!found) throw eventTypeUnknown(`There is no event ${type}.`, { eventType: type })
  return found
}

async function saving(name: string | undefined, save: () => Promise<void>): Promise<void> {
  try {
    await save()
  } catch (error) {
    if (violates(error, 'webhook_name')) {
      throw webhookNameTaken(`A webhook is named ${name} already.`, {}, { cause: error })
    }
    throw error
  }
}

/** @throws webhookMissing, webhookNameTaken, eventTypeUnknown, eventCompanyWide, eventNotYours, forbidden */
export async function changeWebhook(ctx: Context, id: WebhookId, change: WebhookChange): Promise<Webhook> {
  const before = await lockOwn(ctx, id)
  const { name = before.name, eventTypes = before.eventTypes } = change
  // What it told before it goes on telling; only what is added is asked for anew.
  const added = eventTypes.filter((type) => !before.eventTypes.includes(type))
  const upTo = added.length > 0 ? highestOf(before.upTo, checkEvents(ctx, added, before)) : before.upTo
  await saving(name, () => store.updateWebhook(ctx.db, id, { name, eventTypes: [...eventTypes], upTo }))
  const told = (of: { name: string; eventTypes: readonly string[] }) => ({ name: of.name, eventTypes: of.eventTypes })
  ctx.audit({
    action: 'exchange.webhook.change',
    object: `webhook ${id}`,
    detail: { before: told(before), after: { name, eventTypes } },
  })
  return getWebhook(ctx, id)
}

function highestOf(one: Classification, other: Classification): Classification {
  return CLASSIFICATIONS.indexOf(one) > CLASSIFICATIONS.indexOf(other) ? one : other
}

/** Sends events elsewhere from now on, those that wait too. @throws webhookMissing, outboundRefused, forbidden */
export async function moveWebhook(ctx: Context, id: WebhookId, url: string): Promise<Webhook> {
  const before = await lockOwn(ctx, id)
  ctx.outbound.check(url)
  await store.updateWebhook(ctx.db, id, { url, ...AFRESH })
  ctx.audit({
    action: 'exchange.webhook.move',
    object: `webhook ${id}`,
    detail: { name: before.name, before: before.url, after: url },
  })
  ctx.afterCommit(() => wake(ctx))
  return getWebhook(ctx, id)
}

/** As if the receiver had never failed. */
const AFRESH = { failingSince: null, failureCount: 0, resumeAt: null }

/** Events wait from now on. @throws webhookMissing, webhookNotActive, forbidden */
export async function pauseWebhook(ctx: Context, id: WebhookId): Promise<Webhook> {
  const { state, name } = await lockOwn(ctx, id)
  if (state !== 'active') throw webhookNotActive(`This webhook is ${state} already.`)
  await store.updateWebhook(ctx.db, id, { state: 'paused' })
  ctx.audit({ action: 'exchange.webhook.pause', object: `webhook ${id}`, detail: { name } })
  return getWebhook(ctx, id)
}

/** Delivers again, what waits first; calls a receiver that is left in peace at once. @throws webhookMissing, forbidden */
export async function resumeWebhook(ctx: Context, id: WebhookId): Promise<Webhook> {
  const { state, name } = await lockOwn(ctx, id)
  await store.updateWebhook(ctx.db, id, { state: 'active', stateReason: null, droppedCount: 0, ...AFRESH })
  ctx.audit({ action: 'exchange.webhook.resume', object: `webhook ${id}`, detail: { name, before: state } })
  ctx.afterCommit(() => wake(ctx))
  return getWebhook(ctx, id)
}

/** A new secret; the one before stays valid for a day. @throws webhookMissing, forbidden */
export async function rotateSecret(ctx: Context, id: WebhookId): Promise<WebhookWithSecret> {
  const { name } = await lockOwn(ctx, id)
  const secret = newSecret()
  await store.replaceSecret(ctx.db, id, sealSecret(ctx, id, secret), later(ctx.now, CHANGE_OVER_MS))
  ctx.audit({ action: 'exchange.webhook.rotate-secret', object: `webhook ${id}`, detail: { name } })
  return { webhook: await getWebhook(ctx, id), secret: secretText(secret) }
}

/** Removes a webhook with all its deliveries. @throws webhookMissing, forbidden */
export async function removeWebhook(ctx: Context, id: WebhookId): Promise<void> {
  const { name, url } = await lockOwn(ctx, id)
  await store.deleteWebhook(ctx.db, id)
  ctx.audit({ action: 'exchange.webhook.remove', object: `webhook ${id}`, detail: { name, url } })
}

/** Sends an event that says it is a test. @throws webhookMissing, webhookNotActive, forbidden */
export async function testWebhook(ctx: Context, id: WebhookId): Promise<Delivery> {
  const { state, name } = await lockOwn(ctx, id)
  if (state !== 'active') throw webhookNotActive(`This webhook is ${state}: switch it on first.`)
  const deliveryId = await collectTest(ctx, id, { sentence: `${ctx.actor.name} tries whether ${name} is heard.` })
  await store.updateWebhook(ctx.db, id, { resumeAt: null })
  ctx.audit({ action: 'exchange.webhook.test', object: `webhook ${id}`, detail: { name } })
  ctx.afterCommit(() => wake(ctx))
  const made = await findDelivery(ctx.db, id, deliveryId)
  if (!made) throw new Error(`The delivery ${deliveryId} was not written.`)
  const { seq: _, body: __, ...delivery } = made
  return delivery
}
