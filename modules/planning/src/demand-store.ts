import type { Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { MaterialDefinition, MaterialId, ReceiptId } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import {
  type Demand,
  type DemandChange,
  type DemandId,
  type DemandState,
  type NewDemand,
  OPEN_DEMAND_LIMIT,
} from './demand-contract.ts'
import type { OpenDemand } from './order-supply-rules.ts'
import './requirement-tables.ts'

function demands(db: Db) {
  return db
    .selectFrom('planning.demand as demand')
    .innerJoin('materials.materialDefinition as material', 'material.id', 'demand.materialId')
    .select(['demand.id', 'demand.siteId', 'demand.number', 'demand.materialId', 'demand.quantity', 'demand.dueAt'])
    .select(['demand.customer', 'demand.priority', 'demand.state'])
    .select(['material.code as materialCode', 'material.name as materialName', 'material.unit'])
}

/** By due date. */
export function listDemands(
  db: Db,
  query: { reach: Reach; siteId?: EquipmentId; state?: DemandState; offset: number; limit: number },
): Promise<Demand[]> {
  let found = demands(db).where(within(query.reach, 'demand.siteId'))
  if (query.siteId !== undefined) found = found.where('demand.siteId', '=', query.siteId)
  if (query.state !== undefined) found = found.where('demand.state', '=', query.state)
  return found.orderBy('demand.dueAt').orderBy('demand.id').offset(query.offset).limit(query.limit).execute()
}

/** Everything that is open at a site, by due date. */
export function listOpenDemands(db: Db, siteId: EquipmentId): Promise<OpenDemand[]> {
  return demands(db)
    .select((eb) => eb('demand.receiptId', 'is not', null).$castTo<boolean>().as('isTransfer'))
    .where('demand.siteId', '=', siteId)
    .where('demand.state', '=', 'open')
    .orderBy('demand.dueAt')
    .orderBy('demand.id')
    .limit(OPEN_DEMAND_LIMIT)
    .execute()
}

export function findDemand(db: Db, id: DemandId): Promise<Demand | undefined> {
  return demands(db).where('demand.id', '=', id).executeTakeFirst()
}

/** The open demand at another site that a receipt stands for. */
export async function findDemandOfReceipt(db: Db, receiptId: ReceiptId): Promise<DemandId | undefined> {
  const found = await db
    .selectFrom('planning.demand')
    .select('id')
    .where('receiptId', '=', receiptId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return found?.id
}

/** Holds it until the transaction ends. */
export function lockDemand(
  db: Db,
  id: DemandId,
): Promise<Pick<Demand, 'id' | 'siteId' | 'number' | 'state'> | undefined> {
  return db
    .selectFrom('planning.demand')
    .select(['id', 'siteId', 'number', 'state'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function countOpenDemand(db: Db, siteId: EquipmentId): Promise<number> {
  const { count } = await db
    .selectFrom('planning.demand')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('siteId', '=', siteId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return count
}

interface Row extends NewDemand {
  readonly id: DemandId
  readonly receiptId: ReceiptId | null
  readonly createdAt: Instant
}

/** Violates `demand_number` when the site has one of this number. */
export async function addDemand(db: Db, row: Row): Promise<void> {
  await db
    .insertInto('planning.demand')
    .values({ ...row, state: 'open' })
    .execute()
}

export async function saveDemand(
  db: Db,
  id: DemandId,
  change: DemandChange & { readonly state?: DemandState; readonly materialId?: MaterialId },
): Promise<void> {
  await db.updateTable('planning.demand').set(change).where('id', '=', id).execute()
}

/** Those of these numbers at a site, whatever their state. */
export function listNumbered(
  db: Db,
  siteId: EquipmentId,
  numbers: readonly string[],
): Promise<Pick<Demand, 'id' | 'number' | 'state'>[]> {
  return db
    .selectFrom('planning.demand')
    .select(['id', 'number', 'state'])
    .where('siteId', '=', siteId)
    .where('number', 'in', numbers)
    .limit(numbers.length)
    .execute()
}

/** Materials by their codes. */
export function listCoded(db: Db, codes: readonly string[]): Promise<Pick<MaterialDefinition, 'id' | 'code'>[]> {
  return db
    .selectFrom('materials.materialDefinition')
    .select(['id', 'code'])
    .where('code', 'in', codes)
    .limit(codes.length)
    .execute()
}
