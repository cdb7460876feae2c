import { epochMs, type Instant, newId } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Pace } from './pace-rules.ts'
import './tables.ts'

/** More than a site has: one for each machine, and for operations that are being made. */
const PACE_LIMIT = 5000

export function listPaces(db: Db, siteId: EquipmentId): Promise<Pace[]> {
  return db
    .selectFrom('planning.pace')
    .select(['workUnitId', 'orderId', 'position', 'ratio'])
    .where('siteId', '=', siteId)
    .limit(PACE_LIMIT)
    .execute()
}

/** Says how long something takes from now on. A pace of 1 is none, and forgotten. */
export async function savePaces(db: Db, siteId: EquipmentId, paces: readonly Pace[], notedAt: Instant): Promise<void> {
  for (const pace of paces) {
    const { workUnitId, orderId, position } = pace
    const old = db.deleteFrom('planning.pace').where('siteId', '=', siteId)
    await (workUnitId === null
      ? old.where('orderId', '=', orderId).where('position', '=', position)
      : old.where('workUnitId', '=', workUnitId)
    ).execute()
    if (pace.ratio === 1) continue
    await db
      .insertInto('planning.pace')
      .values({ id: newId<'Pace'>(epochMs(notedAt)), siteId, ...pace, notedAt })
      .execute()
  }
}
