import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  createLevelDetector,
  createNoveltyDetector,
  createSensorChecks,
  createSpectralDetector,
  spectrum,
  spindleBands,
} from '@millrace/signals'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'

// The collector can only be called by name when it was asked for before the context was made.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const SENSORS = 5000
const WARM_UP_ROUNDS = 400
const ROUNDS = 200
const START_MS = 1_700_000_000_000
const RATE_HZ = 4096

/** One detector fed for one sensor and one second. */
type Feed = (sensor: number, round: number) => void

/**
 * Throughput of each detector on one core, 5,000 sensors taking turns, so that their state does not stay in the cache.
 * `--sensors N` for another number.
 */
export const detectors: Benchmark = {
  name: 'detectors',
  summary: 'samples a second through each detector, and the memory of one sensor, with 5,000 sensors',
  run,
}

async function run({ options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const sensors = Math.max(1, Number(options.get('sensors') ?? SENSORS) || SENSORS)
  const result: BenchmarkResult = { sensors }
  const level = await figures(sensors, () => createLevelDetector({ learnSamples: 120, learnMs: 120_000 }))
  const trendOptions = { mode: 'trend', trendMs: 120_000, learnSamples: 60, learnMs: 60_000 } as const
  const trend = await figures(sensors, () => createLevelDetector(trendOptions))
  const novelty = await figures(sensors, () => createNoveltyDetector({ probation: 200, range: { low: 0, high: 20 } }))
  const sensor = await figures(sensors, () => createSensorChecks({ range: { low: 0, high: 20 } }))
  for (const [name, { perSecond, bytes }] of Object.entries({ level, trend, novelty, sensor })) {
    result[`${name}SamplesPerSecond`] = Math.round(perSecond)
    result[`${name}BytesPerSensor`] = Math.round(bytes)
  }
  // What one signal usually has; a trend stands in for a level.
  result.levelNoveltySensorSamplesPerSecond = Math.round(
    1 / (1 / level.perSecond + 1 / novelty.perSecond + 1 / sensor.perSecond),
  )
  return { ...result, ...(await spectralFigures(Math.min(sensors, 500))) }
}

async function figures(sensors: number, make: () => { update(timestampMs: number, value: number): unknown }) {
  const before = await occupiedBytes()
  const all = Array.from({ length: sensors }, make)
  const perSecond = measure(sensors, WARM_UP_ROUNDS, ROUNDS, (sensor, round) => {
    all[sensor]?.update(START_MS + round * 1000, readingOf(sensor, round))
  })
  const after = await occupiedBytes()
  return { perSecond, bytes: (after - before) / all.length }
}

async function spectralFigures(sensors: number): Promise<BenchmarkResult> {
  const waveforms = Array.from({ length: 16 }, (_, turn) =>
    Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i + turn) + Math.sin(((i + turn) * 7919) % 13)),
  )
  const before = await occupiedBytes()
  const bands = spindleBands(4, { outer: 6.72, inner: 9.28, ball: 5.9 })
  const all = Array.from({ length: sensors }, () => createSpectralDetector({ bands, learnSamples: 20, learnMs: 0 }))
  const perSecond = measure(sensors, 30, 20, (sensor, round) => {
    const waveform = waveforms[(sensor + round) % waveforms.length]
    if (waveform) all[sensor]?.update(START_MS + round * 1000, spectrum(waveform, RATE_HZ), { speedRpm: 9600 })
  })
  const after = await occupiedBytes()
  return {
    spectralWaveformsPerSecond: Math.round(perSecond),
    spectralBytesPerSensor: Math.round((after - before) / all.length),
  }
}

/** Samples a second after a warm-up in which every detector has learned what is usual. */
function measure(sensors: number, warmUpRounds: number, rounds: number, feed: Feed): number {
  for (let round = 1; round <= warmUpRounds; round++)
    for (let sensor = 0; sensor < sensors; sensor++) feed(sensor, round)
  const startedAt = performance.now()
  for (let round = 1; round <= rounds; round++) {
    for (let sensor = 0; sensor < sensors; sensor++) feed(sensor, warmUpRounds + round)
  }
  return (1000 * sensors * rounds) / (performance.now() - startedAt)
}

/** A different, repeatable value each time: a level, a rhythm and a little noise. */
function readingOf(sensor: number, round: number): number {
  return 10 + 3 * Math.sin((sensor + round) / 20) + 0.01 * ((sensor * 31 + round * 7919) % 29)
}

/** Memory in use once everything unused is gone; the buffers of typed arrays go a turn of the event loop later. */
async function occupiedBytes(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
