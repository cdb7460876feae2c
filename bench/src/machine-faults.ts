import { createMachine, type Machine, type StoryId, type Surroundings, WAVEFORM_RATE_HZ } from '@millrace/machines'
import {
  createLevelDetector,
  createSpectralDetector,
  type DetectorVerdict,
  detectorPlanFor,
  diagnoseSpindle,
  operatingContext,
  type SpindleCause,
  spectrum,
  spindleBands,
} from '@millrace/signals'
import type { Benchmark, BenchmarkResult } from './benchmark.ts'

const HOUR_MS = 3_600_000
const START_MS = 1_700_000_000_000
/** A waveform is looked at every few samples, as a vibration monitor would send it. */
const SAMPLES_PER_WAVEFORM = 5
/** What the mill's data sheet says: edges of its tool, outer race of its bearing in revolutions of the spindle. */
const TEETH = 4
const OUTER_RACE_ORDER = 6.72

const SURROUNDINGS: Surroundings = {
  planned: 'work',
  ambientCelsius: 21,
  minuteOfDay: 600,
  peakTariff: false,
  plantPowerKw: 0,
  airDemandM3PerMin: 0,
  coolingDemandKw: 0,
  solarPowerKw: 0,
  leaderRunning: true,
}

type MillWatch = {
  /** First moment at which anything was out of the usual, and how long that was before the machine broke down. */
  detectedAtMs: number | undefined
  brokenAtMs: number | undefined
  /** The first diagnosis that named a cause. */
  cause: SpindleCause | undefined
  confidence: number
  /** Episodes of all detectors that began before the fault did. */
  falseEpisodes: number
}

/**
 * Runs a generated mill for a while and watches it with the detectors that `detectorPlanFor` chooses.
 *
 * @param story the fault that begins after `healthyHours`; none when undefined.
 */
export function watchMill(options: {
  story: StoryId | undefined
  healthyHours: number
  faultyHours: number
  stepMs: number
  seed: number
}): MillWatch {
  const { story, healthyHours, faultyHours, stepMs, seed } = options
  const mill = createMachine({ kind: 'cnc-mill', name: 'mill', seed })
  const watch = createWatch(mill, stepMs)
  const faultFromMs = START_MS + healthyHours * HOUR_MS
  const endMs = faultFromMs + faultyHours * HOUR_MS
  const result: MillWatch = {
    detectedAtMs: undefined,
    brokenAtMs: undefined,
    cause: undefined,
    confidence: 0,
    falseEpisodes: 0,
  }
  for (let nowMs = START_MS; nowMs < endMs; nowMs += stepMs) {
    const faulty = nowMs >= faultFromMs
    if (faulty && story && !mill.story(story)) {
      result.falseEpisodes = watch.episodes()
      mill.setStory(story, { active: true, speed: 1, severity: 1 })
    }
    mill.step(nowMs, stepMs, SURROUNDINGS)
    watch.sample(nowMs)
    if (!faulty || !watch.anomalous()) continue
    result.detectedAtMs ??= nowMs - faultFromMs
    if (result.cause === undefined) {
      const { cause, confidence } = watch.diagnose()
      if (cause !== 'unknown') Object.assign(result, { cause, confidence })
    }
    if (/^[ST]\d/.test(String(mill.read('alarm')))) {
      result.brokenAtMs = nowMs - faultFromMs
      break
    }
  }
  if (!story) result.falseEpisodes = watch.episodes()
  return result
}

function createWatch(mill: Machine, stepMs: number) {
  const level = (measurand: string) =>
    createLevelDetector(detectorPlanFor({ measurand, intervalMs: stepMs })?.level ?? {})
  const vibration = level('vibration')
  const power = level('power')
  const temperature = level('temperature')
  const spectral = createSpectralDetector({
    bands: spindleBands(TEETH, { outer: OUTER_RACE_ORDER }),
    ...detectorPlanFor({ measurand: 'vibration-spectrum', intervalMs: SAMPLES_PER_WAVEFORM * stepMs })?.spectral,
  })
  const all = [vibration, power, temperature, spectral]
  let samples = 0
  return {
    sample(nowMs: number): void {
      const state = String(mill.read('state'))
      temperature.update(nowMs, Number(mill.read('spindle-temperature')), state)
      if (state !== 'running') return
      const context = operatingContext({
        state,
        program: String(mill.read('program')),
        feedOverridePercent: Number(mill.read('feed-override')),
      })
      vibration.update(nowMs, Number(mill.read('vibration')), context)
      power.update(nowMs, Number(mill.read('power')), context)
      const waveform = mill.read('vibration-waveform')
      if (samples++ % SAMPLES_PER_WAVEFORM !== 0 || !(waveform instanceof Float32Array)) return
      const speedRpm = Number(mill.read('spindle-speed'))
      spectral.update(nowMs, spectrum(waveform, WAVEFORM_RATE_HZ), { context, speedRpm })
    },
    anomalous: () => all.some((detector) => detector.state === 'anomalous'),
    episodes: () => all.reduce((sum, detector) => sum + detector.episode, 0),
    diagnose() {
      const observe = (measurand: string, verdict: DetectorVerdict) => ({ signal: measurand, measurand, verdict })
      return diagnoseSpindle([
        observe('vibration', vibration.verdict()),
        observe('power', power.verdict()),
        observe('temperature', temperature.verdict()),
        observe('vibration-spectrum', spectral.verdict()),
      ])
    },
  }
}

/** The generated mill's faults: how early they are seen, what they are taken for, and what a healthy week costs. */
export const machineFaults: Benchmark = {
  name: 'machine-faults',
  summary: 'tool wear and bearing failure of a generated mill: lead time, cause, and false episodes of a healthy week',
  run(): BenchmarkResult {
    const wear = watchMill({ story: 'tool-wear', healthyHours: 4, faultyHours: 24, stepMs: 1000, seed: 7 })
    const bearing = watchMill({ story: 'spindle-bearing', healthyHours: 48, faultyHours: 240, stepMs: 10_000, seed: 7 })
    const healthy = watchMill({ story: undefined, healthyHours: 168, faultyHours: 0, stepMs: 5000, seed: 11 })
    return {
      toolWearDetectedHours: hours(wear.detectedAtMs),
      toolWearLeadHours: lead(wear),
      toolWearCause: wear.cause ?? null,
      bearingDetectedHours: hours(bearing.detectedAtMs),
      bearingLeadHours: lead(bearing),
      bearingCause: bearing.cause ?? null,
      healthyWeekFalseEpisodes: healthy.falseEpisodes,
    }
  },
}

function hours(timeMs: number | undefined): number | null {
  return timeMs === undefined ? null : Number((timeMs / HOUR_MS).toFixed(2))
}

function lead({ detectedAtMs, brokenAtMs }: MillWatch): number | null {
  return detectedAtMs === undefined || brokenAtMs === undefined ? null : hours(brokenAtMs - detectedAtMs)
}
