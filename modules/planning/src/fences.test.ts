import { HOUR_MS, later, newId } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant } from '@millrace/plant'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { planning } from './index.ts'
import type { Outcome, Schedule } from './schedule-contract.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'

const OURS = newId<'Enterprise'>(1)
const PLAN = ['planning:order:read', 'planning:order:write', 'planning:schedule:read', 'planning:schedule:plan']
const holding = (permissions: readonly string[]) =>
  somebody(OURS, Object.fromEntries(permissions.map((permission) => [permission, 'everywhere'])))
const people = new Map<string, Actor>([
  ['publisher', holding([...PLAN, 'planning:schedule:publish'])],
  ['planner', holding(PLAN)],
])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, planning]

vi.setConfig({ testTimeout: 90_000 })

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let site: GivenSite
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  runtime = { ...testRuntime(database.url), answer: answering(modules.flatMap((module) => module.extends ?? [])) }
  await sql`insert into runtime.tenant (enterprise_id) values (${OURS})`.execute(runtime.app.kysely)
  const running = await planning.start?.(runtime)
  app = await createApp({ runtime, modules, version: 'test' })
  end = async () => {
    await app.close()
    await running?.stop()
    await runtime.app.close()
    await database.drop()
  }
  site = await inContext(runtime, systemActor(OURS, 'test'), givenSite)
})
afterAll(() => end())

async function ask<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object, who = 'publisher') {
  const answer = await app.inject({
    ...{ method, url: `/api/v1/planning${path}`, headers: { cookie: `who=${who}` } },
    ...(body && { payload: body }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? (null as T) : (answer.json() as T) }
}

const schedule = async () => (await ask<Schedule>('GET', `/schedule?siteId=${site.siteId}`)).body
const fence = (frozenMinutes: number, slushyMinutes: number) =>
  ask('PUT', '/fences', { siteId: site.siteId, items: [{ placeId: site.siteId, frozenMinutes, slushyMinutes }] })

async function planned(): Promise<Schedule> {
  expect((await ask('POST', '/runs', { siteId: site.siteId, budgetS: 1 })).status).toBe(202)
  return vi.waitFor(
    async () => {
      const shown = await schedule()
      expect(shown.run?.state).toBe('done')
      return shown
    },
    { timeout: 30_000, interval: 100 },
  )
}

test('fences are kept by place, and refused where there is none or they do not fit together', async () => {
  expect((await ask('GET', `/fences?siteId=${site.siteId}`)).body).toEqual({
    ...{ usual: { frozenMinutes: 120, slushyMinutes: 120 }, items: [] },
  })
  const wrong = (items: object[]) => ask('PUT', '/fences', { siteId: site.siteId, items })
  expect(await wrong([{ placeId: site.grinder, frozenMinutes: 1, slushyMinutes: 1 }])).toMatchObject({
    ...{ status: 422, body: { code: 'planning/fence-misplaced' } },
  })
  expect(await wrong([{ placeId: site.siteId, frozenMinutes: 60, slushyMinutes: 30 }])).toMatchObject({
    ...{ status: 422, body: { code: 'planning/fence-invalid' } },
  })
  expect((await ask('PUT', '/fences', { siteId: site.siteId, items: [] }, 'planner')).status).toBe(403)
  expect((await fence(240, 480)).body).toMatchObject({ items: [{ frozenMinutes: 240, slushyMinutes: 480 }] })
})

test('planning moves nothing behind the fence and puts nothing there, however urgent', async () => {
  const order = (wish: Parameters<GivenSite['order']>[1]) =>
    inContext(runtime, systemActor(OURS, 'test'), (ctx) => site.order(ctx, wish))
  for (let i = 0; i < 8; i += 1) await order({ quantity: 240 })
  const first = await planned()
  expect((await ask('POST', '/draft/publish', { siteId: site.siteId, revision: first.revision })).status).toBe(204)
  const before = await schedule()
  const until = before.lanes[0]?.frozenUntilAt ?? ''
  const urgent = await order({
    number: 'URGENT',
    quantity: 30,
    dueAt: later(first.fromAt, 7 * 24 * HOUR_MS + 2 * HOUR_MS),
  })
  const after = await planned()
  const frozen = before.operations.filter(({ placement }) => placement && placement.setupStartAt < until)
  expect(frozen.length).toBeGreaterThan(0)
  for (const { operationId, placement } of frozen)
    expect(after.operations.find((one) => one.operationId === operationId)?.placement).toEqual(placement)
  const placed = after.operations.filter(({ orderId }) => orderId === urgent.id).map(({ placement }) => placement)
  expect(placed).toHaveLength(2)
  for (const one of placed) expect((one?.startAt ?? '') >= until).toBe(true)
})

test('by hand what is frozen takes the right to publish and a reason, what is slushy a reason, the rest neither', async () => {
  await ask('POST', '/draft/discard', { siteId: site.siteId })
  const last = (await schedule()).operations
    .filter(({ placement }) => placement)
    .sort((a, b) => (a.placement?.startAt ?? '').localeCompare(b.placement?.startAt ?? ''))
    .at(-1)?.placement
  if (!last) throw new Error('Nothing was placed.')
  const hoursAway = Math.ceil((Date.parse(last.setupStartAt) - Date.now()) / HOUR_MS)
  const moves = [{ operationId: last.operationId, workUnitId: last.workUnitId, startAt: later(last.startAt, HOUR_MS) }]
  const preview = async () =>
    (await ask<Outcome>('POST', '/draft/preview', { siteId: site.siteId, edit: { kind: 'move', moves } })).body
  const open = await preview()
  if (!('changes' in open)) throw new Error(open.refusal)
  expect(open.fence).toBeUndefined()
  const { changes } = open
  const move = (who: string, reason?: string) =>
    ask('POST', '/draft/changes', { siteId: site.siteId, changes, ...(reason && { reason }) }, who)

  await fence(0, (hoursAway + 2) * 60)
  expect(await preview()).toMatchObject({ fence: { kind: 'slushy', text: expect.stringContaining('Give a reason') } })
  expect(await move('planner')).toMatchObject({
    ...{ status: 409, body: { code: 'planning/fence-closed', fence: 'slushy' } },
  })
  await fence((hoursAway + 2) * 60, (hoursAway + 2) * 60)
  expect((await move('planner', 'The customer asked for it.')).status).toBe(403)
  expect(await move('publisher')).toMatchObject({ status: 409, body: { fence: 'frozen' } })
  expect(await move('publisher', 'The customer asked for it.')).toMatchObject({ status: 200, body: { revision: 1 } })
})
