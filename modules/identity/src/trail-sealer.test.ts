import { newId } from '@millrace/base'
import { createLive, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, type TestDatabase, testRuntime } from '@millrace/testing'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createEnterprise } from './index.ts'
import { sealTrail, tellWitness } from './trail-seal.ts'
import { TrailSealer } from './trail-sealer.ts'

const TURN_MS = 2000
const TURNS_A_MINUTE = 30

let database: TestDatabase
let bare: Runtime
let root: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  bare = testRuntime(database.url)
  root = new pg.Client({ connectionString: database.url })
  root.on('error', () => undefined)
  await root.connect()
})
afterAll(async () => {
  await root.end()
  await bare.app.close()
  await database.drop()
})

/** A server of its own: what it publishes no other hears. */
const server = (): Runtime => ({ ...bare, live: createLive() })

async function found(runtime: Runtime): Promise<string> {
  const id = newId<'Enterprise'>(Date.now())
  await root.query('delete from identity.founding; delete from runtime.tenant')
  await inContext(runtime, systemActor(id, 'test'), (ctx) => createEnterprise(ctx, { id, name: 'Muster', demo: false }))
  return id
}

const act = (runtime: Runtime, id: string) =>
  inContext(runtime, systemActor(id, 'test'), async (ctx) =>
    ctx.audit({ action: 'test.thing.change', object: 'thing 1' }),
  )

async function standOf(id: string): Promise<{ placed: number; signed: number; witnessed: number }> {
  const { rows } = await root.query(
    `select (select count(*)::int from audit.leaf where enterprise_id = $1) as placed,
       (select coalesce(max(size), 0)::int from audit.head where enterprise_id = $1) as signed`,
    [id],
  )
  const last = await bare.witness.last(id)
  return { ...rows[0], witnessed: last === undefined ? 0 : JSON.parse(last).head.size }
}

/** The clock goes on by so much; everything else is as it is. */
function pass(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}
afterEach(() => {
  vi.useRealTimers()
})

/** Counts what a runtime says to the database. */
function counting(runtime: Runtime): { runtime: Runtime; count(): number } {
  let count = 0
  const kysely = runtime.app.kysely.withPlugin({
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { runtime: { ...runtime, app: { ...runtime.app, kysely } }, count: () => count }
}

test('what this server writes is placed at the next turn, and signed and witnessed within a minute', async () => {
  const runtime = server()
  const sealer = new TrailSealer(runtime)
  const id = await found(runtime)
  await sealer.turn(0)
  expect(await standOf(id)).toEqual({ placed: 1, signed: 1, witnessed: 1 })
  await act(runtime, id)
  await sealer.turn(TURN_MS)
  expect(await standOf(id)).toEqual({ placed: 2, signed: 1, witnessed: 1 })
  // It is not forgotten while its head waits, though nothing more is written.
  pass(61_000)
  await sealer.turn(2 * TURN_MS)
  expect(await standOf(id)).toEqual({ placed: 2, signed: 2, witnessed: 2 })
  await sealer.stop()
})

test('what another server wrote and did not seal is found within a minute, and all is closed at the end', async () => {
  const runtime = server()
  const sealer = new TrailSealer(runtime)
  const id = await found(runtime)
  await sealer.turn(0)
  await act(server(), id)
  await sealer.turn(TURN_MS)
  expect((await standOf(id)).placed).toBe(1)
  await sealer.turn(TURNS_A_MINUTE * TURN_MS)
  expect((await standOf(id)).placed).toBe(2)
  await act(server(), id)
  await sealer.stop()
  expect(await standOf(id)).toEqual({ placed: 3, signed: 3, witnessed: 3 })
})

test('a witness that cannot be written to is told at a later turn', async () => {
  const runtime = server()
  const id = await found(runtime)
  const full = async () => {
    throw new Error('no space left on device')
  }
  let isFull = true
  const witness = {
    ...runtime.witness,
    append: (...of: Parameters<Runtime['witness']['append']>) => (isFull ? full() : runtime.witness.append(...of)),
  }
  const sealer = new TrailSealer({ ...runtime, witness })
  await sealer.turn(0)
  expect(await standOf(id)).toEqual({ placed: 1, signed: 1, witnessed: 0 })
  isFull = false
  await sealer.turn(TURNS_A_MINUTE * TURN_MS)
  expect((await standOf(id)).witnessed).toBe(1)
  await sealer.stop()
})

test('a company in which nothing happens costs less than one statement in three seconds', async () => {
  const { runtime, count } = counting(server())
  const id = await found(runtime)
  const sealer = new TrailSealer(runtime)
  await sealer.turn(0)
  pass(61_000)
  const before = count()
  for (let turn = 1; turn <= TURNS_A_MINUTE; turn += 1) await sealer.turn(turn * TURN_MS)
  const idle = count() - before
  // As it was: every trail at every turn.
  const beforeAlways = count()
  for (let turn = 1; turn <= TURNS_A_MINUTE; turn += 1) {
    await inContext(runtime, systemActor(id, 'test'), (ctx) => sealTrail(ctx))
    await inContext(runtime, systemActor(id, 'test'), tellWitness)
  }
  const always = count() - beforeAlways
  expect(idle).toBeLessThan(20)
  expect(always).toBeGreaterThan(10 * idle)
  await sealer.stop()
})
