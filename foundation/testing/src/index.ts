import { newId } from '@millrace/base'
import { type Actor, type Context, contextOn, type Holding, holding, type Runtime } from '@millrace/runtime'
import { sql } from 'kysely'
import { test as base } from 'vitest'
import { createTestDatabase } from './database.ts'
import { testRuntime } from './runtime.ts'

export { createTestDatabase, type TestDatabase } from './database.ts'
export { MIGRATION_FOLDERS } from './migrations.ts'
export { toBeProblem } from './problem-matcher.ts'
export { testRuntime, withModules } from './runtime.ts'

/** A person of an enterprise, holding permissions everywhere unless told where. */
export function somebody(
  enterpriseId: string,
  permissions: Readonly<Record<string, 'everywhere' | Iterable<string>>> = {},
): Actor {
  return {
    kind: 'person',
    id: newId(Date.now()),
    name: 'Test Person',
    enterpriseId,
    permissions: new Map<string, readonly Holding[]>(
      Object.entries(permissions).map(([name, where]) => [name, holding(where)]),
    ),
  }
}

class RollBack extends Error {}

interface Fixtures {
  /** Runs `act` as this actor in the test's transaction. */
  as: <T>(actor: Actor, act: (ctx: Context) => Promise<T>) => Promise<T>
  /** A context of a new enterprise whose actor may do everything; rolled back after the test. */
  ctx: Context
}

/**
 * A test with a real transaction in a real database, rolled back afterwards. One database for each test file.
 */
export const test = base.extend<Fixtures & { runtime: Runtime }>({
  runtime: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures from the pattern
    async ({}, use) => {
      const database = await createTestDatabase()
      const runtime = testRuntime(database.url)
      await use(runtime)
      await runtime.app.close()
      await database.drop()
    },
    { scope: 'file' },
  ],
  ctx: async ({ runtime }, use) => {
    const enterpriseId = newId(Date.now())
    const actor: Actor = { ...somebody(enterpriseId), kind: 'system', id: 'test' }
    await runtime.app.kysely
      .transaction()
      .execute((db) =>
        contextOn(
          runtime,
          actor,
          async (ctx) => {
            await sql`insert into runtime.tenant (enterprise_id) values (${enterpriseId})`.execute(db)
            await use(ctx)
            throw new RollBack()
          },
          (run) => run(db),
        ),
      )
      .catch((error: unknown) => {
        if (!(error instanceof RollBack)) throw error
      })
  },
  as: async ({ runtime, ctx }, use) => {
    await use((actor, act) => contextOn(runtime, actor, act, (run) => run(ctx.db)))
  },
})
