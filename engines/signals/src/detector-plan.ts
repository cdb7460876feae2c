import type { LevelOptions } from './level-detector.ts'
import type { NoveltyOptions } from './novelty-detector.ts'
import type { SensorCheckOptions } from './sensor-checks.ts'
import type { SpectralOptions } from './spectral-detector.ts'

/** What to know about a signal to choose its detectors. */
export type SignalProfile = {
  measurand: string
  /** Typical time between samples. */
  intervalMs: number
  /** What the sensor can read at all (not what good production reads), when known. */
  range?: { low: number; high: number }
  /**
   * How the signal behaves while all is well.
   * `steady` (default): about the same in the same operating context; machine tools, presses, assembly.
   * `swinging`: runs through its whole range by itself, over hours; furnaces, compressors, meters.
   * `unknown`: no operating state comes with it; a recorded file, a foreign sensor.
   */
  behaviour?: 'steady' | 'swinging' | 'unknown'
  /** History that will be fed through first; with enough of it, "usual" covers a tool's whole life. */
  historyMs?: number
}

/** Which detectors watch a signal, and how; absent ones do not fit it. */
export type DetectorPlan = {
  level?: LevelOptions
  spectral?: Omit<SpectralOptions, 'bands'>
  novelty?: NoveltyOptions
  /** The novelty detector takes the mean of this long, or every sample when they come more rarely. */
  noveltyBucketMs?: number
  sensor: SensorCheckOptions
  /**
   * Which samples count, and as which operating context.
   * `running`: only while the machine runs, one context per program and feed (`operatingContext`).
   * `state`: all of them, the state alone being the context, so that settling begins anew after every stop.
   * `none`: all of them, without a context.
   */
  context: 'running' | 'state' | 'none'
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Enough for the wear of a tool or a belt to be part of what is usual. */
const THOROUGH_LEARNING_MS = 12 * HOUR_MS
/** Without history: a first answer within minutes, which a tool's wear will outgrow. */
const QUICK_LEARNING_MS = 10 * MINUTE_MS

const NOVELTY_PROBATION = 750
const NOVELTY_BUCKET_MS = 5 * MINUTE_MS

/**
 * The detectors that fit a kind of measurement. The values are those the generated machines' faults are found with, and
 * healthy weeks stay quiet with; they are starting points, not truths.
 *
 * @returns undefined for measurands no detector of a single signal is made for (states, counters, orders, set-points).
 */
export function detectorPlanFor(profile: SignalProfile): DetectorPlan | undefined {
  const { measurand, intervalMs, range, behaviour = 'steady', historyMs = 0 } = profile
  // Only what is measured with noise can be called stuck: a controller's load or flow may rest at a round number.
  const noisy = ['vibration', 'temperature', 'power', 'pressure'].includes(measurand)
  const sensor: SensorCheckOptions = {
    gapMs: Math.max(2 * MINUTE_MS, 5 * intervalMs),
    stuckMs: noisy ? Math.max(10 * MINUTE_MS, 60 * intervalMs) : 0,
    ...(range ? { range } : {}),
  }
  if (behaviour === 'unknown') {
    const novelty = { probation: NOVELTY_PROBATION, ...(range ? { range } : {}) }
    return { novelty, noveltyBucketMs: Math.max(NOVELTY_BUCKET_MS, intervalMs), sensor, context: 'none' }
  }
  const learnMs = historyMs >= 2 * THOROUGH_LEARNING_MS ? THOROUGH_LEARNING_MS : QUICK_LEARNING_MS
  const following = (wantedMs: number) => {
    // A level needs several samples within its time constant, whatever the sampling.
    const smoothMs = Math.max(wantedMs, 3 * intervalMs)
    return { smoothMs, gapMs: 10 * Math.max(smoothMs, intervalMs), learnMs }
  }
  const fast = following(20_000)

  // What swings by itself has no level to be out of; its sensor can still fail.
  if (behaviour === 'swinging') return isValue(measurand) ? { sensor, context: 'state' } : undefined
  switch (measurand) {
    case 'vibration':
      // A planned tool life alone adds a third; speak above it.
      return { level: { ...fast, leastRatio: 0.45, sides: 'up' }, sensor, context: 'running' }
    case 'vibration-spectrum':
      return { spectral: { ...fast, leastRatio: 1.5 }, sensor, context: 'running' }
    case 'power':
    case 'load':
      // A tool near its planned end takes a tenth more.
      return { level: { ...fast, leastRatio: 0.12 }, sensor, context: 'running' }
    case 'temperature': {
      // Warm-up and the hall move it; judged once settled, and only in degrees that matter.
      const slow = following(2 * MINUTE_MS)
      const level: LevelOptions = { ...slow, leastRatio: 0, leastChange: 6, sides: 'up', settleMs: 45 * MINUTE_MS }
      return { level, sensor, context: 'state' }
    }
    case 'pressure':
    case 'flow':
      return { level: { ...fast, leastRatio: 0.1 }, sensor, context: 'running' }
    case 'cycle-time':
      return { level: { ...following(5 * MINUTE_MS), leastRatio: 0.08, sides: 'up' }, sensor, context: 'running' }
    default:
      return undefined
  }
}

function isValue(measurand: string): boolean {
  return ['vibration', 'power', 'load', 'temperature', 'pressure', 'flow'].includes(measurand)
}
