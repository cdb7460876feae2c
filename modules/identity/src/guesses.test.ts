import { randomUUID } from 'node:crypto'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '@millrace/http'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { signInPaused } from './contract.ts'
import { guess } from './guesses.ts'
import { createEnterprise, createPerson, type EnterpriseId, hashPassword, identity } from './index.ts'

const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b10' as EnterpriseId
const PASSWORD = 'correct horse battery'

/** A database with one company and nobody's guesses. */
async function withCompany(act: (runtime: Runtime) => Promise<void>): Promise<void> {
  const database = await createTestDatabase()
  const runtime = withModules(testRuntime(database.url), [identity])
  try {
    await inContext(runtime, systemActor(ENTERPRISE, 'test'), (ctx) =>
      createEnterprise(ctx, { id: ENTERPRISE, name: 'Ours', demo: false }),
    )
    await act(runtime)
  } finally {
    await runtime.app.close()
    await database.drop()
  }
}

/** Guesses without the cost of a real check. @returns how many of them reached the check. */
async function guesses(
  runtime: Runtime,
  count: number,
  of: (index: number) => { account: string; address: string },
  right = false,
): Promise<number> {
  let looked = 0
  const one = (index: number) =>
    guess(runtime, { kind: 'password', ...of(index) }, async () => {
      looked += 1
      return right || undefined
    }).catch((error: unknown) => expect(error).toBeProblem(signInPaused))
  for (let index = 0; index < count; index += 20) {
    await Promise.all(Array.from({ length: Math.min(20, count - index) }, (_, more) => one(index + more)))
  }
  return looked
}

// proves: T-A1
test('a thousand guesses with rotating X-Forwarded-For reach the password check five times', async () => {
  await withCompany(async (runtime) => {
    const email = 'mia@ours.example'
    const passwordHash = await hashPassword(PASSWORD)
    await inContext(runtime, systemActor(ENTERPRISE, 'test'), (ctx) =>
      createPerson(ctx, { name: 'Mia', email, title: '', grants: [], passwordHash }),
    )
    const app = await createApp({ runtime, modules: [identity], version: 'test' })
    const answers = new Map<number, number>()
    let retryAfter: unknown
    for (let index = 0; index < 1000; index += 10) {
      await Promise.all(
        Array.from({ length: 10 }, async (_, more) => {
          const { statusCode, headers } = await app.inject({
            method: 'POST',
            url: '/api/v1/identity/sessions',
            headers: { 'x-forwarded-for': `198.51.${more}.${index % 250}`, forwarded: `for=198.51.100.${more}` },
            payload: { email, password: `wrong ${index + more}` },
          })
          answers.set(statusCode, (answers.get(statusCode) ?? 0) + 1)
          if (statusCode === 429) retryAfter = headers['retry-after']
        }),
      )
    }
    await app.close()
    expect(Object.fromEntries(answers)).toEqual({ 401: 5, 429: 995 })
    expect(Number(retryAfter)).toBeGreaterThan(800)
    expect(Number(retryAfter)).toBeLessThanOrEqual(900)
  })
}, 60_000)

// proves: T-A1
test('an address and an IPv6 network have limits of their own, and what was right is not counted', async () => {
  await withCompany(async (runtime) => {
    const anybody = () => `${randomUUID()}@ours.example`
    const fromOne = () => ({ account: anybody(), address: '192.0.2.1' })
    // A plant at the change of shift: two hundred people, all of them right.
    expect(await guesses(runtime, 200, fromOne, true)).toBe(200)
    expect(await guesses(runtime, 100, fromOne)).toBe(30)
    expect(await guesses(runtime, 1, () => ({ account: anybody(), address: '192.0.2.2' }))).toBe(1)
    const fromNetwork = (index: number) => ({ account: anybody(), address: `2001:db8:1:2::${index.toString(16)}` })
    expect(await guesses(runtime, 200, fromNetwork)).toBe(60)
    expect(await guesses(runtime, 1, () => ({ account: anybody(), address: '2001:db8:1:3::1' }))).toBe(1)
  })
})

