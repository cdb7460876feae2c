import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import { test } from '@millrace/testing'
import { afterAll, describe, expect } from 'vitest'
import { rangeInvalid } from './contract.ts'
import { startIngest } from './hub.ts'
import { type GivenPlant, givenPlant } from './testing/given-plant.ts'
import { changeShaft, getShaft, listVectorTimes, readVectors, readVibration, readWaterfall } from './vibration.ts'
import { shaftInvalid, vectorMissing } from './vibration-contract.ts'
import { type HistoryColumn, writeHistory } from './write-history.ts'

const RATE_HZ = 2048
const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 3 * HOUR_MS

let ingest: { stop(): Promise<void> } | undefined
let plant: GivenPlant
const seriesOf = (at: number) => plant.signals[at]?.series ?? 0

/** A tone of 3 mm/s at 200 Hz, off centre. */
function waveform(): Float32Array {
  return Float32Array.from({ length: 1024 }, (_, at) => 5 + 3 * Math.sin((2 * Math.PI * 200 * at) / RATE_HZ))
}

function vectors(
  series: number,
  timesMs: number[],
  more: { frame?: never } | object,
  value = waveform(),
): HistoryColumn {
  return {
    ...{ series, kind: 'vector', timestampsMs: Float64Array.from(timesMs), values: timesMs.map(() => value) },
    ...more,
  }
}

