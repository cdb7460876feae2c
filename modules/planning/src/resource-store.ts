import type { Db } from '@millrace/db'
import { EQUIPMENT_LIMIT, type EquipmentId } from '@millrace/plant/contract'
import {
  type NewTool,
  TOOL_LIMIT,
  type Tool,
  type ToolId,
  TRANSPORT_LIMIT,
  type Transport,
  type UnitCapacity,
} from './resource-contract.ts'
import './tables.ts'

export function listTools(db: Db, siteId: EquipmentId): Promise<Tool[]> {
  return db
    .selectFrom('planning.tool')
    .select(['id', 'siteId', 'name', 'count'])
    .where('siteId', '=', siteId)
    .orderBy('name')
    .limit(TOOL_LIMIT)
    .execute()
}

export function findTool(db: Db, id: ToolId): Promise<Tool | undefined> {
  return db
    .selectFrom('planning.tool')
    .select(['id', 'siteId', 'name', 'count'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Violates `tool_name` when the site has such a tool. */
export async function addTool(db: Db, id: ToolId, tool: NewTool): Promise<void> {
  await db
    .insertInto('planning.tool')
    .values({ id, ...tool })
    .execute()
}

/** Violates `tool_name` when the site has another of this name. */
export async function saveTool(db: Db, id: ToolId, { name, count }: NewTool): Promise<void> {
  await db.updateTable('planning.tool').set({ name, count }).where('id', '=', id).execute()
}

export async function removeTool(db: Db, id: ToolId): Promise<void> {
  await db.deleteFrom('planning.tool').where('id', '=', id).execute()
}

/** Codes of products that need a tool, at most ten. */
export async function listProductsWith(db: Db, id: ToolId): Promise<string[]> {
  const rows = await db
    .selectFrom('planning.routingTool as need')
    .innerJoin('planning.product as product', 'product.id', 'need.productId')
    .select('product.code')
    .distinct()
    .where('need.toolId', '=', id)
    .orderBy('product.code')
    .limit(10)
    .execute()
  return rows.map(({ code }) => code)
}

/** What the work units of a site take at a time; those that are a single machine are left out. */
export async function listUnitCapacities(db: Db, siteId: EquipmentId): Promise<UnitCapacity[]> {
  const rows = await db
    .selectFrom('planning.unitCapacity')
    .select(['workUnitId', 'kind', 'count', 'chargeLoad', 'loadUnit'])
    .where('siteId', '=', siteId)
    .orderBy('workUnitId')
    .limit(EQUIPMENT_LIMIT)
    .execute()
  return rows.map(({ workUnitId, kind, count, chargeLoad, loadUnit }) => ({
    ...{ workUnitId, kind, count },
    load: chargeLoad !== null && loadUnit !== null ? { most: chargeLoad, unit: loadUnit } : null,
  }))
}

export async function saveUnitCapacity(db: Db, siteId: EquipmentId, capacity: UnitCapacity): Promise<void> {
  const { workUnitId, kind, count, load } = capacity
  const row = { siteId, kind, count, chargeLoad: load?.most ?? null, loadUnit: load?.unit ?? null }
  await db
    .insertInto('planning.unitCapacity')
    .values({ workUnitId, ...row })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'workUnitId']).doUpdateSet(row))
    .execute()
}

export function listTransports(db: Db, siteId: EquipmentId): Promise<Transport[]> {
  return db
    .selectFrom('planning.transport')
    .select(['fromAreaId', 'toAreaId', 'minutes'])
    .where('siteId', '=', siteId)
    .orderBy('fromAreaId')
    .orderBy('toAreaId')
    .limit(TRANSPORT_LIMIT)
    .execute()
}

/** A site has these ways and no others from now on. */
export async function saveTransports(db: Db, siteId: EquipmentId, ways: readonly Transport[]): Promise<void> {
  await db.deleteFrom('planning.transport').where('siteId', '=', siteId).execute()
  if (ways.length === 0) return
  await db
    .insertInto('planning.transport')
    .values(ways.map((way) => ({ siteId, ...way })))
    .execute()
}
