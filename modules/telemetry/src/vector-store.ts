import type { VectorFrame } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { Series } from './contract.ts'
import { type FrameRow, frameOfRow } from './sample-store.ts'

/** A stored vector; `frame` is undefined in rows from before frames. */
export interface StoredVector {
  readonly timestampMs: number
  readonly values: readonly number[]
  readonly frame: VectorFrame | undefined
}

/** So many numbers at most in one answer: about 10 MB as text. */
const ANSWER_NUMBERS = 500_000

type Row = { timestampMs: number; values: string } & FrameRow
const columns = sql`timestamp_ms, "values"::text as "values", form, step_hz, window_of, averages`

/** Good vectors of a range, newest first: at most `limit`, and fewer when they are long. */
export async function listVectors(
  db: Db,
  series: Series,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<StoredVector[]> {
  const { rows } = await sql<Row>`
    select ${columns} from (
      select *, sum(cardinality("values")) over (order by timestamp_ms desc) as so_far from (
        select * from telemetry.vector
        where ${ours()} and series = ${series} and timestamp_ms >= ${fromMs} and timestamp_ms < ${toMs} and quality = 2
        order by timestamp_ms desc limit ${limit}) newest
    ) counted
    where so_far - cardinality("values") < ${ANSWER_NUMBERS} order by timestamp_ms desc`.execute(db)
  return rows.map(vectorOf)
}

/** The newest good vector at or before a moment. */
export async function findVector(db: Db, series: Series, atMs: number): Promise<StoredVector | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from telemetry.vector
    where ${ours()} and series = ${series} and timestamp_ms <= ${atMs} and quality = 2
    order by timestamp_ms desc limit 1`.execute(db)
  return rows[0] && vectorOf(rows[0])
}

/** When there are good vectors in a range, newest first. */
export async function listVectorTimes(
  db: Db,
  series: Series,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql<{ timestampMs: number }>`
    select timestamp_ms from telemetry.vector
    where ${ours()} and series = ${series} and timestamp_ms >= ${fromMs} and timestamp_ms < ${toMs} and quality = 2
    order by timestamp_ms desc limit ${limit}`.execute(db)
  return rows.map((row) => row.timestampMs)
}

/** The vectors of these times, in order. */
export async function listVectorsAt(db: Db, series: Series, timesMs: readonly number[]): Promise<StoredVector[]> {
  if (timesMs.length === 0) return []
  const { rows } = await sql<Row>`
    select ${columns} from telemetry.vector
    where ${ours()} and series = ${series} and timestamp_ms = any(${timesMs}::bigint[]) and quality = 2
      and timestamp_ms >= ${Math.min(...timesMs)} and timestamp_ms <= ${Math.max(...timesMs)}
    order by timestamp_ms`.execute(db)
  return rows.map(vectorOf)
}

function vectorOf({ timestampMs, values, ...frame }: Row): StoredVector {
  return { timestampMs, values: JSON.parse(`[${values.slice(1, -1)}]`) as number[], frame: frameOfRow(frame) }
}
