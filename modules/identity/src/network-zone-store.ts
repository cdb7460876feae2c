import './tables.ts'
import type { Db } from '@millrace/db'
import type { NetworkZone } from './contract.ts'

/** The most zones a company may name. */
const ZONE_LIMIT = 100

export function listZones(db: Db): Promise<NetworkZone[]> {
  return db
    .selectFrom('identity.networkZone')
    .select(['id', 'name', 'ranges'])
    .orderBy('name')
    .limit(ZONE_LIMIT)
    .execute()
}

/** Violates `network_zone_name` when another has the name. */
export async function saveZone(db: Db, zone: NetworkZone): Promise<void> {
  await db.insertInto('identity.networkZone').values(zone).execute()
}

export async function deleteZone(db: Db, id: string): Promise<NetworkZone | undefined> {
  return db
    .deleteFrom('identity.networkZone')
    .where('id', '=', id)
    .returning(['id', 'name', 'ranges'])
    .executeTakeFirst()
}
