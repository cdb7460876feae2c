import type { Runtime } from '@millrace/runtime'
import { expect, vi } from 'vitest'
import { hubOf } from '../hub.ts'
import { settleHours } from '../settler.ts'

/** Settles all hours due by then, and waits for those that the server's own settlers have in hand. */
export async function settleAll(runtime: Runtime, nowMs: number): Promise<void> {
  const pool = hubOf(runtime).ingest?.pool
  await vi.waitFor(async () => {
    while (await pool?.transact((client) => settleHours(client, nowMs)));
    const left = await pool?.transact((client) =>
      client.query('select from telemetry.unsettled_hour where due_at <= to_timestamp($1::float8 / 1000)', [nowMs]),
    )
    expect(left?.rowCount).toBe(0)
  }, 20_000)
}
