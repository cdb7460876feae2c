import type { Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import type { Insertable } from 'kysely'
import {
  DEFAULT_RULES,
  HOLDS_MAX,
  type Hold,
  type HoldId,
  type RetentionRule,
  type SignalClass,
} from './retention-contract.ts'
import type { Volume } from './retention-rules.ts'
import type { HoldTable } from './tables.ts'

export interface RuleRow extends RetentionRule {
  readonly changedAt: Instant
  readonly changedByName: string
}

/** The rules that were changed; the others are as by default. */
export function listRules(db: Db): Promise<RuleRow[]> {
  return db
    .selectFrom('telemetry.retention')
    .select(['class', 'rawDays', 'minuteDays', 'hourDays', 'changedAt', 'changedByName'])
    .execute()
}

/** One rule of each class: those that were changed, else as by default. */
export async function rulesOf(db: Db): Promise<RetentionRule[]> {
  const changed = new Map((await listRules(db)).map((row) => [row.class, row]))
  return DEFAULT_RULES.map((rule) => {
    const { rawDays, minuteDays, hourDays } = changed.get(rule.class) ?? rule
    return { class: rule.class, rawDays, minuteDays, hourDays }
  })
}

export async function saveRules(db: Db, rows: readonly RuleRow[]): Promise<void> {
  await db
    .insertInto('telemetry.retention')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(['enterpriseId', 'class']).doUpdateSet((set) => ({
        rawDays: set.ref('excluded.rawDays'),
        minuteDays: set.ref('excluded.minuteDays'),
        hourDays: set.ref('excluded.hourDays'),
        changedAt: set.ref('excluded.changedAt'),
        changedByName: set.ref('excluded.changedByName'),
      })),
    )
    .execute()
}

/** Up to when single samples were thinned out, by class. */
export async function listThinned(db: Db): Promise<Map<SignalClass, number>> {
  const rows = await db
    .selectFrom('telemetry.thinned')
    .select(['class', 'beforeMs'])
    .where('tier', '=', 'raw')
    .execute()
  return new Map(rows.map((row) => [row.class, row.beforeMs]))
}

/** What the history takes, by site, class, form and week. */
export function listVolumes(db: Db): Promise<(Volume & { siteId: EquipmentId; measuredAt: Instant })[]> {
  return db
    .selectFrom('telemetry.volume')
    .select(['siteId', 'class', 'tier', 'weekMs', 'seriesCount', 'sampleCount', 'bytes', 'measuredAt'])
    .orderBy('weekMs')
    .execute()
}

const HOLD_COLUMNS = [
  ...(['id', 'siteId', 'workUnitId', 'fromMs', 'toMs', 'reason', 'createdAt', 'createdByName'] as const),
  ...(['releasedAt', 'releasedByName'] as const),
] as const

/** What is held, newest first, then what was released. */
export function listHolds(db: Db, reach: Reach): Promise<Hold[]> {
  return db
    .selectFrom('telemetry.hold')
    .select(HOLD_COLUMNS)
    .where(within(reach, 'siteId', 'workUnitId'))
    .orderBy('releasedAt', (order) => order.desc().nullsFirst())
    .orderBy('createdAt', 'desc')
    .limit(HOLDS_MAX)
    .execute()
}

export async function countHolds(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('telemetry.hold')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('releasedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export function addHold(db: Db, row: Insertable<HoldTable>): Promise<Hold> {
  return db.insertInto('telemetry.hold').values(row).returning(HOLD_COLUMNS).executeTakeFirstOrThrow()
}

/** Finds one and holds it until the transaction ends. */
export function lockHold(db: Db, id: HoldId): Promise<Hold | undefined> {
  return db.selectFrom('telemetry.hold').select(HOLD_COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function releaseHold(db: Db, id: HoldId, releasedAt: Instant, releasedByName: string): Promise<Hold> {
  return db
    .updateTable('telemetry.hold')
    .set({ releasedAt, releasedByName })
    .where('id', '=', id)
    .returning(HOLD_COLUMNS)
    .executeTakeFirstOrThrow()
}
