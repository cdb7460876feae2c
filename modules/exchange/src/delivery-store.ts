import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Database, type Db, ours } from '@millrace/db'
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Attempt, Delivery, DeliveryId, DeliveryQuery, WebhookId } from './contract.ts'

type Row = Selectable<Database['exchange.delivery']>
/** A delivery for a list, with its place in the order. */
export type ListedDelivery = Delivery & Pick<Row, 'seq'>
/** What is sent next, with all that sending takes. */
export interface DueDelivery {
  readonly webhookId: WebhookId
  readonly url: string
  readonly secret: Buffer
  readonly previousSecret: Buffer | null
  readonly previousUntil: Instant | null
  readonly deliveryId: DeliveryId
  readonly body: string
}

const LISTED = ['id', 'seq', 'eventType', 'subject', 'occurredAt', 'state', 'attempts', 'dueAt'] as const
const ATTEMPT = ['number', 'at', 'durationMs', 'status', 'failure', 'answer'] as const

export async function addDeliveries(db: Db, rows: readonly Insertable<Database['exchange.delivery']>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('exchange.delivery').values(rows).execute()
}

/** Newest first, those before `before`. */
export async function listDeliveries(
  db: Db,
  webhookId: WebhookId,
  query: Omit<DeliveryQuery, 'limit' | 'cursor'> & { before?: number; limit: number },
): Promise<ListedDelivery[]> {
  let found = db.selectFrom('exchange.delivery').select(LISTED).where('webhookId', '=', webhookId)
  if (query.state !== undefined) found = found.where('state', '=', query.state)
  if (query.eventType !== undefined) found = found.where('eventType', '=', query.eventType)
  if (query.fromAt !== undefined) found = found.where('occurredAt', '>=', query.fromAt)
  if (query.toAt !== undefined) found = found.where('occurredAt', '<', query.toAt)
  if (query.before !== undefined) found = found.where('seq', '<', query.before)
  const rows = await found.orderBy('seq', 'desc').limit(query.limit).execute()
  const last = await lastAttempts(db, webhookId, rows)
  return rows.map(({ attempts, ...row }) => ({
    ...row,
    attemptCount: attempts,
    lastAttempt: last.get(row.id) ?? null,
  }))
}

