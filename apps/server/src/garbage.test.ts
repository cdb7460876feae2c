import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeBatch, QUALITY } from '@millrace/base'
import { type App, createApp, type Module } from '@millrace/http'
import { foundEnterprise } from '@millrace/identity'
import type { Runtime } from '@millrace/runtime'
import { test, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { modules } from './modules.ts'

const CORPORA = fileURLToPath(new URL('../../../../shared/security/corpora/', import.meta.url))
const SLOW_MS = 1000
const BATCH = 'application/vnd.millrace.batch'

interface Entry {
  id: string
  text?: string
  b64?: string
  hex?: string
  expect?: string
}

/** The entries of a corpus; a few of our own when the corpora are not beside the checkout. */
function corpus(file: string, own: readonly Entry[]): readonly Entry[] {
  if (!existsSync(CORPORA + file)) {
    process.stderr.write(`No corpus ${file} beside the checkout: testing with ${own.length} entries of our own.\n`)
    return own
  }
  return readFileSync(CORPORA + file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
}

function bytesOf({ text, b64, hex }: Entry): Buffer {
  return text !== undefined ? Buffer.from(text) : Buffer.from(b64 ?? hex ?? '', b64 !== undefined ? 'base64' : 'hex')
}

const OWN_JSON: readonly Entry[] = [
  '[',
  '{"a":',
  'nul',
  '\u0000',
  '[1,]',
  '{"a":1,"a":2}',
  '[[[[[[',
  '"\\uD800"',
  '{}',
  '[]',
  'null',
  '1',
].map((text, index) => ({ id: `own-${index}`, text }))
const OWN_NAMES: readonly Entry[] = [
  '',
  ' ',
  '\u0000',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  "'; drop table x; --",
  'Ω≈ç√∫',
  '👩‍🏭',
  '\u202eabc',
].map((text, index) => ({ id: `own-${index}`, text }))

/** Signed in as the founder of a company of one's own. */
async function founded(runtime: Runtime, app: App): Promise<string> {
  const email = `who${Math.random()}@muster.example`
  await sql`delete from identity.founding`.execute(runtime.app.kysely)
  const { token } = await foundEnterprise(
    withModules(runtime, modules),
    {
      enterpriseName: 'Muster',
      person: { name: 'Mia', email, password: 'correct horse' },
    },
    { cookie: () => undefined, bearer: undefined, address: undefined, userAgent: undefined },
  )
  await app.ready()
  return `millrace_session=${token}`
}

async function rowCount(runtime: Runtime): Promise<number> {
  // Without a tenant no tenant's row can be counted: the statistics of the whole database can.
  const { rows } = await sql<{ count: number }>`select sum(n_tup_ins)::bigint as count from pg_stat_all_tables
    where schemaname in ('plant', 'telemetry', 'control', 'insight', 'planning', 'exchange')`.execute(
    runtime.app.kysely,
  )
  return rows[0]?.count ?? 0
}

interface Operation {
  method: 'POST' | 'DELETE'
  url: string
}

async function writingRoutes(app: App): Promise<Operation[]> {
  const { paths } = (await app.inject({ url: '/api/openapi.json' })).json() as {
    paths: Record<string, { post?: object }>
  }
  return Object.entries(paths).flatMap(([path, { post }]) =>
    // What takes no body does what it does, whatever comes with it.
    post && ('requestBody' in post || path.endsWith('/batches'))
      ? [{ method: 'POST' as const, url: path.replaceAll(/\{\w+\}/g, '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11') }]
      : [],
  )
}

// proves: T-H1
test('every writing route answers every JSON text with a typed refusal or success, quickly, and stays up', async ({
  runtime,
}) => {
  const app = await createApp({ runtime: withModules(runtime, modules), modules: withoutStarts(), version: 'test' })
  const cookie = await founded(runtime, app)
  const routes = await writingRoutes(app)
  expect(routes.length).toBeGreaterThan(10)
  const before = await rowCount(runtime)
  for (const entry of corpus('json/jsontestsuite.jsonl', OWN_JSON)) {
    for (const route of routes) {
      const startedMs = performance.now()
      const answer = await app.inject({
        ...route,
        headers: { cookie, 'content-type': route.url.endsWith('/batches') ? BATCH : 'application/json' },
        payload: bytesOf(entry),
      })
      const what = `${entry.id} to ${route.url}: ${answer.body.slice(0, 200)}`
      expect(answer.statusCode, what).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode, what).toBeLessThan(500)
      expect(answer.headers['content-type'], what).toMatch(/^application\/(problem|scim)\+json/)
      expect(answer.json().code, what).toMatch(/^[a-z-]+\/[a-z-]+$/)
      expect(performance.now() - startedMs, what).toBeLessThan(SLOW_MS)
    }
  }
  expect(await rowCount(runtime)).toBe(before)
  expect((await app.inject({ url: '/api/health' })).json()).toEqual({ status: 'up' })
  await app.close()
}, 120_000)

test('bodies of other kinds and sizes are refused before a handler sees them', async ({ runtime }) => {
  const app = await createApp({ runtime: withModules(runtime, modules), modules: withoutStarts(), version: 'test' })
  const cookie = await founded(runtime, app)
  const site = { method: 'POST', url: '/api/v1/plant/sites' } as const
  for (const type of [
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/json-patch+json',
    'a',
    '',
  ]) {
    const answer = await app.inject({ ...site, headers: { cookie, 'content-type': type }, payload: '{"name":"x"}' })
    expect(answer.json(), type).toMatchObject({ status: 415, code: 'http/content-type-unknown' })
  }
  const large = await app.inject({
    ...site,
    headers: { cookie, 'content-type': 'application/json' },
    payload: `{"name":"${'x'.repeat(2_000_000)}"}`,
  })
  expect(large.json()).toMatchObject({ status: 413, code: 'http/body-too-large' })
  const polluted = await app.inject({
    ...site,
    headers: { cookie, 'content-type': 'application/json' },
    payload: '{"__proto__":{"polluted":1},"name":"x"}',
  })
  expect(polluted.statusCode).toBe(422)
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
  await app.close()
})

test('naughty texts as names come back byte for byte or are refused in words', async ({ runtime }) => {
  const app = await createApp({ runtime: withModules(runtime, modules), modules: withoutStarts(), version: 'test' })
  const cookie = await founded(runtime, app)
  const headers = { cookie, 'content-type': 'application/json' }
  const where = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  const made = await app.inject({
    method: 'POST',
    url: '/api/v1/plant/sites',
    headers,
    payload: { name: 'Works', ...where },
  })
  expect(made.statusCode).toBe(201)
  const parentId = made.json().id
  let stored = 0
  for (const entry of corpus('strings/blns.jsonl', OWN_NAMES)) {
    const name = bytesOf(entry).toString('utf8')
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/plant/equipment',
      headers,
      payload: { parentId, level: 'area', name },
    })
    expect(answer.statusCode, `${entry.id} ${answer.body.slice(0, 200)}`).toBeLessThan(500)
    if (answer.statusCode !== 201) continue
    stored += 1
    expect(answer.json().name).toBe(name)
    const { items } = (await app.inject({ url: '/api/v1/plant/equipment', headers: { cookie } })).json()
    expect(items.find((one: { id: string }) => one.id === answer.json().id).name).toBe(name)
  }
  expect(stored).toBeGreaterThan(3)
  await app.close()
}, 60_000)

