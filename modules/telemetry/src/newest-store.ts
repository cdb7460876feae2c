import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { NewestSample } from './sample-store.ts'

/** The newest samples of the caller's enterprise, as they are stored: up to half a minute old for signals of a large plant. */
export async function listNewestOf(db: Db): Promise<Omit<NewestSample, 'enterpriseId'>[]> {
  const { rows } = await sql<Omit<NewestSample, 'enterpriseId'>>`
    select series, timestamp_ms, value, text, quality from telemetry.latest where ${ours()}`.execute(db)
  return rows
}
