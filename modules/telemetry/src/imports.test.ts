import { randomUUID } from 'node:crypto'
import { DAY_MS, HOUR_MS, instant, wallClock } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { plant as plantModule } from '@millrace/plant'
import type { Actor, Context, Runtime } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { sql } from 'kysely'
import { afterAll, describe, expect, vi } from 'vitest'
import { readEnvelopes, readSamples } from './history.ts'
import type { ImportMapping, SampleImport } from './import-contract.ts'
import { telemetry } from './index.ts'
import { listSignals } from './signals.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'
import { settleAll } from './testing/settle-all.ts'
import { type HistoryColumn, writeHistory } from './write-history.ts'

/** Hours that are over. */
const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * DAY_MS

let module: { stop(): Promise<void> } | undefined
let plant: GivenPlant
let caller: Actor | undefined

const door = defineModule({ name: 'door', authenticators: [async () => caller] })
const RIGHTS = { 'telemetry:signal:read': 'everywhere', 'telemetry:sample:import': 'everywhere' } as const

const EVERYTHING = {
  ...RIGHTS,
  'plant:equipment:read': 'everywhere',
  'telemetry:sample:export': 'everywhere',
} as const
const SIGNALS = [
  { name: 'power', kind: 'number', unit: 'kW' },
  { name: 'state', kind: 'text' },
  { name: 'temperature', kind: 'number', unit: '°C' },
  { name: 'spectrum', kind: 'vector' },
] as const

type App = Awaited<ReturnType<typeof createApp>>

const it = test.extend<{ app: App }>({
  app: async ({ runtime }, use) => {
    module ??= await telemetry.start?.(runtime)
    plant = await givenPlant(runtime, SIGNALS)
    caller = somebody(plant.enterpriseId, EVERYTHING)
    const app = await createApp({ runtime, modules: [door, plantModule, telemetry], version: 'test' })
    await app.ready()
    await use(app)
    await app.close()
  },
})

const series = (index: number) => plant.signals[index]?.series ?? 0
const at = (ms: number) => instant(startMs + ms)
const URL = '/api/v1/telemetry/imports'

async function call(app: App, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
  return (await app.inject({ method, url: `${URL}${url}`, ...(payload && { payload }) })).json()
}

async function upload(app: App, content: string | Uint8Array, format = 'csv', pieceBytes = 1000): Promise<string> {
  const bytes = Buffer.from(content as string)
  const made = await call(app, 'POST', '', {
    ...{ siteId: plant.siteId, fileName: `mill.${format}`, format, byteCount: bytes.length },
  })
  expect(made.state).toBe('uploading')
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const answer = await put(app, made.id, offset, bytes.subarray(offset, offset + pieceBytes))
    expect(answer.statusCode, answer.body).toBe(200)
  }
  return made.id
}

function put(app: App, id: string, offset: number, payload: Buffer) {
  const headers = { 'content-type': 'application/octet-stream' }
  return app.inject({ method: 'PUT', url: `${URL}/${id}/content?offset=${offset}`, headers, payload })
}

async function ended(app: App, id: string): Promise<SampleImport> {
  await vi.waitFor(async () => {
    const { state } = await call(app, 'GET', `/${id}`)
    expect(['done', 'refused', 'cancelled', 'failed', 'undone']).toContain(state)
  }, 20_000)
  return call(app, 'GET', `/${id}`)
}

async function run(app: App, id: string, mapping: ImportMapping, more: object = {}): Promise<SampleImport> {
  const started = await call(app, 'POST', `/${id}/start`, { mapping, ...more })
  expect(started.state, JSON.stringify(started)).toBe('checking')
  return ended(app, id)
}

/** The time within the day that is tried, whatever hour it is now, at which clocks in Zürich say eight. */
function eightInZurichMs(): number {
  const hours = Array.from({ length: 24 }, (_, index) => startMs + index * HOUR_MS)
  return hours.find((ms) => wallClock(ms, 'Europe/Zurich').hour === 8) ?? Number.NaN
}

