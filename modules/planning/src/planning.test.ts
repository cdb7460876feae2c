import { HOUR_MS, later, newId, now } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant } from '@millrace/plant'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ProductionOrder } from './contract.ts'
import { planning } from './index.ts'
import { Proposer } from './proposer.ts'
import type { Outcome, Schedule } from './schedule-contract.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'

const OURS = newId<'Enterprise'>(1)
const THEIRS = newId<'Enterprise'>(2)
const ALL = [
  ...['planning:order:read', 'planning:order:write', 'planning:schedule:read', 'planning:schedule:plan'],
  'planning:schedule:publish',
]
const holding = (enterpriseId: string, permissions: readonly string[]) =>
  somebody(enterpriseId, Object.fromEntries(permissions.map((permission) => [permission, 'everywhere'])))
const people = new Map<string, Actor>([
  ['planner', holding(OURS, ALL)],
  ['operator', holding(OURS, ['planning:order:read', 'planning:schedule:read'])],
  ['stranger', holding(THEIRS, ALL)],
])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, planning]

// Several plannings one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000 })

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let site: GivenSite
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  runtime = { ...testRuntime(database.url), answer: answering(modules.flatMap((module) => module.extends ?? [])) }
  for (const id of [OURS, THEIRS])
    await sql`insert into runtime.tenant (enterprise_id) values (${id})`.execute(runtime.app.kysely)
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

interface Answer<T> {
  readonly status: number
  readonly body: T
}

