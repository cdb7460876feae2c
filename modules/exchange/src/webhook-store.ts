import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Database, type Db, within } from '@millrace/db'
import type { Reach } from '@millrace/runtime'
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { Webhook, WebhookId } from './contract.ts'

type Table = Database['exchange.webhook']
export type WebhookRow = Omit<Webhook, 'waitingCount' | 'previousSecretUntil'> &
  Pick<Selectable<Table>, 'upTo' | 'failureCount' | 'previousUntil'>

const COLUMNS = [
  'id',
  'name',
  'url',
  'eventTypes',
  'placeId',
  'siteId',
  'upTo',
  'state',
  'stateReason',
  'createdBy',
  'createdAt',
  'previousUntil',
  'failingSince',
  'failureCount',
  'resumeAt',
  'lastAttemptAt',
  'lastStatus',
  'lastFailure',
  'lastDeliveredAt',
  'droppedCount',
] as const

/** Everybody whose turn it may be. */
export async function listTenants(kysely: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ enterpriseId: string }>`select enterprise_id from runtime.tenant`.execute(kysely)
  return rows.map((row) => row.enterpriseId)
}

/** Oldest first, after a cursor. */
export function listWebhooks(db: Db, query: { reach: Reach; after?: WebhookId; limit: number }): Promise<WebhookRow[]> {
  let found = db
    .selectFrom('exchange.webhook')
    .select(COLUMNS)
    .where(within(query.reach, 'siteId', 'placeId'))
  if (query.after !== undefined) found = found.where('id', '>', query.after)
  return found.orderBy('id').limit(query.limit).execute()
}

/**
 * Those that are told of an event; a disabled one collects nothing. Held until the transaction ends, so that none is disabled, and
 * what waits for it given up, between this and what is then collected for it.
 */
export function listSubscribed(
  db: Db,
  eventType: string,
): Promise<Pick<WebhookRow, 'id' | 'placeId' | 'siteId' | 'upTo'>[]> {
  return db
    .selectFrom('exchange.webhook')
    .select(['id', 'placeId', 'siteId', 'upTo'])
    .where('state', '!=', 'disabled')
    .where((eb) => eb(eb.val(eventType), '=', eb.fn.any('eventTypes')))
    .orderBy('id')
    .forShare()
    .execute()
}

export async function countWebhooks(db: Db): Promise<number> {
  const row = await db
    .selectFrom('exchange.webhook')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

export async function listWebhookIds(db: Db): Promise<WebhookId[]> {
  const rows = await db.selectFrom('exchange.webhook').select('id').execute()
  return rows.map((row) => row.id)
}

export function findWebhook(db: Db, id: WebhookId): Promise<WebhookRow | undefined> {
  return db.selectFrom('exchange.webhook').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Holds a webhook until the transaction ends, so that its attempts and changes follow each other. */
export function lockWebhook(db: Db, id: WebhookId): Promise<WebhookRow | undefined> {
  return db.selectFrom('exchange.webhook').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Violates `webhook_name` when another has the name. */
export async function addWebhook(db: Db, row: Insertable<Table>): Promise<void> {
  await db.insertInto('exchange.webhook').values(row).execute()
}

/** Violates `webhook_name` when another has the name. */
export async function updateWebhook(db: Db, id: WebhookId, change: Updateable<Table>): Promise<void> {
  await db.updateTable('exchange.webhook').set(change).where('id', '=', id).execute()
}

/** The present secret becomes the previous one. */
export async function replaceSecret(db: Db, id: WebhookId, secret: Buffer, previousUntil: Instant): Promise<void> {
  await db
    .updateTable('exchange.webhook')
    .set((eb) => ({ previousSecret: eb.ref('secret'), previousUntil, secret }))
    .where('id', '=', id)
    .execute()
}

export async function deleteWebhook(db: Db, id: WebhookId): Promise<void> {
  await db.deleteFrom('exchange.webhook').where('id', '=', id).execute()
}
