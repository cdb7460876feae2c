import { randomBytes, randomUUID } from 'node:crypto'
import { newId } from '@millrace/base'
import { control } from '@millrace/control'
import { type App, createApp, type Module, type RouteOptions } from '@millrace/http'
import { identity } from '@millrace/identity'
import { insight } from '@millrace/insight'
import { planning } from '@millrace/planning'
import { plant } from '@millrace/plant'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { telemetry } from '@millrace/telemetry'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from './index.ts'
import { installMasterData } from './install.ts'
import { apiKeys, people } from './world.ts'

// The whole server with the demo's people, without its history. What each account can reach is asked of the program and
// tried out as that account.

const modules: readonly Module[] = [identity, plant, telemetry, control, insight, planning, demo].map(
  // Without tasks that would run by the way; a step-up stands before the route, here only what follows it is asked.
  ({ start: _, ...module }) => ({ ...module, stepUp: async () => undefined }),
)
const ENTERPRISE = newId<'Enterprise'>(Date.now())

interface Row {
  readonly id: string
  readonly siteId?: string
  readonly workUnitId?: string
}
interface Reach {
  readonly id: string
  readonly name: string
  readonly controls: number
  readonly plants: readonly { siteId: string; kindsNow: readonly string[] }[]
}

let runtime: Runtime
let app: App
let end: () => Promise<void>
const lists: string[] = []
const cookies = new Map<string, string>()

beforeAll(async () => {
  const database = await createTestDatabase()
  runtime = withModules(testRuntime(database.url), modules)
  app = await createApp({ runtime, modules, version: 'test', onRoute: (route) => lists.push(...listUrl(route)) })
  await inContext(runtime, systemActor(ENTERPRISE, 'test'), (ctx) => installMasterData(ctx, Date.now()))
  end = async () => {
    await app.close()
    await runtime.app.close()
    await database.drop()
  }
}, 60_000)
afterAll(() => end())

/** The address of a route that answers with a list of rows to whoever asks without a question. */
function listUrl(route: RouteOptions): string[] {
  const { querystring, response } = (route.schema ?? {}) as {
    querystring?: { required?: string[] }
    response?: { 200?: { properties?: Record<string, unknown> } }
  }
  const isList = route.method === 'GET' && response?.[200]?.properties?.items !== undefined
  return isList && !route.url.includes(':') && (querystring?.required ?? []).length === 0 ? [route.url] : []
}

async function signIn(personId: string): Promise<string> {
  const known = cookies.get(personId)
  if (known !== undefined) return known
  const answer = await app.inject({ method: 'POST', url: '/api/v1/identity/demo-sessions', payload: { personId } })
  expect(answer.statusCode, answer.body).toBe(201)
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  cookies.set(personId, cookie)
  return cookie
}

async function get<T>(url: string, headers: Record<string, string>): Promise<T | undefined> {
  const answer = await app.inject({ url, headers })
  // The demo's stories want a simulator, which is not here.
  expect([200, 403, 404, 503], `${url}: ${answer.body}`).toContain(answer.statusCode)
  return answer.statusCode === 200 ? answer.json<T>() : undefined
}

