import type { Instant, VectorFrame } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Selectable, sql } from 'kysely'
import { hourOf } from './chunk-rules.ts'
import type { Series } from './contract.ts'
import type { ExportId } from './export-contract.ts'
import { type FrameRow, frameOfRow } from './sample-store.ts'
import type { ExportTable } from './tables.ts'

export type ExportRow = Omit<Selectable<ExportTable>, 'enterpriseId'>

const COLUMNS = [
  ...(['id', 'createdBy', 'createdAt', 'expiresAt', 'series', 'fromMs', 'toMs', 'resolution', 'format'] as const),
  ...(['state', 'attempt', 'progressRatio', 'rowCount', 'byteCount', 'startedAt', 'endedAt'] as const),
] as const

export async function addExport(
  db: Db,
  row: Pick<ExportRow, 'id' | 'createdBy' | 'createdAt' | 'expiresAt'> &
    Pick<ExportRow, 'series' | 'fromMs' | 'toMs' | 'resolution' | 'format'>,
): Promise<ExportRow> {
  return db
    .insertInto('telemetry.export')
    .values({ ...row, state: 'ready' })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

/** The newest exports of an account. */
export function listExports(db: Db, createdBy: string, limit: number): Promise<ExportRow[]> {
  return db
    .selectFrom('telemetry.export')
    .select(COLUMNS)
    .where('createdBy', '=', createdBy)
    .orderBy('createdAt', 'desc')
    .limit(limit)
    .execute()
}

export function findExport(db: Db, id: ExportId, createdBy: string): Promise<ExportRow | undefined> {
  return db
    .selectFrom('telemetry.export')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('createdBy', '=', createdBy)
    .executeTakeFirst()
}

/** How many exports an account has made since a moment. */
export async function countExports(db: Db, createdBy: string, since: Instant): Promise<number> {
  const { count } = await db
    .selectFrom('telemetry.export')
    .select((make) => make.fn.countAll<string>().as('count'))
    .where('createdBy', '=', createdBy)
    .where('createdAt', '>=', since)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Begins a download: the one before hears of it by the number it finds. */
export async function startExport(db: Db, id: ExportId, startedAt: Instant): Promise<ExportRow> {
  return db
    .updateTable('telemetry.export')
    .set((make) => ({
      ...{ state: 'running', startedAt, endedAt: null, progressRatio: 0, rowCount: 0, byteCount: 0 },
      attempt: make('attempt', '+', 1),
    }))
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

/** Says how far a download is. @returns false when it is not to go on: cancelled, removed, or begun anew. */
export async function saveProgress(
  db: Db,
  { id, attempt }: Pick<ExportRow, 'id' | 'attempt'>,
  progress: Pick<ExportRow, 'progressRatio' | 'rowCount' | 'byteCount'> & Partial<Pick<ExportRow, 'state' | 'endedAt'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('telemetry.export')
    .set(progress)
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** @returns undefined when it had ended already. */
export function cancelExport(db: Db, id: ExportId, endedAt: Instant): Promise<ExportRow | undefined> {
  return db
    .updateTable('telemetry.export')
    .set({ state: 'cancelled', endedAt })
    .where('id', '=', id)
    .where('state', 'in', ['ready', 'running', 'interrupted'])
    .returning(COLUMNS)
    .executeTakeFirst()
}

export async function removeExpired(db: Db, before: Instant): Promise<void> {
  await db.deleteFrom('telemetry.export').where('expiresAt', '<', before).execute()
}

/** The hours in which a series has single samples, with how many at most, in order. */
export async function listSampleHours(
  db: Db,
  series: Series,
  fromMs: number,
  toMs: number,
): Promise<{ hourMs: number; count: number }[]> {
  const { rows } = await sql<{ hourMs: number; count: number }>`
    select c.first_ms - c.first_ms % 3600000 as hour_ms, sum(c.count)::bigint as count from telemetry.chunk c
    where ${ours('c')} and c.series = ${series} and c.first_ms >= ${hourOf(fromMs)} and c.first_ms < ${toMs}
    group by 1 order by 1`.execute(db)
  return rows
}

/** About how many single samples and vectors some series have in a range, never fewer than there are. */
export async function countSamples(db: Db, series: readonly Series[], fromMs: number, toMs: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`select
    (select coalesce(sum(c.count), 0) from telemetry.chunk c where ${ours('c')} and c.series = any(${series}::int[])
       and c.first_ms >= ${hourOf(fromMs)} and c.first_ms < ${toMs})
    + (select count(*) from telemetry.vector v where ${ours('v')} and v.series = any(${series}::int[])
       and v.timestamp_ms >= ${fromMs} and v.timestamp_ms < ${toMs}) as count`.execute(db)
  return Number(rows[0]?.count ?? 0)
}

/** The vectors of a range in the order of time, bad ones with null. */
export async function listVectorsFrom(
  db: Db,
  series: Series,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<{ timestampMs: number; quality: number; values: string | null; frame: VectorFrame | undefined }[]> {
  const { rows } = await sql<{ timestampMs: number; quality: number; values: string | null } & FrameRow>`
    select timestamp_ms, quality, array_to_json("values")::text as "values", form, step_hz, window_of, averages
    from telemetry.vector
    where ${ours()} and series = ${series} and timestamp_ms >= ${fromMs} and timestamp_ms < ${toMs}
    order by timestamp_ms limit ${limit}`.execute(db)
  return rows.map(({ timestampMs, quality, values, ...frame }) => ({
    ...{ timestampMs, quality, values },
    frame: frameOfRow(frame),
  }))
}

/** The names of machines. */
export async function namesOf(db: Db, ids: readonly EquipmentId[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom('plant.equipment').select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
