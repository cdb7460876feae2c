import { createApp } from '@millrace/http'
import { BUILT_IN_ROLES } from '@millrace/identity/contract'
import type { Runtime } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import pg from 'pg'
import { expect, test } from 'vitest'
import { modules } from './modules.ts'
import { requestOf, routesOf, STREAMS } from './testing/authorization-matrix.ts'
import { bounds } from './testing/bounds.ts'
import { addPerson, makeTwoCompanies } from './testing/two-companies.ts'

/** What a read may leave behind: that somebody was here, and what was looked at. */
const TRACES: ReadonlySet<string> = new Set(['identity.session', 'identity.opened_object', 'audit.event'])

/** A server with two companies, a person who may do everything in one of them, and a look behind the walls. */
async function withCompanies(
  act: (given: {
    runtime: Runtime
    app: Awaited<ReturnType<typeof createApp>>
    cookie: string
    ids: Awaited<ReturnType<typeof makeTwoCompanies>>['own']
    content: () => Promise<ReadonlyMap<string, string>>
    /** Addresses that other sites' pages are meant to call. */
    open: ReadonlySet<string>
  }) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase()
  const runtime = withModules(testRuntime(database.url), modules)
  const admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  const tried = modules.map(({ start: _, ...module }) => ({ ...module, stepUp: async () => undefined }))
  const open = new Set<string>()
  const app = await createApp({
    ...{ runtime, modules: tried, version: 'test' },
    onRoute: ({ config, url }) => void (config?.fromOtherSites && open.add(url)),
  })
  try {
    const { ours, own } = await makeTwoCompanies(runtime)
    const personId = await addPerson(
      runtime,
      ours,
      BUILT_IN_ROLES.map((role) => ({ role, placeId: null })),
    )
    const signedIn = await app.inject({ method: 'POST', url: '/api/v1/identity/demo-sessions', payload: { personId } })
    expect(signedIn.statusCode, signedIn.body).toBe(201)
    const { rows: tables } = await admin.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c where relkind in ('r', 'p') and not relispartition
       and relnamespace::regnamespace::text !~ '^(pg_|information)'`,
    )
    const content = async () => {
      const found = new Map<string, string>()
      for (const { name } of tables) {
        const { rows } = await admin.query(
          `select coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') as sum from ${name} t`,
        )
        found.set(name, rows[0]?.sum)
      }
      return found
    }
    await act({
      runtime,
      app,
      cookie: String(signedIn.headers['set-cookie']).split(';')[0] ?? '',
      ids: own,
      content,
      open,
    })
  } finally {
    await app.close()
    await runtime.app.close()
    await admin.end()
    await database.drop()
  }
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...after].filter(([name, sum]) => before.get(name) !== sum).map(([name]) => name)
}

// proves: T-A6
test('no GET changes anything, whoever asks', async () => {
  await withCompanies(async ({ runtime, app, cookie, ids, content }) => {
    const routes = (await routesOf(runtime, modules, bounds)).filter(
      (route) => route.method === 'GET' && !STREAMS.has(route.operationId),
    )
    expect(routes.length).toBeGreaterThan(20)
    const before = await content()
    const broken: string[] = []
    let answered = 0
    for (const route of routes) {
      const answer = await app.inject({ ...requestOf(route, ids), headers: { cookie } })
      if (answer.statusCode >= 500 && answer.statusCode !== 503) broken.push(`${route.operationId}: ${answer.body}`)
      if (answer.statusCode === 200) answered += 1
    }
    // A route that leaves a trace on purpose says so: config.records.
    expect(broken).toEqual([])
    expect(answered).toBeGreaterThan(routes.length / 2)
    expect(changed(before, await content()).filter((name) => !TRACES.has(name))).toEqual([])
  })
}, 120_000)

// proves: T-A6
test('forms, fetches and sockets of another site change nothing, on any route', async () => {
  await withCompanies(async ({ runtime, app, cookie, ids, content, open }) => {
    const routes = (await routesOf(runtime, modules, bounds)).filter((route) => route.method !== 'GET')
    expect(routes.length).toBeGreaterThan(20)
    const before = await content()
    const evil = 'https://evil.example'
    const form = 'application/x-www-form-urlencoded'
    // What a page of another site can make a browser send, with its cookies if they went along.
    const attempts: readonly (readonly [string, Record<string, string>])[] = [
      ['a form', { 'content-type': form, origin: evil, 'sec-fetch-site': 'cross-site' }],
      ['a form of a browser that says nothing', { 'content-type': form }],
      ['a form with JSON in it', { 'content-type': 'text/plain' }],
      ['a form with a file', { 'content-type': 'multipart/form-data; boundary=x' }],
      ['a fetch', { 'content-type': 'application/json', origin: evil, 'sec-fetch-site': 'cross-site' }],
      ['a fetch from a sandbox', { 'content-type': 'application/json', origin: 'null' }],
      ['a fetch of a sister site', { 'content-type': 'application/json', 'sec-fetch-site': 'same-site' }],
      ['a fetch without a body', { origin: evil }],
      [
        'a fetch to a name that looks alike',
        { 'content-type': 'application/json', origin: 'http://localhost.evil.example' },
      ],
    ]
    const passed: string[] = []
    for (const route of routes) {
      for (const [what, headers] of attempts) {
        const { url, payload } = requestOf(route, ids)
        const body =
          payload === undefined || headers['content-type'] === undefined ? {} : { payload: JSON.stringify(payload) }
        const answer = await app.inject({
          ...{ method: route.method as 'POST', url, headers: { host: 'localhost', cookie, ...headers } },
          ...body,
        })
        // What other sites are meant to call answers for itself: an identity provider's answer proves who sent it.
        const refused = open.has(route.url) ? answer.statusCode >= 400 : [403, 415].includes(answer.statusCode)
        if (!refused) {
          passed.push(`${what} → ${route.method} ${url}: ${answer.statusCode} ${answer.body.slice(0, 200)}`)
        }
      }
      const socket = await app.inject({
        ...{ method: 'GET' as const, url: '/api/v1/live?watch=insight.findings' },
        headers: { cookie, origin: evil, upgrade: 'websocket', connection: 'Upgrade', 'sec-fetch-site': 'cross-site' },
      })
      if (socket.statusCode !== 403) passed.push(`a socket: ${socket.statusCode}`)
    }
    expect(passed).toEqual([])
    expect(changed(before, await content())).toEqual([])
  })
}, 240_000)
