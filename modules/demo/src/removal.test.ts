import { newId } from '@millrace/base'
import { control } from '@millrace/control'
import type { Module } from '@millrace/http'
import { identity, removeEnterprise } from '@millrace/identity'
import { insight } from '@millrace/insight'
import { materials } from '@millrace/materials'
import { planning } from '@millrace/planning'
import { plant } from '@millrace/plant'
import { inContext, systemActor } from '@millrace/runtime'
import { telemetry } from '@millrace/telemetry'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { demo } from './index.ts'
import { installMasterData } from './install.ts'
import { installOrders } from './install-orders.ts'

const modules: readonly Module[] = [identity, plant, telemetry, materials, control, insight, planning, demo]

test('the demo company goes with everything it planned, whatever hangs on what', async () => {
  const database = await createTestDatabase()
  const runtime = withModules(testRuntime(database.url), modules)
  const enterpriseId = newId<'Enterprise'>(Date.now())
  const actor = systemActor(enterpriseId, 'test')
  try {
    const anchorMs = Date.now()
    await inContext(runtime, actor, (ctx) => installMasterData(ctx, anchorMs))
    await inContext(runtime, actor, (ctx) => installOrders(ctx, anchorMs))
    const count = (table: string) =>
      inContext(runtime, actor, async ({ db }) => {
        const { rows } = await sql<{
          count: number
        }>`select count(*)::integer as count from ${sql.table(table)}`.execute(db)
        return rows[0]?.count
      })
    expect(await count('planning.routing_tool')).toBeGreaterThan(0)
    await inContext(runtime, actor, removeEnterprise)
    for (const table of ['planning.routing_tool', 'planning.tool', 'planning.product', 'plant.equipment'])
      expect(await count(table)).toBe(0)
  } finally {
    await runtime.app.close()
    await database.drop()
  }
}, 120_000)
