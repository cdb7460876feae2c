import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { PlacedOperation } from './plan-rules.ts'
import type { PlanId, Run } from './schedule-contract.ts'
import './tables.ts'

export interface PlanRow {
  readonly id: PlanId
  readonly siteId: EquipmentId
  readonly state: 'draft' | 'published' | 'superseded'
  readonly revision: number
  readonly madeAt: Instant
  readonly madeBy: string
  readonly publishedAt: Instant | null
  readonly publishedBy: string | null
}

const COLUMNS = ['id', 'siteId', 'state', 'revision', 'madeAt', 'madeBy', 'publishedAt', 'publishedBy'] as const
/** Rows in one statement: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 2000
/** How many published plans of a site are kept behind the present one. */
const KEPT = 20

type Current = 'draft' | 'published'

export function findPlan(db: Db, siteId: EquipmentId, state: Current): Promise<PlanRow | undefined> {
  return db
    .selectFrom('planning.plan')
    .select(COLUMNS)
    .where('siteId', '=', siteId)
    .where('state', '=', state)
    .executeTakeFirst()
}

/** The sites that work by a published plan. */
export async function listPublishedSites(db: Db): Promise<EquipmentId[]> {
  const rows = await db.selectFrom('planning.plan').select('siteId').where('state', '=', 'published').execute()
  return rows.map(({ siteId }) => siteId)
}

/** Holds a plan until the transaction ends, so that changes follow each other. */
export function lockPlan(db: Db, siteId: EquipmentId, state: Current): Promise<PlanRow | undefined> {
  return db
    .selectFrom('planning.plan')
    .select(COLUMNS)
    .where('siteId', '=', siteId)
    .where('state', '=', state)
    .forUpdate()
    .executeTakeFirst()
}

export async function addDraft(
  db: Db,
  draft: Pick<PlanRow, 'id' | 'siteId' | 'madeAt' | 'madeBy'>,
  operations: readonly PlacedOperation[],
): Promise<void> {
  await db
    .insertInto('planning.plan')
    .values({ ...draft, state: 'draft', revision: 1, publishedAt: null, publishedBy: null })
    .execute()
  await addOperations(db, draft.id, operations)
}

/** The draft holds these operations and no others from now on. */
export async function replaceOperations(
  db: Db,
  plan: Pick<PlanRow, 'id' | 'madeAt' | 'madeBy'>,
  operations: readonly PlacedOperation[],
): Promise<void> {
  await db.deleteFrom('planning.planOperation').where('planId', '=', plan.id).execute()
  await addOperations(db, plan.id, operations)
  await db
    .updateTable('planning.plan')
    .set((eb) => ({ revision: eb('revision', '+', 1), madeAt: plan.madeAt, madeBy: plan.madeBy }))
    .where('id', '=', plan.id)
    .execute()
}

async function addOperations(db: Db, planId: PlanId, operations: readonly PlacedOperation[]): Promise<void> {
  for (let from = 0; from < operations.length; from += ROWS_AT_ONCE) {
    const rows = operations.slice(from, from + ROWS_AT_ONCE)
    await db
      .insertInto('planning.planOperation')
      .values(rows.map(({ reason, ...row }) => ({ planId, ...row, reason: JSON.stringify(reason) })))
      .execute()
  }
}

/** The operations of a plan by start. */
export function listOperations(db: Db, planId: PlanId): Promise<PlacedOperation[]> {
  return db
    .selectFrom('planning.planOperation')
    .select(['orderId', 'position', 'part', 'quantity', 'workUnitId', 'lane', 'setupStartAt', 'startAt', 'endAt'])
    .select(['operatorGroupId', 'locked', 'reason'])
    .where('planId', '=', planId)
    .orderBy('startAt')
    .orderBy('orderId')
    .orderBy('position')
    .orderBy('part')
    .execute()
}

/** Turns the draft into the published plan; the one before is kept behind it for a while. */
export async function publish(db: Db, draft: PlanRow, at: Instant, by: string): Promise<void> {
  const { siteId } = draft
  await db
    .updateTable('planning.plan')
    .set({ state: 'superseded' })
    .where('siteId', '=', siteId)
    .where('state', '=', 'published')
    .execute()
  await db
    .updateTable('planning.plan')
    .set({ state: 'published', publishedAt: at, publishedBy: by })
    .where('id', '=', draft.id)
    .execute()
  const old = await db
    .selectFrom('planning.plan')
    .select('id')
    .where('siteId', '=', siteId)
    .where('state', '=', 'superseded')
    .orderBy('publishedAt', 'desc')
    .offset(KEPT)
    .execute()
  for (const { id } of old) await db.deleteFrom('planning.plan').where('id', '=', id).execute()
}

/** Throws the draft away. */
export async function removeDraft(db: Db, id: PlanId): Promise<void> {
  await db.deleteFrom('planning.plan').where('id', '=', id).where('state', '=', 'draft').execute()
}

export type RunRow = Run & { readonly id: string; readonly heardAt: Instant }

export function findRun(db: Db, siteId: EquipmentId): Promise<RunRow | undefined> {
  return db
    .selectFrom('planning.run')
    .select(['id', 'state', 'startedAt', 'heardAt', 'startedBy', 'budgetS', 'progressRatio', 'lateCount', 'detail'])
    .where('siteId', '=', siteId)
    .executeTakeFirst()
}

/**
 * Begins a run unless one is under way that was heard of since `heardAfter`.
 *
 * @returns whether it began
 */
export async function beginRun(
  db: Db,
  run: { siteId: EquipmentId; id: string; startedAt: Instant; budgetS: number; startedBy: string },
  heardAfter: Instant,
): Promise<boolean> {
  const row = {
    ...{ ...run, heardAt: run.startedAt, state: 'running' as const, progressRatio: 0 },
    ...{ lateCount: null, detail: null },
  }
  const { siteId: _, ...again } = row
  const begun = await db
    .insertInto('planning.run')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['enterpriseId', 'siteId'])
        .doUpdateSet(again)
        .where((eb) => eb.or([eb('planning.run.state', '!=', 'running'), eb('planning.run.heardAt', '<', heardAfter)])),
    )
    .returning('id')
    .executeTakeFirst()
  return begun !== undefined
}

/** @returns false when the run was cancelled, or another has taken its place */
export async function saveProgress(
  db: Db,
  id: string,
  progress: Partial<Pick<RunRow, 'state' | 'progressRatio' | 'lateCount' | 'detail'>> & { heardAt: Instant },
): Promise<boolean> {
  const saved = await db
    .updateTable('planning.run')
    .set(progress)
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  return saved !== undefined
}
