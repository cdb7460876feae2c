import { control } from '@millrace/control'
import type { Module } from '@millrace/http'
import { identity, welcome } from '@millrace/identity'
import { insight } from '@millrace/insight'
import { materials } from '@millrace/materials'
import { planning } from '@millrace/planning'
import { plant } from '@millrace/plant'
import { telemetry } from '@millrace/telemetry'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { expect, test } from 'vitest'
import { demo } from './index.ts'
import { DemoKeeper } from './keeper.ts'

const modules: readonly Module[] = [identity, plant, telemetry, materials, control, insight, planning, demo]

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
