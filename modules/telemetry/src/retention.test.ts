import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { Runtime } from '@millrace/runtime'
import { test } from '@millrace/testing'
import { afterAll, describe, expect } from 'vitest'
import type { Envelope, SiteTotals } from './contract.ts'
import { readEnvelopes, readSamples, readStates } from './history.ts'
import { hubOf, startIngest } from './hub.ts'
import { changeRetention, createHold, getRetention, previewRetention, releaseHold } from './retention.ts'
import { holdMissing, type RetentionRule, retentionInvalid } from './retention-contract.ts'
import { cutoffsOf, THINNING_SLACK_MS } from './retention-rules.ts'
import { readStorage } from './storage.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'
import { settleAll } from './testing/settle-all.ts'
import { readTotals } from './totals.ts'
import { readVectors } from './vibration.ts'
import { measureVolumes } from './volumes.ts'
import { type HistoryColumn, writeHistory } from './write-history.ts'

const SIGNALS = [
  { name: 'speed', kind: 'number', measurand: 'speed', unit: 'rpm' },
  { name: 'oil', kind: 'number', measurand: 'temperature', unit: '°C' },
  { name: 'state', kind: 'text', measurand: 'state' },
  { name: 'spectrum', kind: 'vector', measurand: 'vibration-spectrum' },
] as const

const nowMs = Date.now()
const SHORT: RetentionRule = { class: 'process', rawDays: 7, minuteDays: 60, hourDays: 400 }
/** Here single samples end by the short rule. */
const seamMs = cutoffsOf(SHORT, nowMs - THINNING_SLACK_MS).rawMs
const [fromMs, toMs] = [seamMs - 3 * HOUR_MS, seamMs + 3 * HOUR_MS]

let ingest: { stop(): Promise<void> } | undefined
let plant: GivenPlant
const seriesOf = (name: (typeof SIGNALS)[number]['name']) =>
  plant.signals.find((signal) => signal.name === name)?.series ?? 0

/** A signal with a value every so often over the whole range. */
function numbers(name: 'speed' | 'oil', stepMs: number): HistoryColumn {
  const count = Math.floor((toMs - fromMs) / stepMs)
  return {
    ...{ series: seriesOf(name), kind: 'number' },
    timestampsMs: Float64Array.from({ length: count }, (_, at) => fromMs + at * stepMs),
    values: Float64Array.from({ length: count }, (_, at) => Math.round(1000 * Math.sin(at / 50)) / 10),
  }
}

function spectra(stepMs: number): HistoryColumn {
  const count = Math.floor((toMs - fromMs) / stepMs)
  return {
    ...{ series: seriesOf('spectrum'), kind: 'vector' },
    timestampsMs: Float64Array.from({ length: count }, (_, at) => fromMs + at * stepMs),
    values: Array.from({ length: count }, (_, at) => Float32Array.of(at, 1, 2)),
  }
}

const envelope = async (name: 'speed' | 'oil', from: number, to: number, points: number): Promise<Envelope> => {
  const query = { series: [seriesOf(name)], fromMs: from, toMs: to, points }
  const [only] = await plant.asSystem((ctx) => readEnvelopes(ctx, query))
  return only as Envelope
}

const totals = async (measurand: 'speed' | 'temperature', from: number, to: number): Promise<SiteTotals> => {
  const query = { measurand, by: 'hour' as const, fromMs: from, toMs: to }
  const [only] = await plant.asSystem((ctx) => readTotals(ctx, query))
  return only as SiteTotals
}

const raw = async (name: 'speed' | 'oil') =>
  (await plant.asSystem((ctx) => readSamples(ctx, seriesOf(name), fromMs, toMs, 100_000))).timesMs

const change = (...rules: RetentionRule[]) => plant.asSystem((ctx) => changeRetention(ctx, rules))

const thin = (runtime: Runtime, atMs = nowMs) => hubOf(runtime).ingest?.thinner?.turn(atMs)

