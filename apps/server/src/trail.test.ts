import { createApp, type RouteOptions } from '@millrace/http'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modules } from './modules.ts'
import { type MatrixRoute, requestOf, routesOf, STREAMS } from './testing/authorization-matrix.ts'
import { bounds } from './testing/bounds.ts'
import { addPerson, makeTwoCompanies } from './testing/two-companies.ts'

// Every route that changes something leaves exactly one event in the trail of its company, whatever becomes of it.

/**
 * Routes that leave none, and why is said beside each: what only asks, what machines say many times a minute, and the
 * pieces of a file that is announced and imported by acts of their own.
 */
const EXEMPT = [
  'addImportPart',
  'askAccess',
  'previewEdit',
  'previewImport',
  'previewRetention',
  'previewSales',
  'reportGateway',
  'searchScimGroups',
  'searchScimUsers',
  'sendBatch',
]
/** They end the caller, or the company, or start what outlives the test; each has tests of its own. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...STREAMS,
  'removeDemoCompany',
  'bringDemoCompany',
  'moveStory',
  'moveBreakdown',
])

let database: Awaited<ReturnType<typeof createTestDatabase>>
let client: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

interface Left {
  readonly action: string
  readonly outcome: string
  readonly problem: string | null
  readonly request: string
}

async function newest(enterpriseId: string): Promise<number> {
  const { rows } = await client.query('select count(*)::int as count from audit.event where enterprise_id = $1', [
    enterpriseId,
  ])
  return rows[0].count
}

async function leftSince(enterpriseId: string, count: number): Promise<Left[]> {
  const { rows } = await client.query(
    `select action, outcome, problem, request_id as request from audit.event where enterprise_id = $1 order by id offset $2`,
    [enterpriseId, count],
  )
  return rows
}

/** Steps of a confirmation stand before the route and have a test of their own. */
const confirmed = modules.map(({ start: _, ...module }) => ({ ...module, stepUp: async () => undefined }))

// proves: T-I2
test('every changing route leaves exactly one event, done or refused, found by the instance of its problem', async () => {
  const runtime = withModules(testRuntime(database.url), modules)
  const app = await createApp({ runtime, modules: confirmed, version: 'test' })
  const { ours, own, absent } = await makeTwoCompanies(runtime)
  const routes = (await routesOf(runtime, confirmed, bounds)).filter(
    ({ method, operationId }) => method !== 'GET' && !LEFT_OUT.has(operationId) && !EXEMPT.includes(operationId),
  )
  expect(routes.length).toBeGreaterThan(30)
  const everything = ['it-admin', 'plant-manager', 'engineer', 'auditor', 'operator']
  const faults: string[] = []
  let [done, refused] = [0, 0]

  // Each as somebody who may, about what is there and what is not, and as somebody who may not.
  for (const route of routes) {
    for (const [roles, ids] of [
      [everything, own],
      [everything, absent],
      [['customer'], own],
    ] as const) {
      const grants = roles.map((role) => ({ role, placeId: null }))
      const cookie = await signIn(await addPerson(runtime, ours, grants))
      const before = await newest(ours)
      const answer = await app.inject({ ...requestOf(route, ids), headers: { cookie } })
      const left = await leftSince(ours, before)
      const problem: { code?: string; instance?: string } = answer.statusCode >= 400 ? answer.json() : {}
      const what = `${route.method} ${route.url} as ${roles[0]}: ${answer.statusCode} ${problem.code ?? ''}`
      if (isSilent(route, answer.statusCode)) continue
      if (left.length !== 1) faults.push(`${what} left ${left.map(({ action }) => action).join(', ') || 'nothing'}`)
      const [event] = left
      if (!event) continue
      if (answer.statusCode < 400) done += 1
      else refused += 1
      // SCIM writes its problems without our code.
      if (problem.code && event.problem !== problem.code && event.outcome === 'refused') {
        faults.push(`${what} is told as ${event.problem}`)
      }
      if (problem.instance && problem.instance !== `urn:uuid:${event.request}`) faults.push(`${what} cannot be found`)
    }
  }
  expect(faults).toEqual([])
  expect(done).toBeGreaterThan(20)
  expect(refused).toBeGreaterThan(40)
  await app.close()
  await runtime.app.close()

  async function signIn(personId: string): Promise<string> {
    const answer = await app.inject({ method: 'POST', url: '/api/v1/identity/demo-sessions', payload: { personId } })
    if (answer.statusCode !== 201) throw new Error(answer.body)
    return String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }
}, 240_000)

/** What is not a refusal of this caller: nobody known, overload, a fault. The latter two leave neither act nor event. */
function isSilent({ bound }: MatrixRoute, status: number): boolean {
  return bound === 'anyone' || status === 401 || status === 429 || status >= 500
}

// proves: T-I2 (the list of what is exempt)
test('the routes that leave no event are these and no others', async () => {
  const runtime = withModules(testRuntime(database.url), modules)
  const found: RouteOptions[] = []
  const app = await createApp({ runtime, modules: confirmed, version: 'test', onRoute: (route) => found.push(route) })
  await app.ready()
  await app.close()
  await runtime.app.close()
  const exempt = found.filter((route) => route.config?.trail === 'none')
  expect(exempt.map(({ schema }) => (schema as { operationId?: string }).operationId).sort()).toEqual(EXEMPT)
})
