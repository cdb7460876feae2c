import { until } from '@millrace/testing/house'
import type pg from 'pg'

const DRAIN_MS = 600_000

/** Lets every hour be settled now, and waits for it. */
export async function untilSettled(client: pg.Client): Promise<void> {
  const isEmpty = async (table: string) =>
    (await client.query(`select 1 from telemetry.${table} limit 1`)).rowCount === 0
  await until('an empty inbox', DRAIN_MS, () => isEmpty('inbox'), 50)
  await client.query('update telemetry.unsettled_hour set due_at = now()')
  await until('every hour settled', DRAIN_MS, () => isEmpty('unsettled_hour'), 50)
}
