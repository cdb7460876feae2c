import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import { ABSENCE_LIMIT, type Absence, type AbsenceId } from './reaction-contract.ts'
import './tables.ts'

const COLUMNS = ['id', 'siteId', 'groupId', 'count', 'startAt', 'endAt', 'note', 'reportedBy'] as const

/** Absences of a site that have not ended before a moment, by their beginning. */
export function listAbsences(db: Db, siteId: EquipmentId, after: Instant): Promise<Absence[]> {
  return db
    .selectFrom('planning.absence')
    .select(COLUMNS)
    .where('siteId', '=', siteId)
    .where('endAt', '>', after)
    .orderBy('startAt')
    .orderBy('id')
    .limit(ABSENCE_LIMIT)
    .execute()
}

export async function addAbsence(db: Db, absence: Absence): Promise<void> {
  await db.insertInto('planning.absence').values(absence).execute()
}

export function findAbsence(db: Db, id: AbsenceId): Promise<Absence | undefined> {
  return db.selectFrom('planning.absence').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

export async function removeAbsence(db: Db, id: AbsenceId): Promise<void> {
  await db.deleteFrom('planning.absence').where('id', '=', id).execute()
}