async function ask<T>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object,
  who = 'planner',
): Promise<Answer<T>> {
  const answer = await app.inject({
    ...{ method, url: `/api/v1/planning${path}`, headers: { cookie: `who=${who}` } },
    ...(body && { payload: body }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? (null as T) : (answer.json() as T) }
}

const schedule = async () => (await ask<Schedule>('GET', `/schedule?siteId=${site.siteId}`)).body
const order = (wish: Parameters<GivenSite['order']>[1] = {}) =>
  inContext(runtime, systemActor(OURS, 'test'), (ctx) => site.order(ctx, wish))

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

const placed = (shown: Schedule, of: ProductionOrder, position: number) => {
  const found = shown.operations.find(({ operationId }) => operationId === `${of.id}.${position}`)?.placement
  if (!found) throw new Error(`${of.number}.${position} has no place.`)
  return found
}

const refused = { status: 409, body: { code: expect.any(String), detail: expect.any(String) } }

test('an empty site says that there is nothing to plan', async () => {
  expect(await schedule()).toMatchObject({ shown: 'none', orders: [], figures: { onTimeRatio: null } })
  expect(await ask('POST', '/runs', { siteId: site.siteId })).toMatchObject({
    ...{ status: 409, body: { code: 'planning/nothing-to-plan' } },
  })
})

test('orders become a draft, the draft a published plan, and a change shows as the difference', async () => {
  const made = []
  for (let i = 0; i < 6; i += 1) made.push(await order())
  const draft = await planned()
  expect(draft).toMatchObject({ shown: 'draft', publishedAt: null, diff: null, figures: { waitingCount: 0 } })
  expect(draft.operations).toHaveLength(12)
  expect(draft.operations.filter(({ conflict }) => conflict !== null)).toEqual([])
  for (const one of made) expect(placed(draft, one, 2).startAt >= placed(draft, one, 1).endAt).toBe(true)

  const stale = await ask('POST', '/draft/publish', { siteId: site.siteId, revision: draft.revision + 1 })
  expect(stale).toMatchObject({ ...refused, body: { code: 'planning/plan-stale' } })
  expect((await ask('POST', '/draft/publish', { siteId: site.siteId, revision: draft.revision })).status).toBe(204)
  expect(await schedule()).toMatchObject({ shown: 'published', publishedBy: 'Test Person', revision: 0 })

  const last = draft.operations
    .filter(({ placement }) => placement)
    .sort((a, b) => (a.placement?.startAt ?? '').localeCompare(b.placement?.startAt ?? ''))
    .at(-1)
  if (!last?.placement) throw new Error('Nothing was placed.')
  const edit = {
    kind: 'move',
    moves: [
      {
        ...{ operationId: last.operationId, workUnitId: last.placement.workUnitId },
        startAt: later(last.placement.startAt, HOUR_MS),
      },
    ],
  }
  const preview = await ask<Outcome>('POST', '/draft/preview', { siteId: site.siteId, edit })
  if (!('changes' in preview.body)) throw new Error(preview.body.refusal)
  const { changes } = preview.body
  expect(changes.map(({ operationId }) => operationId)).toContain(last.operationId)
  expect((await ask('POST', '/draft/changes', { siteId: site.siteId, changes })).body).toEqual({ revision: 1 })
  const changed = await schedule()
  expect(changed).toMatchObject({ shown: 'draft', diff: { moved: changes.length, added: 0, removed: 0 } })

  // The same change once more is refused: nothing is where it says.
  expect(await ask('POST', '/draft/changes', { siteId: site.siteId, changes })).toMatchObject({
    ...{ status: 409, body: { code: 'planning/plan-stale' } },
  })
  const back = changes.map(({ operationId, before, after }) => ({ operationId, before: after, after: before }))
  expect((await ask('POST', '/draft/changes', { siteId: site.siteId, changes: back })).body).toEqual({ revision: 2 })
  expect((await schedule()).diff).toMatchObject({ moved: 0 })
})

test('a move is refused in words', async () => {
  const shown = await schedule()
  const of = shown.orders[0]
  const first = shown.operations.find(({ operationId }) => operationId === `${of?.id}.1`)?.placement
  const preview = async (workUnitId: string, startAt: string) =>
    (
      await ask<{ refusal?: string }>('POST', '/draft/preview', {
        siteId: site.siteId,
        edit: { kind: 'move', moves: [{ operationId: `${of?.id}.2`, workUnitId, startAt }] },
      })
    ).body.refusal
  expect(await preview(site.mills[0], later(shown.toAt, -24 * HOUR_MS))).toMatch(/^Mill 1 cannot do 4\d+ Grinding\.$/)
  expect(await preview(site.grinder, later(first?.startAt ?? shown.fromAt, -48 * HOUR_MS))).toBe('That is in the past.')
})

test('what is locked stays when the site is planned anew', async () => {
  const shown = await schedule()
  const one = shown.operations.find(({ placement, state }) => placement && state === 'scheduled')
  const edit = { kind: 'lock', operationIds: [one?.operationId], locked: true }
  const { body } = await ask<Outcome>('POST', '/draft/preview', { siteId: site.siteId, edit })
  if (!('changes' in body)) throw new Error(body.refusal)
  await ask('POST', '/draft/changes', { siteId: site.siteId, changes: body.changes })
  await order({ quantity: 30 })
  const again = await planned()
  const kept = again.operations.find(({ operationId }) => operationId === one?.operationId)?.placement
  expect(kept).toEqual({ ...one?.placement, locked: true })
})

test('an order that cannot be in time is late, with the reasons in words', async () => {
  const late = await order({ number: '4999', quantity: 3000 })
  const shown = await planned()
  const row = shown.orders.find(({ id }) => id === late.id)
  expect(row?.lateS).toBeGreaterThan(0)
  expect(row?.reasons.length).toBeGreaterThan(0)
  expect(row?.reasons.filter(({ main }) => main).length).toBeLessThanOrEqual(1)
  expect(shown.figures.lateCount).toBeGreaterThan(0)

  expect(await ask('POST', `/orders/${late.id}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled' } })
  expect((await schedule()).orders.some(({ id }) => id === late.id)).toBe(false)
  expect(await ask('PATCH', `/orders/${late.id}`, { quantity: 5 })).toMatchObject({
    ...{ status: 409, body: { code: 'planning/order-closed' } },
  })
})

test('a machine that stops makes a proposal once, which is accepted into the draft or dismissed with a reason', async () => {
  await ask('POST', '/draft/discard', { siteId: site.siteId })
  for (let i = 0; i < 4; i += 1) await order({ quantity: 600 })
  const { revision } = await planned()
  expect(await ask('POST', '/draft/publish', { siteId: site.siteId, revision })).toEqual({ status: 204, body: null })

  const proposer = new Proposer(runtime)
  const actor = systemActor(OURS, 'test')
  const stop = (sinceMinutes: number, repairHours: number) => {
    proposer.propose(actor, {
      ...{ siteId: site.siteId, cause: 'stopped', workUnitId: site.grinder },
      ...{ sinceMs: Date.now() - sinceMinutes * 60_000, repairMs: repairHours * HOUR_MS, alarm: 'Belt torn' },
    })
  }
  const proposed = (count: number) =>
    vi.waitFor(
      async () => {
        const { proposals } = await schedule()
        expect(proposals).toHaveLength(count)
        return proposals
      },
      { timeout: 30_000, interval: 100 },
    )
  stop(10, 5)
  stop(10, 5)
  const [first] = await proposed(1)
  expect(first?.title).toMatch(/^Grinder A has been stopped since \w{3} \d\d:\d\d: Belt torn$/)
  expect(first?.summary).toMatch(/^Move \d+ operation/)
  expect(first?.changes[0]?.text).toMatch(/^4\d+ (Grinding|Milling): .* → /)

  expect((await ask('POST', `/proposals/${first?.id}/accept`)).status).toBe(204)
  const after = await schedule()
  expect(after).toMatchObject({ shown: 'draft', proposals: [] })
  expect(after.diff?.moved).toBeGreaterThan(0)
  expect(after.operations.filter(({ conflict }) => conflict !== null)).toEqual([])
  const lane = after.lanes.find(({ workUnitId }) => workUnitId === site.grinder)
  expect(lane?.exceptions).toMatchObject([{ kind: 'stop', note: first?.title }])
  expect(await ask('POST', `/proposals/${first?.id}/accept`)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/proposal-decided' } },
  })

  // The stop lasts longer than was expected.
  await inContext(runtime, actor, (ctx) => sql`delete from planning.calendar_exception`.execute(ctx.db))
  stop(3, 12)
  const [second] = await proposed(1)
  expect((await ask('POST', `/proposals/${second?.id}/dismiss`, { reason: 'It runs again soon.' })).status).toBe(204)
  expect((await schedule()).proposals).toEqual([])
  await proposer.stop()
})

test('an order that does not exist yet is promised a date, and a late one is told what would help', async () => {
  const late = await order({ number: '4998', quantity: 2000, dueAt: later(now(), 3 * HOUR_MS) })
  await planned()
  const promise = await ask<{ endAt: string | null }>(
    'GET',
    `/promise?siteId=${site.siteId}&productId=${late.productId}&quantity=60`,
  )
  expect(Date.parse(promise.body.endAt ?? '')).toBeGreaterThan(Date.now())
  const fixes = await ask<{ items: { text: string; wonS: number }[] }>(
    'GET',
    `/fixes?siteId=${site.siteId}&orderId=${late.id}`,
  )
  expect(fixes.status).toBe(200)
  for (const { text, wonS } of fixes.body.items) {
    expect(text).not.toBe('')
    expect(wonS).toBeGreaterThan(0)
  }
})

test('who only reads neither plans nor orders, and another company sees nothing', async () => {
  const wish = { siteId: site.siteId, budgetS: 1 }
  expect((await ask('POST', '/runs', wish, 'operator')).status).toBe(403)
  expect((await ask('GET', `/schedule?siteId=${site.siteId}`, undefined, 'operator')).status).toBe(200)
  expect((await ask('GET', `/schedule?siteId=${site.siteId}`, undefined, 'stranger')).status).toBe(404)
  expect((await ask('POST', '/runs', wish, 'stranger')).status).toBe(404)
  expect((await ask<{ items: unknown[] }>('GET', '/orders', undefined, 'stranger')).body.items).toEqual([])
})
