import { randomUUID } from 'node:crypto'
import { type Batch, type BatchColumn, batchInvalid, encodeBatch, HOUR_MS, instant, QUALITY } from '@millrace/base'
import type { LiveMessage } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { sql } from 'kysely'
import { afterAll, describe, expect, vi } from 'vitest'
import { takeBatch } from './batches.ts'
import { sequenceGap } from './contract.ts'
import { readSamples } from './history.ts'
import { hubOf, removeHistory, startIngest, subscribeSamples } from './hub.ts'
import { lockReceipts, saveArrivals } from './inbox-store.ts'
import { ingestPool } from './ingest-store.ts'
import { listSignals } from './signals.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'
import { readVectors } from './vibration.ts'

const SIGNALS = [
  { name: 'power', kind: 'number', measurand: 'power' },
  { name: 'state', kind: 'text', measurand: 'state' },
  { name: 'spectrum', kind: 'vector', measurand: 'vibration-spectrum' },
  { name: 'temperature', kind: 'number', measurand: 'temperature' },
] as const

const startMs = Date.now() - HOUR_MS

let ingest: { stop(): Promise<void> }
let plant: GivenPlant

function numbers(series: number, ...samples: [ms: number, value: number][]): BatchColumn {
  return {
    ...{ series, kind: 'number', timestampsMs: Float64Array.from(samples, ([ms]) => startMs + ms) },
    values: Float64Array.from(samples, ([, value]) => value),
    qualities: Uint8Array.from(samples, ([, value]) => (Number.isNaN(value) ? QUALITY.bad : QUALITY.good)),
  }
}

function seriesOf(name: (typeof SIGNALS)[number]['name'], of: GivenPlant = plant): number {
  return of.signals.find((signal) => signal.name === name)?.series ?? 0
}

const bytes = (batch: Batch) => Buffer.from(encodeBatch(batch))

async function history(of: GivenPlant, series: number): Promise<[number, unknown][]> {
  const samples = await of.asSystem((ctx) => readSamples(ctx, series, startMs - HOUR_MS, startMs + 2 * HOUR_MS, 10_000))
  return Array.from(samples.timesMs, (timeMs, at) => [timeMs - startMs, samples.values[at]])
}

