import { DAY_MS, epochMs, later, newId, now } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant } from '@millrace/plant'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Product, ProductionOrder } from './contract.ts'
import type { ForecastSummary, ProductForecast, SalesReading } from './forecast-contract.ts'
import { listForecastInForce, planning } from './index.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'
import { addWeeks, weekOnOf } from './week-rules.ts'
import type { WeeklyCapacity } from './weekly-capacity-contract.ts'

const OURS = newId<'Enterprise'>(1)
const THEIRS = newId<'Enterprise'>(2)
const ALL = ['planning:order:read', 'planning:order:write', 'planning:schedule:read', 'planning:schedule:plan']
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
const ZONE = 'Europe/Zurich'

// Threads with solvers, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000 })

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let site: GivenSite
let product: Product
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  runtime = { ...testRuntime(database.url), answer: answering(modules.flatMap((module) => module.extends ?? [])) }
  for (const id of [OURS, THEIRS])
    await sql`insert into runtime.tenant (enterprise_id) values (${id})`.execute(runtime.app.kysely)
  app = await createApp({ runtime, modules, version: 'test' })
  end = async () => {
    await app.close()
    await runtime.app.close()
    await database.drop()
  }
  site = await asSystem(givenSite)
  const [first] = (await ask<{ items: Product[] }>('GET', `/products?siteId=${site.siteId}`)).body.items
  if (!first) throw new Error('The site makes nothing.')
  product = first
})
afterAll(() => end())

function asSystem<T>(act: Parameters<typeof inContext<T>>[2]): Promise<T> {
  return inContext(runtime, systemActor(OURS, 'test'), act)
}

async function ask<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object, who = 'planner') {
  const answer = await app.inject({
    ...{ method, url: `/api/v1/planning${path}`, headers: { cookie: `who=${who}` } },
    ...(body && { payload: body }),
  })
  return { status: answer.statusCode, body: (answer.body === '' ? null : answer.json()) as T }
}

const thisWeekOn = weekOnOf(epochMs(now()), ZONE)
/** Two years of a product that sells 1,000 a week, and half as much again every second half of a year. */
const csv = (weeks = 104) =>
  `product;week;quantity\n${Array.from({ length: weeks }, (_, at) => {
    const weekOn = addWeeks(thisWeekOn, at - weeks)
    return `${product.code};${weekOn};${1000 + (((at % 52) + 52) % 52 < 26 ? 500 : 0) + ((at * 37) % 50)}`
  }).join('\n')}\n`

test('a file of sales is read first, imported as a whole, and imported again without a change', async () => {
  const body = { siteId: site.siteId, csv: csv() }
  const reading = { rowCount: 104, productCount: 1, newWeeks: 104, changedWeeks: 0, faults: [], faultCount: 0 }
  expect(await ask<SalesReading>('POST', '/sales/preview', body)).toEqual({ status: 200, body: reading })
  expect((await ask<ProductForecast>('GET', `/products/${product.id}/forecast`)).body.history).toEqual([])
  expect(await ask<SalesReading>('POST', '/sales/import', body)).toEqual({ status: 200, body: reading })
  const again = { ...reading, newWeeks: 0 }
  expect((await ask<SalesReading>('POST', '/sales/import', body)).body).toEqual(again)
  const changed = await ask<SalesReading>('POST', '/sales/preview', {
    ...body,
    csv: csv().replace(/;1\d\d\d\n/, ';7\n'),
  })
  expect(changed.body).toEqual({ ...again, changedWeeks: 1 })
  const shown = (await ask<ProductForecast>('GET', `/products/${product.id}/forecast`)).body
  expect(shown.history).toHaveLength(104)
  expect(shown.history.at(-1)?.weekOn).toBe(addWeeks(thisWeekOn, -1))
})

