import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Advice, AdviceId, AdviceResult, AdviceWish, SwitchOffId } from './energy-advice-contract.ts'
import type { PlanId } from './schedule-contract.ts'
import './tables.ts'

export type AdviceRow = Omit<Advice, 'stale'> & {
  readonly siteId: EquipmentId
  readonly planId: PlanId
  readonly planRevision: number
  readonly heardAt: Instant
}

const COLUMNS = [
  ...(['id', 'siteId', 'state', 'wish', 'planId', 'planRevision', 'result', 'progressRatio'] as const),
  ...(['startedAt', 'startedBy', 'heardAt', 'decidedBy'] as const),
] as const
/** More than a plan has of them. */
const SWITCH_OFF_LIMIT = 500

/** The one of a site that is looked for or open, or was last. */
export function findAdvice(db: Db, siteId: EquipmentId): Promise<AdviceRow | undefined> {
  return db
    .selectFrom('planning.energyAdvice')
    .select(COLUMNS)
    .where('siteId', '=', siteId)
    .orderBy('startedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function lockAdvice(db: Db, id: AdviceId): Promise<AdviceRow | undefined> {
  return db.selectFrom('planning.energyAdvice').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** What was open, or was not heard of since a moment, gives way to a new one. */
export async function outdateAdvice(db: Db, siteId: EquipmentId, at: Instant, heardAfter: Instant): Promise<void> {
  await db
    .updateTable('planning.energyAdvice')
    .set({ state: 'outdated', decidedAt: at })
    .where('siteId', '=', siteId)
    .where((eb) =>
      eb.or([eb('state', '=', 'open'), eb.and([eb('state', '=', 'running'), eb('heardAt', '<', heardAfter)])]),
    )
    .execute()
}

/** Violates `energy_advice_current` while another one is looked for. */
export async function addAdvice(
  db: Db,
  row: {
    readonly id: AdviceId
    readonly siteId: EquipmentId
    readonly wish: AdviceWish
    readonly planId: PlanId
    readonly planRevision: number
    readonly startedAt: Instant
    readonly startedBy: string
  },
): Promise<void> {
  await db
    .insertInto('planning.energyAdvice')
    .values({
      ...{ ...row, wish: JSON.stringify(row.wish), state: 'running', result: null, progressRatio: 0 },
      ...{ heardAt: row.startedAt, decidedAt: null, decidedBy: null, reason: null },
    })
    .execute()
}

/** @returns false when it is not looked for any more */
export async function saveAdviceProgress(
  db: Db,
  id: AdviceId,
  {
    result,
    ...progress
  }: {
    readonly heardAt: Instant
    readonly progressRatio: number
    readonly state?: 'open' | 'failed' | 'cancelled'
    readonly result?: AdviceResult
  },
): Promise<boolean> {
  const saved = await db
    .updateTable('planning.energyAdvice')
    .set({ ...progress, ...(result && { result: JSON.stringify(result) }) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  return saved !== undefined
}

export async function decideAdvice(
  db: Db,
  id: AdviceId,
  decision: {
    readonly state: 'accepted' | 'dismissed'
    readonly decidedAt: Instant
    readonly decidedBy: string
    readonly reason: string | null
  },
): Promise<void> {
  await db.updateTable('planning.energyAdvice').set(decision).where('id', '=', id).execute()
}

export interface SwitchOffRow {
  readonly id: SwitchOffId
  readonly siteId: EquipmentId
  readonly workUnitId: EquipmentId
  readonly fromAt: Instant
  readonly toAt: Instant
  readonly madeBy: string
}

/** What was decided and is not over. */
export function listSwitchOffs(db: Db, siteId: EquipmentId, after: Instant): Promise<SwitchOffRow[]> {
  return db
    .selectFrom('planning.energySwitchOff')
    .select(['id', 'siteId', 'workUnitId', 'fromAt', 'toAt', 'madeBy'])
    .where('siteId', '=', siteId)
    .where('toAt', '>', after)
    .orderBy('fromAt')
    .limit(SWITCH_OFF_LIMIT)
    .execute()
}

export function findSwitchOff(db: Db, id: SwitchOffId): Promise<SwitchOffRow | undefined> {
  return db
    .selectFrom('planning.energySwitchOff')
    .select(['id', 'siteId', 'workUnitId', 'fromAt', 'toAt', 'madeBy'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Adds decisions; those of the same machine that they meet give way, and what has long been over goes. */
export async function addSwitchOffs(db: Db, rows: readonly SwitchOffRow[], keptFrom: Instant): Promise<void> {
  for (const { siteId, workUnitId, fromAt, toAt } of rows)
    await db
      .deleteFrom('planning.energySwitchOff')
      .where('siteId', '=', siteId)
      .where((eb) =>
        eb.or([
          eb('toAt', '<', keptFrom),
          eb.and([eb('workUnitId', '=', workUnitId), eb('fromAt', '<', toAt), eb('toAt', '>', fromAt)]),
        ]),
      )
      .execute()
  if (rows.length > 0) await db.insertInto('planning.energySwitchOff').values(rows).execute()
}

export async function removeSwitchOff(db: Db, id: SwitchOffId): Promise<void> {
  await db.deleteFrom('planning.energySwitchOff').where('id', '=', id).execute()
}
