import { randomUUID } from 'node:crypto'
import { encodeBatch, HOUR_MS } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { gatewayConfiguration, plant as plantModule } from '@millrace/plant'
import type { GatewayId } from '@millrace/plant/contract'
import { type Actor, answering, type Runtime } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { afterAll, describe, expect, vi } from 'vitest'
import { startIngest } from './hub.ts'
import { telemetry } from './index.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'

const startMs = Date.now() - HOUR_MS

let ingest: { stop(): Promise<void> } | undefined
let plant: GivenPlant
let caller: Actor | undefined

/** Signs in whoever the test says. */
const door = defineModule({ name: 'door', authenticators: [async () => caller] })

async function appOf(runtime: Runtime) {
  const app = await createApp({ runtime, modules: [door, plantModule, telemetry], version: 'test' })
  await app.ready()
  return app
}

const it = test.extend<{ app: Awaited<ReturnType<typeof createApp>> }>({
  app: async ({ runtime }, use) => {
    ingest ??= await startIngest(runtime)
    plant = await givenPlant(runtime, [
      { name: 'power', kind: 'number', measurand: 'power', unit: 'kW' },
      { name: 'state', kind: 'text', measurand: 'state' },
      { name: 'spectrum', kind: 'vector', transform: 'spectrum', sampleRateHz: 5000 },
    ])
    const everywhere = { 'telemetry:signal:read': 'everywhere', 'telemetry:signal:write': 'everywhere' } as const
    caller = somebody(plant.enterpriseId, everywhere)
    const app = await appOf(runtime)
    await use(app)
    await app.close()
  },
})

function batchRequest(payload: Buffer, headers: Record<string, string> = {}) {
  return {
    method: 'POST' as const,
    url: '/api/v1/telemetry/batches',
    headers: { 'content-type': 'application/vnd.millrace.batch', 'millrace-journal': randomUUID(), ...headers },
    payload,
  }
}

function batchOf(series: number): Buffer {
  const column = {
    ...{ series, kind: 'number' as const },
    timestampsMs: Float64Array.of(startMs),
    values: Float64Array.of(12.5),
    qualities: Uint8Array.of(2),
  }
  return Buffer.from(encodeBatch({ sequence: 1, columns: [column] }))
}

