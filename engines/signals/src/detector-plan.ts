import type { LevelOptions } from './level-detector.ts'
import type { SensorCheckOptions } from './sensor-checks.ts'
import type { SpectralOptions } from './spectral-detector.ts'

/** What to know about a signal to choose its detectors. */
export type SignalProfile = {
  measurand: string
  /** Engineering limits of the sensor, not of good production, when known. */
  range?: { low: number; high: number }
  /** Typical time between samples. */
  intervalMs: number
}

/** Which detectors watch a signal, and how; absent ones do not fit it. */
export type DetectorPlan = {
  level?: LevelOptions
  spectral?: Omit<SpectralOptions, 'bands'>
  sensor?: SensorCheckOptions
  /**
   * Which samples count, and as which operating context.
   * `running`: only while the machine runs, one context per program and feed (`operatingContext`).
   * `state`: all of them, the state alone being the context, so that settling begins anew after every stop.
   */
  context: 'running' | 'state'
}

const MINUTE_MS = 60_000

/** A level needs several samples within its time constant, whatever the sampling. */
function smoothing(wantedMs: number, intervalMs: number): number {
  return Math.max(wantedMs, 3 * intervalMs)
}

/**
 * The detectors that fit a kind of measurement. The values are those the generated machines' faults are found with, and
 * healthy weeks stay quiet with; they are starting points, not truths.
 *
 * @returns undefined for measurands no detector of a single signal is made for (states, counters, orders, set-points).
 */
export function detectorPlanFor({ measurand, range, intervalMs }: SignalProfile): DetectorPlan | undefined {
  const sensor: SensorCheckOptions = { gapMs: Math.max(2 * MINUTE_MS, 5 * intervalMs), ...(range ? { range } : {}) }
  const smoothMs = smoothing(20_000, intervalMs)
  const gapMs = 10 * Math.max(smoothMs, intervalMs)
  switch (measurand) {
    case 'vibration':
      // A planned tool life alone adds a third; speak above it.
      return { level: { smoothMs, gapMs, leastRatio: 0.45, sides: 'up' }, sensor, context: 'running' }
    case 'vibration-spectrum':
      return {
        spectral: { smoothMs, gapMs, leastRatio: 1.5 },
        sensor: { gapMs: sensor.gapMs ?? 0 },
        context: 'running',
      }
    case 'power':
    case 'load':
      // A tool near its planned end takes a tenth more.
      return { level: { smoothMs, gapMs, leastRatio: 0.12 }, sensor, context: 'running' }
    case 'temperature':
      // Warm-up and the hall move it; judged once settled, and only in degrees that matter.
      return {
        level: {
          smoothMs: smoothing(2 * MINUTE_MS, intervalMs),
          gapMs: Math.max(20 * MINUTE_MS, gapMs),
          leastRatio: 0,
          leastChange: 6,
          sides: 'up',
          settleMs: 45 * MINUTE_MS,
        },
        sensor,
        context: 'state',
      }
    case 'pressure':
    case 'flow':
      return { level: { smoothMs, gapMs, leastRatio: 0.1 }, sensor, context: 'running' }
    case 'cycle-time':
      // Stays the same between two pieces, so that "stuck" means nothing.
      return {
        level: {
          smoothMs: smoothing(5 * MINUTE_MS, intervalMs),
          gapMs: Math.max(20 * MINUTE_MS, gapMs),
          leastRatio: 0.08,
          sides: 'up',
        },
        sensor: { ...sensor, stuckMs: 0 },
        context: 'running',
      }
    default:
      return undefined
  }
}
