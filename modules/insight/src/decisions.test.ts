import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { DAY_MS, encodeBatch, epochMs, HOUR_MS, later, MINUTE_MS, newId, now, QUALITY, SECOND_MS } from '@millrace/base'
import { control, createSetPoints } from '@millrace/control'
import { createApp, defineModule } from '@millrace/http'
import { createConnection, createEquipment, createGateway, createSite, type EquipmentId, plant } from '@millrace/plant'
import { type Actor, answering, createOutbox, holding, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createSignals, telemetry, writeHistory } from '@millrace/telemetry'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Finding } from './contract.ts'
import { givenMachine } from './given-machine.ts'
import { endPast, enterPastDecision, insight, observePast } from './index.ts'
import { measureOutcomes } from './outcome.ts'

const OURS = newId<'Enterprise'>(1)
const THEIRS = newId<'Enterprise'>(2)
const READ = ['insight:finding:read', 'control:command:read', 'control:set-point:read', 'telemetry:signal:read']
const DECIDE = [...READ, 'insight:finding:decide', 'control:command:request']
const everywhere = (permissions: readonly string[]) =>
  Object.fromEntries(permissions.map((permission) => [permission, 'everywhere' as const]))
const people = new Map<string, Actor>([
  ['operator', somebody(OURS, everywhere(DECIDE))],
  ['planner', somebody(OURS, everywhere(READ))],
  ['stranger', somebody(THEIRS, everywhere(DECIDE))],
])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, telemetry, control, insight]
const PAST = { intervalMs: MINUTE_MS, historyMs: 14 * DAY_MS }
const PAST_DAYS = 4
/** By then its vibration is half as much again, and it lasts for some hours more. */
const WORN_MS = 4.5 * HOUR_MS

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let end: () => Promise<void>
const heard: string[] = []

beforeAll(async () => {
  const database = await createTestDatabase()
  const outbox = createOutbox(
    () => runtime,
    modules.flatMap((module) => module.listens ?? []),
    (_enterpriseId, event) => heard.push(event.type),
  )
  runtime = {
    ...testRuntime(database.url),
    announced: (enterpriseId) => outbox.poke(enterpriseId),
    answer: answering(modules.flatMap((module) => module.extends ?? [])),
  }
  const started: { stop(): Promise<void> }[] = []
  for (const module of [telemetry, insight]) if (module.start) started.push(await module.start(runtime))
  app = await createApp({ runtime, modules, version: 'test' })
  for (const id of [OURS, THEIRS]) {
    await sql`insert into runtime.tenant (enterprise_id) values (${id})`.execute(runtime.app.kysely)
  }
  end = async () => {
    await app.close()
    for (const one of started.reverse()) await one.stop()
    await outbox.stop()
    await runtime.app.close()
    await database.drop()
  }
})
afterAll(() => end())

let mill: Awaited<ReturnType<typeof givenWornMill>>
beforeEach(async () => {
  mill = await givenWornMill()
})

test('accepting less feed sends the command, and the outcome is measured once it was read back', async () => {
  const finding = await mill.finding()
  expect(finding).toMatchObject({ cause: 'tool-wear', state: 'open', title: 'Tool is worn', priority: 2 })
  expect(finding.reason).toMatch(
    /^Vibration at the tooth-pass frequency is \d\.\d × its usual level with .+ at 100 % feed\./,
  )
  expect(finding.evidence.map(({ type }) => type)).toEqual(expect.arrayContaining(['spectrum', 'trend']))
  expect(finding.actions[0]).toMatchObject({ type: 'set-point', title: 'Feed override', value: 85 })
  expect(finding.outlook).toMatch(/of tool life left/)
  expect(finding.benefit).toMatchObject({ currency: 'CHF' })

  const accepted = await mill.accept({ actionIndex: 0 })
  expect(accepted).toMatchObject({ status: 200, body: { state: 'accepted', command: { value: 85 } } })
  expect(accepted.body.decision).toMatchObject({ by: 'Test Person', choice: 'accepted' })

  await mill.report(accepted.body, 'read-back')
  await mill.shows(2)
  await mill.measure()
  const { state, outcome } = await mill.finding()
  expect(state).toBe('resolved')
  expect(outcome).toMatchObject({ title: 'Spindle vibration', unit: 'mm/s', after: 2, verdict: 'better' })
  expect(outcome?.before).toBeGreaterThan(2.3)
  expect(heard).toContain('insight.finding-changed')
})

