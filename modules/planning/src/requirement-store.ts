import type { Decimal, Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { MaterialId, ReceiptId } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import { sql } from 'kysely'
import { OPEN_ORDER_LIMIT, type OrderId, type ProductId } from './contract.ts'
import { FORECAST_LIMIT } from './forecast-contract.ts'
import type { OrderSupply } from './order-supply-rules.ts'
import type { RequirementGrid } from './requirement-contract.ts'
import './requirement-tables.ts'
import './tables.ts'

/** Open orders of a site that make a material. */
export async function listOrderSupplies(db: Db, siteId: EquipmentId): Promise<OrderSupply[]> {
  const orders = await db
    .selectFrom('planning.productionOrder as order')
    .innerJoin('planning.product as product', 'product.id', 'order.productId')
    .select(['order.id', 'order.number', 'order.quantity', 'order.dueAt', 'order.priority', 'order.customer'])
    .select('product.materialId')
    .where('order.siteId', '=', siteId)
    .where('order.state', '=', 'open')
    .where('product.materialId', 'is not', null)
    .orderBy('order.dueAt')
    .orderBy('order.id')
    .limit(OPEN_ORDER_LIMIT)
    .execute()
  const spans = await db
    .selectFrom('planning.planOperation as operation')
    .innerJoin('planning.plan as plan', 'plan.id', 'operation.planId')
    .select(['operation.orderId', 'plan.state'])
    .select(sql<Instant>`min(operation.setup_start_at)`.as('startAt'))
    .select(sql<Instant>`max(operation.end_at)`.as('endAt'))
    .where('plan.siteId', '=', siteId)
    .where('plan.state', 'in', ['draft', 'published'])
    .groupBy(['operation.orderId', 'plan.state'])
    .limit(2 * OPEN_ORDER_LIMIT)
    .execute()
  const spanOf = new Map(spans.map((span) => [`${span.orderId}.${span.state}`, span]))
  return orders.flatMap(({ materialId, ...order }) => {
    if (materialId === null) return []
    const published = spanOf.get(`${order.id}.published`)
    const shown = spanOf.get(`${order.id}.draft`) ?? published
    return [
      {
        ...{ ...order, materialId },
        plannedStartAt: shown?.startAt ?? null,
        plannedEndAt: shown?.endAt ?? null,
        publishedStartAt: published?.startAt ?? null,
      },
    ]
  })
}

/** When an order begins by the published plan, if it has a place there. */
export async function findPublishedStart(db: Db, orderId: OrderId): Promise<Instant | undefined> {
  const found = await db
    .selectFrom('planning.planOperation as operation')
    .innerJoin('planning.plan as plan', 'plan.id', 'operation.planId')
    .select('operation.setupStartAt')
    .where('operation.orderId', '=', orderId)
    .where('plan.state', '=', 'published')
    .orderBy('operation.setupStartAt')
    .limit(1)
    .executeTakeFirst()
  return found?.setupStartAt
}

/** The product of a site whose orders make a material. */
export async function findProductOf(
  db: Db,
  siteId: EquipmentId,
  materialId: MaterialId,
): Promise<ProductId | undefined> {
  const found = await db
    .selectFrom('planning.product')
    .select('id')
    .where('siteId', '=', siteId)
    .where('materialId', '=', materialId)
    .limit(1)
    .executeTakeFirst()
  return found?.id
}

/** What the products of a site are, as materials. */
export async function listMadeMaterials(
  db: Db,
  siteId: EquipmentId,
): Promise<{ productId: ProductId; materialId: MaterialId }[]> {
  const found = await db
    .selectFrom('planning.product')
    .select(['id as productId', 'materialId'])
    .where('siteId', '=', siteId)
    .where('materialId', 'is not', null)
    .orderBy('id')
    .limit(FORECAST_LIMIT)
    .execute()
  return found.flatMap(({ productId, materialId }) => (materialId === null ? [] : [{ productId, materialId }]))
}

export interface RunState {
  readonly staleAt: Instant | null
  readonly computedAt: Instant | null
  readonly detail: string | null
}

export function findRequirementRun(db: Db): Promise<RunState | undefined> {
  return db.selectFrom('planning.requirementRun').select(['staleAt', 'computedAt', 'detail']).executeTakeFirst()
}

/** Holds what was reckoned until the transaction ends: what somebody decides meanwhile is not said anew over it. */
export async function lockRequirementRun(db: Db): Promise<void> {
  await db.selectFrom('planning.requirementRun').select('enterpriseId').forUpdate().limit(1).execute()
}

/** Notes that what was reckoned is out of date: since the first change, so that many changes do not put it off for ever. */
export async function markStale(db: Db, at: Instant): Promise<void> {
  await db
    .insertInto('planning.requirementRun')
    .values({ staleAt: at, computedAt: null, detail: null })
    .onConflict((conflict) =>
      conflict.column('enterpriseId').doUpdateSet({ staleAt: at }).where('planning.requirementRun.staleAt', 'is', null),
    )
    .execute()
}

/** Notes that it was reckoned, or why it could not be. */
export async function saveRequirementRun(db: Db, computedAt: Instant, detail: string | null): Promise<void> {
  const run = { staleAt: null, computedAt, detail }
  await db
    .insertInto('planning.requirementRun')
    .values(run)
    .onConflict((conflict) => conflict.column('enterpriseId').doUpdateSet(run))
    .execute()
}

/** Rows in one statement: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 2000

/** What was reckoned of each material from now on, and of no others. */
export async function replaceGrids(db: Db, grids: readonly RequirementGrid[]): Promise<void> {
  await db.deleteFrom('planning.requirementItem').execute()
  for (let from = 0; from < grids.length; from += ROWS_AT_ONCE)
    await db
      .insertInto('planning.requirementItem')
      .values(
        grids.slice(from, from + ROWS_AT_ONCE).map(({ weeks, ...grid }) => ({ ...grid, weeks: JSON.stringify(weeks) })),
      )
      .execute()
}

export function findGrid(db: Db, siteId: EquipmentId, materialId: MaterialId): Promise<RequirementGrid | undefined> {
  return db
    .selectFrom('planning.requirementItem')
    .select(['siteId', 'materialId', 'level', 'onHand', 'safetyStock', 'weeks'])
    .where('siteId', '=', siteId)
    .where('materialId', '=', materialId)
    .executeTakeFirst()
}

/** The people that open messages are assigned to, by name. */
export async function listOwners(db: Db, reach: Reach): Promise<string[]> {
  const rows = await db
    .selectFrom('planning.actionMessage')
    .select('owner')
    .distinct()
    .where(within(reach, 'planning.actionMessage.siteId'))
    .where('owner', 'is not', null)
    .orderBy('owner')
    .limit(100)
    .execute()
  return rows.flatMap(({ owner }) => (owner === null ? [] : [owner]))
}

/** Where a site gets a material from; undefined where nothing was decided. */
export async function findSource(
  db: Db,
  siteId: EquipmentId,
  materialId: MaterialId,
): Promise<{ supplier: string | null; fromSiteId: EquipmentId | null } | undefined> {
  return db
    .selectFrom('materials.sitePolicy')
    .select(['supplier', 'fromSiteId'])
    .where('siteId', '=', siteId)
    .where('materialId', '=', materialId)
    .executeTakeFirst()
}

/** A receipt as it is now. */
export function findReceipt(
  db: Db,
  id: ReceiptId,
): Promise<{ reference: string; state: 'expected' | 'received' | 'cancelled'; quantity: Decimal } | undefined> {
  return db
    .selectFrom('materials.expectedReceipt')
    .select(['reference', 'state', 'quantity'])
    .where('id', '=', id)
    .executeTakeFirst()
}

const FIRST_NUMBER = 1001

/** The next free number of an order of a site that messages make: `R1001`. */
export async function nextOrderNumber(db: Db, siteId: EquipmentId): Promise<string> {
  const { last } = await db
    .selectFrom('planning.productionOrder')
    .select(sql<number | null>`max(substring(number from '^R([0-9]{1,8})$')::integer)`.as('last'))
    .where('siteId', '=', siteId)
    .executeTakeFirstOrThrow()
  return `R${Math.max(FIRST_NUMBER, (last ?? 0) + 1)}`
}

/** The next free reference of what messages order for a site: `REQ 1001`, or `T 1001` from another plant. */
export async function nextReference(db: Db, siteId: EquipmentId, prefix: 'REQ' | 'T'): Promise<string> {
  const { last } = await db
    .selectFrom('materials.expectedReceipt')
    .select(sql<number | null>`max(substring(reference from ${`^${prefix} ([0-9]{1,8})$`})::integer)`.as('last'))
    .where('siteId', '=', siteId)
    .executeTakeFirstOrThrow()
  return `${prefix} ${Math.max(FIRST_NUMBER, (last ?? 0) + 1)}`
}
