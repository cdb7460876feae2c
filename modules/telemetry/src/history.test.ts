import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { Runtime } from '@millrace/runtime'
import { test } from '@millrace/testing'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, describe, expect } from 'vitest'
import { type Envelope, rangeInvalid, signalMissing } from './contract.ts'
import { readEnvelopes, readSamples, readStates } from './history.ts'
import { startIngest } from './hub.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'
import { settleAll } from './testing/settle-all.ts'
import { type HistoryColumn, writeHistory } from './write-history.ts'

const SIGNALS = [
  { name: 'power', kind: 'number' },
  { name: 'state', kind: 'text' },
] as const

/** Three hours that are over. */
const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 5 * HOUR_MS

type Point = [offsetMs: number, value: number]

let ingest: { stop(): Promise<void> } | undefined
let plant: GivenPlant
let power = 0
let state = 0

const numbers = (points: readonly Point[], series = power): HistoryColumn => ({
  ...{ series, kind: 'number' },
  timestampsMs: Float64Array.from(points, ([offsetMs]) => startMs + offsetMs),
  values: Float64Array.from(points, ([, value]) => value),
  qualities: Uint8Array.from(points, ([, value]) => (Number.isNaN(value) ? 0 : 2)),
})

const texts = (samples: readonly [offsetMs: number, value: string | null][]): HistoryColumn => ({
  ...{ series: state, kind: 'text' },
  timestampsMs: Float64Array.from(samples, ([offsetMs]) => startMs + offsetMs),
  values: samples.map(([, value]) => value),
  qualities: Uint8Array.from(samples, ([, value]) => (value === null ? 0 : 2)),
})

/** What an envelope must be, from all points, the last of each time holding. */
function bruteForce(points: readonly Point[], { bucketMs }: Envelope, fromMs: number, toMs: number) {
  const held = [...new Map(points).entries()].filter(([, value]) => !Number.isNaN(value)).sort(([a], [b]) => a - b)
  const buckets = new Map<number, number[]>()
  const lowMs = bucketMs === 0 ? fromMs : Math.floor(fromMs / bucketMs) * bucketMs
  const highMs = bucketMs === 0 ? toMs : Math.ceil(toMs / bucketMs) * bucketMs
  for (const [offsetMs, value] of held) {
    const timeMs = startMs + offsetMs
    if (timeMs < lowMs || timeMs >= highMs) continue
    const bucket = bucketMs === 0 ? timeMs : Math.floor(timeMs / bucketMs) * bucketMs
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), value])
  }
  const values = [...buckets.values()]
  return {
    timesMs: [...buckets.keys()],
    min: values.map((own) => Math.min(...own)),
    max: values.map((own) => Math.max(...own)),
    count: values.map((own) => own.length),
  }
}

