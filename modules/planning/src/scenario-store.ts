import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { PlacedOperation } from './plan-rules.ts'
import type { Scenario, ScenarioChange, ScenarioId, ScenarioResult } from './scenario-contract.ts'
import { SCENARIO_LIMIT } from './scenario-contract.ts'
import './tables.ts'

export type ScenarioRow = Omit<Scenario, 'texts' | 'outdated'> & {
  readonly budgetS: number
  readonly heardAt: Instant
  readonly baseMark: string | null
}

const COLUMNS = [
  ...(['id', 'siteId', 'name', 'changes', 'state', 'budgetS', 'heardAt', 'progressRatio', 'detail'] as const),
  ...(['baseMark', 'computedAt', 'result', 'madeAt', 'madeBy', 'usedAt', 'usedBy'] as const),
] as const

/** The scenarios of a site, the oldest first. */
export function listScenarios(db: Db, siteId: EquipmentId): Promise<ScenarioRow[]> {
  return db
    .selectFrom('planning.scenario')
    .select(COLUMNS)
    .where('siteId', '=', siteId)
    .orderBy('madeAt')
    .orderBy('id')
    .limit(SCENARIO_LIMIT)
    .execute()
}

export async function countScenarios(db: Db, siteId: EquipmentId): Promise<number> {
  const { count } = await db
    .selectFrom('planning.scenario')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('siteId', '=', siteId)
    .executeTakeFirstOrThrow()
  return count
}

export function findScenario(db: Db, id: ScenarioId): Promise<ScenarioRow | undefined> {
  return db.selectFrom('planning.scenario').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Holds a scenario until the transaction ends. */
export function lockScenario(db: Db, id: ScenarioId): Promise<ScenarioRow | undefined> {
  return db.selectFrom('planning.scenario').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The plan of a scenario that was computed; empty otherwise. */
export async function placedInScenario(db: Db, id: ScenarioId): Promise<PlacedOperation[]> {
  const row = await db.selectFrom('planning.scenario').select('placed').where('id', '=', id).executeTakeFirst()
  return row?.placed ?? []
}

export async function addScenario(
  db: Db,
  row: {
    readonly id: ScenarioId
    readonly siteId: EquipmentId
    readonly name: string
    readonly changes: readonly ScenarioChange[]
    readonly budgetS: number
    readonly madeAt: Instant
    readonly madeBy: string
  },
): Promise<void> {
  await db
    .insertInto('planning.scenario')
    .values({
      ...{ ...row, changes: JSON.stringify(row.changes), state: 'waiting', progressRatio: 0, heardAt: row.madeAt },
      ...{ detail: null, baseMark: null, computedAt: null, result: null, placed: null, usedAt: null, usedBy: null },
    })
    .execute()
}

/** From now on it waits to be computed. What was computed before stays until then. */
export async function waitAgain(db: Db, id: ScenarioId, at: Instant): Promise<void> {
  await db
    .updateTable('planning.scenario')
    .set({ state: 'waiting', progressRatio: 0, detail: null, heardAt: at })
    .where('id', '=', id)
    .execute()
}

/** @returns false when it was cancelled, or is gone */
export async function saveScenarioProgress(
  db: Db,
  id: ScenarioId,
  progress: Pick<ScenarioRow, 'state' | 'progressRatio' | 'detail' | 'heardAt'>,
): Promise<boolean> {
  const saved = await db
    .updateTable('planning.scenario')
    .set(progress)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .returning('id')
    .executeTakeFirst()
  return saved !== undefined
}

/** Those that wait are alive as long as the one before them is. */
export async function hearOfWaiting(db: Db, siteId: EquipmentId, at: Instant): Promise<void> {
  await db
    .updateTable('planning.scenario')
    .set({ heardAt: at })
    .where('siteId', '=', siteId)
    .where('state', '=', 'waiting')
    .execute()
}

/** Keeps what was found. @returns false when it was cancelled, or is gone */
export async function saveResult(
  db: Db,
  id: ScenarioId,
  found: {
    readonly baseMark: string
    readonly computedAt: Instant
    readonly result: ScenarioResult
    readonly placed: readonly PlacedOperation[]
  },
): Promise<boolean> {
  const saved = await db
    .updateTable('planning.scenario')
    .set({
      ...{ baseMark: found.baseMark, computedAt: found.computedAt, heardAt: found.computedAt },
      ...{ result: JSON.stringify(found.result), placed: JSON.stringify(found.placed) },
      ...{ state: 'done', progressRatio: 1, detail: null },
    })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .returning('id')
    .executeTakeFirst()
  return saved !== undefined
}

export async function saveUse(db: Db, id: ScenarioId, usedAt: Instant, usedBy: string): Promise<void> {
  await db.updateTable('planning.scenario').set({ usedAt, usedBy }).where('id', '=', id).execute()
}

export async function removeScenario(db: Db, id: ScenarioId): Promise<void> {
  await db.deleteFrom('planning.scenario').where('id', '=', id).execute()
}