describe('ingest', () => {
  const it = test.extend<{ started: GivenPlant }>({
    started: [
      async ({ runtime }, use) => {
        ingest ??= await startIngest(runtime)
        plant = await givenPlant(runtime, SIGNALS)
        await use(plant)
      },
      { auto: true },
    ],
  })
  afterAll(() => ingest.stop())

  it('a batch that arrives twice is stored once', async ({ runtime }) => {
    const journal = randomUUID()
    const payload = bytes({ sequence: 1, columns: [numbers(seriesOf('power'), [0, 1.5], [1000, 2.5])] })

    expect(await takeBatch(runtime, plant.gateway, journal, payload)).toBe(1)
    expect(await takeBatch(runtime, plant.gateway, journal, payload)).toBe(1)

    await vi.waitFor(async () => expect(await history(plant, seriesOf('power'))).toHaveLength(2), 10_000)
    const chunks = await plant.asSystem(({ db }) => sql`select count(*) from telemetry.chunk`.execute(db))
    expect(chunks.rows).toEqual([{ count: 1 }])
  })

  it('a batch after a missing one is refused with the number that is expected', async ({ runtime }) => {
    const journal = randomUUID()
    const batch = (sequence: number) => bytes({ sequence, columns: [numbers(seriesOf('power'), [sequence, sequence])] })
    await takeBatch(runtime, plant.gateway, journal, batch(1))

    const refusal = await takeBatch(runtime, plant.gateway, journal, batch(3)).catch((error: unknown) => error)

    expect(refusal).toBeProblem(sequenceGap)
    expect(refusal).toMatchObject({ data: { expected: 2 } })
    expect(await takeBatch(runtime, plant.gateway, journal, batch(2))).toBe(2)
    expect(await takeBatch(runtime, plant.gateway, journal, batch(3))).toBe(3)
  })

  it('many batches at once are acknowledged each for itself', async ({ runtime }) => {
    const journals = Array.from({ length: 30 }, () => randomUUID())
    const results = await Promise.allSettled(
      journals.map((journal, index) =>
        takeBatch(
          runtime,
          plant.gateway,
          journal,
          bytes({ sequence: index % 3 === 2 ? 7 : 1, columns: [numbers(seriesOf('power'), [index, index])] }),
        ),
      ),
    )

    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(20)
    await vi.waitFor(async () => expect(await history(plant, seriesOf('power'))).toHaveLength(20), 10_000)
  })

  it('garbage is refused and nothing of it is stored', async ({ runtime }) => {
    const good = bytes({ sequence: 1, columns: [numbers(seriesOf('power'), [0, 1])] })
    const journal = randomUUID()
    for (const payload of [Buffer.alloc(0), Buffer.from('{}'), good.subarray(0, -1), Buffer.concat([good, good])]) {
      await expect(takeBatch(runtime, plant.gateway, journal, payload)).rejects.toBeProblem(batchInvalid)
    }
    const flipped = Buffer.from(good)
    flipped[5] = (flipped[5] ?? 0) ^ 1
    await expect(takeBatch(runtime, plant.gateway, journal, flipped)).rejects.toBeProblem(batchInvalid)

    // The journal has not moved: the first number is still the one expected.
    expect(await takeBatch(runtime, plant.gateway, journal, good)).toBe(1)
    await vi.waitFor(async () => expect(await history(plant, seriesOf('power'))).toEqual([[0, 1]]), 10_000)
  })

  it('a batch that cannot be stored is kept aside and holds up nothing', async ({ runtime }) => {
    const journal = randomUUID()
    const { enterpriseId, gateway } = plant
    const pool = hubOf(runtime).ingest?.pool
    await pool?.transact(async (client) => {
      const receivedAt = instant(startMs)
      const broken = {
        enterpriseId,
        gatewayId: gateway.id,
        journal,
        sequence: 1,
        receivedAt,
        payload: Buffer.from('?'),
      }
      await lockReceipts(client, [broken], receivedAt)
      await saveArrivals(client, [broken])
    })
    const payload = bytes({ sequence: 2, columns: [numbers(seriesOf('power'), [0, 1])] })
    await takeBatch(runtime, plant.gateway, journal, payload)

    await vi.waitFor(async () => expect(await history(plant, seriesOf('power'))).toEqual([[0, 1]]), 10_000)
    const left = await pool?.transact((client) =>
      client.query('select sequence, refused_at is not null as refused from telemetry.inbox where journal = $1', [
        journal,
      ]),
    )
    expect(left?.rows).toEqual([{ sequence: 1, refused: true }])
  })

  it('what one turn cannot hold is taken without waiting for more', async ({ runtime }) => {
    await ingest.stop()
    const { enterpriseId, gateway } = plant
    const journal = randomUUID()
    const series = seriesOf('power')
    const samples = 50_000
    const arrivals = Array.from({ length: 24 }, (_, at) => {
      const timestampsMs = Float64Array.from({ length: samples }, (_, index) => startMs + at * samples + index)
      const values = Float64Array.from({ length: samples }, Math.random)
      const qualities = new Uint8Array(samples).fill(QUALITY.good)
      const payload = bytes({
        sequence: at + 1,
        columns: [{ series, kind: 'number', timestampsMs, values, qualities }],
      })
      const key = { enterpriseId, gatewayId: gateway.id, journal }
      return { ...key, sequence: at + 1, receivedAt: instant(startMs), payload }
    })
    // More than a turn takes, and less over than what starts one at once.
    expect(arrivals.reduce((sum, { payload }) => sum + payload.length, 0)).toBeGreaterThan(8 * 1024 * 1024)
    const pool = ingestPool(runtime.openPool('millrace_ingest', 1))
    await pool.transact(async (client) => {
      await lockReceipts(client, arrivals, instant(startMs))
      await saveArrivals(client, arrivals)
    })
    ingest = await startIngest(runtime)

    await vi.waitFor(async () => {
      const left = await pool.transact((client) =>
        client.query('select 1 from telemetry.inbox where journal = $1', [journal]),
      )
      expect(left.rowCount).toBe(0)
    }, 20_000)
    const stored = await pool.transact((client) =>
      client.query('select sum(count)::int as count from telemetry.chunk where enterprise_id = $1 and series = $2', [
        ...[enterpriseId, series],
      ]),
    )
    expect(stored.rows).toEqual([{ count: 24 * samples }])
    await pool.close()
  })

  it('samples that are not the gateway’s are dropped without holding up the rest', async ({ runtime }) => {
    const other = await givenPlant(runtime, [{ name: 'power', kind: 'number' }])
    const foreign = { ...plant.gateway, id: other.gateway.id }
    const columns = [
      numbers(2_000_000_000, [0, 1]),
      numbers(seriesOf('state'), [0, 2]),
      numbers(seriesOf('temperature'), [-400 * 24 * HOUR_MS, 3], [0, 4], [30 * 24 * HOUR_MS, 5]),
    ]
    await takeBatch(runtime, plant.gateway, randomUUID(), bytes({ sequence: 1, columns }))
    await takeBatch(
      runtime,
      foreign,
      randomUUID(),
      bytes({ sequence: 1, columns: [numbers(seriesOf('power'), [0, 9])] }),
    )

    await vi.waitFor(async () => expect(await history(plant, seriesOf('temperature'))).toEqual([[0, 4]]), 10_000)
    expect(await history(plant, seriesOf('power'))).toEqual([])
    expect(await history(plant, seriesOf('state'))).toEqual([])
  })

  it('late and unordered samples land where they belong, and the last to arrive holds', async ({ runtime }) => {
    const journal = randomUUID()
    const series = seriesOf('power')
    const columns = [numbers(series, [5000, 5], [1000, 1], [HOUR_MS, 60]), numbers(series, [5000, 55])]
    await takeBatch(runtime, plant.gateway, journal, bytes({ sequence: 1, columns }))
    await vi.waitFor(async () => expect(await history(plant, series)).toHaveLength(3), 10_000)
    await takeBatch(
      runtime,
      plant.gateway,
      journal,
      bytes({ sequence: 2, columns: [numbers(series, [3000, 3], [1000, 11], [2000, Number.NaN])] }),
    )

    await vi.waitFor(
      async () =>
        expect(await history(plant, series)).toEqual([
          [1000, 11],
          [2000, Number.NaN],
          [3000, 3],
          [5000, 55],
          [HOUR_MS, 60],
        ]),
      10_000,
    )
  })

  it('texts and spectra come back as they were sent', async ({ runtime }) => {
    const timestampsMs = Float64Array.of(startMs, startMs + 1000, startMs + 2000)
    const qualities = Uint8Array.of(2, 0, 2)
    const texts = ['tab\t, "quotes", back\\slash', null, 'line\nend {brace} NULL 刀']
    const columns: BatchColumn[] = [
      { series: seriesOf('state'), kind: 'text', timestampsMs, qualities, values: texts },
      {
        ...{ series: seriesOf('spectrum'), kind: 'vector', timestampsMs, qualities },
        values: [Float32Array.of(0.5, 1.25), null, Float32Array.of(3)],
      },
    ]
    await takeBatch(runtime, plant.gateway, randomUUID(), bytes({ sequence: 1, columns }))

    await vi.waitFor(
      async () => expect((await history(plant, seriesOf('state'))).map(([, text]) => text)).toEqual(texts),
      10_000,
    )
    const query = { series: seriesOf('spectrum'), fromMs: startMs, toMs: startMs + HOUR_MS, limit: 10 }
    expect(await plant.asSystem((ctx) => readVectors(ctx, query))).toEqual([
      { timestampMs: startMs + 2000, values: [3], frame: null },
      { timestampMs: startMs, values: [0.5, 1.25], frame: null },
    ])
  })

  it('screens, subscribers and newest values get samples right after their acknowledgement, a site the newest', async ({
    runtime,
  }) => {
    const messages: LiveMessage[] = []
    const heard: (string | number | Float32Array | null)[][] = []
    const topics = [`telemetry.site/${plant.siteId}`, `telemetry.machine/${plant.workUnitId}`]
    const unwatch = runtime.live.subscribe(plant.enterpriseId, topics, { send: (message) => messages.push(message) })
    const unsubscribe = subscribeSamples(runtime, ({ signal, column }) => heard.push([signal.name, ...column.values]))
    const columns = [numbers(seriesOf('power'), [0, 7], [-1000, 6]), numbers(seriesOf('temperature'), [0, Number.NaN])]

    await takeBatch(runtime, plant.gateway, randomUUID(), bytes({ sequence: 1, columns }))
    await vi.waitFor(() => expect(messages).toHaveLength(2), 5000)
    unwatch()
    unsubscribe()

    const power = [seriesOf('power'), startMs, 7, QUALITY.good]
    const earlier = [seriesOf('power'), startMs - 1000, 6, QUALITY.good]
    const temperature = [seriesOf('temperature'), startMs, null, QUALITY.bad]
    expect(messages.map(({ topic, data }) => [topic, JSON.parse(data)])).toEqual([
      [topics[1], { samples: [power, earlier, temperature] }],
      [topics[0], { samples: [power] }],
    ])
    expect(heard).toEqual([
      ['power', 7, 6],
      ['temperature', Number.NaN],
    ])
    const signals = await plant.asSystem((ctx) => listSignals(ctx, { workUnitId: plant.workUnitId }))
    expect(signals.map((signal) => signal.latest?.value)).toEqual([7, undefined, undefined, null])
  })

  it('another enterprise sees nothing of it, and the serving role cannot reach inbox or partitions', async ({
    runtime,
  }) => {
    const other = await givenPlant(runtime, [{ name: 'power', kind: 'number' }])
    await takeBatch(
      runtime,
      plant.gateway,
      randomUUID(),
      bytes({ sequence: 1, columns: [numbers(seriesOf('power'), [0, 7])] }),
    )
    await vi.waitFor(async () => expect(await history(plant, seriesOf('power'))).toHaveLength(1), 10_000)

    for (const table of ['chunk', 'latest', 'unsettled_hour']) {
      const rows = await other.asSystem(({ db }) => sql`select * from ${sql.table(`telemetry.${table}`)}`.execute(db))
      expect(rows.rows).toEqual([])
    }
    const partitions = await runtime.app.pg.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'telemetry.chunk'::regclass`,
    )
    expect(partitions.rows.length).toBeGreaterThan(0)
    for (const name of ['telemetry.inbox', 'telemetry.receipt', ...partitions.rows.map((row) => row.name)]) {
      await expect(runtime.app.pg.query(`select 1 from ${name}`)).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('a removed history is gone', async ({ runtime }) => {
    const columns = [numbers(seriesOf('power'), [0, 7])]
    await takeBatch(runtime, plant.gateway, randomUUID(), bytes({ sequence: 1, columns }))
    await vi.waitFor(async () => expect(await history(plant, seriesOf('power'))).toHaveLength(1), 10_000)

    await removeHistory(runtime, plant.enterpriseId)

    expect(await history(plant, seriesOf('power'))).toEqual([])
    const [signal] = await plant.asSystem((ctx) => listSignals(ctx))
    expect(signal?.latest).toBeNull()
  })
})
