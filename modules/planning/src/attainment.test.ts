import { HOUR_MS, MINUTE_MS, newId } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant } from '@millrace/plant'
import { type Actor, answering, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createSignals, telemetry, writeHistory } from '@millrace/telemetry'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { followShifts, recordShifts } from './attainment.ts'
import type { Attainment } from './attainment-contract.ts'
import { planAndPublish, planning } from './index.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'

const OURS = newId<'Enterprise'>(1)
const THEIRS = newId<'Enterprise'>(2)
const people = new Map<string, Actor>([
  ['planner', somebody(OURS, { 'planning:schedule:read': 'everywhere' })],
  ['stranger', somebody(THEIRS, { 'planning:schedule:read': 'everywhere' })],
])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, telemetry, planning]
const BACK_MS = 40 * HOUR_MS

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
  const started: { stop(): Promise<void> }[] = []
  for (const module of [telemetry, planning]) if (module.start) started.push(await module.start(runtime))
  app = await createApp({ runtime, modules, version: 'test' })
  end = async () => {
    await app.close()
    for (const one of started.reverse()) await one.stop()
    await runtime.app.close()
    await database.drop()
  }
  site = await system(givenSite)
})
afterAll(() => end())

const system = <T>(act: Parameters<typeof inContext<T>>[2]) => inContext(runtime, systemActor(OURS, 'test'), act)

async function attainment(who = 'planner', query = '') {
  const answer = await app.inject({
    ...{ method: 'GET', url: `/api/v1/planning/attainment?siteId=${site.siteId}${query}` },
    headers: { cookie: `who=${who}` },
  })
  return { status: answer.statusCode, body: answer.json() as Attainment }
}

test('shifts are written down by the plan that holds, and judged by what the machines said', async () => {
  expect((await attainment()).body).toMatchObject({ days: [], units: [], sentences: [], unsettledCount: 0 })
  for (let count = 0; count < 8; count += 1) await system((ctx) => site.order(ctx, { quantity: 400 }))
  const nowMs = Date.now()
  const fromMs = nowMs - BACK_MS
  await system((ctx) =>
    ctx.db
      .updateTable('planning.productionOrder')
      .set({ releaseAt: new Date(fromMs).toISOString() as never })
      .execute(),
  )
  await planAndPublish(systemActor(OURS, 'test'), site.siteId, { budgetMs: 500, asOfMs: fromMs })
  // Published just now: no shift has begun under it, unless somebody knows better.
  await system(followShifts)
  expect((await attainment()).body.unsettledCount).toBe(0)
  await system((ctx) => recordShifts(ctx, site.siteId, fromMs))
  const { unsettledCount } = (await attainment()).body
  expect(unsettledCount).toBeGreaterThan(2)
  // Twice is as good as once.
  await system((ctx) => recordShifts(ctx, site.siteId, fromMs))
  expect((await attainment()).body.unsettledCount).toBe(unsettledCount)

  // The first mill ran all the time, the second stood still, the grinder says nothing.
  const [ran, stood] = site.mills
  const series = await system(async (ctx) => {
    const wanted = [ran, stood].flatMap((workUnitId) => [
      { workUnitId, name: 'state', kind: 'text' as const, measurand: 'state' as const },
      { workUnitId, name: 'power', kind: 'number' as const, measurand: 'power' as const, unit: 'kW' },
    ])
    return (await createSignals(ctx, wanted)).map((one) => one.series)
  })
  const timestampsMs = Float64Array.from(
    { length: (BACK_MS + 2 * HOUR_MS) / MINUTE_MS },
    (_, minute) => fromMs - 2 * HOUR_MS + minute * MINUTE_MS,
  )
  await writeHistory(
    runtime,
    OURS,
    series.map((one, index) =>
      index % 2 === 0
        ? {
            kind: 'text',
            series: one,
            timestampsMs,
            values: Array.from(timestampsMs, () => (index === 0 ? 'running' : 'stopped')),
          }
        : { kind: 'number', series: one, timestampsMs, values: timestampsMs.map(() => 4) },
    ),
  )
  await system(followShifts)
  const { body } = await attainment()
  const unit = (id: string) => body.units.find(({ workUnitId }) => workUnitId === id)
  expect(body.unsettledCount).toBe(0)
  expect(unit(ran)?.total).toMatchObject({ lateS: 0, stoppedS: 0, idleS: 0 })
  expect((unit(ran)?.total.ranS ?? 0) / (unit(ran)?.total.plannedS ?? 1)).toBeGreaterThan(0.98)
  expect(unit(stood)?.total).toMatchObject({ ranS: 0, metCount: 0 })
  expect(unit(stood)?.total.lateS).toBeGreaterThan(0.98 * (unit(stood)?.total.plannedS ?? 1))
  expect(unit(site.grinder)?.total).toMatchObject({ ranS: 0, lateS: 0, startCount: 0 })
  expect(unit(site.grinder)?.total.unheardS).toBe(unit(site.grinder)?.total.plannedS)
  expect(body.units[0]?.name).toBe('Mill 2')
  expect(body.sentences[0]).toMatch(
    /^The machines ran \d\d % of the time for which work was planned\. For .+ it is not known\.$/,
  )
  expect(body.total.plannedS).toBe(body.byDay.reduce((sum, { plannedS }) => sum + plannedS, 0))
  expect((await attainment('planner', '&days=1')).body.total.plannedS).toBeLessThan(body.total.plannedS)
  expect((await attainment('planner', '&days=0')).status).toBe(422)
  expect((await attainment('stranger')).status).toBe(404)
})
