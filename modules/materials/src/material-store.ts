import { type Decimal, decimalOf, thousandthsOf } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import {
  BILL_LIMIT,
  type Bill,
  type BillItem,
  MATERIAL_LIMIT,
  type MaterialDefinition,
  type MaterialId,
  type NewMaterial,
} from './contract.ts'
import './tables.ts'

const COLUMNS = ['id', 'code', 'name', 'unit', 'kind'] as const

/** By code, those after one, that a text is found in. */
export function listMaterials(
  db: Db,
  query: { search?: string; afterCode?: string; limit: number },
): Promise<MaterialDefinition[]> {
  let found = db.selectFrom('materials.materialDefinition').select(COLUMNS)
  const { search, afterCode } = query
  if (search !== undefined) {
    const pattern = `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
    found = found.where((eb) =>
      eb.or([eb(eb.fn('lower', ['code']), 'like', pattern), eb(eb.fn('lower', ['name']), 'like', pattern)]),
    )
  }
  if (afterCode !== undefined) found = found.where((eb) => eb(eb.fn('lower', ['code']), '>', afterCode.toLowerCase()))
  return found
    .orderBy((eb) => eb.fn('lower', ['code']))
    .limit(query.limit)
    .execute()
}

export function findMaterial(db: Db, id: MaterialId): Promise<MaterialDefinition | undefined> {
  return db.selectFrom('materials.materialDefinition').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

export async function findMaterials(db: Db, ids: readonly MaterialId[]): Promise<MaterialDefinition[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('materials.materialDefinition')
    .select(COLUMNS)
    .where('id', 'in', ids)
    .orderBy('code')
    .limit(MATERIAL_LIMIT)
    .execute()
}

export async function countMaterials(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('materials.materialDefinition')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** Violates `material_definition_code` when the company has such a material. */
export async function addMaterial(db: Db, id: MaterialId, material: NewMaterial): Promise<void> {
  await db
    .insertInto('materials.materialDefinition')
    .values({ id, ...material })
    .execute()
}

/** Violates `material_definition_code` when the company has such a material. */
export async function saveMaterial(db: Db, id: MaterialId, material: NewMaterial): Promise<void> {
  await db.updateTable('materials.materialDefinition').set(material).where('id', '=', id).execute()
}

/** Lets one bill be changed at a time, until the transaction ends: two changes together could close a loop neither sees. */
export async function lockBills(db: Db, enterpriseId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`materials.bills ${enterpriseId}`}, 0))`.execute(db)
}

/** Says anew what a material is made of. */
export async function saveBill(db: Db, materialId: MaterialId, items: readonly BillItem[]): Promise<void> {
  await db.deleteFrom('materials.billItem').where('materialId', '=', materialId).execute()
  if (items.length === 0) return
  await db
    .insertInto('materials.billItem')
    .values(items.map((item, index) => ({ materialId, position: index + 1, ...item })))
    .execute()
}

/** The bills of some materials and of everything below them. */
export async function listBillsBelow(db: Db, ids: readonly MaterialId[]): Promise<Bill[]> {
  if (ids.length === 0) return []
  const rows = await db
    .withRecursive('below', (eb) =>
      eb
        .selectFrom('materials.materialDefinition')
        .select('id')
        .where('id', 'in', ids)
        .union(
          eb
            .selectFrom('materials.billItem as item')
            .innerJoin('below', 'below.id', 'item.materialId')
            .select('item.componentId as id'),
        ),
    )
    .selectFrom('materials.billItem as item')
    .innerJoin('below', 'below.id', 'item.materialId')
    .select(['item.materialId', 'item.componentId', 'item.quantityPer', 'item.scrapRatio', 'item.stepName'])
    .orderBy('item.materialId')
    .orderBy('item.position')
    .limit(MATERIAL_LIMIT * BILL_LIMIT)
    .execute()
  return [...Map.groupBy(rows, (row) => row.materialId)].map(([materialId, items]) => ({
    materialId,
    items: items.map(itemOf),
  }))
}

/** Which bills take a material directly. */
export async function listUses(db: Db, componentId: MaterialId): Promise<{ materialId: MaterialId; item: BillItem }[]> {
  const rows = await db
    .selectFrom('materials.billItem')
    .select(['materialId', 'componentId', 'quantityPer', 'scrapRatio', 'stepName'])
    .where('componentId', '=', componentId)
    .orderBy('materialId')
    .orderBy('position')
    .limit(MATERIAL_LIMIT)
    .execute()
  return rows.map((row) => ({ materialId: row.materialId, item: itemOf(row) }))
}

function itemOf({ componentId, quantityPer, scrapRatio, stepName }: BillItem): BillItem {
  return { componentId, quantityPer: shortest(quantityPer), scrapRatio, stepName }
}

/** As a decimal is written: `12.500`, as a column may hold it, is 12.5. */
export function shortest(numeric: Decimal): Decimal {
  return decimalOf(thousandthsOf(numeric))
}
