import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { expect, test } from 'vitest'
import { modules } from './modules.ts'
import { runIsolation } from './testing/isolation.ts'

const SEED = 20_261_124

// proves: T-B2, T-B10
test.each([
  ['with every wall', 'both'],
  ['behind row-level security alone', 'row-level-security'],
  ['behind the program alone', 'program'],
] as const)(
  'two companies that know each other’s ids never see one, %s',
  async (_, walls) => {
    const database = await createTestDatabase()
    const runtime = withModules(testRuntime(database.url), modules)
    try {
      const result = await runIsolation({
        ...{ runtime, modules, databaseUrl: database.url, walls, sequences: 2000, seed: SEED },
      })
      expect(result.examples, `seed ${SEED}`).toEqual([])
      expect(result.foreignIdsSeen).toBe(0)
      expect(result.successes).toBeGreaterThan(result.calls / 10)
    } finally {
      await runtime.app.close()
      await database.drop()
    }
  },
  240_000,
)
