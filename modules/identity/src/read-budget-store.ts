import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { PersonId } from './contract.ts'
import type { Opened, Opening, SensitiveLabel } from './read-budget-rules.ts'

/**
 * Remembers what was opened; what is remembered already keeps its time.
 *
 * @param of.toldBefore what was told later than this is not told again.
 * @returns the objects that are to be told now
 */
export async function saveOpened(
  db: Db,
  of: Omit<Opening, 'name'> & { holderId: string; at: Instant; toldBefore: Instant },
): Promise<string[]> {
  const { holderId, action, label, siteId, objects, at, toldBefore } = of
  if (objects.length === 0) return []
  // In one order: two requests that open the same things wait for each other, and neither for ever.
  const rows = [...new Set(objects)].sort().map((objectId) => ({ holderId, objectId, action, label, siteId }))
  const told = await db
    .insertInto('identity.openedObject')
    .values(rows.map((row) => ({ ...row, openedAt: at, toldAt: at })))
    .onConflict((conflict) =>
      conflict
        .columns(['enterpriseId', 'holderId', 'label', 'objectId', 'action'])
        .doUpdateSet({ toldAt: at })
        .where('identity.openedObject.toldAt', '<=', toldBefore),
    )
    .returning('objectId')
    .execute()
  return told.map(({ objectId }) => objectId)
}

export async function countOpened(
  db: Db,
  of: { holderId: string; label: SensitiveLabel; sinceMinutes: Instant; sinceHour: Instant },
): Promise<Opened> {
  const { rows } = await sql<{ withinMinutes: number; withinHour: number; sites: number }>`
    select count(distinct object_id) filter (where opened_at >= ${of.sinceMinutes}) as within_minutes,
      count(distinct object_id) as within_hour, count(distinct site_id) as sites
    from identity.opened_object
    where ${ours()} and holder_id = ${of.holderId} and label = ${of.label} and opened_at >= ${of.sinceHour}`.execute(db)
  return { label: of.label, ...(rows[0] ?? { withinMinutes: 0, withinHour: 0, sites: 0 }) }
}

export async function deleteOpenedBefore(db: Db, before: Instant): Promise<void> {
  await db.deleteFrom('identity.openedObject').where('openedAt', '<', before).execute()
}

/** @returns whether it was open until now: of many at once one locks it. */
export async function lockAccount(db: Db, id: PersonId, at: Instant, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('identity.person')
    .set({ lockedAt: at, lockedReason: reason })
    .where('id', '=', id)
    .where('lockedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function unlockAccount(db: Db, id: PersonId): Promise<void> {
  await db.updateTable('identity.person').set({ lockedAt: null, lockedReason: null }).where('id', '=', id).execute()
}

export async function forgetOpened(db: Db, holderId: string): Promise<void> {
  await db.deleteFrom('identity.openedObject').where('holderId', '=', holderId).execute()
}

/** Somebody else who holds one of these roles everywhere: to be told. */
export function listHolders(
  db: Db,
  roles: readonly string[],
  except: string,
  limit: number,
): Promise<{ id: PersonId; name: string; email: string }[]> {
  return db
    .selectFrom('identity.person')
    .innerJoin('identity.roleGrant', 'identity.roleGrant.personId', 'identity.person.id')
    .select(['identity.person.id', 'name', 'email'])
    .distinct()
    .where('role', 'in', roles)
    .where('placeId', 'is', null)
    .where('endedAt', 'is', null)
    .where('identity.person.id', '<>', except as PersonId)
    .orderBy('identity.person.id')
    .limit(limit)
    .execute()
}
