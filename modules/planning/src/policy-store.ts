import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { ReactionPolicy } from './reaction-contract.ts'
import type { Cause } from './schedule-contract.ts'
import './tables.ts'

const COLUMNS = [
  ...(['siteId', 'enabled', 'causes', 'movesMax', 'shiftHoursMax', 'fromMinute', 'toMinute'] as const),
  ...(['rejectionsMax', 'breakdownWords', 'rejectionCount', 'suspendedAt', 'setAt', 'setBy'] as const),
] as const

/** Undefined: nobody has set one. */
export function findPolicy(db: Db, siteId: EquipmentId): Promise<ReactionPolicy | undefined> {
  return db.selectFrom('planning.reactionPolicy').select(COLUMNS).where('siteId', '=', siteId).executeTakeFirst()
}

export async function savePolicy(
  db: Db,
  policy: Omit<ReactionPolicy, 'setAt' | 'setBy'> & { readonly setAt: Instant; readonly setBy: string },
): Promise<void> {
  const { siteId: _, ...again } = policy
  await db
    .insertInto('planning.reactionPolicy')
    .values(policy)
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'siteId']).doUpdateSet(again))
    .execute()
}

/** One more that people did not want; the policy rests when it was the last it may have. @returns whether it rests from now on */
export async function countRejection(db: Db, siteId: EquipmentId, cause: Cause, at: Instant): Promise<boolean> {
  const counted = await db
    .updateTable('planning.reactionPolicy')
    .set((eb) => ({ rejectionCount: eb('rejectionCount', '+', 1) }))
    .where('siteId', '=', siteId)
    .where('enabled', '=', true)
    .where('suspendedAt', 'is', null)
    .where(({ eb, fn, val }) => eb(val(cause), '=', fn.any('causes')))
    .returning(['rejectionCount', 'rejectionsMax'])
    .executeTakeFirst()
  if (!counted || counted.rejectionCount < counted.rejectionsMax) return false
  await db.updateTable('planning.reactionPolicy').set({ suspendedAt: at }).where('siteId', '=', siteId).execute()
  return true
}