// proves: T-A1
test('guesses from everywhere at once have a limit too, for a minute', async () => {
  await withCompany(async (runtime) => {
    const anyone = (index: number) => ({ account: `${index}`, address: `10.${index >> 8}.${index & 255}.7` })
    expect(await guesses(runtime, 1100, anyone)).toBe(1000)
    const refused = await guess(
      runtime,
      { kind: 'password', account: 'x', address: '203.0.113.9' },
      async () => 1,
    ).catch((error: unknown) => error)
    expect(refused).toBeProblem(signInPaused)
    expect((refused as { data: { retryAfterMs: number } }).data.retryAfterMs).toBeLessThanOrEqual(60_000)
  })
}, 60_000)

test('a right guess forgets the wrong ones of its account, and a pause that is over gives one more guess', async () => {
  await withCompany(async (runtime) => {
    const mia = () => ({ account: 'Mia@ours.example ', address: '192.0.2.7' })
    expect(await guesses(runtime, 4, mia)).toBe(4)
    expect(await guesses(runtime, 1, mia, true)).toBe(1)
    expect(await guesses(runtime, 9, () => ({ ...mia(), account: 'mia@ours.example' }))).toBe(5)
    await sql`update identity.guess set open_at = now(), last_at = now() - interval '10 minutes'`.execute(
      runtime.app.kysely,
    )
    expect(await guesses(runtime, 3, mia)).toBe(1)
    const { rows } = await sql<{
      minutes: number
    }>`select round(extract(epoch from max(open_at) - now()) / 60)::int as minutes
      from identity.guess`.execute(runtime.app.kysely)
    expect(rows[0]?.minutes).toBe(30)
  })
})

test('neither an address nor a name can be found in the table', async () => {
  await withCompany(async (runtime) => {
    await guesses(runtime, 3, () => ({ account: 'mia@ours.example', address: '192.0.2.7' }))
    const { rows } = await sql<{ row: string }>`select guess::text as row from identity.guess`.execute(
      runtime.app.kysely,
    )
    expect(rows).toHaveLength(3)
    for (const { row } of rows) expect(row).not.toMatch(/mia@|192\.0\.2\.7/)
  })
})

/** A proxy as one stands before the server: adds its peer to X-Forwarded-For, and speaks TLS to the outside. */
async function startProxy(to: number): Promise<Server> {
  const proxy = createServer((incoming, outgoing) => {
    const before = incoming.headers['x-forwarded-for']
    const seen = String(incoming.headers['x-test-peer'] ?? incoming.socket.remoteAddress)
    const headers = {
      ...incoming.headers,
      'x-forwarded-for': before === undefined ? seen : `${before}, ${seen}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'millrace.example',
    }
    const onward = request({ port: to, method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return proxy
}

// proves: T-A1
test('behind a trusted proxy the forwarded address counts, and cannot be made up by the caller', async () => {
  await withCompany(async (runtime) => {
    const app = await createApp({
      ...{ runtime, modules: [identity], version: 'test', trustedProxies: ['127.0.0.0/8', '::1'] },
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const proxy = await startProxy((app.server.address() as AddressInfo).port)
    const { port } = proxy.address() as AddressInfo
    const ask = (peer: string, more: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}/api/v1/identity/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-test-peer': peer, ...more },
        body: JSON.stringify({ email: `${randomUUID()}@ours.example`, password: 'wrong' }),
      })
    const statuses: number[] = []
    for (let index = 0; index < 31; index += 1) {
      // What the caller claims stands before what the proxy saw, and is not believed.
      statuses.push((await ask('203.0.113.5', { 'x-forwarded-for': `198.51.100.${index}` })).status)
    }
    expect(statuses).toEqual([...Array<number>(30).fill(401), 429])
    expect((await ask('203.0.113.6')).status).toBe(401)
    // The browser sees the proxy's name and TLS: its origin is ours, and another one is not.
    const answer = await ask('203.0.113.6', { origin: 'https://millrace.example' })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect((await ask('203.0.113.6', { origin: `http://127.0.0.1:${port}` })).status).toBe(403)
    proxy.close()
    await app.close()
  })
}, 60_000)