test('a file with a fault names its line, and nothing of it is imported', async () => {
  const file = (...rows: string[]) => ({ siteId: site.siteId, csv: ['Product,Week,Quantity', ...rows].join('\n') })
  const week = addWeeks(thisWeekOn, -2)
  const wrong = file(
    `${product.code},${week},9`,
    `NOPE,${week},1`,
    `${product.code},soon,1`,
    `${product.code},${week},1.5`,
    `${product.code},${week},3`,
    `${product.code},${addWeeks(thisWeekOn, 3)},3`,
  )
  const { body } = await ask<SalesReading>('POST', '/sales/preview', wrong)
  expect(body.faults.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7])
  const refused = await ask<{ code: string; detail: string }>('POST', '/sales/import', wrong)
  expect(refused).toMatchObject({
    status: 422,
    body: { code: 'planning/sales-file-invalid', detail: expect.stringContaining('Line 3') },
  })
  const { history } = (await ask<ProductForecast>('GET', `/products/${product.id}/forecast`)).body
  expect(history.find(({ weekOn }) => weekOn === week)?.quantity).not.toBe(9)
  for (const rest of [{ csv: 'one,two\n1,2' }, { csv: 'product,week,quantity' }])
    expect((await ask('POST', '/sales/preview', { siteId: site.siteId, ...rest })).status).toBe(422)
})

test('forecasts are computed, listed with how far they are off, and overridden with a reason beside what was computed', async () => {
  expect(await ask('POST', '/forecasts/compute', { siteId: site.siteId })).toEqual({
    ...{ status: 200, body: { computedCount: 1, leftCount: 0 } },
  })
  const list = (await ask<{ items: ForecastSummary[] }>('GET', `/forecasts?siteId=${site.siteId}`)).body.items
  expect(list).toHaveLength(2)
  const own = list.find(({ productId }) => productId === product.id)
  expect(own).toMatchObject({
    overriddenWeeks: 0,
    about: { testedWeeks: expect.any(Number), historyUntilOn: addWeeks(thisWeekOn, -1) },
  })
  expect(own?.about?.wapeRatio).toBeLessThan(0.2)
  expect(list.find(({ productId }) => productId !== product.id)).toMatchObject({
    about: null,
    nextFourWeeks: null,
    history: [],
  })

  const path = `/products/${product.id}/forecast/weeks`
  const weekOn = addWeeks(thisWeekOn, 3)
  const wish = (quantity: number | null, on = weekOn) => ({
    weeks: [{ weekOn: on, quantity }],
    reason: 'Fair in Basel',
  })
  expect((await ask('PUT', path, wish(4200), 'operator')).status).toBe(403)
  expect((await ask('PUT', path, wish(4200), 'stranger')).status).toBe(404)
  expect((await ask('PUT', path, wish(1, addWeeks(thisWeekOn, 80)))).status).toBe(409)
  expect((await ask('PUT', path, wish(1, '2026-11-24'))).status).toBe(422)
  const changed = (await ask<ProductForecast>('PUT', path, wish(4200))).body
  const week = changed.weeks.find((one) => one.weekOn === weekOn)
  expect(week?.override).toMatchObject({ quantity: 4200, reason: 'Fair in Basel' })
  expect(week?.quantity).toBeLessThan(2000)
  const inForce = await asSystem((ctx) => listForecastInForce(ctx, site.siteId))
  expect(inForce).toHaveLength(26)
  expect(inForce.find((one) => one.weekOn === weekOn)).toEqual({ productId: product.id, weekOn, quantity: 4200 })
  // Computing anew leaves the planner's word, and null takes it back.
  await ask('POST', '/forecasts/compute', { siteId: site.siteId })
  const kept = (await ask<ProductForecast>('GET', `/products/${product.id}/forecast`)).body
  expect(kept.weeks.find((one) => one.weekOn === weekOn)?.override?.quantity).toBe(4200)
  const back = (await ask<ProductForecast>('PUT', path, wish(null))).body
  expect(back.weeks.every(({ override }) => override === null)).toBe(true)
})