describe('telemetry routes', () => {
  afterAll(() => ingest?.stop())

  it('a gateway’s batch is acknowledged and read back as an envelope', async ({ app }) => {
    const series = plant.signals[0]?.series ?? 0
    const person = caller
    caller = plant.gateway
    const acknowledged = await app.inject(batchRequest(batchOf(series)))
    expect([acknowledged.statusCode, acknowledged.json()]).toEqual([200, { sequence: 1 }])

    caller = person
    const url = `/api/v1/telemetry/envelopes?series=${series}&fromMs=${startMs - 1000}&toMs=${startMs + 1000}&points=100`
    await vi.waitFor(async () => {
      const { items } = (await app.inject(url)).json()
      expect(items).toEqual([
        { series, bucketMs: 0, timesMs: [startMs], min: [12.5], max: [12.5], mean: [12.5], count: [1] },
      ])
    }, 10_000)
    const { items } = (await app.inject(`/api/v1/telemetry/signals?workUnitId=${plant.workUnitId}`)).json()
    expect(items).toHaveLength(3)
    expect(items[0]).toMatchObject({ name: 'power', unit: 'kW', latest: { timestampMs: startMs, value: 12.5 } })
  })

  it('what is no batch is refused with a reason, whoever sends it', async ({ app }) => {
    const batch = batchOf(plant.signals[0]?.series ?? 0)
    const codeOf = async (request: ReturnType<typeof batchRequest>) => {
      const response = await app.inject(request)
      return [response.statusCode, response.json().code]
    }
    expect(await codeOf(batchRequest(batch))).toEqual([403, 'runtime/forbidden'])

    caller = plant.gateway
    expect(await codeOf(batchRequest(Buffer.from('hello')))).toEqual([422, 'base/batch-invalid'])
    expect(await codeOf(batchRequest(batch, { 'millrace-journal': 'mine' }))).toEqual([422, 'http/request-invalid'])
    expect(await codeOf(batchRequest(Buffer.alloc(2 * 1024 * 1024)))).toEqual([413, 'http/body-too-large'])
    const { 'millrace-journal': _, ...withoutJournal } = batchRequest(batch).headers
    expect(
      await codeOf({ ...batchRequest(batch), headers: withoutJournal } as ReturnType<typeof batchRequest>),
    ).toEqual([...[422, 'base/batch-invalid']])
    const text = batchRequest(batch, { 'content-type': 'text/plain' })
    expect(await codeOf(text)).toEqual([415, 'http/content-type-unknown'])
  })

  it('queries that make no sense are refused with a reason', async ({ app }) => {
    const [power, state] = plant.signals.map((signal) => signal.series)
    const range = `fromMs=${startMs}&toMs=${startMs + 1000}`
    const codeOf = async (query: string) => (await app.inject(`/api/v1/telemetry/${query}`)).json().code

    expect(await codeOf(`envelopes?series=&${range}`)).toBe('http/request-invalid')
    expect(await codeOf(`envelopes?series=1;drop&${range}`)).toBe('http/request-invalid')
    expect(await codeOf(`envelopes?series=${power}&${range}&points=100000`)).toBe('http/request-invalid')
    expect(await codeOf(`envelopes?series=${power}&fromMs=2000&toMs=1000`)).toBe('telemetry/range-invalid')
    expect(await codeOf(`envelopes?series=${state}&${range}`)).toBe('telemetry/range-invalid')
    expect(await codeOf(`states?series=${power}&${range}`)).toBe('telemetry/range-invalid')
    expect(await codeOf(`vectors?series=999999999&${range}`)).toBe('telemetry/signal-missing')
    expect(await codeOf(`envelopes?series=4000000000&${range}`)).toBe('telemetry/signal-missing')
  })

  it('who may see one site only sees no signal of another', async ({ app }) => {
    caller = somebody(plant.enterpriseId, { 'telemetry:signal:read': new Set([randomUUID()]) })
    const url = `/api/v1/telemetry/envelopes?series=${plant.signals[0]?.series}&fromMs=${startMs}&toMs=${startMs + 1}`

    expect((await app.inject('/api/v1/telemetry/signals')).json()).toEqual({ items: [] })
    expect((await app.inject(url)).json().code).toBe('runtime/forbidden')
  })

  it('new signals get numbers of their own and reach the gateway that reads them', async ({ app }) => {
    const { connectionId, workUnitId } = plant.signals[0] ?? {}
    const signal = { workUnitId, connectionId, name: 'load', kind: 'number', address: 'ns=1;s=load' }
    const create = (...signals: unknown[]) =>
      app.inject({ method: 'POST', url: '/api/v1/telemetry/signals', payload: { signals } })

    const created = await create(signal)
    expect(created.json().items).toMatchObject([{ series: 4, title: 'load', measurand: 'other', unit: null }])
    expect((await create(signal)).json().code).toBe('telemetry/signal-taken')
    expect((await create({ ...signal, name: 'x', workUnitId: plant.siteId })).json().code).toBe(
      'plant/equipment-misplaced',
    )
    expect((await create({ ...signal, name: 'x', connectionId: randomUUID() })).json().code).toBe(
      'plant/connection-missing',
    )

    const answer = answering(telemetry.extends ?? [])
    const gatewayId = plant.gateway.id as GatewayId
    const [configuration] = await plant.asSystem((ctx) => answer(gatewayConfiguration, ctx, gatewayId))
    expect(configuration?.tags).toMatchObject([
      { series: 1, name: 'power', kind: 'number', address: 'ns=1;s=power', connectionId },
      { series: 2, name: 'state', kind: 'text' },
      { series: 3, name: 'spectrum', transform: 'spectrum', sampleRateHz: 5000 },
      { series: 4, name: 'load' },
    ])
  })

  it('a topic belongs to the place of its equipment', async ({ runtime }) => {
    const topics = telemetry.topics ?? []
    for (const [index, id] of [plant.siteId, plant.workUnitId].entries()) {
      const placeOf = topics[index]?.placeOf
      const place = index === 0 ? plant.siteId : { siteId: plant.siteId, equipmentId: plant.workUnitId }
      expect(await placeOf?.(runtime, plant.gateway, id)).toEqual(place)
      expect(await placeOf?.(runtime, plant.gateway, randomUUID())).toBeUndefined()
      expect(await placeOf?.(runtime, plant.gateway, 'no-uuid')).toBeUndefined()
    }
  })
})
