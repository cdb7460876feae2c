import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import { EQUIPMENT_LIMIT, type EquipmentId } from '@millrace/plant/contract'
import type {
  CalendarException,
  ExceptionId,
  GroupId,
  NewCalendarException,
  NewOperatorGroup,
  OperatorGroup,
  SetupMatrix,
} from './contract.ts'
import './tables.ts'

/** More than any site has of each. */
const LIST_LIMIT = 2000

export function listSetups(db: Db, siteId: EquipmentId): Promise<SetupMatrix[]> {
  return db
    .selectFrom('planning.setupMatrix')
    .select(['workUnitId', 'otherwiseMinutes', 'changes'])
    .where('siteId', '=', siteId)
    .limit(LIST_LIMIT)
    .execute()
}

export async function saveSetup(db: Db, siteId: EquipmentId, matrix: SetupMatrix): Promise<void> {
  const { workUnitId, otherwiseMinutes } = matrix
  const changes = JSON.stringify(matrix.changes)
  await db
    .insertInto('planning.setupMatrix')
    .values({ workUnitId, siteId, otherwiseMinutes, changes })
    .onConflict((conflict) =>
      conflict.columns(['enterpriseId', 'workUnitId']).doUpdateSet({ siteId, otherwiseMinutes, changes }),
    )
    .execute()
}

export function listGroups(db: Db, siteId: EquipmentId): Promise<OperatorGroup[]> {
  return db
    .selectFrom('planning.operatorGroup')
    .select(['id', 'siteId', 'name', 'skills', 'headcounts'])
    .where('siteId', '=', siteId)
    .orderBy('name')
    .limit(LIST_LIMIT)
    .execute()
}

/** Violates `operator_group_name` when the site has such a group. */
export async function addGroup(db: Db, id: GroupId, { headcounts, ...group }: NewOperatorGroup): Promise<void> {
  await db
    .insertInto('planning.operatorGroup')
    .values({ id, ...group, headcounts: JSON.stringify(headcounts) })
    .execute()
}

export function findGroup(db: Db, id: GroupId): Promise<OperatorGroup | undefined> {
  return db
    .selectFrom('planning.operatorGroup')
    .select(['id', 'siteId', 'name', 'skills', 'headcounts'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Violates `operator_group_name` when the site has another group of this name. */
export async function saveGroup(db: Db, id: GroupId, { name, skills, headcounts }: NewOperatorGroup): Promise<void> {
  await db
    .updateTable('planning.operatorGroup')
    .set({ name, skills, headcounts: JSON.stringify(headcounts) })
    .where('id', '=', id)
    .execute()
}

export async function removeGroup(db: Db, id: GroupId): Promise<void> {
  await db.deleteFrom('planning.operatorGroup').where('id', '=', id).execute()
}

/** What departs from the shifts of a site and has not ended before a moment. */
export function listExceptions(db: Db, siteId: EquipmentId, after: Instant): Promise<CalendarException[]> {
  return db
    .selectFrom('planning.calendarException')
    .select(['id', 'siteId', 'workUnitId', 'kind', 'startAt', 'endAt', 'note'])
    .where('siteId', '=', siteId)
    .where('endAt', '>', after)
    .orderBy('startAt')
    .limit(LIST_LIMIT)
    .execute()
}

export async function addException(db: Db, id: ExceptionId, exception: NewCalendarException): Promise<void> {
  await db
    .insertInto('planning.calendarException')
    .values({ id, ...exception })
    .execute()
}

export function findException(db: Db, id: ExceptionId): Promise<CalendarException | undefined> {
  return db
    .selectFrom('planning.calendarException')
    .select(['id', 'siteId', 'workUnitId', 'kind', 'startAt', 'endAt', 'note'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Ends it earlier than it was to end. */
export async function endException(db: Db, id: ExceptionId, endAt: Instant): Promise<void> {
  await db
    .updateTable('planning.calendarException')
    .set({ endAt })
    .where('id', '=', id)
    .where('endAt', '>', endAt)
    .execute()
}

export async function removeException(db: Db, id: ExceptionId): Promise<void> {
  await db.deleteFrom('planning.calendarException').where('id', '=', id).execute()
}

/** A site's equipment as its tree has it: sites first, then level by level. */
export function listTree(
  db: Db,
  siteId: EquipmentId,
): Promise<{ id: EquipmentId; parentId: EquipmentId | null; level: string; name: string; position: number }[]> {
  return db
    .selectFrom('plant.equipment')
    .select(['id', 'parentId', 'level', 'name', 'position'])
    .where('siteId', '=', siteId)
    .orderBy('position')
    .orderBy('name')
    .limit(EQUIPMENT_LIMIT)
    .execute()
}
