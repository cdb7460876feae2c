import { DAY_MS, HOUR_MS, later, newId } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant } from '@millrace/plant'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { NewProduct, Product, ProductUse, Step } from './contract.ts'
import { planning } from './index.ts'
import { createOrder } from './orders.ts'
import { createProduct } from './products.ts'
import type { Tool } from './resource-contract.ts'
import type { OperationChange, Outcome, Schedule, ScheduleOperation } from './schedule-contract.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'

const OURS = newId<'Enterprise'>(1)
const ALL = ['order:read', 'order:write', 'schedule:read', 'schedule:plan', 'schedule:publish']
const planner = somebody(OURS, Object.fromEntries(ALL.map((name) => [`planning:${name}`, 'everywhere'])))
const people = new Map<string, Actor>([['planner', planner]])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, planning]

// Plannings on a machine that may be busy.
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

async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) {
  const answer = await app.inject({
    ...{ method, url: `/api/v1/planning${path}`, headers: { cookie: 'who=planner' } },
    ...(body && { payload: body }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? (null as T) : (answer.json() as T) }
}

const schedule = async () => (await ask<Schedule>('GET', `/schedule?siteId=${site.siteId}`)).body

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

function step(
  name: string,
  workUnitIds: readonly Step['alternatives'][number]['workUnitId'][],
  more: Partial<Step>,
): Step {
  return {
    ...{ name, setupFamily: 'steel', splittable: true, operators: null },
    alternatives: workUnitIds.map((workUnitId) => ({ workUnitId, minutesPerPiece: 1 })),
    ...more,
  }
}

async function givenOrders(steps: NewProduct['steps'], quantities: readonly number[]): Promise<Product> {
  return inContext(runtime, systemActor(OURS, 'test'), async (ctx) => {
    const code = `P${Math.round(ctx.nowMs)}${quantities.join('')}`
    const product = await createProduct(ctx, { siteId: site.siteId, code, name: code, family: 'steel', steps })
    for (const [index, quantity] of quantities.entries())
      await createOrder(ctx, {
        ...{ siteId: site.siteId, number: `${code}-${index}`, productId: product.id, quantity, priority: 3 },
        ...{ customer: null, releaseAt: later(ctx.now, -HOUR_MS), dueAt: later(ctx.now, 2 * DAY_MS) },
      })
    return product
  })
}

const stepsCalled = ({ operations }: Schedule, name: string) => operations.filter((one) => one.step === name)

async function changesOf(edit: object): Promise<OperationChange[]> {
  const { body } = await ask<Outcome>('POST', '/draft/preview', { siteId: site.siteId, edit })
  if (!('changes' in body)) throw new Error(body.refusal)
  return body.changes
}

const make = (changes: readonly OperationChange[]) => ask('POST', '/draft/changes', { siteId: site.siteId, changes })
const turned = (changes: readonly OperationChange[]) =>
  changes.map(({ operationId, before, after }) => ({ operationId, before: after, after: before }))

let firstPlan: Schedule

test('orders share a charge, wait for it to cool, and never hold the same mould at once', async () => {
  const tool = (await ask<Tool>('POST', '/tools', { siteId: site.siteId, name: 'Mould 91', count: 1 })).body
  const furnace = { workUnitId: site.grinder, kind: 'batch', count: 1, load: { most: 300, unit: 'pieces' } }
  expect((await ask('PUT', '/unit-capacities', furnace)).status).toBe(200)
  expect(await ask('PUT', '/unit-capacities', { ...furnace, load: null })).toMatchObject({
    ...{ status: 422, body: { code: 'planning/capacity-invalid' } },
  })
  const product = await givenOrders(
    [
      step('Moulding', site.mills, { tools: [{ toolId: tool.id, count: 1 }], waitMinutes: 30 }),
      step('Hardening', [site.grinder], { splittable: false, charge: { minutes: 240, loadPerPiece: 1 } }),
    ],
    [120, 120, 60],
  )
  firstPlan = await planned()
  expect(firstPlan.operations.filter(({ conflict }) => conflict !== null)).toEqual([])
  expect(firstPlan.lanes.find(({ workUnitId }) => workUnitId === site.grinder)?.kind).toBe('batch')

  const moulded = stepsCalled(firstPlan, 'Moulding').map(({ placement }) => placement)
  moulded.sort((a, b) => (a?.setupStartAt ?? '').localeCompare(b?.setupStartAt ?? ''))
  for (const [index, one] of moulded.entries())
    if (index > 0) expect((one?.setupStartAt ?? '') >= (moulded[index - 1]?.endAt ?? 'z')).toBe(true)

  for (const { after, placement } of stepsCalled(firstPlan, 'Hardening')) {
    const front = firstPlan.operations.find(({ operationId }) => operationId === after[0]?.operationId)
    expect(after[0]?.waitS).toBe(1800)
    expect(Date.parse(placement?.startAt ?? '') - Date.parse(front?.placement?.endAt ?? '')).toBeGreaterThanOrEqual(
      1_800_000,
    )
  }

  const uses = await ask<{ items: ProductUse[] }>('GET', `/product-uses?siteId=${site.siteId}`)
  expect(uses.body.items).toContainEqual({ productId: product.id, openOrderCount: 3 })
  expect(await ask('DELETE', `/products/${product.id}`)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/product-in-use', open: 3, all: 3 } },
  })
  expect(await ask('DELETE', `/tools/${tool.id}`)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/tool-in-use', products: [product.code] } },
  })
})

