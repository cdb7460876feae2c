import { createTestDatabase, testRuntime } from '@millrace/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Leases } from './leases.ts'

const PARTS = 8
let database: Awaited<ReturnType<typeof createTestDatabase>>
let runtime: ReturnType<typeof testRuntime>

beforeAll(async () => {
  database = await createTestDatabase()
  runtime = testRuntime(database.url)
})

afterAll(async () => {
  await runtime.app.close()
  await database.drop()
})

/** Somebody who takes parts, and what was said of it. */
function someone() {
  const own = new Set<number>()
  const leases = new Leases({
    openPool: () => runtime.openPool('millrace_ingest', 1),
    ...{ key: 4711, parts: PARTS, log: runtime.log },
    onTaken: (part) => own.add(part),
    onGiven: async (part) => {
      own.delete(part)
    },
  })
  return { own, leases }
}

test('parts are divided among those who are there, each held by one, and go to whoever is left', async () => {
  const first = someone()
  await vi.waitFor(() => expect(first.own.size).toBe(PARTS), 10_000)

  const second = someone()
  await vi.waitFor(() => expect([first.own.size, second.own.size]).toEqual([4, 4]), 15_000)
  expect(new Set([...first.own, ...second.own]).size).toBe(PARTS)

  await first.leases.stop()
  await vi.waitFor(() => expect(second.own.size).toBe(PARTS), 10_000)
  expect(first.own.size).toBe(0)
  await second.leases.stop()
})
