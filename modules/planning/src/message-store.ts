import type { Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { MaterialDefinition } from '@millrace/materials/contract'
import type { Reach } from '@millrace/runtime'
import { sql } from 'kysely'
import type { KnownMessage, MessageRow } from './message-rules.ts'
import type { MessageId, MessageQuery } from './requirement-contract.ts'
import './requirement-tables.ts'

/** A message with the names of what it is about. */
export interface NamedMessage extends MessageRow {
  readonly siteName: string
  readonly materialCode: string
  readonly materialName: string
  readonly unit: MaterialDefinition['unit']
  readonly reference: string | null
}

const COLUMNS = [
  ...(['message.id', 'message.key', 'message.siteId', 'message.materialId', 'message.kind', 'message.supply'] as const),
  ...(['message.orderId', 'message.receiptId', 'message.fromAt', 'message.toAt', 'message.fromQuantity'] as const),
  ...(['message.toQuantity', 'message.startAt', 'message.wantedAt', 'message.isTooLate', 'message.actByAt'] as const),
  ...(['message.priority', 'message.money', 'message.cause', 'message.owner', 'message.state'] as const),
  ...(['message.snoozedUntil', 'message.reason', 'message.decidedAt', 'message.decidedBy', 'message.madeAt'] as const),
] as const

function messages(db: Db) {
  return db
    .selectFrom('planning.actionMessage as message')
    .innerJoin('materials.materialDefinition as material', 'material.id', 'message.materialId')
    .innerJoin('plant.equipment as site', 'site.id', 'message.siteId')
    .leftJoin('planning.productionOrder as order', 'order.id', 'message.orderId')
    .leftJoin('materials.expectedReceipt as receipt', 'receipt.id', 'message.receiptId')
    .select(COLUMNS)
    .select([
      'site.name as siteName',
      'material.code as materialCode',
      'material.name as materialName',
      'material.unit',
    ])
    .select(sql<string | null>`coalesce("order".number, receipt.reference)`.as('reference'))
}

/** By urgency, then by money. What was put off until now is open again. */
export function listMessages(
  db: Db,
  query: Omit<MessageQuery, 'cursor' | 'limit'> & { reach: Reach; now: Instant; offset: number; limit: number },
): Promise<NamedMessage[]> {
  const { reach, siteId, materialId, kind, owner, state = 'open', now } = query
  let found = messages(db).where(within(reach, 'message.siteId'))
  if (siteId !== undefined) found = found.where('message.siteId', '=', siteId)
  if (materialId !== undefined) found = found.where('message.materialId', '=', materialId)
  if (kind !== undefined) found = found.where('message.kind', '=', kind)
  if (owner !== undefined) found = found.where('message.owner', '=', owner)
  found = found.where((eb) => {
    if (state === 'open') return eb.or([eb('message.state', '=', 'open'), eb('message.snoozedUntil', '<=', now)])
    if (state === 'snoozed') return eb.and([eb('message.state', '=', 'snoozed'), eb('message.snoozedUntil', '>', now)])
    return eb('message.state', '=', state)
  })
  return found
    .orderBy('message.actByAt')
    .orderBy('message.money', 'desc')
    .orderBy('message.id')
    .offset(query.offset)
    .limit(query.limit)
    .execute()
}

/** Holds messages until the transaction ends, in the order in which they are listed. */
export async function lockMessages(db: Db, ids: readonly MessageId[]): Promise<NamedMessage[]> {
  return messages(db)
    .where('message.id', 'in', ids)
    .orderBy('message.actByAt')
    .orderBy('message.id')
    .forUpdate('message')
    .limit(ids.length)
    .execute()
}

export async function saveMessages(
  db: Db,
  ids: readonly MessageId[],
  change: Partial<Pick<MessageRow, 'owner' | 'state' | 'snoozedUntil' | 'reason' | 'decidedAt' | 'decidedBy'>>,
): Promise<void> {
  await db.updateTable('planning.actionMessage').set(change).where('id', 'in', ids).execute()
}

/** Twice as many as are made at once: those that were decided stay a while. */
const KNOWN_LIMIT = 10_000

export function listKnown(db: Db): Promise<KnownMessage[]> {
  return db
    .selectFrom('planning.actionMessage')
    .select(['id', 'key', 'siteId', 'state', 'snoozedUntil', 'toAt', 'toQuantity', 'isTooLate', 'cause', 'decidedAt'])
    .select('owner')
    .orderBy('madeAt', 'desc')
    .limit(KNOWN_LIMIT)
    .execute()
}

/** Rows in one statement: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 1000

/** Adds messages, or says those of the same key anew. */
export async function putMessages(db: Db, rows: readonly MessageRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await db
      .insertInto('planning.actionMessage')
      .values(rows.slice(from, from + ROWS_AT_ONCE).map((row) => ({ ...row, cause: JSON.stringify(row.cause) })))
      .onConflict((conflict) =>
        conflict.columns(['enterpriseId', 'key']).doUpdateSet((eb) => ({
          ...{ supply: eb.ref('excluded.supply'), fromAt: eb.ref('excluded.fromAt'), toAt: eb.ref('excluded.toAt') },
          ...{ fromQuantity: eb.ref('excluded.fromQuantity'), toQuantity: eb.ref('excluded.toQuantity') },
          ...{ startAt: eb.ref('excluded.startAt'), wantedAt: eb.ref('excluded.wantedAt') },
          ...{ isTooLate: eb.ref('excluded.isTooLate'), actByAt: eb.ref('excluded.actByAt') },
          ...{
            priority: eb.ref('excluded.priority'),
            money: eb.ref('excluded.money'),
            cause: eb.ref('excluded.cause'),
          },
          ...{ state: eb.ref('excluded.state'), snoozedUntil: eb.ref('excluded.snoozedUntil') },
          ...{ reason: eb.ref('excluded.reason'), decidedAt: eb.ref('excluded.decidedAt') },
          ...{ decidedBy: eb.ref('excluded.decidedBy'), owner: eb.ref('excluded.owner') },
        })),
      )
      .execute()
}

export async function removeMessages(db: Db, ids: readonly MessageId[]): Promise<void> {
  for (let from = 0; from < ids.length; from += ROWS_AT_ONCE)
    await db
      .deleteFrom('planning.actionMessage')
      .where('id', 'in', ids.slice(from, from + ROWS_AT_ONCE))
      .execute()
}
