import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import {
  createLevelDetector,
  createNoveltyDetector,
  createSensorChecks,
  createSpectralDetector,
  type DetectorPlan,
  type DetectorSnapshot,
  detectorPlanFor,
  type LevelOptions,
  type SensorChecks,
  type SpectralDetector,
  spindleBands,
  type ValueDetector,
} from '@millrace/signals'
import type { KindData } from './machine-kinds.ts'
import type { Observation, WatchedSignal } from './observation.ts'
import type { SampleValue } from './sample-order.ts'

/** What the machine was doing when a sample was taken. */
export interface Operating {
  readonly state: string
  readonly running: boolean
  /** Program and feed, beside the state; see `operatingContext`. */
  readonly context: string
  readonly speedRpm: number | undefined
}

/** How the samples of a machine come. */
export interface Sampling {
  /** Usual time between the samples of a signal. */
  readonly intervalMs: number
  /** How much of a past is fed first; 0 for live samples. */
  readonly historyMs: number
}

/** Gateways make spectra with a Hann window, as `spectrum` does by default. */
const HANN_NOISE_BANDWIDTH = 1.5

/** Runs the detectors that fit one signal. */
export class SignalWatch {
  readonly signal: WatchedSignal
  readonly #plan: DetectorPlan
  readonly #level: ValueDetector | undefined
  readonly #novelty: ValueDetector | undefined
  readonly #bucket: Bucket | undefined
  readonly #spectral: SpectralDetector | undefined
  readonly #checks: SensorChecks | undefined

  private constructor(
    signal: WatchedSignal,
    plan: DetectorPlan,
    sampling: Sampling,
    bucketMs: number,
    spindle: KindData['spindle'],
    saved: (aspect: string) => DetectorSnapshot | undefined,
  ) {
    this.signal = signal
    this.#plan = plan
    this.#level = plan.level && createLevelDetector(levelOptions(signal, plan.level, sampling), saved('level'))
    this.#novelty = plan.novelty && createNoveltyDetector(plan.novelty, saved('novelty'))
    this.#bucket = plan.novelty && new Bucket(bucketMs)
    const bands = spindleBands(spindle?.teeth, spindle?.bearing)
    this.#spectral = plan.spectral && createSpectralDetector({ ...plan.spectral, bands }, saved('spectral'))
    // Silence is the gateway's matter, shown as such: a plant cut off is not a plant of broken sensors.
    this.#checks = plan.spectral ? undefined : createSensorChecks({ ...plan.sensor, gapMs: 0 }, saved('sensor'))
  }

  /**
   * @param recorded of a file: every sample is taken as it was recorded, however fast it is played.
   * @returns undefined for signals that no detector fits.
   */
  static of(
    signal: WatchedSignal,
    behaviour: 'steady' | 'swinging' | 'unknown',
    sampling: Sampling,
    machine: { readonly recorded: boolean; readonly spindle: KindData['spindle'] },
    saved: (aspect: string) => DetectorSnapshot | undefined,
  ): SignalWatch | undefined {
    if (behaviour === 'unknown' && !MEASURED.has(signal.measurand)) return undefined
    const plan = detectorPlanFor({ measurand: signal.measurand, behaviour, ...sampling })
    if (!plan || (plan.spectral && signal.sampleRateHz === null)) return undefined
    const bucketMs = machine.recorded ? 0 : (plan.noveltyBucketMs ?? 0)
    return new SignalWatch(signal, plan, sampling, bucketMs, machine.spindle, saved)
  }

  get anomalous(): boolean {
    return (
      this.#level?.state === 'anomalous' ||
      this.#novelty?.state === 'anomalous' ||
      this.#spectral?.state === 'anomalous' ||
      this.#checks?.fault !== undefined
    )
  }

  /** Takes one sample. @returns whether a detector changed its mind. */
  update(atMs: number, value: SampleValue, at: Operating): boolean {
    if (value instanceof Float32Array) return this.#updateSpectrum(atMs, value, at)
    const number = typeof value === 'number' ? value : Number.NaN
    const fault = this.#checks?.fault
    const turned = this.#checks?.update(atMs, number, at.running) !== fault
    return this.#updateLevel(atMs, number, at) || turned
  }