describe('history', () => {
  const it = test.extend<{ started: GivenPlant }>({
    started: [
      async ({ runtime }, use) => {
        ingest ??= await startIngest(runtime)
        plant = await givenPlant(runtime, SIGNALS)
        const [first, second] = plant.signals
        power = first?.series ?? 0
        state = second?.series ?? 0
        await use(plant)
      },
      { auto: true },
    ],
  })
  afterAll(() => ingest?.stop())

  const write = (runtime: Runtime, columns: HistoryColumn[]) => writeHistory(runtime, plant.enterpriseId, columns)

  const envelope = async (fromMs: number, toMs: number, points: number) => {
    const query = { series: [power], fromMs, toMs, points }
    const [only] = await plant.asSystem((ctx) => readEnvelopes(ctx, query))
    return only as Envelope
  }

  it('an envelope is what all samples amount to, whatever was settled before and after they came', async ({
    runtime,
  }) => {
    const point = fc.tuple(
      fc.integer({ min: 0, max: 3 * HOUR_MS - 1 }),
      fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -999, max: 999 }) }, fc.constant(Number.NaN)),
    ) as fc.Arbitrary<Point>
    const parts = fc.array(
      fc.record({ points: fc.array(point, { minLength: 1, maxLength: 500, size: 'max' }), settle: fc.boolean() }),
      { minLength: 1, maxLength: 3 },
    )
    const range = fc.record({
      from: fc.integer({ min: -HOUR_MS, max: 2 * HOUR_MS }),
      length: fc.integer({ min: SECOND_MS, max: 30 * HOUR_MS }),
      points: fc.integer({ min: 2, max: 1500 }),
    })
    await fc.assert(
      fc.asyncProperty(parts, fc.array(range, { minLength: 4, maxLength: 4 }), async (written, ranges) => {
        plant = await givenPlant(runtime, SIGNALS)
        power = plant.signals[0]?.series ?? 0
        for (const { points, settle } of written) {
          await write(runtime, [numbers(points)])
          if (settle) await settleAll(runtime, startMs + 3 * DAY_MS)
        }
        const all = written.flatMap(({ points }) => points)
        for (const { from, length, points } of ranges) {
          const [fromMs, toMs] = [startMs + from, startMs + from + length]
          const result = await envelope(fromMs, toMs, points)
          expect(result.timesMs.length).toBeLessThanOrEqual(points)
          expect(result).toMatchObject(bruteForce(all, result, fromMs, toMs))
        }
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  it('settling twice changes nothing and leaves one chunk an hour', async ({ runtime }) => {
    const points = Array.from({ length: 500 }, (_, index): Point => [index * 20_000, index])
    for (let part = 0; part < 5; part += 1) {
      await write(runtime, [numbers(points.filter((_, index) => index % 5 === part))])
    }
    const stored = () =>
      plant.asSystem(async ({ db }) => ({
        chunks: (await sql`select series, first_ms, count from telemetry.chunk order by first_ms`.execute(db)).rows,
        rollups: (await sql`select * from telemetry.rollup order by hour_ms`.execute(db)).rows,
        unsettled: (await sql`select 1 from telemetry.unsettled_hour`.execute(db)).rows,
      }))

    await settleAll(runtime, startMs + 3 * DAY_MS)
    const once = await stored()
    expect(once.chunks).toHaveLength(3)
    expect(once.unsettled).toHaveLength(0)
    await write(runtime, [numbers([[0, 0]])])
    await settleAll(runtime, startMs + 3 * DAY_MS)

    expect(await stored()).toEqual(once)
  })

  it('a week of a signal that comes every second is answered from its minutes', async ({ runtime }) => {
    const day = (index: number) =>
      numbers(Array.from({ length: 3600 }, (_, second): Point => [(index * 24 - 168) * HOUR_MS + second * 1000, index]))
    await write(
      runtime,
      Array.from({ length: 7 }, (_, index) => day(index)),
    )

    const result = await envelope(startMs - 7 * DAY_MS, startMs, 1200)

    expect(result.bucketMs).toBe(10 * MINUTE_MS)
    expect(result.timesMs).toHaveLength(42)
    expect(new Set(result.count)).toEqual(new Set([600]))
    expect(result.mean.filter((_, at) => at % 6 === 0)).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('samples come back in pages, bad ones among them', async ({ runtime }) => {
    await write(runtime, [
      numbers([
        [0, 1],
        [1000, Number.NaN],
        [HOUR_MS, 3],
        [2 * HOUR_MS, 4],
      ]),
    ])

    const read = (fromMs: number, limit: number) =>
      plant.asSystem((ctx) => readSamples(ctx, power, fromMs, startMs + 2 * HOUR_MS, limit))

    expect(await read(startMs, 2)).toEqual({
      timesMs: [startMs, startMs + 1000],
      values: [1, Number.NaN],
      qualities: [2, 0],
    })
    expect((await read(startMs + 1001, 2)).values).toEqual([3])
  })

  it('a state holds until the next, from before the range, and not while the machine was silent', async ({
    runtime,
  }) => {
    const heard = Array.from({ length: 180 }, (_, minute): Point => [minute * MINUTE_MS, minute])
    await write(runtime, [
      texts([
        [-30 * HOUR_MS, 'off'],
        [30 * MINUTE_MS, 'running'],
        [HOUR_MS, null],
        [HOUR_MS + 5 * MINUTE_MS, 'idle'],
      ]),
      numbers(heard.filter(([offsetMs]) => offsetMs < 100 * MINUTE_MS || offsetMs >= 120 * MINUTE_MS)),
    ])

    const [history] = await plant.asSystem((ctx) => readStates(ctx, [state], startMs, startMs + 3 * HOUR_MS))

    const minutes = history?.intervals.map(({ fromMs, toMs, value }) => [
      (fromMs - startMs) / MINUTE_MS,
      (toMs - startMs) / MINUTE_MS,
      value,
    ])
    expect(minutes).toEqual([
      [0, 30, 'off'],
      [30, 60, 'running'],
      [60, 65, null],
      [65, 100, 'idle'],
      [100, 120, null],
      [120, 180, 'idle'],
    ])
  })

  it('a range that makes no sense and a signal that does not exist are refused', async () => {
    const read = (series: number, fromMs: number, toMs: number) =>
      plant.asSystem((ctx) => readEnvelopes(ctx, { series: [series], fromMs, toMs, points: 100 }))

    await expect(read(power, startMs, startMs)).rejects.toBeProblem(rangeInvalid)
    await expect(read(power, 0, startMs)).rejects.toBeProblem(rangeInvalid)
    await expect(read(state, startMs, startMs + 1)).rejects.toBeProblem(rangeInvalid)
    await expect(read(power + 100, startMs, startMs + 1)).rejects.toBeProblem(signalMissing)
  })
})