async function lastAttempts(
  db: Db,
  webhookId: WebhookId,
  rows: readonly Pick<Row, 'id' | 'attempts'>[],
): Promise<Map<DeliveryId, Attempt>> {
  if (rows.length === 0) return new Map()
  const found = await db
    .selectFrom('exchange.attempt')
    .select([...ATTEMPT, 'deliveryId'])
    .distinctOn('deliveryId')
    .where('webhookId', '=', webhookId)
    .where(
      'deliveryId',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('deliveryId')
    .orderBy('number', 'desc')
    .execute()
  return new Map(found.map(({ deliveryId, ...attempt }) => [deliveryId, attempt]))
}

export async function findDelivery(
  db: Db,
  webhookId: WebhookId,
  id: DeliveryId,
): Promise<(ListedDelivery & Pick<Row, 'body'>) | undefined> {
  const row = await db
    .selectFrom('exchange.delivery')
    .select([...LISTED, 'body'])
    .where('webhookId', '=', webhookId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  const { attempts, ...rest } = row
  const last = await lastAttempts(db, webhookId, [row])
  return { ...rest, attemptCount: attempts, lastAttempt: last.get(id) ?? null }
}

/** Newest first. */
export function listAttempts(db: Db, webhookId: WebhookId, deliveryId: DeliveryId, limit: number): Promise<Attempt[]> {
  return db
    .selectFrom('exchange.attempt')
    .select(ATTEMPT)
    .where('webhookId', '=', webhookId)
    .where('deliveryId', '=', deliveryId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

/** How many events wait, by webhook; none is not in it. */
export async function countWaiting(db: Db, ids: readonly WebhookId[]): Promise<Map<WebhookId, number>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('exchange.delivery')
    .select((eb) => ['webhookId', eb.fn.countAll<number>().as('count')])
    .where('webhookId', 'in', ids)
    .where('state', '=', 'waiting')
    .groupBy('webhookId')
    .execute()
  return new Map(rows.map((row) => [row.webhookId, row.count]))
}

/**
 * Takes the oldest due event of the webhook that waited longest, and holds its line until `leasedUntil`: of one webhook
 * one event is on its way at a time.
 */
export async function leaseNext(db: Db, now: Instant, leasedUntil: Instant): Promise<DueDelivery | undefined> {
  const { rows } = await sql<DueDelivery>`
    with next as (
      select w.enterprise_id, w.id, w.url, w.secret, w.previous_secret, w.previous_until, d.id as delivery_id, d.body
      from exchange.webhook w
      join lateral (
        select d.id, d.body from exchange.delivery d
        where ${ours('d')} and d.webhook_id = w.id and d.state = 'waiting' and d.due_at <= ${now}
        order by d.seq limit 1
      ) d on true
      where ${ours('w')} and w.state = 'active' and (w.leased_until is null or w.leased_until < ${now})
        and (w.resume_at is null or w.resume_at <= ${now})
      order by w.last_attempt_at nulls first, w.id
      limit 1 for update of w skip locked
    )
    update exchange.webhook held set leased_until = ${leasedUntil} from next
    where ${ours('held')} and held.id = next.id
    returning next.id as webhook_id, next.url, next.secret, next.previous_secret, next.previous_until, next.delivery_id,
      next.body`.execute(db)
  return rows[0]
}

export function lockDelivery(
  db: Db,
  webhookId: WebhookId,
  id: DeliveryId,
): Promise<Pick<Row, 'attempts' | 'tries' | 'firstTryAt'> | undefined> {
  return db
    .selectFrom('exchange.delivery')
    .select(['attempts', 'tries', 'firstTryAt'])
    .where('webhookId', '=', webhookId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function updateDelivery(
  db: Db,
  webhookId: WebhookId,
  id: DeliveryId,
  change: Updateable<Database['exchange.delivery']>,
): Promise<void> {
  await db
    .updateTable('exchange.delivery')
    .set(change)
    .where('webhookId', '=', webhookId)
    .where('id', '=', id)
    .execute()
}

/** Notes an attempt, and forgets the ones beyond the newest `keep` of its delivery. */
export async function addAttempt(
  db: Db,
  webhookId: WebhookId,
  deliveryId: DeliveryId,
  attempt: Attempt,
  keep: number,
): Promise<void> {
  await db
    .insertInto('exchange.attempt')
    .values({ webhookId, deliveryId, ...attempt })
    .execute()
  await db
    .deleteFrom('exchange.attempt')
    .where('webhookId', '=', webhookId)
    .where('deliveryId', '=', deliveryId)
    .where('number', '<=', attempt.number - keep)
    .execute()
}

/** What was delivered or given up waits once more, as new; what waits is due. @returns how many. */
export async function sendAgain(
  db: Db,
  webhookId: WebhookId,
  which: { id: DeliveryId } | { fromAt: Instant; toAt: Instant },
  now: Instant,
): Promise<number> {
  const again = db
    .updateTable('exchange.delivery')
    .set({ state: 'waiting', dueAt: now, tries: 0, firstTryAt: null })
    .where('webhookId', '=', webhookId)
  const chosen =
    'id' in which
      ? again.where('id', '=', which.id)
      : again.where('occurredAt', '>=', which.fromAt).where('occurredAt', '<', which.toAt)
  return Number((await chosen.executeTakeFirst()).numUpdatedRows)
}

/** Gives up all that waits. @returns how many. */
export async function giveUpWaiting(db: Db, webhookId: WebhookId): Promise<number> {
  const result = await db
    .updateTable('exchange.delivery')
    .set({ state: 'failed', dueAt: null })
    .where('webhookId', '=', webhookId)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Forgets what was made before then. @returns how many of them still waited. */
export function forgetBefore(db: Db, webhookId: WebhookId, before: Instant): Promise<number> {
  return forget(db, sql`d.webhook_id = ${webhookId} and d.created_at < ${before}`)
}

/** Forgets all but the newest `keep`. @returns how many of them still waited. */
export function forgetBeyond(db: Db, webhookId: WebhookId, keep: number): Promise<number> {
  return forget(
    db,
    sql`d.webhook_id = ${webhookId} and d.seq <= (select k.seq from exchange.delivery k
      where ${ours('k')} and k.webhook_id = ${webhookId} order by k.seq desc offset ${keep} limit 1)`,
  )
}

async function forget(db: Db, which: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ waited: number }>`
    with gone as (delete from exchange.delivery d where ${ours('d')} and ${which} returning d.state)
    select count(*) filter (where state = 'waiting') as waited from gone`.execute(db)
  return rows[0]?.waited ?? 0
}
