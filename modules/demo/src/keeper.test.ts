import { welcome } from '@millrace/identity'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { expect, test } from 'vitest'
import { DemoKeeper } from './keeper.ts'
import { modules } from './testing/modules.ts'

test('once it says so, the people of a company that is still being brought can be signed in as', async () => {
  const database = await createTestDatabase()
  const runtime = withModules(testRuntime(database.url), modules)
  const keeper = new DemoKeeper()
  try {
    await keeper.install(runtime)
    await keeper.untilInhabited()
    const { setUp, demoPeople } = await welcome(runtime)
    expect([setUp, demoPeople.map(({ name }) => name)]).toEqual([true, expect.arrayContaining(['Nadia Brunner'])])
    expect(keeper.company.state).toBe('installing')
  } finally {
    await keeper.stop()
    await runtime.app.close()
    await database.drop()
  }
}, 120_000)
