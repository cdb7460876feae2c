import { DAY_MS, HOUR_MS, instant, MINUTE_MS, newId } from '@millrace/base'
import { createConnection, createGateway } from '@millrace/plant'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createSignals, type HistoryColumn, listSignals, telemetry, writeHistory } from '@millrace/telemetry'
import { test as base } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, expect } from 'vitest'
import { scrappedWork, slowMachines } from './measured-work.ts'
import { savePaces } from './pace-store.ts'
import { MOVED, type PlacedOperation } from './plan-rules.ts'
import { readSitePlans } from './schedule.ts'
import { stoppedMachines } from './stopped-machines.ts'
import { type GivenSite, givenSite } from './testing/given-site.ts'

const SIGNALS = [
  { name: 'state', kind: 'text', measurand: 'state' },
  { name: 'alarm', kind: 'text', measurand: 'alarm' },
  { name: 'cycle', kind: 'number', measurand: 'cycle-time', unit: 's' },
  { name: 'scrap', kind: 'number', measurand: 'scrap-count' },
] as const
type Name = (typeof SIGNALS)[number]['name']

interface Given {
  readonly site: GivenSite
  readonly nowMs: number
  readonly act: <T>(what: (ctx: Context) => Promise<T>) => Promise<T>
  /** Writes what Mill 1 said, by milliseconds before now. */
  readonly said: (name: Name, samples: readonly (readonly [agoMs: number, value: string | number])[]) => Promise<void>
}

let running: { stop(): Promise<void> } | undefined
afterAll(() => running?.stop())

/** Each test with a company of its own, whose first mill is connected. */
const test = base.extend<{ given: Given }>({
  given: async ({ runtime }, use) => {
    running ??= await telemetry.start?.(runtime)
    await use(await givenMill(runtime))
  },
})

async function givenMill(runtime: Runtime): Promise<Given> {
  const enterpriseId = newId<'Enterprise'>(Date.now())
  const act = <T>(what: (ctx: Context) => Promise<T>) => inContext(runtime, systemActor(enterpriseId, 'test'), what)
  const { site, signals, nowMs } = await act(async (ctx) => {
    await sql`insert into runtime.tenant (enterprise_id) values (${enterpriseId})`.execute(ctx.db)
    const site = await givenSite(ctx)
    const { gateway } = await createGateway(ctx, { siteId: site.siteId, name: 'Gateway', local: false })
    const endpoint = 'opc.tcp://127.0.0.1:4840'
    const mills = { gatewayId: gateway.id, name: 'Mills', protocol: 'opc-ua', endpoint } as const
    const { id: connectionId } = await createConnection(ctx, mills)
    const wanted = SIGNALS.map((one) => ({
      ...{ ...one, workUnitId: site.mills[0], connectionId, address: `ns=1;s=${one.name}` },
    }))
    return { site, signals: await createSignals(ctx, wanted), nowMs: ctx.nowMs }
  })
  const said: Given['said'] = async (name, samples) => {
    const signal = signals.find((one) => one.name === name)
    if (!signal) throw new Error(`There is no ${name}.`)
    const timestampsMs = Float64Array.from(samples, ([agoMs]) => nowMs - agoMs)
    const values = samples.map(([, value]) => value)
    const column =
      signal.kind === 'text'
        ? { kind: 'text', series: signal.series, timestampsMs, values: values.map(String) }
        : { kind: 'number', series: signal.series, timestampsMs, values: Float64Array.from(values, Number) }
    await writeHistory(runtime, enterpriseId, [column as HistoryColumn])
  }
  return { site, nowMs, act, said }
}

const stopped = ({ site: { siteId }, act }: Given) =>
  act(async (ctx) => stoppedMachines(ctx, siteId, await listSignals(ctx, { siteId })))

const everyMinute = (fromAgoMs: number, toAgoMs: number, value: number) =>
  Array.from({ length: Math.round((fromAgoMs - toAgoMs) / MINUTE_MS) }, (_, index) => {
    return [fromAgoMs - index * MINUTE_MS, value] as const
  })