  /** What its detectors say; those that are not out of the usual help to tell why others are. */
  observations(): Observation[] {
    const { signal } = this
    const observations: Observation[] = []
    if (this.#level) observations.push({ aspect: 'level', signal, verdict: this.#level.verdict() })
    if (this.#spectral) observations.push({ aspect: 'spectral', signal, verdict: this.#spectral.verdict() })
    if (this.#novelty) observations.push({ aspect: 'novelty', signal, verdict: this.#novelty.verdict() })
    if (this.#checks?.fault) observations.push({ aspect: 'sensor', signal, verdict: this.#checks.verdict() })
    return observations
  }

  /**
   * Forgets what is usual where it was left for a worn tool: another tool is in, and the machine may not come back there for
   * days. A bearing is not healed by a tool.
   */
  forgetWornTool(): void {
    for (const detector of [this.#level, this.#spectral]) {
      for (let tries = 0; detector?.state === 'anomalous' && tries < CONTEXTS_MAX; tries += 1) {
        const { context, band } = detector.verdict()
        if (band?.startsWith('bearing')) break
        detector.relearn(context)
      }
    }
  }

  snapshot(): [aspect: string, DetectorSnapshot][] {
    const parts: [string, { snapshot(): DetectorSnapshot } | undefined][] = [
      ['level', this.#level],
      ['spectral', this.#spectral],
      ['novelty', this.#novelty],
      ['sensor', this.#checks],
    ]
    return parts.flatMap(([aspect, detector]) => (detector ? [[aspect, detector.snapshot()]] : []))
  }

  #updateLevel(atMs: number, value: number, { state, running, context }: Operating): boolean {
    if (this.#novelty && this.#bucket) {
      const mean = this.#bucket.add(atMs, value)
      if (mean === undefined) return false
      const before = this.#novelty.episode
      const wasOut = this.#novelty.state === 'anomalous'
      const isOut = this.#novelty.update(atMs, mean) === 'anomalous'
      return isOut !== wasOut || this.#novelty.episode !== before
    }
    if (!this.#level) return false
    if (this.#plan.context === 'running' && !running) return false
    const before = this.#level.state
    return this.#level.update(atMs, value, this.#plan.context === 'running' ? context : state) !== before
  }

  #updateSpectrum(atMs: number, amplitudes: Float32Array, { running, context, speedRpm }: Operating): boolean {
    const { sampleRateHz } = this.signal
    if (!this.#spectral || sampleRateHz === null || amplitudes.length < 2 || !running) return false
    const before = this.#spectral.state
    const resolutionHz = sampleRateHz / 2 / (amplitudes.length - 1)
    const spectrum = { amplitudes, resolutionHz, noiseBandwidth: HANN_NOISE_BANDWIDTH }
    const at = speedRpm === undefined ? { context } : { context, speedRpm }
    return this.#spectral.update(atMs, spectrum, at) !== before
  }
}

/** More operating contexts than a detector keeps. */
const CONTEXTS_MAX = 8
/** A temperature follows hall and weather: what is usual takes days and nights to know, when there is a past to learn from. */
const TEMPERATURE_LEARN_MS = 48 * HOUR_MS

function levelOptions(signal: WatchedSignal, options: LevelOptions, { historyMs }: Sampling): LevelOptions {
  const patient = signal.measurand === 'temperature' && historyMs > 3 * TEMPERATURE_LEARN_MS
  return patient ? { ...options, learnMs: TEMPERATURE_LEARN_MS } : options
}

/** Measurands that are measured; counters, set-points and the like of a machine we know nothing of are not judged. */
const MEASURED: ReadonlySet<string> = new Set([
  ...['power', 'vibration', 'temperature', 'load', 'pressure', 'flow', 'speed', 'cycle-time', 'other'],
])

/** The mean of the samples of each stretch of time; every sample by itself when the stretch is 0. */
class Bucket {
  readonly #ms: number
  #number = Number.NaN
  #sum = 0
  #count = 0

  constructor(ms: number) {
    this.#ms = ms
  }

  /** @returns the mean of the stretch that this sample has ended. */
  add(atMs: number, value: number): number | undefined {
    if (!Number.isFinite(value)) return undefined
    if (this.#ms === 0) return value
    const number = Math.floor(atMs / this.#ms)
    let mean: number | undefined
    if (number !== this.#number) {
      if (this.#count > 0) mean = this.#sum / this.#count
      this.#number = number
      this.#sum = 0
      this.#count = 0
    }
    this.#sum += value
    this.#count += 1
    return mean
  }
}

/** How long the difference of two sensors is smoothed, and how many kelvin of it are worth a word. */
const TWIN_SMOOTH_MS = 15 * MINUTE_MS
const TWIN_LEAST = 4
/** Sensors that differ by more than this in usual service measure different things. */
const TWIN_APART_MAX = 15

interface Taken {
  readonly atMs: number
  readonly value: number
}

/** Watches whether two sensors of the same thing still agree. */
export class TwinWatch {
  readonly signal: WatchedSignal
  readonly #twin: WatchedSignal
  readonly #detector: ValueDetector
  #own: Taken | undefined
  #other: Taken | undefined

  constructor(signal: WatchedSignal, twin: WatchedSignal, { intervalMs }: Sampling, saved?: DetectorSnapshot) {
    this.signal = signal
    this.#twin = twin
    const smoothMs = Math.max(TWIN_SMOOTH_MS, 3 * intervalMs)
    this.#detector = createLevelDetector(
      { smoothMs, leastRatio: 0, leastChange: TWIN_LEAST, learnMs: 12 * 60 * MINUTE_MS, gapMs: 10 * smoothMs },
      saved,
    )
  }

  get twinSeries(): number {
    return this.#twin.series
  }

  get anomalous(): boolean {
    return (
      this.#detector.state === 'anomalous' && Math.abs(this.#detector.verdict().usual?.center ?? 0) < TWIN_APART_MAX
    )
  }

  /** Takes a sample of one of both. @returns whether it changed its mind. */
  update(series: number, atMs: number, value: number, intervalMs: number): boolean {
    if (!Number.isFinite(value)) return false
    if (series === this.#twin.series) this.#other = { atMs, value }
    else this.#own = { atMs, value }
    // Compared where both are of the same moment: a load going in moves both, but not between two samples.
    if (!this.#own || !this.#other || Math.abs(this.#own.atMs - this.#other.atMs) > intervalMs / 2) return false
    const before = this.#detector.state
    return this.#detector.update(atMs, this.#own.value - this.#other.value) !== before
  }

  observation(): Observation {
    const { signal } = this
    const twin = { signal: this.#twin, value: this.#other?.value ?? 0, own: this.#own?.value ?? 0 }
    return { aspect: 'twin', signal, verdict: this.#detector.verdict(), twin }
  }

  snapshot(): DetectorSnapshot {
    return this.#detector.snapshot()
  }
}
