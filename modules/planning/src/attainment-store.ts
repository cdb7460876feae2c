import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Attained } from './attainment-contract.ts'
import type { ShiftPlan } from './attainment-rules.ts'
import './tables.ts'

/** A shift of a work unit, as it was planned. */
export interface ShiftRecord extends ShiftPlan {
  readonly siteId: EquipmentId
  readonly shiftName: string
  readonly shiftStartAt: Instant
  readonly shiftEndAt: Instant
  readonly recordedAt: Instant
}

/** The shifts of 300 machines in a quarter of a year. */
const RECORD_LIMIT = 100_000
/** So many are judged in one turn of the task. */
const SETTLED_AT_ONCE = 200

/** When the shifts began of which there are records. */
export async function listRecordedShifts(db: Db, siteId: EquipmentId, since: Instant): Promise<Set<string>> {
  const rows = await db
    .selectFrom('planning.shiftRecord')
    .select('shiftStartAt')
    .distinct()
    .where('siteId', '=', siteId)
    .where('shiftStartAt', '>=', since)
    .execute()
  return new Set(rows.map(({ shiftStartAt }) => shiftStartAt))
}

export async function addRecords(db: Db, records: readonly ShiftRecord[]): Promise<void> {
  if (records.length === 0) return
  await db
    .insertInto('planning.shiftRecord')
    .values(
      records.map(({ spans, startsMs, ...row }) => ({
        ...row,
        spans: JSON.stringify(spans),
        starts: JSON.stringify(startsMs),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Records of shifts that ended before a moment and are not judged yet, oldest first. */
export async function listUnsettled(db: Db, endedBefore: Instant): Promise<ShiftRecord[]> {
  const rows = await db
    .selectFrom('planning.shiftRecord')
    .select([
      'siteId',
      'workUnitId',
      'shiftName',
      'shiftStartAt',
      'shiftEndAt',
      'recordedAt',
      'spans',
      'starts',
      'plannedS',
    ])
    .where('settledAt', 'is', null)
    .where('shiftEndAt', '<', endedBefore)
    .orderBy('shiftEndAt')
    .orderBy('workUnitId')
    .limit(SETTLED_AT_ONCE)
    .execute()
  return rows.map(({ starts, ...row }) => ({ ...row, startsMs: starts }))
}

export async function settle(
  db: Db,
  { workUnitId, shiftStartAt }: Pick<ShiftRecord, 'workUnitId' | 'shiftStartAt'>,
  { plannedS: _, ...attained }: Attained,
  at: Instant,
): Promise<void> {
  await db
    .updateTable('planning.shiftRecord')
    .set({ ...attained, settledAt: at })
    .where('workUnitId', '=', workUnitId)
    .where('shiftStartAt', '=', shiftStartAt)
    .execute()
}

/** The judged shifts of a site that began in a time, oldest first. */
export async function listSettled(
  db: Db,
  siteId: EquipmentId,
  since: Instant,
): Promise<(Attained & Pick<ShiftRecord, 'workUnitId' | 'shiftStartAt'>)[]> {
  const rows = await db
    .selectFrom('planning.shiftRecord')
    .select(['workUnitId', 'shiftStartAt', 'plannedS', 'ranS', 'lateS', 'stoppedS', 'idleS', 'unheardS'])
    .select(['startCount', 'metCount'])
    .where('siteId', '=', siteId)
    .where('shiftStartAt', '>=', since)
    .where('settledAt', 'is not', null)
    .orderBy('shiftStartAt')
    .limit(RECORD_LIMIT)
    .$narrowType<Attained>()
    .execute()
  return rows
}

export async function countUnsettled(db: Db, siteId: EquipmentId, since: Instant, now: Instant): Promise<number> {
  const row = await db
    .selectFrom('planning.shiftRecord')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('siteId', '=', siteId)
    .where('shiftStartAt', '>=', since)
    .where('shiftEndAt', '<', now)
    .where('settledAt', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** How the orders ended that were due in a time. One whose end nobody wrote down is left out. */
export async function countDueOrders(db: Db, siteId: EquipmentId, since: Instant, now: Instant) {
  const rows = await dueOrders(db, siteId, since, now)
  const count = (test: (row: (typeof rows)[number]) => boolean) => rows.filter(test).length
  return {
    dueCount: rows.length,
    inTimeCount: count(({ closedAt, dueAt }) => closedAt !== null && closedAt <= dueAt),
    lateCount: count(({ closedAt, dueAt }) => closedAt !== null && closedAt > dueAt),
    openCount: count(({ state }) => state === 'open'),
  }
}

function dueOrders(db: Db, siteId: EquipmentId, since: Instant, now: Instant) {
  return db
    .selectFrom('planning.productionOrder')
    .select(['dueAt', 'closedAt', 'state'])
    .where('siteId', '=', siteId)
    .where('dueAt', '>=', since)
    .where('dueAt', '<', now)
    .where((eb) =>
      eb.or([eb('state', '=', 'open'), eb.and([eb('state', '=', 'done'), eb('closedAt', 'is not', null)])]),
    )
    .limit(RECORD_LIMIT)
    .execute()
}
