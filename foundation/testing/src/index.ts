import { randomBytes } from 'node:crypto'
import { newId } from '@millrace/base'
import { openPool } from '@millrace/db'
import {
  type Actor,
  answering,
  type Context,
  contextOn,
  createLive,
  type Extension,
  type Holding,
  holding,
  type Log,
  type Runtime,
  secretsFrom,
} from '@millrace/runtime'
import { sql } from 'kysely'
import { test as base } from 'vitest'
import { createTestDatabase } from './database.ts'

export { createTestDatabase, type TestDatabase } from './database.ts'
export { MIGRATION_FOLDERS } from './migrations.ts'
export { toBeProblem } from './problem-matcher.ts'

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

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

/** A runtime on a database, without listeners: what is announced stays in the outbox. */
export function testRuntime(
  url: string,
  onError: (error: Error) => void = () => undefined,
  _modules: Partial<Pick<Runtime, 'permissions' | 'answer'>> = {},
): Runtime {
  return {
    app: openPool({ url, role: 'millrace_app', max: 5, onError }),
    openPool: (role, max) => openPool({ url, role, max, onError }),
    log: SILENT,
    live: createLive(),
    secrets: secretsFrom(randomBytes(32)),
    permissions: [],
    announced: () => undefined,
    answer: answering([]),
  }
}

/** The runtime of a program of these modules: it knows their permissions and asks their extensions. */
export function withModules(runtime: Runtime, modules: readonly Module[]): Runtime {
  return {
    ...runtime,
    permissions: modules.flatMap((module) => module.permissions ?? []),
    answer: answering(modules.flatMap((module) => module.extends ?? [])),
  }
}

/** What is needed of a module. */
interface Module {
  readonly permissions?: Runtime['permissions']
  readonly extends?: readonly Extension[]
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
