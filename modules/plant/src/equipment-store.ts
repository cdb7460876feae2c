import { type Db, ours, within } from '@millrace/db'
import type { Reach } from '@millrace/runtime'
import { sql } from 'kysely'
import { EQUIPMENT_LIMIT, type Equipment, type EquipmentId, type EquipmentLevel, type SiteDetail } from './contract.ts'
import './tables.ts'

const COLUMNS = ['id', 'parentId', 'siteId', 'level', 'name', 'kind', 'position', 'site'] as const

/** Sites first, then level by level, siblings in their order; with what the reach stands in, to find the way to it. */
export async function listEquipment(db: Db, reach: Reach): Promise<Equipment[]> {
  const above = reach === 'everywhere' || reach.equipment.size === 0 ? [] : await findAbove(db, [...reach.equipment])

  return db
    .selectFrom('plant.equipment')
    .select(COLUMNS)
    .where((one) => one.or([within(reach, 'siteId', 'id'), sql<boolean>`id = any(${above}::uuid[])`]))
    .orderBy((eb) =>
      eb.case('level').when('site').then(0).when('area').then(1).when('work-center').then(2).else(3).end(),
    )
    .orderBy('position')
    .orderBy('name')
    .limit(EQUIPMENT_LIMIT)
    .execute()
}

export function listSites(db: Db): Promise<{ id: EquipmentId; name: string }[]> {
  return db
    .selectFrom('plant.equipment')
    .select(['id', 'name'])
    .where('level', '=', 'site')
    .orderBy('position')
    .orderBy('name')
    .limit(EQUIPMENT_LIMIT)
    .execute()
}

/** Of the site that has been there the longest; undefined while there is none. */
export async function findFirstSite(db: Db): Promise<SiteDetail | undefined> {
  const found = await db
    .selectFrom('plant.equipment')
    .select('site')
    .where('level', '=', 'site')
    // Ids of the same millisecond are in no order.
    .orderBy('position')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return found?.site ?? undefined
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

/** The equipment that these pieces stand in, up to their sites. */
async function findAbove(db: Db, ids: readonly string[]): Promise<EquipmentId[]> {
  const { rows } = await sql<{ id: EquipmentId }>`
    with recursive above (id, parent_id) as (
      select id, parent_id from plant.equipment where ${ours()} and id = any(${ids}::uuid[])
      union
      select one.id, one.parent_id from plant.equipment one join above on one.id = above.parent_id
      where ${ours('one')}
    ) select id from above`.execute(db)
  return rows.map((row) => row.id)
}

/** A place with all that lies below it. */
export interface ExtentRow {
  readonly placeId: EquipmentId
  readonly siteId: EquipmentId
  readonly level: EquipmentLevel
  readonly name: string
  /** The place itself too. */
  readonly below: EquipmentId[]
}

/** Places with what lies below each; an id that is no equipment is left out. */
export async function listExtents(db: Db, ids: readonly string[]): Promise<ExtentRow[]> {
  const { rows } = await sql<ExtentRow>`
    with recursive below (place_id, id) as (
      select id, id from plant.equipment where ${ours()} and id = any(${ids}::uuid[])
      union all
      select below.place_id, one.id from plant.equipment one join below on one.parent_id = below.id
      where ${ours('one')}
    )
    select place.id as place_id, place.site_id, place.level, place.name, array_agg(below.id::text) as below
    from below join plant.equipment place on place.id = below.place_id and ${ours('place')}
    group by place.id, place.site_id, place.level, place.name`.execute(db)
  return rows
}
