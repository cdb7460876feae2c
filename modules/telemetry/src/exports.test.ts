import { randomUUID } from 'node:crypto'
import { DAY_MS, HOUR_MS, instant, MINUTE_MS } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant as plantModule } from '@millrace/plant'
import type { Actor, Runtime } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { parquetReadObjects } from 'hyparquet'
import { sql } from 'kysely'
import { afterAll, describe, expect, vi } from 'vitest'
import { startIngest } from './hub.ts'
import { telemetry } from './index.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'
import { type HistoryColumn, writeHistory } from './write-history.ts'

/** Hours that are over. */
const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * DAY_MS

let ingest: { stop(): Promise<void> } | undefined
let plant: GivenPlant
let caller: Actor | undefined

const door = defineModule({ name: 'door', authenticators: [async () => caller] })
const RIGHTS = { 'telemetry:signal:read': 'everywhere', 'telemetry:sample:export': 'everywhere' } as const

type App = Awaited<ReturnType<typeof createApp>>

async function appOf(runtime: Runtime): Promise<App> {
  const app = await createApp({ runtime, modules: [door, plantModule, telemetry], version: 'test' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return app
}

const contentOf = (app: App, id: string) => `${app.listeningOrigin}/api/v1/telemetry/exports/${id}/content`

const it = test.extend<{ app: App }>({
  app: async ({ runtime }, use) => {
    ingest ??= await startIngest(runtime)
    plant = await givenPlant(runtime, [
      { name: 'power', kind: 'number', unit: 'kW' },
      { name: '=state', kind: 'text' },
      { name: 'spectrum', kind: 'vector' },
    ])
    caller = somebody(plant.enterpriseId, RIGHTS)
    const app = await appOf(runtime)
    await use(app)
    await app.close()
  },
})

const seriesAt = (index: number) => plant.signals[index]?.series ?? 0

function numbers(count: number, stepMs: number, series = seriesAt(0)): HistoryColumn {
  return {
    ...{ series, kind: 'number' },
    timestampsMs: Float64Array.from({ length: count }, (_, index) => startMs + index * stepMs),
    values: Float64Array.from({ length: count }, (_, index) => index / 4 - 1),
  }
}

const make = (app: App, more: object = {}) =>
  app.inject({
    ...{ method: 'POST', url: '/api/v1/telemetry/exports' },
    payload: {
      signals: [{ series: seriesAt(0) }],
      ...{ fromMs: startMs, toMs: startMs + HOUR_MS, resolution: 'raw', format: 'csv', ...more },
    },
  })

const stateOf = async (app: App, id: string) => (await app.inject(`/api/v1/telemetry/exports/${id}`)).json()

async function download(app: App, more: object = {}) {
  const { id } = (await make(app, more)).json<{ id: string }>()
  const response = await fetch(contentOf(app, id))
  const bytes = await response.arrayBuffer()
  expect(response.status, Buffer.from(bytes).toString().slice(0, 300)).toBe(200)
  return { id, headers: response.headers, bytes, text: Buffer.from(bytes).toString() }
}

describe('exports', () => {
  afterAll(() => ingest?.stop())

  it('a range of all kinds of signals leaves as CSV that no spreadsheet takes for a formula', async ({
    app,
    runtime,
  }) => {
    const timestampsMs = Float64Array.of(startMs, startMs + 1000)
    await writeHistory(runtime, plant.enterpriseId, [
      {
        ...numbers(3, 1000),
        qualities: Uint8Array.of(2, 1, 0),
        values: Float64Array.of(-1, 0.5, Number.NaN),
      } as HistoryColumn,
      { series: seriesAt(1), kind: 'text', timestampsMs, values: ['=1+1', 'open, "now"'] },
      {
        series: seriesAt(2),
        kind: 'vector',
        frame: { form: 'waveform', rateHz: 2048 },
        timestampsMs,
        values: [Float32Array.of(0.5, 1), null],
        qualities: Uint8Array.of(2, 0),
      },
    ])
    const signals = plant.signals.map(({ series }) => ({ series }))

    const { text, headers, bytes, id } = await download(app, { signals })

    const at = (ms: number) => instant(startMs + ms)
    expect(text.split('\r\n')).toEqual([
      'time,series,machine,signal,unit,value,quality',
      `${at(0)},1,Mill 1,power,kW,-1,good`,
      `${at(1000)},1,Mill 1,power,kW,0.5,uncertain`,
      `${at(2000)},1,Mill 1,power,kW,,bad`,
      `${at(0)},2,Mill 1,'=state,,'=1+1,good`,
      `${at(1000)},2,Mill 1,'=state,,"open, ""now""",good`,
      `${at(0)},3,Mill 1,spectrum,,"[0.5,1]",good`,
      `${at(1000)},3,Mill 1,spectrum,,,bad`,
      '',
    ])
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''Mill-1-raw-\S+\.csv$/)
    expect(headers.get('content-type')).toContain('text/csv')
    expect(await stateOf(app, id)).toMatchObject({
      ...{ state: 'done', progressRatio: 1, rowCount: 7, byteCount: bytes.byteLength },
    })

    const lines = (await download(app, { signals, format: 'jsonl' })).text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line)).map(({ signal, value, quality }) => [signal, value, quality])).toEqual(
      [
        ['power', -1, 'good'],
        ['power', 0.5, 'uncertain'],
        ['power', null, 'bad'],
        ['=state', '=1+1', 'good'],
        ['=state', 'open, "now"', 'good'],
        ['spectrum', [0.5, 1], 'good'],
        ['spectrum', null, 'bad'],
      ],
    )

    expect(JSON.parse(lines[5] ?? '')).toMatchObject({ form: 'waveform', rateHz: 2048 })

    const parquet = await download(app, { signals, format: 'parquet' })
    const rows = await parquetReadObjects({ file: parquet.bytes })
    const cellsOf = rows.map(({ time, series, unit, value, text, quality }) => [
      time,
      series,
      unit,
      value,
      text,
      quality,
    ])
    expect(cellsOf).toEqual([
      [new Date(startMs), 1, 'kW', -1, null, 'good'],
      [new Date(startMs + 1000), 1, 'kW', 0.5, null, 'uncertain'],
      [new Date(startMs + 2000), 1, 'kW', null, null, 'bad'],
      [new Date(startMs), 2, null, null, '=1+1', 'good'],
      [new Date(startMs + 1000), 2, null, null, 'open, "now"', 'good'],
      [new Date(startMs), 3, null, null, null, 'good'],
      [new Date(startMs + 1000), 3, null, null, null, 'bad'],
    ])
    expect(rows.slice(5).map(({ values, form, step_hz }) => [values ?? null, form, step_hz])).toEqual([
      [[0.5, 1], 'waveform', 2048],
      [null, 'waveform', 2048],
    ])
  })

  it('minutes and hours are those of the samples, whether settled or not', async ({ app, runtime }) => {
    const column = numbers(3 * 3600, 1000)
    await writeHistory(runtime, plant.enterpriseId, [column])
    // The second hour changes again: it is read from its chunks.
    await writeHistory(runtime, plant.enterpriseId, [
      {
        ...column,
        timestampsMs: Float64Array.of(startMs + HOUR_MS + 500),
        values: Float64Array.of(9999),
      } as HistoryColumn,
    ])
    const range = { fromMs: startMs + 90_000, toMs: startMs + 3 * HOUR_MS }

    const minutes = (await download(app, { ...range, resolution: 'minute' })).text.trimEnd().split('\r\n')
    expect(minutes[0]).toBe('time,series,machine,signal,unit,min,max,mean,count')
    expect(minutes).toHaveLength(1 + 179)
    expect(minutes[1]).toBe(`${instant(startMs + MINUTE_MS)},1,Mill 1,power,kW,14,28.75,21.375,60`)
    expect(minutes[60]).toMatch(new RegExp(`^${instant(startMs + HOUR_MS)},1,Mill 1,power,kW,899,9999,.*,61$`))

    const parquet = await download(app, { ...range, resolution: 'hour', format: 'parquet' })
    const hours = await parquetReadObjects({ file: parquet.bytes })
    expect(hours.map(({ time, count, min, max }) => [(time as Date).getTime() - startMs, count, min, max])).toEqual([
      [0, 3600, -1, 898.75],
      [HOUR_MS, 3601, 899, 9999],
      [2 * HOUR_MS, 3600, 1799, 2698.75],
    ])
  })

  it('a large one is given whole in pieces, also without any sample', async ({ app, runtime }) => {
    await writeHistory(runtime, plant.enterpriseId, [numbers(130_000, 100)])
    const { text } = await download(app, { toMs: startMs + DAY_MS })
    const values = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[5]))
    expect(values).toEqual(Array.from({ length: 130_000 }, (_, index) => index / 4 - 1))
    const whole = await download(app, { toMs: startMs + DAY_MS, format: 'parquet' })
    const rows = await parquetReadObjects({ file: whole.bytes, columns: ['time', 'value'] })
    expect(rows.map(({ value }) => value)).toEqual(values)

    const empty = await download(app, { fromMs: startMs - HOUR_MS, toMs: startMs, format: 'parquet' })
    expect(await parquetReadObjects({ file: empty.bytes })).toEqual([])
  }, 30_000)

  it('a download that is cancelled breaks off and is not finished', async ({ app, runtime }) => {
    await writeHistory(runtime, plant.enterpriseId, [numbers(2_000_000, 10)])
    const { id } = (await make(app, { toMs: startMs + DAY_MS, format: 'jsonl' })).json()
    const response = await fetch(contentOf(app, id))
    const reader = response.body?.getReader()
    await reader?.read()
    expect(await stateOf(app, id)).toMatchObject({ state: 'running' })

    const cancelled = await app.inject({ method: 'DELETE', url: `/api/v1/telemetry/exports/${id}` })
    expect(cancelled.json()).toMatchObject({ state: 'cancelled' })
    const drain = async () => {
      while (!(await reader?.read())?.done);
    }
    await expect(drain()).rejects.toThrow()
    expect(await stateOf(app, id)).toMatchObject({ state: 'cancelled' })
    expect((await app.inject(`/api/v1/telemetry/exports/${id}/content`)).json().code).toBe('telemetry/export-ended')
    await vi.waitFor(() => expect(exportsNow(runtime)).toBe(0))
  }, 60_000)

  it('who leaves interrupts it, gives the place back, and may start it again', async ({ app, runtime }) => {
    await writeHistory(runtime, plant.enterpriseId, [numbers(500_000, 10)])
    const { id } = (await make(app, { toMs: startMs + DAY_MS })).json()
    const leaving = new AbortController()
    const url = contentOf(app, id)
    const response = await fetch(url, { signal: leaving.signal })
    await response.body?.getReader().read()
    expect(exportsNow(runtime)).toBe(1)
    leaving.abort()

    await vi.waitFor(async () => expect(await stateOf(app, id)).toMatchObject({ state: 'interrupted' }), 10_000)
    await vi.waitFor(() => expect(exportsNow(runtime)).toBe(0))
    const again = await (await fetch(url)).text()
    expect(again.trimEnd().split('\r\n')).toHaveLength(1 + 500_000)
    expect(await stateOf(app, id)).toMatchObject({ state: 'done', rowCount: 500_000 })
  }, 60_000)

  it('an export is for who made it, where it may be, for a day, and not without end', async ({ app }) => {
    const id: string = (await make(app)).json().id
    const mine = caller
    caller = somebody(plant.enterpriseId, RIGHTS)
    expect((await stateOf(app, id)).code).toBe('telemetry/export-missing')
    expect((await app.inject(`/api/v1/telemetry/exports/${id}/content`)).json().code).toBe('telemetry/export-missing')
    caller = somebody(plant.enterpriseId, { ...RIGHTS, 'telemetry:sample:export': new Set([randomUUID()]) })
    expect((await make(app)).json().code).toBe('runtime/forbidden')
    caller = { ...(mine as Actor), guard: () => 'The policies say no.' }
    expect((await make(app)).json().detail).toBe('The policies say no.')
    // What may no longer be exported is not, although it was asked for in time.
    expect((await app.inject(`/api/v1/telemetry/exports/${id}/content`)).json().code).toBe('runtime/forbidden')

    caller = mine
    expect((await app.inject('/api/v1/telemetry/exports')).json().items).toMatchObject([{ id, state: 'ready' }])
    await plant.asSystem(({ db }) => sql`update telemetry.export set expires_at = now()`.execute(db))
    expect((await stateOf(app, id)).code).toBe('telemetry/export-missing')
    await plant.asSystem(async (ctx) => telemetry.tasks?.[0]?.act(ctx))
    expect((await app.inject('/api/v1/telemetry/exports')).json().items).toEqual([])

    for (let index = 0; index < 20; index += 1) expect((await make(app)).statusCode).toBe(201)
    expect((await make(app)).json()).toMatchObject({ code: 'telemetry/exports-spent', retryAfterMs: HOUR_MS })
  })

  it('what makes no sense is refused', async ({ app }) => {
    const codeOf = async (more: object) => (await make(app, more)).json().code
    expect(await codeOf({ toMs: startMs })).toBe('telemetry/range-invalid')
    expect(await codeOf({ signals: [{ series: seriesAt(1) }], resolution: 'minute' })).toBe('telemetry/range-invalid')
    expect(await codeOf({ signals: [{ series: 999 }] })).toBe('telemetry/signal-missing')
    expect(await codeOf({ signals: [] })).toBe('http/request-invalid')
    expect(await codeOf({ format: 'xlsx' })).toBe('http/request-invalid')
    const events = await plant.asSystem(({ db }) => sql`select action from audit.event`.execute(db))
    expect(events.rows.length).toBeGreaterThan(0)
  })
})

function exportsNow(runtime: Runtime): number {
  return runtime.quotas.usedBy(plant.enterpriseId).find(({ quota }) => quota === 'exports')?.now ?? -1
}
