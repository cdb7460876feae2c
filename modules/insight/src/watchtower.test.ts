import { randomUUID } from 'node:crypto'
import { encodeBatch, MINUTE_MS, newId, QUALITY, SECOND_MS } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { createConnection, createEquipment, createGateway, createSite, plant } from '@millrace/plant'
import { type Actor, answering, createOutbox, holding, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createSignals, subscribeSamples, telemetry } from '@millrace/telemetry'
import { createTestDatabase, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { insight } from './index.ts'

const OURS = newId<'Enterprise'>(1)
const MACHINES = 12
const QUIET_MACHINES = 20
/** Beyond it the finding would come later than a person who watches the machine. */
const LATENCY_MAX_MS = 1000

const gateways = new Map<string, Actor>()
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => gateways.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, telemetry, insight]
const heard: { workUnitId: string; atMs: number }[] = []

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let tower: { stop(): Promise<void> } | undefined
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  const outbox = createOutbox(
    () => runtime,
    [],
    (_enterpriseId, { data }) => {
      const workUnitId = (data as { workUnitId?: string }).workUnitId
      if (workUnitId) heard.push({ workUnitId, atMs: performance.now() })
    },
  )
  runtime = {
    ...testRuntime(database.url),
    announced: (enterpriseId) => outbox.poke(enterpriseId),
    answer: answering(modules.flatMap((module) => module.extends ?? [])),
  }
  const ingest = await telemetry.start?.(runtime)
  tower = await insight.start?.(runtime)
  app = await createApp({ runtime, modules, version: 'test' })
  await sql`insert into runtime.tenant (enterprise_id) values (${OURS})`.execute(runtime.app.kysely)
  end = async () => {
    await app.close()
    await tower?.stop()
    await ingest?.stop()
    await outbox.stop()
    await runtime.app.close()
    await database.drop()
  }
})
afterAll(() => end())

test('a finding is there soon after the sample that decides it, while other machines send too, and once', async () => {
  const plant = await givenMachines(MACHINES + QUIET_MACHINES)
  const startMs = Date.now() - 20 * MINUTE_MS
  // Just short of ten minutes without one different digit.
  for (let index = 0; index < MACHINES; index += 1) await plant.sends(index, startMs, 599)
  let loading = true
  const load = (async () => {
    for (let round = 0; loading; round += 1) {
      for (let index = MACHINES; index < MACHINES + QUIET_MACHINES; index += 1)
        await plant.sends(index, startMs + round * 4 * SECOND_MS, 4, round)
    }
  })()

  const latencies: number[] = []
  for (let index = 0; index < MACHINES; index += 1) {
    const sentMs = performance.now()
    await plant.sends(index, startMs + 599 * SECOND_MS, 5)
    const said = () => heard.find(({ workUnitId }) => workUnitId === plant.machines[index]?.workUnitId)
    await vi.waitFor(() => expect(said()).toBeDefined(), { timeout: 10_000, interval: 5 })
    latencies.push((said()?.atMs ?? 0) - sentMs)
  }
  loading = false
  await load
  expect(Math.max(...latencies)).toBeLessThan(LATENCY_MAX_MS)
  expect(await plant.findings()).toEqual(Array.from({ length: MACHINES }, () => ['sensor-fault', 'open']))
})

test('after a restart what was told is not told again, and what was learned goes on', async () => {
  const plant = await givenMachines(1)
  const startMs = Date.now() - 20 * MINUTE_MS
  await plant.sends(0, startMs, 400)
  await restart()
  await plant.sends(0, startMs + 400 * SECOND_MS, 250)
  await vi.waitFor(async () => expect(await plant.findings()).toEqual([['sensor-fault', 'open']]), 10_000)
  await restart()
  await plant.sends(0, startMs + 650 * SECOND_MS, 100)
  await restart()
  expect(await plant.findings()).toEqual([['sensor-fault', 'open']])
})

test('a signal that comes later is watched too', async () => {
  const plant = await givenMachines(1)
  const startMs = Date.now() - 20 * MINUTE_MS
  await plant.sends(0, startMs, 10, 1)
  await plant.addSignal(0)
  await plant.sends(0, startMs + 10 * SECOND_MS, 700)
  await vi.waitFor(async () => expect(await plant.findings()).toEqual([['sensor-fault', 'open']]), 10_000)
})

async function restart(): Promise<void> {
  await tower?.stop()
  tower = await insight.start?.(runtime)
}

