import { DAY_MS, HOUR_MS, instant, later, newId, now } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant } from '@millrace/plant'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ProductId } from './contract.ts'
import { planning } from './index.ts'
import type { Scenario, ScenarioChange, Scenarios } from './scenario-contract.ts'
import type { Schedule } from './schedule-contract.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'

const OURS = newId<'Enterprise'>(1)
const THEIRS = newId<'Enterprise'>(2)
const READ = ['planning:order:read', 'planning:schedule:read']
const ALL = [...READ, 'planning:order:write', 'planning:schedule:plan', 'planning:schedule:publish']
const holding = (enterpriseId: string, permissions: readonly string[]) =>
  somebody(enterpriseId, Object.fromEntries(permissions.map((permission) => [permission, 'everywhere'])))
const people = new Map<string, Actor>([
  ['planner', holding(OURS, ALL)],
  ['operator', holding(OURS, READ)],
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

async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object, who = 'planner') {
  const answer = await app.inject({
    ...{ method, url: `/api/v1/planning${path}`, headers: { cookie: `who=${who}` } },
    ...(body && { payload: body }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? (null as T) : (answer.json() as T) }
}

const schedule = async () => (await ask<Schedule>('GET', `/schedule?siteId=${site.siteId}`)).body
const scenarios = async () => (await ask<Scenarios>('GET', `/scenarios?siteId=${site.siteId}`)).body
const order = (wish: Parameters<GivenSite['order']>[1] = {}) =>
  inContext(runtime, systemActor(OURS, 'test'), (ctx) => site.order(ctx, wish))

async function firstProduct(): Promise<ProductId> {
  const { body } = await ask<{ items: { id: ProductId }[] }>('GET', `/products?siteId=${site.siteId}`)
  const [first] = body.items
  if (!first) throw new Error('The site makes nothing.')
  return first.id
}

const make = (name: string, changes: readonly ScenarioChange[], who = 'planner') =>
  ask<Scenario>('POST', '/scenarios', { siteId: site.siteId, name, changes, budgetS: 1 }, who)

async function computed(name: string, changes: readonly ScenarioChange[]): Promise<Scenario> {
  const { status, body } = await make(name, changes)
  expect({ status, body }).toMatchObject({ status: 201, body: { name, state: 'waiting', result: null } })
  return settled(body.id)
}

function settled(id: string): Promise<Scenario> {
  return vi.waitFor(
    async () => {
      const found = (await scenarios()).items.find((one) => one.id === id)
      if (found?.state !== 'done') throw new Error(`It is ${found?.state}.`)
      return found
    },
    { timeout: 30_000, interval: 100 },
  )
}

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

const away = (hours: number): ScenarioChange => ({
  ...{ kind: 'machine-away', workUnitId: site.grinder },
  ...{ startAt: later(now(), 3 * HOUR_MS), endAt: later(now(), (3 + hours) * HOUR_MS) },
})

test('without a plan nothing can be tried, and another company sees nothing', async () => {
  expect(await scenarios()).toMatchObject({ shown: 'none', figures: null, items: [] })
  await order()
  expect(await make('Too early', [])).toMatchObject({ status: 409, body: { code: 'planning/no-plan' } })
  expect((await ask('GET', `/scenarios?siteId=${site.siteId}`, undefined, 'stranger')).status).toBe(404)
  expect((await make('Mine', [], 'operator')).status).toBe(403)
})

test('a machine that is away for long makes orders late that were in time, and the plan stays as it is', async () => {
  for (let i = 0; i < 7; i += 1) await order({ quantity: 240 })
  const before = await planned()
  expect((await ask('POST', '/draft/publish', { siteId: site.siteId, revision: before.revision })).status).toBe(204)
  const lost = await computed('Grinder away for four days', [away(96)])
  expect(lost.texts[0]).toMatch(/^Grinder A is away from \w{3} \d{1,2} \w{3}, \d\d:\d\d to /)
  expect(lost.result?.figures.lateCount).toBeGreaterThan(before.figures.lateCount)
  expect(lost.result?.diff.nowLate.length).toBeGreaterThan(0)
  expect(lost.result?.figures.operationCount).toBe(before.figures.operationCount)
  const opened = (await ask<Schedule>('GET', `/scenarios/${lost.id}/schedule`)).body
  expect(opened.operations.filter(({ conflict }) => conflict !== null)).toEqual([])
  expect(opened.lanes.find(({ workUnitId }) => workUnitId === site.grinder)?.exceptions).toMatchObject([
    { kind: 'stop' },
  ])
  const still = await schedule()
  expect(still.operations.map(({ placement }) => placement)).toEqual(
    before.operations.map(({ placement }) => placement),
  )
  expect(still.lanes.flatMap(({ exceptions }) => exceptions)).toEqual([])
})

test('what cannot be is refused in words', async () => {
  const [first] = (await schedule()).orders
  const refusals: [ScenarioChange, string][] = [
    [
      { kind: 'people', groupId: newId<'OperatorGroup'>(1), shift: 'Day', count: 1 },
      'There is no such group of people.',
    ],
    [
      { ...away(1), endAt: later(now(), -HOUR_MS), startAt: later(now(), -2 * HOUR_MS) } as ScenarioChange,
      'The machine is back already by then.',
    ],
    [
      {
        ...{ kind: 'extra-work', fromOn: '2020-01-04', untilOn: '2020-01-05', weekdays: [6] },
        ...{ startMinute: 360, endMinute: 840, workUnitIds: null },
      },
      'That extra work lies in the past, or on none of the days.',
    ],
    [
      { kind: 'other-order', orderId: first?.id ?? newId<'ProductionOrder'>(1) },
      `Nothing is different with order ${first?.number}.`,
    ],
  ]
  for (const [change, detail] of refusals)
    expect(await make('Wrong', [change])).toMatchObject({
      ...{ status: 422, body: { code: 'planning/scenario-invalid', detail } },
    })
})

test('a rush order that is used becomes an order with a place in the draft, together with its extra work', async () => {
  const { orders } = await schedule()
  const productId = await firstProduct()
  const day = instant(Date.now() + DAY_MS).slice(0, 10)
  const rush = await computed('Rush order', [
    {
      ...{ kind: 'rush-order', number: 'RUSH-1', productId, quantity: 60, priority: 1 },
      ...{ dueAt: later(now(), 4 * DAY_MS), customer: 'Nordhandel' },
    },
    {
      ...{ kind: 'extra-work', fromOn: day, untilOn: day, weekdays: [1, 2, 3, 4, 5, 6, 7] },
      ...{ startMinute: 360, endMinute: 600, workUnitIds: [site.mills[0]] },
    },
    { kind: 'other-order', orderId: orders[0]?.id as never, priority: 2 },
    {
      kind: 'other-machine',
      productId,
      position: 2,
      workUnitId: site.mills[1],
      minutesPerPiece: 3,
    },
  ])
  expect(rush).toMatchObject({ outdated: false, usedAt: null })
  expect(rush.result?.diff.added).toBe(2)
  expect(await ask('POST', `/scenarios/${rush.id}/use`)).toMatchObject({ status: 200, body: { revision: 1 } })
  const after = await schedule()
  const made = after.orders.find(({ number }) => number === 'RUSH-1')
  expect(made).toMatchObject({ customer: 'Nordhandel', priority: 1 })
  expect(after.operations.filter(({ orderId, placement }) => orderId === made?.id && placement)).toHaveLength(2)
  expect(after.operations.filter(({ conflict }) => conflict !== null)).toEqual([])
  expect(after.shown).toBe('draft')
  expect(after.orders.find(({ id }) => id === orders[0]?.id)?.priority).toBe(2)
  expect(after.lanes.find(({ workUnitId }) => workUnitId === site.mills[0])?.exceptions).toMatchObject([
    { kind: 'extra', note: 'Rush order' },
  ])
  const used = (await scenarios()).items.find(({ id }) => id === rush.id)
  expect(used).toMatchObject({ usedBy: 'Test Person', outdated: true })
})

test('a scenario is outdated when the plan changes, refused then, and right again when it is computed anew', async () => {
  const one = await computed('As it is', [])
  expect(one).toMatchObject({ outdated: false, result: { diff: { added: 0, removed: 0 } } })
  await order()
  expect((await scenarios()).items.find(({ id }) => id === one.id)?.outdated).toBe(true)
  expect(await ask('POST', `/scenarios/${one.id}/use`)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/scenario-stale', detail: expect.stringContaining('Compute it anew') } },
  })
  expect((await ask('POST', `/scenarios/${one.id}/recompute`)).status).toBe(200)
  const again = await settled(one.id)
  expect(again).toMatchObject({ outdated: false, result: { diff: { added: 2 } } })
  expect((await ask('DELETE', `/scenarios/${one.id}`)).status).toBe(204)
  expect((await scenarios()).items.some(({ id }) => id === one.id)).toBe(false)
})

test('what the electricity of a scenario costs stands beside that of the plan, once prices and powers are known', async () => {
  const unknown = await computed('Without prices', [])
  expect(unknown.result).toMatchObject({ electricityCost: null, baseElectricityCost: null })

  const tariff = {
    siteId: site.siteId,
    name: 'One price',
    validFrom: '2020-01-01',
    validTo: null,
    otherwisePerKwh: 0.2,
  }
  const none = { steps: [], spotExpectedPerKwh: null, peakChargePerKw: 0 }
  expect((await ask('POST', '/energy/tariffs', { ...tariff, ...none })).status).toBe(201)
  for (const workUnitId of [...site.mills, site.grinder]) {
    const power = { workUnitId, processKw: 40, families: [], setupKw: 10, idleKw: 0, outsideKw: 0 }
    const off = { maySwitchOff: false, switchOnKwh: 0, switchOnMinutes: 0 }
    expect((await ask('PUT', '/energy/powers', { ...power, ...off })).status).toBe(200)
  }
  const rush: ScenarioChange = {
    ...{ kind: 'rush-order', number: 'RUSH-2', productId: await firstProduct(), quantity: 100 },
    ...{ priority: 3, customer: null, dueAt: later(now(), 5 * DAY_MS) },
  }
  const more = await computed('More to make', [rush])
  const { electricityCost, baseElectricityCost } = more.result ?? {}
  expect(baseElectricityCost).toBeGreaterThan(0)
  expect(electricityCost).toBeGreaterThan(baseElectricityCost ?? Number.NaN)
  const shown = await scenarios()
  expect(shown.currency).toBe('CHF')
  expect(shown.electricityCost).toBeCloseTo(baseElectricityCost ?? Number.NaN, 0)
})

test('a scenario that is being computed can be stopped, and a site has no more than its limit', async () => {
  const { body } = await ask<Scenario>('POST', '/scenarios', {
    siteId: site.siteId,
    name: 'Long',
    changes: [],
    budgetS: 60,
  })
  expect(await ask('POST', `/scenarios/${body.id}/recompute`)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/scenario-busy' } },
  })
  expect((await ask('POST', `/scenarios/${body.id}/cancel`)).status).toBe(204)
  expect((await scenarios()).items.find(({ id }) => id === body.id)?.state).toBe('cancelled')
  expect(await ask('POST', `/scenarios/${body.id}/cancel`)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/scenario-idle' } },
  })
  let status = 201
  for (let count = 0; status === 201 && count < 21; count += 1) status = (await make(`Number ${count}`, [])).status
  expect(status).toBe(409)
  expect((await scenarios()).items).toHaveLength(20)
})