test('an operation is dropped into a charge, and a charge takes no more than its load', async () => {
  const [first, second] = stepsCalled(firstPlan, 'Hardening')
    .filter(({ placement }) => placement)
    .sort((a, b) => (b.placement?.startAt ?? '').localeCompare(a.placement?.startAt ?? ''))
  if (!first?.placement || !second?.placement) throw new Error('Nothing was hardened.')
  const into = { operationId: second.operationId, workUnitId: site.grinder, startAt: first.placement.startAt }
  const isOne = first.placement.startAt === second.placement.startAt
  const outcome = await ask<Outcome>('POST', '/draft/preview', {
    siteId: site.siteId,
    edit: { kind: 'move', moves: [into] },
  })
  if (isOne) expect(outcome.body).toHaveProperty('refusal')
  else {
    if (!('changes' in outcome.body)) throw new Error(outcome.body.refusal)
    const moved = outcome.body.changes.find(({ operationId }) => operationId === second.operationId)
    expect(moved?.after).toMatchObject({ startAt: first.placement.startAt, endAt: first.placement.endAt })
  }
})

test('an operation is split into two parts that lie on two machines, and made whole again', async () => {
  await givenOrders([step('Turning', site.mills, {})], [100])
  const shown = await planned()
  const [whole] = stepsCalled(shown, 'Turning')
  if (!whole?.placement) throw new Error('It has no place.')
  const { operationId, placement } = whole
  const middle = new Date((Date.parse(placement.startAt) + Date.parse(placement.endAt)) / 2).toISOString()
  const split = await changesOf({ kind: 'split', operationId, atAt: middle })
  const part = `${operationId}.2`
  expect(split.map((one) => one.operationId)).toEqual([operationId, part])
  const pieces = split.map(({ after }) => after?.quantity ?? 0)
  expect(pieces[0]).toBeGreaterThan(0)
  expect((pieces[0] ?? 0) + (pieces[1] ?? 0)).toBe(100)
  expect((await make(split)).status).toBe(200)

  const parted = await schedule()
  const parts = stepsCalled(parted, 'Turning')
  expect(parts.map((one: ScheduleOperation) => [one.operationId, one.isPart, one.conflict])).toEqual([
    [operationId, true, null],
    [part, true, null],
  ])
  const other = site.mills.find((id) => id !== placement.workUnitId) ?? site.mills[0]
  const moved = await changesOf({
    kind: 'move',
    moves: [{ operationId: part, workUnitId: other, startAt: later(placement.startAt, HOUR_MS) }],
  })
  expect((await make(moved)).status).toBe(200)
  // Planned anew the parts stay parts.
  const again = await planned()
  expect(stepsCalled(again, 'Turning').map(({ quantity }) => quantity)).toEqual(pieces)
  expect(again.operations.filter(({ conflict }) => conflict !== null)).toEqual([])

  // Pieces that nobody makes, or that are made twice, are refused.
  const now = stepsCalled(again, 'Turning')[1]?.placement
  const wrong = [{ operationId: part, before: now ?? null, after: now ? { ...now, quantity: 90 } : null }]
  expect(await make(wrong)).toMatchObject({ status: 409, body: { code: 'planning/plan-invalid' } })
})

test('taken back, a split leaves everything as it was', async () => {
  await givenOrders([step('Sawing', site.mills, {})], [40])
  const before = await planned()
  const [whole] = stepsCalled(before, 'Sawing')
  if (!whole?.placement) throw new Error('It has no place.')
  const { startAt, endAt } = whole.placement
  const atAt = new Date((Date.parse(startAt) + Date.parse(endAt)) / 2).toISOString()
  const split = await changesOf({ kind: 'split', operationId: whole.operationId, atAt })
  expect((await make(split)).status).toBe(200)
  expect(stepsCalled(await schedule(), 'Sawing')).toHaveLength(2)
  expect((await make(turned(split))).status).toBe(200)
  expect(stepsCalled(await schedule(), 'Sawing')).toMatchObject([{ isPart: false, placement: whole.placement }])
})
