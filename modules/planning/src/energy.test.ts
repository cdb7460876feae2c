import { HOUR_MS, later, newId, now } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant } from '@millrace/plant'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Advice, AdviceResult, EnergyOfPlan } from './energy-advice-contract.ts'
import type { EnergySetup, NewTariff } from './energy-contract.ts'
import { planning } from './index.ts'
import type { Schedule } from './schedule-contract.ts'
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
  return { status: answer.statusCode, body: (answer.body === '' ? null : answer.json()) as T }
}

const atSite = () => `siteId=${site.siteId}`
const schedule = async () => (await ask<Schedule>('GET', `/schedule?${atSite()}`)).body
const energyOfPlan = async () => (await ask<EnergyOfPlan>('GET', `/energy/plan?${atSite()}`)).body
const advice = async () => (await ask<{ advice: Advice | null }>('GET', `/energy/advice?${atSite()}`)).body.advice

/** Half of the hours cost three times as much as the others. */
const tariff = (wish: Partial<NewTariff> = {}): NewTariff => ({
  ...{ siteId: site.siteId, name: 'Day and night', validFrom: '2020-01-01', validTo: null, otherwisePerKwh: 0.1 },
  steps: [
    {
      ...{ name: 'Dear', weekdays: [1, 2, 3, 4, 5, 6, 7], startMinute: 0, endMinute: 0, pricePerKwh: 0.3 },
      ...dearNow(),
    },
  ],
  ...{ spotExpectedPerKwh: null, peakChargePerKw: 0, ...wish },
})

/** The half of the day that it is now in Zurich. */
function dearNow() {
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZone: 'Europe/Zurich' }).format())
  return hour < 12 ? { startMinute: 0, endMinute: 720 } : { startMinute: 720, endMinute: 1440 }
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

async function advised(wish: object = {}): Promise<Advice & { result: AdviceResult }> {
  expect(await ask('POST', '/energy/advice', { siteId: site.siteId, budgetS: 1, ...wish })).toMatchObject({
    status: 202,
  })
  return vi.waitFor(
    async () => {
      const found = await advice()
      expect(found?.state).toBe('open')
      if (!found?.result) throw new Error('There is no result.')
      return { ...found, result: found.result }
    },
    { timeout: 30_000, interval: 100 },
  )
}

test('without prices and powers nothing is said, and the answer names what is missing', async () => {
  expect(await energyOfPlan()).toMatchObject({ missing: 'tariff', totals: null, days: [] })
  expect(await ask('POST', '/energy/advice', { siteId: site.siteId })).toMatchObject({
    ...{ status: 409, body: { code: 'planning/energy-advice-impossible', missing: 'tariff' } },
  })
  expect(await advice()).toBeNull()
})

test('a tariff that contradicts itself is refused in words', async () => {
  const [step] = tariff().steps
  if (!step) throw new Error('No step was given.')
  expect(await ask('POST', '/energy/tariffs', tariff({ steps: [step, { ...step, name: 'Again' }] }))).toMatchObject({
    ...{ status: 422, body: { code: 'planning/tariff-invalid', detail: 'Dear and Again have hours in common.' } },
  })
  expect(await ask('POST', '/energy/tariffs', tariff({ validTo: '2019-01-01' }))).toMatchObject({ status: 422 })
  const made = await ask<{ id: string }>('POST', '/energy/tariffs', tariff())
  expect(made.status).toBe(201)
  expect(await ask('POST', '/energy/tariffs', tariff())).toMatchObject({
    ...{ status: 409, body: { code: 'planning/tariff-taken' } },
  })
  const changed = await ask('PUT', `/energy/tariffs/${made.body.id}`, tariff({ name: 'Two prices' }))
  expect(changed).toMatchObject({ status: 200, body: { name: 'Two prices' } })
  const other = await ask<{ id: string }>('POST', '/energy/tariffs', tariff({ validFrom: '2019-01-01' }))
  expect((await ask('DELETE', `/energy/tariffs/${other.body.id}`)).status).toBe(204)
})

test('slots replace those of their time, and have to fit each other', async () => {
  const quarter = (place: number, value: number) => ({
    ...{ startAt: later('2030-01-01T00:00:00.000Z' as never, place * HOUR_MS), value },
  })
  const send = (slots: object[], kind = 'generation') =>
    ask('PUT', '/energy/slots', { siteId: site.siteId, kind, minutes: 60, slots })
  expect(await send([quarter(0, 5), quarter(0.5, 5)])).toMatchObject({
    ...{ status: 422, body: { code: 'planning/slots-invalid' } },
  })
  expect(await send([quarter(0, -5)])).toMatchObject({ status: 422 })
  expect(await send([quarter(0, 5), quarter(1, 7), quarter(2, 9)])).toMatchObject({ status: 200, body: { count: 3 } })
  expect(await send([quarter(1, 1)])).toMatchObject({ status: 200 })
  const setup = (await ask<EnergySetup>('GET', `/energy?${atSite()}`)).body
  expect(setup.slots).toMatchObject([{ kind: 'generation', count: 3, least: 1, most: 9 }])
  expect((await ask('POST', '/energy/slots/forget', { siteId: site.siteId, kind: 'generation' })).status).toBe(204)
  expect((await ask<EnergySetup>('GET', `/energy?${atSite()}`)).body.slots).toEqual([])
})