test('a command that fails at the machine leaves the decision open again', async () => {
  const accepted = await mill.accept({ actionIndex: 0 })
  await mill.report(accepted.body, 'failed')
  await vi.waitFor(async () => expect(await mill.finding()).toMatchObject({ state: 'open', decision: null }), 5000)
})

test('another value needs a reason and is kept as a change', async () => {
  expect(await mill.accept({ actionIndex: 0, value: 75 })).toMatchObject({
    status: 422,
    body: { code: 'insight/reason-needed' },
  })
  const changed = await mill.accept({ actionIndex: 0, value: 75, reason: 'The order can wait.' })
  expect(changed.body).toMatchObject({ command: { value: 75 }, decision: { choice: 'changed' } })
})

test('what the guard refuses decides nothing', async () => {
  const refused = await mill.accept({ actionIndex: 0, value: 20, reason: 'As slow as can be.' })
  expect(refused).toMatchObject({ status: 422, body: { code: 'control/value-out-of-bounds' } })
  expect(await mill.finding()).toMatchObject({ state: 'open', decision: null })
})

test('it is decided once, however many decide at the same time', async () => {
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => call('POST', mill.path('dismiss'), 'operator', { reason: 'Test cut.' })),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('insight/finding-decided')
  expect(await mill.accept({ actionIndex: 0 })).toMatchObject({ status: 409 })
})

test('a dismissal needs a reason, and an action must be one of those offered', async () => {
  expect((await call('POST', mill.path('dismiss'), 'operator', {})).status).toBe(422)
  expect(await mill.accept({ actionIndex: 3 })).toMatchObject({ status: 422, body: { code: 'insight/action-missing' } })
})

test('who may read only decides nothing, and another company sees nothing', async () => {
  expect((await call('GET', mill.path(), 'planner')).status).toBe(200)
  expect((await call('POST', mill.path('dismiss'), 'planner', { reason: 'Not needed.' })).status).toBe(403)
  expect((await call('GET', mill.path(), 'stranger')).status).toBe(404)
  expect((await call('POST', mill.path('dismiss'), 'stranger', { reason: 'Not ours.' })).status).toBe(404)
  expect((await call('GET', '/insight/findings?state=all', 'stranger')).body.items).toEqual([])
  expect((await call('GET', mill.path())).status).toBe(401)
})

test('a dismissed case is not told again by live samples that still show it', async () => {
  await call('POST', mill.path('dismiss'), 'operator', { reason: 'Tool is changed after this order.' })
  await mill.shows(3.4)
  await mill.shows(3.5)
  const path = `/insight/findings?state=all&workUnitId=${mill.workUnitId}`
  await vi.waitFor(async () => expect((await call('GET', path, 'planner')).body.items).toHaveLength(1))
})

test('past cases of the same cause come with what was decided and what came of it', async () => {
  const past = await givenWornMill({ over: true })
  const entered = await inSystem((ctx) =>
    enterPastDecision(ctx, {
      ...{ workUnitId: past.workUnitId, cause: 'tool-wear', by: 'Urs Amstad', choice: 'accepted' },
      reason: 'Edges were chipped.',
    }),
  )
  expect(entered).toBe(true)
  const { similar } = (await call('GET', mill.path(), 'planner')).body
  const found = similar.find(({ id }: { id: string }) => id === past.findingId)
  expect(found).toMatchObject({ state: 'resolved', outcome: { verdict: 'better' } })
  expect(found.outcome.after).toBeLessThan(found.outcome.before * 0.8)
})

