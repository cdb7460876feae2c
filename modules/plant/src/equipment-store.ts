import type { Db } from '@millrace/db'
import type { Reach } from '@millrace/runtime'
import { EQUIPMENT_LIMIT, type Equipment, type EquipmentId, type EquipmentLevel } from './contract.ts'
import './tables.ts'

const COLUMNS = ['id', 'parentId', 'siteId', 'level', 'name', 'kind', 'position', 'site'] as const

/** Sites first, then level by level, siblings in their order. */
export function listEquipment(db: Db, reach: Reach): Promise<Equipment[]> {
  let query = db.selectFrom('plant.equipment').select(COLUMNS)
  if (reach !== 'everywhere') query = query.where('siteId', 'in', [...reach] as EquipmentId[])
  return query
    .orderBy((eb) =>
      eb.case('level').when('site').then(0).when('area').then(1).when('work-center').then(2).else(3).end(),
    )
    .orderBy('position')
    .orderBy('name')
    .limit(EQUIPMENT_LIMIT)
    .execute()
}

export function findEquipment(db: Db, id: EquipmentId): Promise<Equipment | undefined> {
  return db.selectFrom('plant.equipment').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

export function findChildNamed(db: Db, parentId: EquipmentId, name: string): Promise<Equipment | undefined> {
  return db
    .selectFrom('plant.equipment')
    .select(COLUMNS)
    .where('parentId', '=', parentId)
    .where((eb) => eb(eb.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst()
}

/** The place after the last sibling. */
export async function nextPosition(db: Db, parentId: EquipmentId | null): Promise<number> {
  const row = await db
    .selectFrom('plant.equipment')
    .select((eb) => eb.fn.max('position').as('last'))
    .where('parentId', parentId === null ? 'is' : '=', parentId)
    .executeTakeFirst()
  return (row?.last ?? -1) + 1
}

/** Violates `equipment_name` when a sibling has the name. */
export function addEquipment(db: Db, equipment: Equipment, parentLevel: EquipmentLevel | null): Promise<Equipment> {
  return db
    .insertInto('plant.equipment')
    .values({ ...equipment, parentLevel, site: equipment.site && JSON.stringify(equipment.site) })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}