describe('retention', () => {
  const it = test.extend<{ started: GivenPlant }>({
    started: [
      async ({ runtime }, use) => {
        ingest ??= await startIngest(runtime)
        plant = await givenPlant(runtime, SIGNALS)
        await writeHistory(runtime, plant.enterpriseId, [
          numbers('speed', 10 * SECOND_MS),
          numbers('oil', MINUTE_MS),
          spectra(5 * MINUTE_MS),
          {
            ...{ series: seriesOf('state'), kind: 'text' },
            timestampsMs: Float64Array.of(fromMs, seamMs - HOUR_MS, seamMs + HOUR_MS),
            values: ['running', 'idle', 'running'],
          },
        ])
        await settleAll(runtime, nowMs + DAY_MS)
        await use(plant)
      },
      { auto: true },
    ],
  })
  afterAll(() => ingest?.stop())

  it('charts and totals go on beyond the last single samples without a gap, and exactly as before', async ({
    runtime,
  }) => {
    const before = {
      minutes: await envelope('speed', fromMs, toMs, 400),
      hours: await envelope('speed', fromMs, toMs, 8),
      oil: await envelope('oil', fromMs, toMs, 400),
      totals: await totals('speed', fromMs, toMs),
      oilTotals: await totals('temperature', fromMs, toMs),
    }
    await change(SHORT)
    await thin(runtime)

    const times = Array.from(await raw('speed'))
    expect(times).toHaveLength(3 * 360)
    expect(times[0]).toBe(seamMs)
    // One a minute is hardly more than minutes would be: it stands for them, and stays.
    expect(await raw('oil')).toHaveLength(6 * 60)
    expect(await envelope('speed', fromMs, toMs, 400)).toEqual(before.minutes)
    expect(await envelope('speed', fromMs, toMs, 8)).toEqual(before.hours)
    expect(await envelope('oil', fromMs, toMs, 400)).toEqual(before.oil)
    expect(await totals('speed', fromMs, toMs)).toEqual(before.totals)
    expect(await totals('temperature', fromMs, toMs)).toEqual(before.oilTotals)
  })

  it('a close look across the seam has a point a minute before it and every sample after it', async ({ runtime }) => {
    await change(SHORT)
    await thin(runtime)

    const { timesMs } = await envelope('speed', seamMs - 10 * MINUTE_MS, seamMs + 10 * MINUTE_MS, 1200)
    expect(timesMs.filter((timeMs) => timeMs < seamMs)).toHaveLength(10)
    expect(timesMs.filter((timeMs) => timeMs >= seamMs)).toHaveLength(60)
    const alone = await envelope('speed', seamMs - 10 * MINUTE_MS, seamMs - 5 * MINUTE_MS, 1200)
    expect(alone.timesMs).toHaveLength(5)
  })

  it('a neighbour that comes late leaves what is known of a thinned hour as it is', async ({ runtime }) => {
    const before = await totals('speed', fromMs, toMs)
    await change(SHORT)
    await thin(runtime)

    await writeHistory(runtime, plant.enterpriseId, [
      {
        ...{ series: seriesOf('oil'), kind: 'number' },
        timestampsMs: Float64Array.of(fromMs + 1),
        values: Float64Array.of(3),
      },
    ])
    // Its hour now waits for its settling, of all series nearby together.
    expect(await totals('speed', fromMs, toMs)).toEqual(before)
    await settleAll(runtime, nowMs + DAY_MS)
    expect(await totals('speed', fromMs, toMs)).toEqual(before)
    expect((await totals('temperature', fromMs, toMs)).signals[0]?.count[0]).toBe(61)
  })

  it('when minutes go too, hours are left, and when hours go, nothing', async ({ runtime }) => {
    const before = await totals('speed', fromMs, toMs)
    const oil = await totals('temperature', fromMs, toMs)
    await change({ class: 'process', rawDays: 7, minuteDays: 7, hourDays: 400 })
    await thin(runtime)

    expect(await totals('speed', fromMs, toMs)).toEqual(before)
    expect(await totals('temperature', fromMs, toMs)).toEqual(oil)
    expect(await raw('oil')).toHaveLength(3 * 60)
    const { timesMs, count } = await envelope('speed', fromMs, seamMs, 400)
    expect(timesMs).toEqual([fromMs, fromMs + HOUR_MS, fromMs + 2 * HOUR_MS])
    expect(count).toEqual([360, 360, 360])

    await change({ class: 'process', rawDays: 7, minuteDays: 7, hourDays: 7 })
    await thin(runtime)
    expect((await totals('speed', fromMs, toMs)).signals[0]?.count).toEqual([0, 0, 0, 360, 360, 360])
  })

  it('states keep all their changes for as long as their rule says, and are not silent for want of samples', async ({
    runtime,
  }) => {
    await change(SHORT)
    await thin(runtime)
    const [states] = await plant.asSystem((ctx) => readStates(ctx, [seriesOf('state')], fromMs, toMs))
    expect(states?.intervals.map(({ value }) => value)).toEqual(['running', 'idle', 'running'])

    await change({ class: 'state', rawDays: 7, minuteDays: 7, hourDays: 7 })
    await thin(runtime)
    const [later] = await plant.asSystem((ctx) => readStates(ctx, [seriesOf('state')], fromMs, toMs))
    expect(later?.intervals.map(({ value }) => value)).toEqual([null, 'running'])
  })

  it('of spectra one an hour is left, then one a day, and the newest stay', async ({ runtime }) => {
    const timesOf = async () => {
      const query = { series: seriesOf('spectrum'), fromMs, toMs, limit: 200 }
      return (await plant.asSystem((ctx) => readVectors(ctx, query))).map(({ timestampMs }) => timestampMs).reverse()
    }
    await change({ class: 'vibration', rawDays: 7, minuteDays: 60, hourDays: 400 })
    await thin(runtime)
    const hourly = await timesOf()
    expect(hourly.slice(0, 3)).toEqual([fromMs, fromMs + HOUR_MS, fromMs + 2 * HOUR_MS])
    expect(hourly).toHaveLength(3 + 3 * 12)

    await change({ class: 'vibration', rawDays: 7, minuteDays: 7, hourDays: 400 })
    await thin(runtime)
    expect((await timesOf()).filter((timeMs) => timeMs < seamMs)).toEqual([fromMs])
  })

  it('what is held stays until it is released', async ({ runtime }) => {
    const { workUnitId } = plant
    const hold = await plant.asSystem((ctx) =>
      createHold(ctx, { workUnitId, fromMs: fromMs + HOUR_MS, toMs: fromMs + 2 * HOUR_MS, reason: 'Complaint 4711' }),
    )
    await change(SHORT)
    await thin(runtime)
    const times = Array.from(await raw('speed')).filter((timeMs) => timeMs < seamMs)
    expect(times).toHaveLength(360)
    expect(times[0]).toBe(fromMs + HOUR_MS)

    await plant.asSystem((ctx) => releaseHold(ctx, hold.id))
    await thin(runtime)
    expect(Array.from(await raw('speed')).filter((timeMs) => timeMs < seamMs)).toEqual([])
    const unknown = plant.asSystem((ctx) => releaseHold(ctx, plant.workUnitId as never))
    await expect(unknown).rejects.toBeProblem(holdMissing)
  })

  it('an hour that waits to be settled keeps its samples until it is', async ({ runtime }) => {
    const late: HistoryColumn = {
      ...{ series: seriesOf('speed'), kind: 'number' },
      timestampsMs: Float64Array.of(fromMs + 5),
      values: Float64Array.of(9),
    }
    await writeHistory(runtime, plant.enterpriseId, [late])
    await change(SHORT)
    await thin(runtime)
    expect(Array.from(await raw('speed'))[0]).toBe(fromMs)

    await settleAll(runtime, nowMs + DAY_MS)
    await thin(runtime)
    expect(Array.from(await raw('speed'))[0]).toBe(seamMs)
    expect((await totals('speed', fromMs, toMs)).signals[0]?.count[0]).toBe(361)
  })

  it('a preview says about what goes, and storage what there is', async ({ runtime }) => {
    const { catalogue, ingest: running } = hubOf(runtime)
    if (!running) throw new Error('Ingest is not running.')
    await measureVolumes(runtime, running.pool, catalogue, nowMs, new AbortController().signal)
    const before = await plant.asSystem((ctx) => readStorage(ctx, undefined))
    const process = before.classes.find((one) => one.class === 'process')
    expect(process?.sampleCount).toBe(6 * 360 + 6 * 60)
    expect(process?.rollupBytes).toBeGreaterThan(0)
    expect(before.bytes).toBeGreaterThan(process?.sampleBytes ?? 0)
    const classes = await plant.asSystem((ctx) => getRetention(ctx))
    expect(classes.find((one) => one.class === 'process')).toMatchObject({ signalCount: 2, isDefault: true })

    const preview = await plant.asSystem((ctx) => previewRetention(ctx, [SHORT]))
    expect(preview.classes[0]).toMatchObject({ class: 'process', shortens: true })
    expect(preview.freedBytes).toBeGreaterThan(0)
    expect(preview.freedBytes).toBeLessThan(before.bytes)
    const longer = { class: 'process', rawDays: 200, minuteDays: 900, hourDays: 2000 } as const
    const none = await plant.asSystem((ctx) => previewRetention(ctx, [longer]))
    expect(none).toMatchObject({ freedBytes: 0, classes: [{ shortens: false }] })
  })

  it('rules that keep a coarser form for less time are refused', async () => {
    await expect(change({ class: 'process', rawDays: 30, minuteDays: 20, hourDays: 40 })).rejects.toBeProblem(
      retentionInvalid,
    )
    await expect(change(SHORT, SHORT)).rejects.toBeProblem(retentionInvalid)
  })
})
