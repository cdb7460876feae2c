import './tables.ts'
import type { Db } from '@millrace/db'

export interface NetworkZoneRow {
  readonly id: string
  readonly name: string
  readonly ranges: string[]
}

/** The most zones a company may name. */
const ZONE_LIMIT = 100

export function listZones(db: Db): Promise<NetworkZoneRow[]> {
  return db
    .selectFrom('identity.networkZone')
    .select(['id', 'name', 'ranges'])
    .orderBy('name')
    .limit(ZONE_LIMIT)
    .execute()
}

/** Violates `network_zone_name` when another has the name. */
export async function saveZone(db: Db, zone: NetworkZoneRow): Promise<void> {
  await db.insertInto('identity.networkZone').values(zone).execute()
}

export async function deleteZone(db: Db, id: string): Promise<NetworkZoneRow | undefined> {
  return db
    .deleteFrom('identity.networkZone')
    .where('id', '=', id)
    .returning(['id', 'name', 'ranges'])
    .executeTakeFirst()
}

export function lockZone(db: Db, id: string): Promise<NetworkZoneRow | undefined> {
  return db
    .selectFrom('identity.networkZone')
    .select(['id', 'name', 'ranges'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function updateRanges(db: Db, id: string, ranges: readonly string[]): Promise<void> {
  await db
    .updateTable('identity.networkZone')
    .set({ ranges: [...ranges] })
    .where('id', '=', id)
    .execute()
}