describe('waveforms and spectra', () => {
  const it = test.extend<{ started: GivenPlant }>({
    started: [
      async ({ runtime }, use) => {
        ingest ??= await startIngest(runtime)
        plant = await givenPlant(runtime, [
          { name: 'waveform', kind: 'vector', measurand: 'vibration-waveform', unit: 'mm/s', sampleRateHz: 9999 },
          { name: 'spectrum', kind: 'vector', measurand: 'vibration-spectrum', unit: 'mm/s', sampleRateHz: 4096 },
          { name: 'speed', kind: 'number', measurand: 'speed', unit: 'rpm' },
        ])
        await use(plant)
      },
      { auto: true },
    ],
  })
  afterAll(() => ingest?.stop())

  it('a waveform comes back with its own rate, its spectrum, and the speed of that time', async ({ runtime }) => {
    await writeHistory(runtime, plant.enterpriseId, [
      vectors(seriesOf(0), [startMs, startMs + 10 * MINUTE_MS], { frame: { form: 'waveform', rateHz: RATE_HZ } }),
      {
        ...{ series: seriesOf(2), kind: 'number' },
        timestampsMs: Float64Array.of(startMs - MINUTE_MS, startMs + MINUTE_MS),
        values: Float64Array.of(9600, 1),
      },
    ])
    const reading = await plant.asSystem((ctx) => readVibration(ctx, seriesOf(0), startMs + MINUTE_MS))
    expect(reading.sample).toMatchObject({ timestampMs: startMs, frame: { form: 'waveform', rateHz: RATE_HZ } })
    expect(reading.sample.values).toHaveLength(1024)
    expect(reading.spectrum?.resolutionHz).toBe(2)
    const amplitudes = reading.spectrum?.amplitudes ?? []
    expect(amplitudes.indexOf(Math.max(...amplitudes))).toBe(100)
    expect(amplitudes[100]).toBeCloseTo(3, 1)
    expect(reading.rms).toBeCloseTo(3 / Math.SQRT2, 1)
    expect(reading.speedRpm).toBe(9600)
    const later = await plant.asSystem((ctx) => readVibration(ctx, seriesOf(0), startMs + HOUR_MS))
    expect(later).toMatchObject({ sample: { timestampMs: startMs + 10 * MINUTE_MS }, speedRpm: null })
    const before = plant.asSystem((ctx) => readVibration(ctx, seriesOf(0), startMs - 1))
    await expect(before).rejects.toBeProblem(vectorMissing)
    const number = plant.asSystem((ctx) => readVibration(ctx, seriesOf(2), startMs))
    await expect(number).rejects.toBeProblem(rangeInvalid)
  })

  it('a spectrum from before frames is taken at the rate of its signal', async ({ runtime }) => {
    const frame = { form: 'spectrum', resolutionHz: 3, window: 'none', averages: 8 } as const
    await writeHistory(runtime, plant.enterpriseId, [
      vectors(seriesOf(1), [startMs], {}, new Float32Array(512).fill(1)),
      vectors(seriesOf(1), [startMs + MINUTE_MS], { frame }, new Float32Array(512).fill(1)),
    ])
    const range = { series: seriesOf(1), fromMs: startMs, toMs: startMs + HOUR_MS, limit: 10 }
    const [newest, oldest] = await plant.asSystem((ctx) => readVectors(ctx, range))
    expect(newest?.frame).toEqual(frame)
    expect(oldest?.frame).toEqual({ form: 'spectrum', resolutionHz: 4, window: 'hann', averages: 1 })
    expect(await plant.asSystem((ctx) => listVectorTimes(ctx, range))).toEqual([startMs + MINUTE_MS, startMs])
  })

  it('an answer has no more than it can carry, however long the waveforms are', async ({ runtime }) => {
    const long = new Float32Array(60_000).fill(1)
    const times = Array.from({ length: 12 }, (_, at) => startMs + at * MINUTE_MS)
    const frame = { form: 'waveform', rateHz: RATE_HZ } as const
    await writeHistory(runtime, plant.enterpriseId, [vectors(seriesOf(0), times, { frame }, long)])
    const range = { series: seriesOf(0), fromMs: startMs, toMs: startMs + HOUR_MS, limit: 100 }
    const given = await plant.asSystem((ctx) => readVectors(ctx, range))
    expect(given.map(({ timestampMs }) => timestampMs)).toEqual(times.toReversed().slice(0, 9))
  })

  it('a waterfall has evenly chosen spectra in bands, those of one rate', async ({ runtime }) => {
    const times = Array.from({ length: 119 }, (_, at) => startMs + at * MINUTE_MS)
    const frame = { form: 'waveform', rateHz: RATE_HZ } as const
    const odd = { form: 'waveform', rateHz: 999 } as const
    await writeHistory(runtime, plant.enterpriseId, [
      vectors(seriesOf(0), times.slice(1), { frame }),
      vectors(seriesOf(0), times.slice(0, 1), { frame: odd }),
    ])
    const range = { series: seriesOf(0), fromMs: startMs, toMs: startMs + 2 * HOUR_MS }
    const { bandHz, rows } = await plant.asSystem((ctx) => readWaterfall(ctx, range))
    expect(bandHz).toBe(4)
    expect(rows).toHaveLength(59)
    expect(rows.at(-1)?.timestampMs).toBe(times.at(-1))
    expect(rows[0]?.levels).toHaveLength(256)
    expect(rows[0]?.levels[50]).toBeCloseTo(3, 1)
  })

  it('what turns in a machine is kept, unless it makes no sense', async () => {
    const { workUnitId } = plant
    const nothing = await plant.asSystem((ctx) => getShaft(ctx, workUnitId))
    expect(nothing).toMatchObject({ workUnitId, ballCount: null })
    const shaft = { workUnitId, nominalRpm: 9600, teeth: 4, ballCount: 16, ballMm: 9, pitchMm: 56, contactDegrees: 15 }
    await plant.asSystem((ctx) => changeShaft(ctx, { ...shaft, teeth: 2 }))
    await plant.asSystem((ctx) => changeShaft(ctx, shaft))
    expect(await plant.asSystem((ctx) => getShaft(ctx, workUnitId))).toEqual(shaft)
    const large = plant.asSystem((ctx) => changeShaft(ctx, { ...shaft, ballMm: 60 }))
    await expect(large).rejects.toBeProblem(shaftInvalid)
  })
})
