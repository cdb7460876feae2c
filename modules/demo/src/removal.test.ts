import { newId } from '@millrace/base'
import { removeEnterprise } from '@millrace/identity'
import { inContext, systemActor } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { installMasterData } from './install.ts'
import { installOrders } from './install-orders.ts'
import { modules } from './testing/modules.ts'

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