function inSystem<T>(act: Parameters<typeof inContext<T>>[2]): Promise<T> {
  return inContext(runtime, systemActor(OURS, 'test'), act)
}

/** Grinders with a state and a pressure, behind one gateway. */
async function givenMachines(count: number) {
  const made = await inSystem(async (ctx) => {
    const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
    const site = await createSite(ctx, { name: randomUUID(), ...place })
    const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Grinding' })
    const { gateway } = await createGateway(ctx, { siteId: site.id, name: randomUUID(), local: false })
    const endpoint = 'opc.tcp://127.0.0.1:4840'
    const connection = await createConnection(ctx, {
      ...{ gatewayId: gateway.id, name: 'All', protocol: 'opc-ua', endpoint },
    })
    const machines = []
    for (let index = 0; index < count; index += 1) {
      const unit = { parentId: area.id, level: 'work-unit', name: `Grinder ${index}`, kind: 'grinder' } as const
      const { id: workUnitId } = await createEquipment(ctx, unit)
      const signal = (name: string, kind: 'text' | 'number', measurand: 'state' | 'pressure') => ({
        ...{ workUnitId, connectionId: connection.id, name, kind, measurand, address: `ns=1;s=${index}.${name}` },
      })
      const wanted = [signal('state', 'text', 'state'), signal('pressure', 'number', 'pressure')]
      machines.push({ workUnitId, signal, series: (await createSignals(ctx, wanted)).map(({ series }) => series) })
    }
    return { siteId: site.id, gatewayId: gateway.id, machines }
  })
  const { siteId, gatewayId, machines } = made
  const permissions = new Map([['telemetry:batch:write', holding([siteId])]])
  gateways.set(gatewayId, { kind: 'gateway', id: gatewayId, name: 'Gateway', enterpriseId: OURS, permissions })
  const journal = randomUUID()
  const handedOn = new Map<number, number>()
  subscribeSamples(runtime, ({ signal, column }) => handedOn.set(signal.series, column.timestampsMs.at(-1) ?? 0))
  let sequence = 0
  let queue: Promise<unknown> = Promise.resolve()

  async function post(index: number, fromMs: number, seconds: number, noise: number) {
    sequence += 1
    const [state = 0, ...pressures] = machines[index]?.series ?? []
    const timestampsMs = Float64Array.from({ length: seconds }, (_, second) => fromMs + second * SECOND_MS)
    const values = timestampsMs.map((_, second) => 6 + noise * Math.sin(second + noise))
    const qualities = new Uint8Array(seconds).fill(QUALITY.good)
    const columns = pressures.map((series) => ({ series, kind: 'number' as const, timestampsMs, values, qualities }))
    const running = {
      series: state,
      kind: 'text' as const,
      values: ['running'],
      qualities: Uint8Array.of(QUALITY.good),
    }
    const body = encodeBatch({ sequence, columns: [{ ...running, timestampsMs: Float64Array.of(fromMs) }, ...columns] })
    const answer = await app.inject({
      ...{ method: 'POST', url: '/api/v1/telemetry/batches', payload: Buffer.from(body) },
      headers: {
        ...{ 'content-type': 'application/vnd.millrace.batch', 'millrace-journal': journal },
        cookie: `who=${gatewayId}`,
      },
    })
    expect(answer.statusCode).toBe(200)
    // Acknowledged first, handed on right after.
    const lastMs = timestampsMs.at(-1) ?? 0
    await vi.waitFor(() => expect(handedOn.get(pressures[0] ?? 0)).toBe(lastMs), { timeout: 5000, interval: 2 })
  }

  return {
    machines,
    /** Sends so many samples, a second apart: of one value, or of a noisy one. One batch after the other, as a gateway does. */
    sends(index: number, fromMs: number, seconds: number, noise = 0): Promise<void> {
      const turn = queue.then(() => post(index, fromMs, seconds, noise))
      queue = turn
      return turn
    },
    async addSignal(index: number): Promise<void> {
      const machine = machines[index]
      if (!machine) return
      const added = await inSystem((ctx) => createSignals(ctx, [machine.signal('pressure 2', 'number', 'pressure')]))
      machine.series.push(...added.map(({ series }) => series))
    },
    async findings(): Promise<[string, string][]> {
      const ids = machines.map(({ workUnitId }) => workUnitId)
      const rows = await inSystem(({ db }) =>
        db.selectFrom('insight.finding').select(['cause', 'state']).where('workUnitId', 'in', ids).execute(),
      )
      return rows.map(({ cause, state }) => [cause, state])
    },
  }
}