async function history(index: number): Promise<[number, unknown, number][]> {
  const read = await plant.asSystem((ctx) => readSamples(ctx, series(index), startMs, startMs + DAY_MS, 100_000))
  return Array.from({ length: read.timesMs.length }, (_, position) => [
    (read.timesMs[position] ?? 0) - startMs,
    read.values[position],
    read.qualities[position] ?? 0,
  ])
}

/** Everything the history holds of the plant, settled. */
async function settled(runtime: Runtime) {
  await settleAll(runtime, Date.now() + DAY_MS)
  const rollups = await plant.asSystem(({ db }) =>
    sql`select series, hour_ms, count, min, max, sum, last from telemetry.rollup order by series, hour_ms`.execute(db),
  )
  return { samples: [await history(0), await history(1), await history(2)], rollups: rollups.rows }
}

const LONG: ImportMapping = {
  ...{ time: { column: 'time', format: 'rfc3339' }, shape: 'long', name: 'signal', value: 'value', quality: 'quality' },
  signals: [],
}
const long = (...signals: ImportMapping['signals']): ImportMapping => ({ ...LONG, signals })
const wide = (...signals: ImportMapping['signals']): ImportMapping => ({
  ...{ time: { column: 'time', format: 'rfc3339' }, shape: 'wide', signals },
})

