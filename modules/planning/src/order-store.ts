import { type Db, within } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import { sql } from 'kysely'
import {
  type NewOrder,
  OPEN_ORDER_LIMIT,
  type OrderChange,
  type OrderId,
  type OrderState,
  type ProductionOrder,
} from './contract.ts'
import './tables.ts'

const COLUMNS = [
  ...(['order.id', 'order.siteId', 'order.number', 'order.productId', 'order.quantity'] as const),
  ...(['order.releaseAt', 'order.dueAt', 'order.priority', 'order.customer', 'order.state'] as const),
] as const

function orders(db: Db) {
  return db
    .selectFrom('planning.productionOrder as order')
    .innerJoin('planning.product as product', 'product.id', 'order.productId')
    .select(COLUMNS)
    .select('product.name as productName')
}

/** Everything that is open at a site, by due date. */
export function listOpenOrders(db: Db, siteId: EquipmentId): Promise<Omit<ProductionOrder, 'plannedEndAt'>[]> {
  return orders(db)
    .where('order.siteId', '=', siteId)
    .where('order.state', '=', 'open')
    .orderBy('order.dueAt')
    .orderBy('order.id')
    .limit(OPEN_ORDER_LIMIT)
    .execute()
}

/** By due date, with the end in the draft, or in the published plan where there is none. */
export function listOrders(
  db: Db,
  query: { reach: Reach; siteId?: EquipmentId; state?: OrderState; offset: number; limit: number },
): Promise<ProductionOrder[]> {
  let found = withEnds(db).where(within(query.reach, 'order.siteId'))
  if (query.siteId !== undefined) found = found.where('order.siteId', '=', query.siteId)
  if (query.state !== undefined) found = found.where('order.state', '=', query.state)
  return found.orderBy('order.dueAt').orderBy('order.id').offset(query.offset).limit(query.limit).execute()
}

export function findOrder(db: Db, id: OrderId): Promise<ProductionOrder | undefined> {
  return withEnds(db).where('order.id', '=', id).executeTakeFirst()
}

function withEnds(db: Db) {
  return orders(db).select((eb) =>
    eb
      .selectFrom('planning.planOperation as operation')
      .innerJoin('planning.plan as plan', 'plan.id', 'operation.planId')
      .whereRef('operation.orderId', '=', 'order.id')
      .whereRef('plan.siteId', '=', 'order.siteId')
      .where('plan.state', 'in', ['draft', 'published'])
      .groupBy('plan.state')
      .orderBy('plan.state')
      .limit(1)
      .select(sql<ProductionOrder['plannedEndAt']>`max(operation.end_at)`.as('plannedEndAt'))
      .as('plannedEndAt'),
  )
}

/** Holds an order until the transaction ends. */
export function lockOrder(
  db: Db,
  id: OrderId,
): Promise<{ id: OrderId; siteId: EquipmentId; number: string; state: OrderState } | undefined> {
  return db
    .selectFrom('planning.productionOrder')
    .select(['id', 'siteId', 'number', 'state'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function countOpen(db: Db, siteId: EquipmentId): Promise<number> {
  const { count } = await db
    .selectFrom('planning.productionOrder')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('siteId', '=', siteId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return count
}

/** Violates `production_order_number` when the site has one of this number. */
export async function addOrder(
  db: Db,
  row: NewOrder & { readonly id: OrderId; readonly createdAt: ProductionOrder['dueAt'] },
): Promise<void> {
  await db
    .insertInto('planning.productionOrder')
    .values({ ...row, state: 'open', closedAt: null })
    .execute()
}

export async function changeOrder(db: Db, id: OrderId, change: OrderChange): Promise<void> {
  await db.updateTable('planning.productionOrder').set(change).where('id', '=', id).execute()
}

export async function saveOrderState(
  db: Db,
  id: OrderId,
  state: 'done' | 'cancelled',
  closedAt: ProductionOrder['dueAt'],
): Promise<void> {
  await db.updateTable('planning.productionOrder').set({ state, closedAt }).where('id', '=', id).execute()
}

/** More orders of one product and week nobody makes. */
const SAME_START_MAX = 500

/** Numbers in lower case that begin like this. */
export async function takenNumbers(db: Db, siteId: EquipmentId, start: string): Promise<string[]> {
  const rows = await db
    .selectFrom('planning.productionOrder')
    .select(sql<string>`lower(number)`.as('number'))
    .where('siteId', '=', siteId)
    .where(sql<boolean>`starts_with(lower(number), ${start.toLowerCase()})`)
    .limit(SAME_START_MAX)
    .execute()
  return rows.map(({ number }) => number)
}