test('a short stop is none, unless the machine says that it has broken down', async ({ given }) => {
  await given.said('state', [
    [3 * HOUR_MS, 'running'],
    [4 * MINUTE_MS, 'stopped'],
  ])
  await given.said('alarm', [[4 * MINUTE_MS, 'A12 Light curtain']])
  expect(await stopped(given)).toEqual([])
  await given.said('alarm', [[3 * MINUTE_MS, 'B900 BREAKDOWN: drive failed']])
  expect(await stopped(given)).toMatchObject([
    {
      cause: 'stopped',
      workUnitId: given.site.mills[0],
      sinceMs: given.nowMs - 4 * MINUTE_MS,
      alarm: 'B900 BREAKDOWN: drive failed',
    },
  ])
  await given.said('state', [[MINUTE_MS, 'running']])
  expect(await stopped(given)).toEqual([])
})

test('a stop is the same one when nothing was heard of the machine for a while', async ({ given }) => {
  await given.said('state', [
    [3 * HOUR_MS, 'running'],
    [40 * MINUTE_MS, 'stopped'],
  ])
  const sinceMs = given.nowMs - 40 * MINUTE_MS
  await given.said('cycle', everyMinute(2 * HOUR_MS, 30 * MINUTE_MS, 40))
  // Silent since half an hour ago.
  expect(await stopped(given)).toMatchObject([{ sinceMs }])
  await given.said('cycle', everyMinute(10 * MINUTE_MS, 0, 40))
  expect(await stopped(given)).toMatchObject([{ sinceMs }])
})

test('a stop from long ago is the same one at every look', async ({ given }) => {
  await given.said('state', [[30 * HOUR_MS, 'stopped']])
  const [first] = await stopped(given)
  const [again] = await stopped(given)
  expect(first).toMatchObject({ cause: 'stopped' })
  expect(again).toEqual(first)
})

test('a machine that runs is slow when it lastingly takes longer than in the week before, and planning does not know', async ({
  given,
}) => {
  const { act, said, site } = given
  const slow = () =>
    act(async (ctx) => {
      const plans = await readSitePlans(ctx, site.siteId)
      return slowMachines(ctx, plans, await listSignals(ctx, { siteId: site.siteId }))
    })
  await said('state', [[8 * DAY_MS, 'running']])
  const usual = Array.from({ length: 6 * 24 }, (_, hour) => [7 * DAY_MS - hour * HOUR_MS, 39 + (hour % 3)] as const)
  await said('cycle', usual)
  expect(await slow()).toEqual([])
  await said('cycle', everyMinute(29 * MINUTE_MS, 0, 60))
  const [workUnitId] = site.mills
  expect(await slow()).toEqual([{ siteId: site.siteId, cause: 'slow', workUnitId, ratio: 1.5 }])
  await act((ctx) => {
    const pace = { workUnitId, orderId: null, position: null, ratio: 1.5 }
    return savePaces(ctx.db, site.siteId, [pace], ctx.now)
  })
  expect(await slow()).toEqual([])
  await said('state', [[MINUTE_MS, 'idle']])
  await act((ctx) => savePaces(ctx.db, site.siteId, [{ workUnitId, orderId: null, position: null, ratio: 1 }], ctx.now))
  expect(await slow()).toEqual([])
})

test('scrap of the operation that runs is counted over a reset of the counter', async ({ given }) => {
  const { act, said, site, nowMs } = given
  const [workUnitId] = site.mills
  const order = await act((ctx) => site.order(ctx, { quantity: 200 }))
  const placed: PlacedOperation = {
    ...{ orderId: order.id, position: 1, part: 1, quantity: null, lane: 0, workUnitId, operatorGroupId: null },
    ...{ locked: false, reason: MOVED },
    ...{ setupStartAt: instant(nowMs - 3 * HOUR_MS), startAt: instant(nowMs - 2 * HOUR_MS) },
    endAt: instant(nowMs + HOUR_MS),
  }
  const scrapped = () =>
    act(async (ctx) => {
      const plans = await readSitePlans(ctx, site.siteId)
      const published = { placed: [placed] } as unknown as NonNullable<typeof plans.published>
      return scrappedWork(ctx, { ...plans, published }, await listSignals(ctx, { siteId: site.siteId }))
    })
  // What was scrap before it began is another order's.
  await said('scrap', [
    [150 * MINUTE_MS, 70],
    [110 * MINUTE_MS, 90],
    [100 * MINUTE_MS, 93],
  ])
  expect(await scrapped()).toEqual([])
  await said('scrap', [
    [90 * MINUTE_MS, 2],
    [80 * MINUTE_MS, 14],
  ])
  expect(await scrapped()).toEqual([
    {
      ...{ siteId: site.siteId, cause: 'scrap', workUnitId, orderId: order.id, position: 1, quantity: 200 },
      ...{ scrapped: 17, planned: 0 },
    },
  ])
})
