import { eventType } from '@millrace/base'
import { createTestDatabase, somebody, test, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { expect, test as plain, vi } from 'vitest'
import {
  authorize,
  createLive,
  createOutbox,
  forbidden,
  inContext,
  listener,
  may,
  type Runtime,
  scrub,
  systemActor,
} from './index.ts'

const happened = eventType('test.happened', Type.Object({ n: Type.Integer() }))

plain('a permission at one site does not hold at another, nor for the whole enterprise', () => {
  const actor = somebody('e', { 'a:b:c': new Set(['site-1']) })
  expect(may(actor, 'a:b:c', 'site-1')).toBe(true)
  expect(may(actor, 'a:b:c', 'site-2')).toBe(false)
  expect(may(actor, 'a:b:c')).toBe(false)
  expect(() => authorize(actor, 'x:y:z')).toThrow(expect.toSatisfy((error) => error.type === forbidden.type))
})

plain('messages reach the watchers of their own tenant and topic only', () => {
  const live = createLive()
  const got: string[] = []
  const stop = live.subscribe('tenant-1', ['a', 'b'], { send: (message) => got.push(message.topic + message.data) })
  live.publish('tenant-1', 'a', 1)
  live.publish('tenant-2', 'a', 2)
  live.publish('tenant-1', 'c', 3)
  expect(live.watched('tenant-1', 'b')).toBe(true)
  stop()
  live.publish('tenant-1', 'a', 4)
  expect(got).toEqual(['a1'])
  expect(live.watched('tenant-1', 'b')).toBe(false)
})

// proves: T-E6 (in part: secrets inside texts)
plain('what looks like a secret is taken out of log texts', () => {
  const texts = [
    'Bearer abc.def',
    'token eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln',
    'postgres://millrace:hunter2@localhost/db',
    'mrs_0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11_qwertyuiopasdfgh',
  ]
  for (const secret of ['abc.def', 'eyJpc3MiOiJ4In0', 'hunter2', 'qwertyuiop']) {
    expect(texts.map(scrub).join('\n')).not.toContain(secret)
  }
})

// proves: T-B5
test('without a tenant, and with another one, no row is visible', async ({ runtime, ctx }) => {
  await ctx.emit(happened({ n: 1 }))
  const own = await sql<{ count: number }>`select count(*) from runtime.outbox`.execute(ctx.db)
  expect(own.rows[0]?.count).toBe(1)
  const other = systemActor('0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11', 'other')
  const foreign = await inContext(runtime, other, (ctx2) =>
    sql<{ count: number }>`select count(*) from runtime.outbox`.execute(ctx2.db),
  )
  expect(foreign.rows[0]?.count).toBe(0)
  await expect(sql`select count(*) from runtime.outbox`.execute(runtime.app.kysely)).rejects.toThrow(
    /millrace.enterprise_id|uuid/,
  )
  await expect(inContext(runtime, systemActor("x'; drop table a", 'x'), async () => 1)).rejects.toThrow(TypeError)
})

// proves: T-I1 (in part: the server can only add)
test('the serving role can neither change nor delete nor forge the trail', async ({ ctx }) => {
  for (const statement of [
    `delete from audit.event`,
    `update audit.event set actor = 'x'`,
    `insert into audit.event (id) values (gen_random_uuid())`,
  ]) {
    await sql`savepoint attempt`.execute(ctx.db)
    await expect(sql.raw(statement).execute(ctx.db)).rejects.toThrow(/permission denied/)
    await sql`rollback to savepoint attempt`.execute(ctx.db)
  }
})

/** A runtime with a running outbox on a database of its own, since what is announced must be committed. */
async function withOutbox(
  act: (runtime: Runtime, enterpriseId: string, heard: number[], delivered: number[]) => Promise<void>,
) {
  const database = await createTestDatabase()
  const enterpriseId = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'
  const heard: number[] = []
  const delivered: number[] = []
  let failures = 2
  const outbox = createOutbox(
    () => runtime,
    [
      listener(happened, 'flaky', async (ctx, { data }) => {
        await sql`insert into runtime.outbox (type, data) values ('test.trace', '{}')`.execute(ctx.db)
        if (data.n === 2 && failures > 0) {
          failures -= 1
          throw new Error('not yet')
        }
        heard.push(data.n)
      }),
    ],
    (_enterpriseId, event) => {
      if (event.type === happened.type) delivered.push((event.data as { n: number }).n)
    },
  )
  const runtime: Runtime = { ...testRuntime(database.url), announced: (id) => outbox.poke(id) }
  try {
    await sql`insert into runtime.tenant (enterprise_id) values (${enterpriseId})`.execute(runtime.app.kysely)
    await act(runtime, enterpriseId, heard, delivered)
  } finally {
    await outbox.stop()
    await runtime.app.close()
    await database.drop()
  }
}

plain('an announcement is delivered after commit, not without it, and again until its listener succeeds', async () => {
  await withOutbox(async (runtime, enterpriseId, heard, delivered) => {
    const actor = systemActor(enterpriseId, 'test')
    await inContext(runtime, actor, (ctx) => ctx.emit(happened({ n: 1 })))
    const failed = inContext(runtime, actor, async (ctx) => {
      await ctx.emit(happened({ n: 99 }))
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    await inContext(runtime, actor, (ctx) => ctx.emit(happened({ n: 2 })))
    await vi.waitFor(() => expect(delivered).toEqual([1, 2]), { timeout: 15_000 })
    expect(heard).toEqual([1, 2])
  })
})
