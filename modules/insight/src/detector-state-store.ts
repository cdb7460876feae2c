import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'

export async function findDetectorState(db: Db, workUnitId: EquipmentId): Promise<unknown> {
  const row = await db
    .selectFrom('insight.detectorState')
    .select('state')
    .where('workUnitId', '=', workUnitId)
    .executeTakeFirst()
  return row?.state
}

export async function saveDetectorState(db: Db, workUnitId: EquipmentId, state: unknown, at: Instant): Promise<void> {
  const text = JSON.stringify(state)
  await db
    .insertInto('insight.detectorState')
    .values({ workUnitId, savedAt: at, state: text })
    .onConflict((conflict) =>
      conflict.columns(['enterpriseId', 'workUnitId']).doUpdateSet({ savedAt: at, state: text }),
    )
    .execute()
}