/** Every row of a list, page by page. */
async function all<T>(url: string, headers: Record<string, string>): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const address = cursor === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}cursor=${cursor}`
    const page = await get<{ items: T[]; nextCursor?: string }>(address, headers)
    found.push(...(page?.items ?? []))
    cursor = page?.nextCursor
  } while (cursor !== undefined)
  return found
}

async function administrator(): Promise<Record<string, string>> {
  const id = await inContext(runtime, systemActor(ENTERPRISE, 'test'), (ctx) =>
    sql<{ id: string }>`select id from identity.person where name = 'Jonas Arnold'`.execute(ctx.db),
  )
  return { cookie: await signIn(id.rows[0]?.id ?? '') }
}

/** The plants of which an account is shown anything by any list there is. */
async function crawl(headers: Record<string, string>, siteOf: ReadonlyMap<string, string>): Promise<Set<string>> {
  const seen = new Set<string>()
  for (const url of lists) {
    for (const row of await all<Row>(url, headers)) {
      const site = row.siteId ?? siteOf.get(row.workUnitId ?? '')
      if (site !== undefined) seen.add(site)
    }
  }
  return seen
}

// proves: T-B6
test('a crawler finds, as each person of the demo, the plants that the reach answer names and no others', async () => {
  const headers = await administrator()
  expect(lists.length).toBeGreaterThan(10)
  const equipment = await all<Row>('/api/v1/plant/equipment', headers)
  const siteOf = new Map(equipment.map(({ id, siteId }) => [id, siteId ?? '']))
  const accounts = await all<Reach>('/api/v1/identity/reach?limit=20', headers)
  expect(accounts).toHaveLength(people.filter((person) => person.left === undefined).length)
  const found: Record<number, number> = {}
  for (const { id, name, plants } of accounts) {
    const said = plants.filter(({ kindsNow }) => kindsNow.includes('read')).map(({ siteId }) => siteId)
    const seen = await crawl({ cookie: await signIn(id) }, siteOf)
    expect([...seen].sort(), name).toEqual(said.sort())
    found[said.length] = (found[said.length] ?? 0) + 1
  }
  // Whoever is outside the own shift, and guests, see nothing: of each kind there is somebody, or nothing was tried.
  expect(found[2]).toBeGreaterThan(8)
  expect(found[1]).toBeGreaterThan(10)
  expect(found[0]).toBeGreaterThan(0)
  const keys = await all<Reach>('/api/v1/identity/reach?kind=key', headers)
  expect(keys.map(({ name }) => name).sort()).toEqual(apiKeys.map(({ name }) => name).sort())
}, 120_000)

// proves: T-B6
test('no account commands the machines of two plants at once, however its control is moved', async () => {
  const headers = await administrator()
  const accounts = await all<Reach>('/api/v1/identity/reach', headers)
  const setPoints = await all<Row>('/api/v1/control/set-points', headers)
  const equipment = await all<Row>('/api/v1/plant/equipment', headers)
  const siteOf = new Map(equipment.map(({ id, siteId }) => [id, siteId ?? '']))
  const sites = [...new Set(siteOf.values())]
  const placeOf = ({ workUnitId }: Row) => siteOf.get(workUnitId ?? '') ?? ''
  /** One set-point for each machine. */
  const tried = [...new Map(setPoints.map((setPoint) => [setPoint.workUnitId, setPoint])).values()]
  let moved = 0
  for (const { id, name, controls } of accounts) {
    const mine = { cookie: await signIn(id) }
    for (const siteId of sites) {
      const move = { method: 'PUT' as const, url: '/api/v1/identity/control-seat', headers: mine, payload: { siteId } }
      const { statusCode } = await app.inject(move)
      if (statusCode === 200) moved += 1
      if (controls === 0) expect(statusCode, name).toBe(403)
      if (controls < 2 && statusCode !== 200) continue
      const commanded = new Set<string>()
      for (const setPoint of tried) {
        if (await reachesMachine(mine, setPoint.id)) commanded.add(placeOf(setPoint))
      }
      expect(commanded.size, `${name} commands ${commanded.size} plants`).toBeLessThanOrEqual(1)
      if (statusCode === 200) expect([...commanded], name).toEqual([siteId])
    }
  }
  expect(moved).toBeGreaterThan(5)

  // A key that could do both is not made; one whose roles came to it by other ways commands neither.
  const both = { ...(await keyOf('operator')) }
  for (const setPoint of tried) expect(await reachesMachine(both, setPoint.id), 'a key').toBe(false)
}, 120_000)

/** Whether a command gets as far as the machine's gateway, which is not there in this test. */
async function reachesMachine(headers: Record<string, string>, setPointId: string): Promise<boolean> {
  const payload = { setPointId, value: 1, reason: 'Tried out.', idempotencyKey: randomUUID() }
  const answer = await app.inject({ method: 'POST', url: '/api/v1/control/commands', headers, payload })
  const { code } = answer.json<{ code: string }>()
  const refusals = ['runtime/forbidden', 'identity/control-elsewhere', 'identity/key-controls-plants']
  if (refusals.includes(code)) return false
  expect(code).toMatch(/^control\//)
  return true
}

/** A key that holds a role everywhere, which no route makes. */
async function keyOf(role: string): Promise<{ authorization: string }> {
  const secret = `mrk_${ENTERPRISE}_${randomBytes(32).toString('base64url')}`
  const id = randomUUID()
  await inContext(runtime, systemActor(ENTERPRISE, 'test'), async (ctx) => {
    await sql`insert into identity.api_key (id, name, secret_sha256, created_by, created_at, expires_at)
      select ${id}, 'Both', sha256(${secret}::bytea), id, now(), now() + interval '1 day' from identity.person limit 1`.execute(
      ctx.db,
    )
    await sql`insert into identity.role_grant (id, key_id, role) values (${randomUUID()}, ${id}, ${role})`.execute(
      ctx.db,
    )
  })
  return { authorization: `Bearer ${secret}` }
}
