import { randomUUID } from 'node:crypto'
import { instant } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant as plantModule } from '@millrace/plant'
import { type Actor, holding } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { afterAll, describe, expect, vi } from 'vitest'
import { readSamples } from './history.ts'
import { hubOf, startIngest } from './hub.ts'
import { telemetry } from './index.ts'
import { removeSingleReceipts } from './receipt-store.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'

const startMs = Date.now() - 3_600_000

let ingest: { stop(): Promise<void> } | undefined
let plant: GivenPlant
let caller: Actor | undefined

const door = defineModule({ name: 'door', authenticators: [async () => caller] })

const keyOf = (enterpriseId: string, siteId: string): Actor => ({
  ...{ kind: 'key', id: randomUUID(), name: 'Line PC', enterpriseId },
  permissions: new Map([['telemetry:batch:write', holding([siteId])]]),
})

const it = test.extend<{ app: Awaited<ReturnType<typeof createApp>> }>({
  app: async ({ runtime }, use) => {
    ingest ??= await startIngest(runtime)
    plant = await givenPlant(runtime, [
      { name: 'power', kind: 'number', unit: 'kW' },
      { name: 'state', kind: 'text' },
      { name: 'spectrum', kind: 'vector' },
    ])
    caller = keyOf(plant.enterpriseId, plant.siteId)
    const app = await createApp({ runtime, modules: [door, plantModule, telemetry], version: 'test' })
    await app.ready()
    await use(app)
    await app.close()
  },
})

type App = Awaited<ReturnType<typeof createApp>>

async function send(app: App, payload: string | object, headers: Record<string, string> = {}) {
  const type = typeof payload === 'string' ? 'text/csv' : 'application/json'
  const response = await app.inject({
    ...{ method: 'POST', url: '/api/v1/telemetry/batches', headers: { 'content-type': type, ...headers } },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })
  return { status: response.statusCode, body: response.json() }
}

const seriesOf = (name: string) => plant.signals.find((signal) => signal.name === name)?.series ?? 0

async function history(name: string): Promise<[number, unknown, number][]> {
  const read = await plant.asSystem((ctx) => readSamples(ctx, seriesOf(name), startMs - 1, startMs + 7_200_000, 1000))
  return Array.from({ length: read.timesMs.length }, (_, at) => [
    ...([(read.timesMs[at] ?? 0) - startMs, read.values[at], read.qualities[at] ?? 0] as const),
  ])
}

const stored = (name: string, expected: [number, unknown, number][]) =>
  vi.waitFor(async () => expect(await history(name)).toEqual(expected), 10_000)