function inSystem<T>(act: Parameters<typeof inContext<T>>[2]): Promise<T> {
  return inContext(runtime, systemActor(OURS, 'test'), act)
}

async function call(method: 'GET' | 'POST', path: string, who?: string, body?: object | Buffer, headers = {}) {
  const reply = await app.inject({
    ...{ method, url: `/api/v1${path}`, headers: { ...headers, ...(who && { cookie: `who=${who}` }) } },
    ...(body && { payload: body }),
  })
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
}

/** A mill whose past of four days ends, now, with a worn tool: or, when it is over, some hours ago with a new one. */
async function givenWornMill({ over = false } = {}) {
  const anchorMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const startMs = anchorMs - PAST_DAYS * DAY_MS
  const given = givenMachine('cnc-mill', 7, PAST, 10 * MINUTE_MS, startMs)
  const made = await inSystem(async (ctx) => {
    const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
    const site = await createSite(ctx, { name: randomUUID(), ...place })
    const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Milling' })
    const unit = { parentId: area.id, level: 'work-unit', name: 'Mill 1', kind: 'cnc-mill' } as const
    const { id: workUnitId } = await createEquipment(ctx, unit)
    const named = { siteId: site.id, name: randomUUID(), local: false }
    const { gateway, enrolmentCode } = await createGateway(ctx, named)
    const connection = { gatewayId: gateway.id, name: 'Mill 1', protocol: 'opc-ua' } as const
    const { id: connectionId } = await createConnection(ctx, { ...connection, endpoint: 'opc.tcp://127.0.0.1:4840' })
    const signals = await createSignals(
      ctx,
      given.machine.tags.map(({ name, title, measurand, unit, kind, waveform }) => ({
        ...{ workUnitId, connectionId, name, title, measurand, kind, address: `ns=1;s=${name}` },
        ...(unit && { unit }),
        ...(waveform && { transform: 'spectrum' as const, sampleRateHz: waveform.rateHz }),
      })),
    )
    const seriesOf = (name: string) => signals.find((signal) => signal.name === name)?.series ?? 0
    const feed = { name: 'feed-override', title: 'Feed override', unit: '%', min: 60, max: 120, maxStep: 40 }
    await createSetPoints(ctx, [
      {
        ...{ ...feed, workUnitId, connectionId, maxPerMinute: 10 },
        ...{ address: 'ns=1;s=feed-override', series: seriesOf('feed-override') },
      },
    ])
    return { workUnitId, siteId: site.id, gatewayId: gateway.id, enrolmentCode, signals, seriesOf }
  })
  const { workUnitId, siteId, gatewayId, signals, seriesOf } = made
  const past = async (ms: number) => {
    const columns = given.record(ms).map((column) => ({ ...column, series: signals[column.series - 1]?.series ?? 0 }))
    const kept = columns.filter(({ series }) => signals.find((one) => one.series === series)?.kind !== 'vector')
    await writeHistory(
      runtime,
      OURS,
      kept.map(({ series, timestampsMs, values }) =>
        typeof values[0] === 'string'
          ? { kind: 'text', series, timestampsMs: Float64Array.from(timestampsMs), values: values as string[] }
          : {
              kind: 'number',
              series,
              timestampsMs: Float64Array.from(timestampsMs),
              values: Float64Array.from(values as number[]),
            },
      ),
    )
    await observePast(OURS, new Map([[workUnitId, columns]]), PAST)
  }
  const afterMs = over ? 6 * HOUR_MS : 0
  await past(PAST_DAYS * DAY_MS - WORN_MS - afterMs)
  given.begin('tool-wear')
  await past(WORN_MS)
  given.machine.write('tool-change', over ? 1 : 0)
  if (over) await past(afterMs)
  await endPast(OURS)

  const gateway: Actor = {
    ...{ kind: 'gateway', id: gatewayId, name: 'Gateway', enterpriseId: OURS },
    permissions: new Map(
      ['telemetry:batch:write', 'control:command:report', 'plant:gateway:report'].map((permission) => [
        permission,
        holding([siteId]),
      ]),
    ),
  }
  people.set(gatewayId, gateway)
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const key = { code: made.enrolmentCode, publicKey: { kty: 'OKP', crv: 'Ed25519', x } }
  expect((await call('POST', '/plant/gateways/enrol', undefined, key)).status).toBe(200)
  const journal = { bytes: 0, oldestAt: null, droppedSamples: 0 }
  const report = await call('POST', '/plant/gateways/self/reports', gatewayId, { connections: [], journal })
  expect(report.status).toBe(204)
  // Its stream is open: commands are handed over at once.
  runtime.live.subscribe(OURS, [`plant.gateway/${gatewayId}`], { send: () => undefined })
  const path = `/insight/findings?state=all&workUnitId=${workUnitId}`
  const { items } = (await call('GET', path, 'planner')).body
  expect(items).toHaveLength(1)
  return machineOf(items[0], { workUnitId, gatewayId, seriesOf })
}

