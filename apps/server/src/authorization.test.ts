import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { expect, test } from 'vitest'
import { modules } from './modules.ts'
import { holdingRoles, matrixPage, runMatrix } from './testing/authorization-matrix.ts'
import { bounds } from './testing/bounds.ts'

// proves: T-B1, T-B2 (in part: through the API)
test('every route answers every role at every plant as the matrix says', async () => {
  const database = await createTestDatabase()
  const runtime = withModules(testRuntime(database.url), modules)
  try {
    const { routes, cells, wrong } = await runMatrix(runtime, modules, bounds)
    expect(wrong).toEqual([])
    expect(cells).toBeGreaterThan(4000)
    const listed = new Set(routes.map((route) => route.operationId))
    expect(Object.keys(bounds).filter((operationId) => !listed.has(operationId))).toEqual([])
    await expect(matrixPage(routes, holdingRoles(runtime))).toMatchFileSnapshot('../authorization.md')
  } finally {
    await runtime.app.close()
    await database.drop()
  }
}, 900_000)