describe('imports', () => {
  afterAll(() => module?.stop())

  it('a CSV as an old system wrote it: semicolons, decimal commas, local times, other units', async ({ app }) => {
    const eightMs = eightInZurichMs()
    const { year: y, month: m, day: d } = wallClock(eightMs, 'Europe/Zurich')
    const file = `Zeit;Leistung (W);Temp;Zustand\r\n${d}.${m}.${y} 08:00:00;1500,5;212;"'=läuft; gut"\r\n${d}.${m}.${y} 08:00:01,25;;32;\r\n`
    const id = await upload(app, Buffer.from(file, 'latin1'), 'csv', 17)

    const { guess, columns } = await call(app, 'POST', `/${id}/preview`, { zone: 'Europe/Zurich' })
    expect(columns.map(({ name }: { name: string }) => name)).toEqual(['Zeit', 'Leistung (W)', 'Temp', 'Zustand'])
    expect(guess).toMatchObject({
      ...{ time: { column: 'Zeit', format: 'local-dmy', zone: 'Europe/Zurich' }, shape: 'wide' },
      csv: { delimiter: ';', decimal: ',', encoding: 'windows-1252' },
    })
    const mapping = {
      ...guess,
      signals: [
        { source: 'Leistung (W)', series: series(0), unit: 'W' },
        { source: 'Temp', series: series(2), unit: '°F' },
        { source: 'Zustand', series: series(1) },
      ],
    }
    const preview = await call(app, 'POST', `/${id}/preview`, { mapping })
    expect(preview).toMatchObject({ rowCount: 2, isWhole: true, sampleCount: 4, faultCount: 0 })
    expect(preview.samples.map(({ row, timeMs, value }: Record<string, unknown>) => [row, timeMs, value])).toEqual([
      [1, eightMs, 1.5005],
      [1, eightMs, expect.closeTo(100, 9)],
      [1, eightMs, '=läuft; gut'],
      [2, eightMs + 1250, expect.closeTo(0, 9)],
    ])

    expect(await run(app, id, mapping)).toMatchObject({
      ...{ state: 'done', rowCount: 2, sampleCount: 4, firstMs: eightMs, lastMs: eightMs + 1250, progressRatio: 1 },
    })
    expect(await history(0)).toEqual([[eightMs - startMs, 1.5005, 2]])
    expect(await history(1)).toEqual([[eightMs - startMs, '=läuft; gut', 2]])
    const parts = await plant.asSystem(({ db }) => sql`select from telemetry.import_part`.execute(db))
    expect(parts.rows).toEqual([])
  })

  it('JSON Lines, Parquet and line protocol', async ({ app }) => {
    const lines = [
      { time: at(0), signal: 'p', value: 1 },
      { time: at(1), signal: 'p', value: null, quality: 'bad' },
      { time: at(2), signal: 'other', value: 'x' },
      { time: at(3), signal: 's', value: 'on', quality: 'uncertain' },
    ]
    const json = await upload(app, lines.map((line) => `${JSON.stringify(line)}\n`).join('\n'), 'jsonl')
    const signals = [
      { source: 'p', series: series(0) },
      { source: 's', series: series(1) },
    ]
    expect(await run(app, json, long(...signals))).toMatchObject({ state: 'done', rowCount: 4, sampleCount: 3 })
    expect(await history(0)).toEqual([
      [0, 1, 2],
      [1, Number.NaN, 0],
    ])
    expect(await history(1)).toEqual([[3, 'on', 1]])

    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'when', data: [new Date(startMs + HOUR_MS), new Date(startMs + HOUR_MS + 7)], type: 'TIMESTAMP' },
        { name: 'power', data: [2.5, 3], type: 'DOUBLE' },
        { name: 'count', data: [5n, null], type: 'INT64' },
        { name: 'unused', data: ['a', 'b'], type: 'STRING' },
      ],
    })
    const columnar = await upload(app, new Uint8Array(parquet), 'parquet', 100)
    const preview = await call(app, 'POST', `/${columnar}/preview`, {})
    expect(preview.guess).toMatchObject({ time: { column: 'when', format: 'rfc3339' }, shape: 'wide' })
    const mapped = wide({ source: 'power', series: series(0) }, { source: 'count', series: series(2) })
    await run(app, columnar, { ...mapped, time: { column: 'when', format: 'rfc3339' } })
    expect((await history(0)).slice(2)).toEqual([
      [HOUR_MS, 2.5, 2],
      [HOUR_MS + 7, 3, 2],
    ])
    expect(await history(2)).toEqual([[HOUR_MS, 5, 2]])

    const ns = (ms: number) => `${startMs + ms}123456`
    const influx = [
      '# exported',
      `mill,machine=Mill\\ 1 power=4.5,parts=7i,state="say \\"on\\", now" ${ns(2 * HOUR_MS)}`,
      `mill,machine=Mill\\ 1 power=5 ${ns(2 * HOUR_MS + 1)}`,
    ]
    const line = await upload(app, influx.join('\n'), 'line-protocol')
    const { guess, names } = await call(app, 'POST', `/${line}/preview`, {})
    expect(names).toEqual(['mill,machine=Mill 1 power', 'mill,machine=Mill 1 parts', 'mill,machine=Mill 1 state'])
    await run(app, line, {
      ...guess,
      signals: [
        { source: names[0], series: series(0) },
        { source: names[2], series: series(1) },
      ],
    })
    expect((await history(0)).slice(4)).toEqual([
      [2 * HOUR_MS, 4.5, 2],
      [2 * HOUR_MS + 1, 5, 2],
    ])
    expect((await history(1)).slice(1)).toEqual([[2 * HOUR_MS, 'say "on", now', 2]])
  })

  it('one wrong row and nothing is imported, unless wrong rows are to be left out', async ({ app }) => {
    const rows = [
      'time,power,state',
      `${at(0)},1,on`,
      'yesterday,2,on',
      `${at(1)},two,on`,
      `${at(2)},3`,
      `${at(3)},"4,off`,
    ]
    const id = await upload(app, rows.join('\n'))
    const mapping = wide({ source: 'power', series: series(0) }, { source: 'state', series: series(1) })

    const preview = await call(app, 'POST', `/${id}/preview`, { mapping })
    expect(preview).toMatchObject({ faultCount: 4, sampleCount: 2 })
    const refused = await run(app, id, mapping)
    expect(refused).toMatchObject({ state: 'refused', faultCount: 4, sampleCount: 0 })
    expect(refused.faults.map(({ row, field }) => [row, field])).toEqual([
      [2, 'time'],
      [3, 'power'],
      [4, ''],
      [5, ''],
    ])
    expect(refused.faults[1]?.detail).toBe('two is no number.')
    expect(await history(0)).toEqual([])

    expect(await run(app, id, mapping, { skipFaults: true })).toMatchObject({
      state: 'done',
      sampleCount: 2,
      faultCount: 4,
    })
    expect(await history(0)).toEqual([[0, 1, 2]])
    expect((await call(app, 'POST', `/${id}/start`, { mapping })).code).toBe('telemetry/import-state')
  })

  it('undoing leaves the history as it was: hours, rollups and newest values', async ({ app, runtime }) => {
    const points = (...list: [number, number][]): HistoryColumn => ({
      ...{ series: series(0), kind: 'number' },
      timestampsMs: Float64Array.from(list, ([ms]) => startMs + ms),
      values: Float64Array.from(list, ([, value]) => value),
    })
    await writeHistory(runtime, plant.enterpriseId, [points([0, 1], [1000, 2], [HOUR_MS, 3])])
    const before = await settled(runtime)
    const newest = async () => (await plant.asSystem((ctx) => listSignals(ctx))).map(({ latest }) => latest)
    const newestBefore = await newest()

    const rows = [
      [1000, 20],
      [500, 15],
      [1000, 21],
      [HOUR_MS + 5, 30],
      [3 * HOUR_MS, 40],
    ]
    const lines = rows.map(([ms, value]) => `${at(ms ?? 0)},${value},idle`)
    const id = await upload(app, ['time,power,state', ...lines].join('\n'))
    const mapping = wide({ source: 'power', series: series(0) }, { source: 'state', series: series(1) })
    await run(app, id, mapping)
    const imported = await settled(runtime)
    expect(imported.samples[0]).toEqual([
      [0, 1, 2],
      [500, 15, 2],
      [1000, 21, 2],
      [HOUR_MS, 3, 2],
      [HOUR_MS + 5, 30, 2],
      [3 * HOUR_MS, 40, 2],
    ])
    expect((await newest())[0]).toMatchObject({ value: 40 })

    const undo = await call(app, 'POST', `/${id}/undo`)
    expect(undo.state).toBe('undoing')
    expect(await ended(app, id)).toMatchObject({ state: 'undone', undoUntil: null })
    expect(await settled(runtime)).toEqual(before)
    expect(await newest()).toEqual(newestBefore)
    expect((await call(app, 'POST', `/${id}/undo`)).code).toBe('telemetry/import-state')
  })

  it('what arrived after an import stays when it is undone, and a later import is undone first', async ({
    app,
    runtime,
  }) => {
    const import_ = async (...rows: [number, number][]) => {
      const id = await upload(app, ['time,power', ...rows.map(([ms, value]) => `${at(ms)},${value}`)].join('\n'))
      await run(app, id, wide({ source: 'power', series: series(0) }))
      return id
    }
    const first = await import_([0, 1], [1000, 2])
    await writeHistory(runtime, plant.enterpriseId, [
      {
        ...{ series: series(0), kind: 'number' },
        timestampsMs: Float64Array.of(startMs + 1000, startMs + 2000),
        values: Float64Array.of(99, 3),
      },
    ])
    const second = await import_([0, 10])

    expect(await call(app, 'POST', `/${first}/undo`)).toMatchObject({
      ...{ code: 'telemetry/import-overlaid', importId: second },
    })
    await call(app, 'POST', `/${second}/undo`)
    await ended(app, second)
    expect(await history(0)).toEqual([
      [0, 1, 2],
      [1000, 99, 2],
      [2000, 3, 2],
    ])
    await call(app, 'POST', `/${first}/undo`)
    await ended(app, first)
    expect((await settled(runtime)).samples[0]).toEqual([
      [1000, 99, 2],
      [2000, 3, 2],
    ])
  })

  /** Asked so often that what is quick is still met half-way. */
  const SOON = { timeout: 20_000, interval: 2 }
  it('a large import is cancelled half-way, and nothing of it is kept', async ({ app, runtime }) => {
    const rows = Array.from({ length: 600_000 }, (_, index) => `${startMs + index * 100},${index}`)
    const id = await upload(app, ['time,power', ...rows].join('\n'), 'csv', 4 * 1024 * 1024)
    const mapping: ImportMapping = {
      ...wide({ source: 'power', series: series(0) }),
      time: { column: 'time', format: 'epoch-ms' },
    }
    expect((await call(app, 'POST', `/${id}/start`, { mapping })).state).toBe('checking')
    expect((await call(app, 'POST', `/${id}/start`, { mapping })).code).toBe('telemetry/imports-waiting')
    await vi.waitFor(async () => {
      const { sampleCount, state } = await call(app, 'GET', `/${id}`)
      expect(state).toBe('writing')
      expect(sampleCount).toBeGreaterThan(0)
    }, SOON)

    expect((await call(app, 'DELETE', `/${id}`)).state).toBe('cancelling')
    expect(await ended(app, id)).toMatchObject({ state: 'cancelled', sampleCount: 0 })
    expect((await settled(runtime)).samples[0]).toEqual([])
    expect((await settled(runtime)).rollups).toEqual([])
    const left = await plant.asSystem(({ db }) => sql`select from telemetry.import_chunk`.execute(db))
    expect(left.rows).toEqual([])
  }, 60_000)

  it('what a killed server was writing is taken back by the next', async ({ app, runtime }) => {
    const id = await upload(app, `time,power\n${at(0)},1\n${at(HOUR_MS)},x`)
    const mapping = wide({ source: 'power', series: series(0) })
    await run(app, id, mapping, { skipFaults: true })
    expect(await history(0)).toEqual([[0, 1, 2]])
    await module?.stop()
    const killed = (ctx: Context) =>
      sql`update telemetry.import set state = 'writing', ended_at = null, beat_at = now() - interval '3 minutes'
        where id = ${id}`.execute(ctx.db)
    await plant.asSystem(killed)

    module = await telemetry.start?.(runtime)
    expect(await ended(app, id)).toMatchObject({
      state: 'failed',
      sampleCount: 0,
      note: 'The server stopped meanwhile.',
    })
    expect((await settled(runtime)).samples[0]).toEqual([])
  })

  it('an envelope over imported samples is what they amount to', async ({ app }) => {
    const rows = Array.from({ length: 7200 }, (_, index) => `${startMs + index * 1000},${index % 10}`)
    const id = await upload(app, ['time,power', ...rows].join('\n'), 'csv', 100_000)
    await run(app, id, {
      ...wide({ source: 'power', series: series(0) }),
      time: { column: 'time', format: 'epoch-ms' },
    })
    const query = { series: [series(0)], fromMs: startMs, toMs: startMs + 2 * HOUR_MS, points: 2 }
    const [envelope] = await plant.asSystem((ctx) => readEnvelopes(ctx, query))
    expect(envelope).toMatchObject({
      bucketMs: HOUR_MS,
      count: [3600, 3600],
      min: [0, 0],
      max: [9, 9],
      mean: [4.5, 4.5],
    })
  })

  it('what was exported is imported elsewhere as it was, in every format', async ({ app, runtime }) => {
    const timestampsMs = Float64Array.of(startMs, startMs + 250, startMs + HOUR_MS)
    const qualities = Uint8Array.of(2, 1, 0)
    await writeHistory(runtime, plant.enterpriseId, [
      { series: series(0), kind: 'number', timestampsMs, qualities, values: Float64Array.of(-0.1, 1e21, Number.NaN) },
      { series: series(1), kind: 'text', timestampsMs, qualities, values: ["'=1+1", 'a;b, "c"\nd', null] },
    ])
    const before = [await history(0), await history(1)]
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const here = plant
    const files = new Map<string, Uint8Array>()
    for (const format of ['csv', 'jsonl', 'parquet'] as const) {
      const signals = [{ series: series(0) }, { series: series(1) }]
      const range = { fromMs: startMs, toMs: startMs + DAY_MS, resolution: 'raw', format }
      const made = await app.inject({
        ...{ method: 'POST', url: '/api/v1/telemetry/exports', payload: { signals, ...range } },
      })
      const content = await fetch(`${address}/api/v1/telemetry/exports/${made.json().id}/content`)
      files.set(format, new Uint8Array(await content.arrayBuffer()))
    }
    for (const [format, bytes] of files) {
      plant = await givenPlant(runtime, SIGNALS)
      caller = somebody(plant.enterpriseId, EVERYTHING)
      const id = await upload(app, bytes, format, 5000)
      const { guess, names } = await call(app, 'POST', `/${id}/preview`, {})
      expect(names, format).toEqual(['power', 'state'])
      const texts = format === 'parquet' ? 'text' : guess.value
      const into = (source: string, index: number, value: string) =>
        upload(app, bytes, format, 5000).then((again) =>
          run(app, again, { ...guess, value, signals: [{ source, series: series(index) }] }),
        )
      expect((await into('power', 0, guess.value)).state, format).toBe('done')
      expect((await into('state', 1, texts)).state, format).toBe('done')
      expect([await history(0), await history(1)], format).toEqual(before)
    }
    plant = here
  }, 60_000)

  it('pieces fit together or are refused', async ({ app }) => {
    const made = await call(app, 'POST', '', { siteId: plant.siteId, fileName: 'a.csv', format: 'csv', byteCount: 10 })
    const codeOf = async (offset: number, text: string) => (await put(app, made.id, offset, Buffer.from(text))).json()
    expect(await codeOf(5, 'abc')).toMatchObject({ code: 'telemetry/import-part-invalid', expected: 0 })
    expect(await codeOf(0, 'time,')).toMatchObject({ state: 'uploading', receivedBytes: 5 })
    expect(await codeOf(0, 'time,')).toMatchObject({ state: 'uploading', receivedBytes: 5 })
    expect(await codeOf(5, 'powers')).toMatchObject({ code: 'telemetry/import-part-invalid' })
    expect((await call(app, 'POST', `/${made.id}/preview`, {})).code).toBe('telemetry/import-state')
    expect(await codeOf(5, 'power')).toMatchObject({ state: 'ready', receivedBytes: 10 })
    expect(await call(app, 'DELETE', `/${made.id}`)).toMatchObject({ state: 'cancelled' })
    for (const [format, content] of [
      ['parquet', 'PAR1 is not one'],
      ['jsonl', 'no json'],
      ['csv', 'a,,b\n'],
    ] as const) {
      const id = await upload(app, content, format)
      expect((await call(app, 'POST', `/${id}/preview`, {})).code, format).toBe('telemetry/import-unreadable')
    }
  })

  it('an import is for who may import into that plant, and its mapping makes sense', async ({ app }) => {
    const id = await upload(app, `time,power\n${at(0)},1`)
    const codeOf = async (mapping: object) => (await call(app, 'POST', `/${id}/start`, { mapping })).code
    const power = { source: 'power', series: series(0) }
    expect(await codeOf(wide())).toBe('telemetry/mapping-invalid')
    expect(await codeOf(wide(power, power))).toBe('telemetry/mapping-invalid')
    expect(await codeOf(wide({ ...power, unit: 'bar' }))).toBe('telemetry/mapping-invalid')
    expect(await codeOf(wide({ ...power, series: series(3) }))).toBe('telemetry/mapping-invalid')
    expect(await codeOf(wide({ ...power, series: 999 }))).toBe('telemetry/mapping-invalid')
    expect(await codeOf({ ...wide(power), shape: 'long' })).toBe('telemetry/mapping-invalid')
    expect(await codeOf({ ...wide(power), time: { column: 'time', format: 'local' } })).toBe(
      'telemetry/mapping-invalid',
    )

    const mine = caller
    caller = somebody(plant.enterpriseId, { 'telemetry:sample:import': new Set([randomUUID()]) })
    expect((await call(app, 'GET', `/${id}`)).code).toBe('runtime/forbidden')
    expect((await call(app, 'GET', '')).items).toEqual([])
    expect(
      (await call(app, 'POST', '', { siteId: plant.siteId, fileName: 'a', format: 'csv', byteCount: 1 })).code,
    ).toBe('runtime/forbidden')
    caller = mine
    expect((await call(app, 'GET', `?siteId=${plant.siteId}`)).items).toMatchObject([{ id, state: 'ready' }])
  })
})
