import type { Db } from '@millrace/db'
import { EQUIPMENT_LIMIT, type EquipmentId } from '@millrace/plant/contract'
import type { Fence } from './fence-contract.ts'
import './tables.ts'

export function listFences(db: Db, siteId: EquipmentId): Promise<Fence[]> {
  return db
    .selectFrom('planning.freezeFence')
    .select(['placeId', 'frozenMinutes', 'slushyMinutes'])
    .where('siteId', '=', siteId)
    .orderBy('placeId')
    .limit(EQUIPMENT_LIMIT)
    .execute()
}

/** A site has these fences and no others from now on. */
export async function replaceFences(db: Db, siteId: EquipmentId, fences: readonly Fence[]): Promise<void> {
  await db.deleteFrom('planning.freezeFence').where('siteId', '=', siteId).execute()
  if (fences.length === 0) return
  await db
    .insertInto('planning.freezeFence')
    .values(fences.map((fence) => ({ siteId, ...fence })))
    .execute()
}