test('a person cannot send batches, and a broken batch from nobody is not looked at', async ({ runtime }) => {
  const app = await createApp({ runtime: withModules(runtime, modules), modules: withoutStarts(), version: 'test' })
  const cookie = await founded(runtime, app)
  const batch = encodeBatch({
    sequence: 1,
    columns: [
      {
        series: 1,
        kind: 'number',
        timestampsMs: Float64Array.of(1),
        values: Float64Array.of(1),
        qualities: Uint8Array.of(QUALITY.good),
      },
    ],
  })
  const headers = {
    'content-type': 'application/vnd.millrace.batch',
    'millrace-journal': '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11',
  }
  const request = { method: 'POST', url: '/api/v1/telemetry/batches', payload: Buffer.from(batch) } as const
  expect((await app.inject({ ...request, headers: { ...headers, cookie } })).json()).toMatchObject({ status: 403 })
  expect((await app.inject({ ...request, headers })).json()).toMatchObject({ status: 401 })
  for (const authorization of ['Bearer x', 'Bearer a.b.c', 'Basic abc', `Bearer ${'x'.repeat(10_000)}`]) {
    expect(
      (await app.inject({ ...request, headers: { ...headers, authorization } })).statusCode,
      authorization.slice(0, 20),
    ).toBe(401)
  }
  await app.close()
})

/** The modules as they are, without what lives longer than a request. */
function withoutStarts(): Module[] {
  return modules.map(({ start: _, ...module }) => module)
}