describe('samples of small clients', () => {
  afterAll(() => ingest?.stop())

  it('JSON of a program with a key is stored: numbers, texts, vectors, bad ones', async ({ app }) => {
    const power = seriesOf('power')
    const state = plant.signals[1]?.id
    const samples = [
      { signal: power, time: startMs, value: 12.5 },
      { signal: power, time: instant(startMs + 1), value: true, quality: 'uncertain' },
      { signal: power, time: startMs + 2, value: null, quality: 'bad' },
      { signal: state, time: instant(startMs + 3), value: 'running' },
      { signal: seriesOf('spectrum'), time: startMs, value: [0.5, 1] },
    ]

    expect(await send(app, { samples })).toEqual({ status: 200, body: { sequence: 1, samples: 5, repeated: false } })
    await stored('power', [
      [0, 12.5, 2],
      [1, 1, 1],
      [2, Number.NaN, 0],
    ])
    await stored('state', [[3, 'running', 2]])
  })

  it('CSV is stored in any order of its columns, and its texts as they stand', async ({ app }) => {
    const [power, state] = [seriesOf('power'), seriesOf('state')]
    const lines = [
      'time,signal,quality,value',
      `${startMs},${power},,-1.5e1`,
      `${instant(startMs + 1)},${power},bad,`,
      `${instant(startMs).replace('Z', '+00:00')},${state},good,"say ""stop"", then\r\nwait"`,
    ]

    expect((await send(app, lines.join('\r\n'))).body).toEqual({ sequence: 1, samples: 3, repeated: false })
    await stored('power', [
      [0, -15, 2],
      [1, Number.NaN, 0],
    ])
    await stored('state', [[0, 'say "stop", then\r\nwait', 2]])
  })

  it('one wrong row and nothing is stored: every wrong row is named', async ({ app }) => {
    const [power, state] = [seriesOf('power'), seriesOf('state')]
    const lines = [
      'signal,time,value,quality',
      `${power},${startMs},1,`,
      `999,${startMs},1,`,
      `${power},yesterday,1,`,
      `${power},2026-02-30T00:00:00Z,1,`,
      `${power},${startMs + 100 * 86_400_000},1,`,
      `${power},1000,1,`,
      `${power},${startMs},"1,5",`,
      `${power},${startMs},,`,
      `${power},${startMs},1,bad`,
      `${power},${startMs},1,fine`,
      `${power},${startMs}`,
      `${seriesOf('spectrum')},${startMs},1,`,
      `${state},${startMs},"open`,
    ]

    const { status, body } = await send(app, lines.join('\n'))

    expect([status, body.code, body.errorCount]).toEqual([422, 'telemetry/samples-invalid', body.errors.length])
    const rows = body.errors.map(({ row, field }: { row: number; field: string }) => `${row} ${field}`)
    expect(new Set(rows)).toEqual(
      new Set([
        ...['2 signal', '3 time', '4 time', '5 time', '6 time', '7 value', '8 value', '9 value', '10 quality', '11 '],
        ...['12 value', '11 value', '13 ', '13 signal', '13 time'],
      ]),
    )
    expect(body.errors.find(({ row }: { row: number }) => row === 7).detail).toBe('1,5 is no number.')
    expect(await history('power')).toEqual([])
  })

  it('JSON is strict: other names, other types, no samples, too many bytes', async ({ app }) => {
    const signal = seriesOf('power')
    const codeOf = async (payload: object) => (await send(app, payload)).body.errors?.[0]
    expect(await codeOf({ samples: [{ signal, time: startMs, value: '1' }] })).toMatchObject({ row: 1, field: 'value' })
    expect(await codeOf({ samples: [{ signal, time: startMs + 0.5, value: 1 }] })).toMatchObject({ field: 'time' })
    expect(await codeOf({ samples: [{ signal, time: startMs, value: 1, unit: 'kW' }] })).toMatchObject({
      field: 'unit',
    })
    expect(await codeOf({ samples: [] })).toMatchObject({ row: 0 })
    expect(await codeOf({ samples: [], more: 1 })).toMatchObject({ row: 0, field: 'samples' })
    expect(await codeOf(['samples'])).toMatchObject({ row: 0 })
    const long = 'x'.repeat(1024 * 1024 + 1)
    expect((await send(app, { samples: long })).status).toBe(413)
    expect((await send(app, long)).status).toBe(413)
  })

  it('what is sent again counts once: by its content, by a key, by its number', async ({ app }) => {
    const sample = (value: number) => ({ samples: [{ signal: seriesOf('power'), time: startMs, value }] })
    expect((await send(app, sample(1))).body.repeated).toBe(false)
    expect((await send(app, sample(1))).body.repeated).toBe(true)
    const key = { 'idempotency-key': 'shift 7' }
    expect((await send(app, sample(2), key)).body.repeated).toBe(false)
    expect((await send(app, sample(3), key)).body.repeated).toBe(true)

    const journal = randomUUID()
    const at = (sequence: number) => ({ 'millrace-journal': journal, 'millrace-sequence': String(sequence) })
    expect((await send(app, sample(4), at(1))).body).toEqual({ sequence: 1, samples: 1, repeated: false })
    expect((await send(app, sample(4), at(1))).body.repeated).toBe(true)
    expect((await send(app, sample(5), at(3))).body).toMatchObject({ code: 'telemetry/sequence-gap', expected: 2 })
    expect((await send(app, sample(5), { 'millrace-journal': journal })).body.code).toBe('telemetry/samples-invalid')
    await stored('power', [[0, 4, 2]])

    // A week later single deliveries are forgotten, and the journal that goes on is not.
    const pool = hubOf(app.runtime).ingest?.pool
    await pool?.transact((client) => removeSingleReceipts(client, Date.now() + 60_000))
    expect((await send(app, sample(1))).body.repeated).toBe(false)
    expect((await send(app, sample(4), at(1))).body.repeated).toBe(true)
  })

  it('a gateway sends for what it reads, a key for what it reaches, a person not at all', async ({ app, runtime }) => {
    const other = await givenPlant(runtime, [{ name: 'power', kind: 'number' }])
    const sample = { samples: [{ signal: seriesOf('power'), time: startMs, value: 1 }] }
    caller = plant.gateway
    expect((await send(app, sample)).status).toBe(200)
    caller = { ...plant.gateway, id: randomUUID() }
    expect((await send(app, sample)).body.errors).toMatchObject([{ row: 1, field: 'signal' }])
    caller = keyOf(plant.enterpriseId, other.siteId)
    expect((await send(app, sample)).body.errors).toMatchObject([{ row: 1, field: 'signal' }])
    caller = { ...keyOf(plant.enterpriseId, plant.siteId), permissions: new Map() }
    expect((await send(app, sample)).body.code).toBe('runtime/forbidden')
    caller = somebody(plant.enterpriseId, { 'telemetry:batch:write': 'everywhere' })
    expect((await send(app, sample)).body.code).toBe('runtime/forbidden')
  })

  it('what a program sent survives a stop between acknowledgement and history', async ({ app, runtime }) => {
    await send(app, { samples: [{ signal: seriesOf('power'), time: startMs, value: 7 }] })
    await ingest?.stop()
    ingest = await startIngest(runtime)

    await stored('power', [[0, 7, 2]])
  })
})