function machineOf(
  found: Finding,
  machine: { workUnitId: EquipmentId; gatewayId: string; seriesOf: (name: string) => number },
) {
  const { workUnitId, gatewayId, seriesOf } = machine
  const journal = randomUUID()
  let sequence = 0
  const path = (verb = '') => `/insight/findings/${found.id}${verb && `/${verb}`}`
  return {
    ...{ workUnitId, findingId: found.id, path },
    async finding(): Promise<Finding> {
      return (await call('GET', path(), 'planner')).body.finding
    },
    accept: (acceptance: object) =>
      call('POST', path('accept'), 'operator', { idempotencyKey: randomUUID(), ...acceptance }),
    async report({ command }: Finding, step: 'read-back' | 'failed') {
      const report = { step, at: now(), ...(step === 'read-back' && { readBack: command?.value ?? 0 }) }
      const answer = await call('POST', `/control/commands/${command?.id}/reports`, gatewayId, report)
      expect(answer.status).toBe(204)
    },
    /** Sends three minutes of this vibration, from now on, as the gateway does. */
    async shows(vibration: number) {
      sequence += 1
      const times = Float64Array.from({ length: 180 }, (_, second) => Date.now() + second * SECOND_MS)
      const number = { kind: 'number' as const, timestampsMs: times, qualities: new Uint8Array(180).fill(QUALITY.good) }
      const columns = [{ ...number, series: seriesOf('vibration'), values: new Float64Array(180).fill(vibration) }]
      const headers = { 'content-type': 'application/vnd.millrace.batch', 'millrace-journal': journal }
      const body = Buffer.from(encodeBatch({ sequence, columns }))
      const answer = await call('POST', '/telemetry/batches', gatewayId, body, headers)
      expect(answer).toEqual({ status: 200, body: { sequence } })
      const [fromMs = 0, toMs = 0] = [times[0], times.at(-1)]
      const range = `series=${seriesOf('vibration')}&fromMs=${Math.floor(fromMs)}&toMs=${Math.ceil(toMs)}&points=1000`
      await vi.waitFor(async () => {
        const { items } = (await call('GET', `/telemetry/envelopes?${range}`, 'planner')).body
        expect(items[0].mean.filter((mean: number) => mean === vibration).length).toBeGreaterThan(100)
      }, 10_000)
    },
    /** Lets the time come at which outcomes are measured. */
    async measure() {
      await vi.waitFor(async () => {
        await inSystem(async (ctx) => {
          const at = later(ctx.now, 2 * MINUTE_MS)
          await measureOutcomes({ ...ctx, now: at, nowMs: epochMs(at) })
        })
        expect((await this.finding()).outcome).not.toBeNull()
      }, 10_000)
    },
  }
}