test('the weekly plan spreads what is too much for one week, says where it is full, and lots become orders', async () => {
  // The grinder has about 168 hours a week; 16,000 pieces of a minute each are 267.
  const weekOn = addWeeks(thisWeekOn, 4)
  await ask('PUT', `/products/${product.id}/forecast/weeks`, {
    weeks: [{ weekOn, quantity: 16_000 }],
    reason: 'One large order',
  })
  const plan = (await ask<WeeklyCapacity>('GET', `/weekly-capacity?siteId=${site.siteId}&weeks=8`)).body
  expect(plan.weeks).toHaveLength(8)
  const grinder = plan.groups.find(({ name }) => name === 'Grinder A')
  const full = grinder?.weeks.find((week) => week.weekOn === weekOn)
  expect(full?.wantedHours).toBeGreaterThan(260)
  expect(full?.plannedHours).toBeLessThanOrEqual((full?.hours ?? 0) + (full?.overtimeHours ?? 0) + 0.01)
  expect(full?.shares[0]?.productId).toBe(product.id)
  expect(plan.sentences[0]).toMatch(/^Grinder A is full in week/)
  const own = plan.lots.filter(({ productId }) => productId === product.id)
  expect(own.some((lot) => lot.weekOn < weekOn && lot.stockQuantity > 3000)).toBe(true)
  expect(own.every(({ owedQuantity }) => owedQuantity === 0)).toBe(true)

  const [lot] = own.filter((one) => one.weekOn > thisWeekOn)
  if (!lot) throw new Error('There is no lot.')
  const body = { siteId: site.siteId, lots: [{ productId: lot.productId, weekOn: lot.weekOn, quantity: lot.quantity }] }
  expect((await ask('POST', '/weekly-capacity/orders', body, 'operator')).status).toBe(403)
  const made = await ask<{ items: ProductionOrder[] }>('POST', '/weekly-capacity/orders', body)
  expect(made).toMatchObject({
    status: 201,
    body: { items: [{ quantity: lot.quantity, state: 'open', customer: null }] },
  })
  const again = (
    await ask<{ items: ProductionOrder[] }>('POST', '/weekly-capacity/orders', {
      ...body,
      lots: [{ ...body.lots[0], quantity: 5 }],
    })
  ).body
  expect(again.items[0]?.number).toBe(`${made.body.items[0]?.number}-2`)
  expect(weekOnOf(epochMs(made.body.items[0]?.dueAt ?? now()), ZONE)).toBe(lot.weekOn)
  // What is ordered uses up the forecast: the same pieces are not wanted twice.
  const after = (await ask<WeeklyCapacity>('GET', `/weekly-capacity?siteId=${site.siteId}&weeks=8`)).body
  const total = (lots: WeeklyCapacity['lots']) => lots.reduce((sum, { wantedQuantity }) => sum + wantedQuantity, 0)
  expect(Math.abs(total(after.lots) - total(plan.lots))).toBeLessThan(20)
  const past = { ...body, lots: [{ ...body.lots[0], weekOn: addWeeks(thisWeekOn, -1) }] }
  expect((await ask('POST', '/weekly-capacity/orders', past)).status).toBe(422)
})

test('an empty plant says that nothing is wanted', async () => {
  const other = await asSystem(givenSite)
  const plan = (await ask<WeeklyCapacity>('GET', `/weekly-capacity?siteId=${other.siteId}`)).body
  expect(plan).toMatchObject({ lots: [], sentences: [expect.stringMatching(/^Nothing is wanted/)] })
  await asSystem((ctx) => other.order(ctx, { quantity: 600, dueAt: later(ctx.now, 8 * DAY_MS) }))
  const one = (await ask<WeeklyCapacity>('GET', `/weekly-capacity?siteId=${other.siteId}`)).body
  expect(one.sentences[0]).toMatch(/^Everything fits/)
  expect(one.lots.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(600)
  expect((await ask('GET', `/weekly-capacity?siteId=${other.siteId}`, undefined, 'stranger')).status).toBe(404)
})