test('a recommendation saves money, makes nobody later, and its moves become the draft', async () => {
  for (const workUnitId of [...site.mills, site.grinder]) {
    const power = {
      ...{ workUnitId, processKw: 40, families: [], setupKw: 10, idleKw: 6, outsideKw: 0 },
      ...{ maySwitchOff: true, switchOnKwh: 2, switchOnMinutes: 10 },
    }
    expect(await ask('PUT', '/energy/powers', power)).toMatchObject({ status: 200, body: power })
  }
  const wish = { siteId: site.siteId, baseLoadKw: 12, carbonGramsPerKwh: 130, peakReachedKw: 300 }
  expect(await ask('PUT', '/energy/site', wish)).toMatchObject({ status: 200, body: wish })
  for (let i = 0; i < 6; i += 1) await inContext(runtime, systemActor(OURS, 'test'), (ctx) => site.order(ctx))
  const draft = await planned()
  const lateBefore = draft.orders.filter(({ lateS }) => lateS > 0).length
  const figures = await energyOfPlan()
  expect(figures).toMatchObject({ missing: null, currency: 'CHF', unknownMachines: [], peakReachedKw: 300 })
  const daily = figures.days.reduce((sum, { cost }) => sum + cost, 0)
  expect(daily).toBeCloseTo(figures.totals?.cost ?? Number.NaN, 6)

  const { id, result, stale } = await advised()
  expect(stale).toBe(false)
  expect(result.moves.length).toBeGreaterThan(0)
  expect(result.before.cost).toBeCloseTo(figures.totals?.cost ?? Number.NaN, 0)
  expect(result.moved.cost).toBeLessThan(result.before.cost)
  expect(result.after.usedKwh).toBeLessThanOrEqual(result.moved.usedKwh)
  const saved = result.moves.reduce((sum, { savedCost }) => sum + savedCost, 0)
  expect(saved).toBeCloseTo(result.before.cost + result.before.peakCost - result.moved.cost - result.moved.peakCost, 6)
  for (const [place, { needs, text }] of result.moves.entries()) {
    expect(needs.every((needed) => needed < place)).toBe(true)
    expect(text).toMatch(/^4\d+ (Milling|Grinding) on .*: .* → /)
  }

  const dependent = result.moves.findIndex(({ needs }) => needs.length > 0)
  if (dependent >= 0)
    expect(await ask('POST', `/energy/advice/${id}/accept`, { moves: [dependent], switchOffs: [] })).toMatchObject({
      ...{ status: 422, body: { code: 'planning/energy-choice-incomplete' } },
    })
  const choice = { moves: [...result.moves.keys()], switchOffs: [...result.switchOffs.keys()] }
  expect(await ask('POST', `/energy/advice/${id}/accept`, choice)).toMatchObject({ status: 204 })
  const after = await schedule()
  expect(after.operations.filter(({ conflict }) => conflict !== null)).toEqual([])
  expect(after.orders.filter(({ lateS }) => lateS > 0)).toHaveLength(lateBefore)
  const then = await energyOfPlan()
  expect(then.totals?.cost).toBeCloseTo(result.after.cost, 0)
  expect(then.switchOffs).toHaveLength(result.switchOffs.length)
  expect(await ask('POST', `/energy/advice/${id}/accept`, choice)).toMatchObject({
    ...{ status: 409, body: { code: 'planning/energy-advice-decided' } },
  })
  const [first] = then.switchOffs
  if (first) {
    expect((await ask('DELETE', `/energy/switch-offs/${first.id}`)).status).toBe(204)
    expect((await energyOfPlan()).switchOffs).toHaveLength(result.switchOffs.length - 1)
  }
})

test('it is dismissed with a reason, goes stale when the plan changes, and a search can be stopped', async () => {
  const { id } = await advised({ movesMax: 2, laterMinutes: 60, capKw: 60 })
  expect((await ask('POST', `/energy/advice/${id}/dismiss`, { reason: 'Not this week.' })).status).toBe(204)
  expect(await advice()).toMatchObject({ state: 'dismissed', decidedBy: 'Test Person' })

  await advised()
  await inContext(runtime, systemActor(OURS, 'test'), (ctx) => site.order(ctx, { dueAt: later(now(), 90 * HOUR_MS) }))
  await planned()
  expect(await advice()).toMatchObject({ state: 'open', stale: true })

  expect((await ask('POST', '/energy/advice', { siteId: site.siteId, budgetS: 60 })).status).toBe(202)
  expect(await ask('POST', '/energy/advice', { siteId: site.siteId })).toMatchObject({
    ...{ status: 409, body: { code: 'planning/energy-advice-busy' } },
  })
  expect((await ask('POST', '/energy/advice/cancel', { siteId: site.siteId })).status).toBe(204)
  expect(await advice()).toMatchObject({ state: 'cancelled' })
  expect((await ask('POST', '/energy/advice/cancel', { siteId: site.siteId })).status).toBe(409)
})

test('who only reads sees the figures and decides nothing; another company sees nothing', async () => {
  expect((await ask('GET', `/energy/plan?${atSite()}`, undefined, 'operator')).status).toBe(200)
  expect((await ask('POST', '/energy/advice', { siteId: site.siteId }, 'operator')).status).toBe(403)
  expect((await ask('POST', '/energy/tariffs', tariff({ validFrom: '2026-01-01' }), 'operator')).status).toBe(403)
  expect((await ask('GET', `/energy?${atSite()}`, undefined, 'stranger')).status).toBe(404)
  const setup = (await ask<EnergySetup>('GET', `/energy?${atSite()}`)).body
  const [own] = setup.tariffs
  expect((await ask('DELETE', `/energy/tariffs/${own?.id}`, undefined, 'stranger')).status).toBe(404)
})
