import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Shaft } from './vibration-contract.ts'

const COLUMNS = [
  ...(['workUnitId', 'nominalRpm', 'teeth', 'ballCount', 'ballMm', 'pitchMm', 'contactDegrees'] as const),
] as const

export function findShaft(db: Db, workUnitId: EquipmentId): Promise<Shaft | undefined> {
  return db.selectFrom('telemetry.shaft').select(COLUMNS).where('workUnitId', '=', workUnitId).executeTakeFirst()
}

export async function saveShaft(db: Db, shaft: Shaft, siteId: EquipmentId, changedAt: Instant): Promise<void> {
  const { workUnitId, ...rest } = shaft
  await db
    .insertInto('telemetry.shaft')
    .values({ workUnitId, siteId, changedAt, ...rest })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'workUnitId']).doUpdateSet({ changedAt, ...rest }))
    .execute()
}
