import { Contexts } from './contexts.ts'
import { Episodes, type EpisodesSnapshot } from './episodes.ts'
import { LevelTracker, type TrackerOptions, type TrackerSnapshot } from './level-tracker.ts'
import { bandLimitsHz, type SpectralBand } from './spectral-bands.ts'
import { bandRms, type Spectrum } from './spectrum.ts'
import {
  type BandVerdict,
  confidenceOf,
  type DetectorSnapshot,
  type DetectorState,
  type DetectorVerdict,
  isMeasurement,
} from './verdict.ts'

const VERSION = 1

/** Bounds that keep a signal's state below 32 KB: bands watched, and lines kept of a usual spectrum. */
export const BANDS_MAX = 6
const PLOT_LINES_MAX = 256
/** Usual spectra kept for the plot; the verdict itself is kept for every context. */
const PLOTS_MAX = 4

export type SpectralOptions = {
  bands: readonly SpectralBand[]
  /** What it takes to know a context: spectra (40) and time in it (5 min). */
  learnSamples?: number
  learnMs?: number
  /** Time constant of the smoothed band level (30 s). */
  smoothMs?: number
  /** A band is out of the usual only from this multiple of its usual level (1.4). */
  leastRatio?: number
  /** Amplitude below which nothing matters, RMS in the unit of the spectrum: the sensor's noise (1e-6). */
  floor?: number
  /** A relapse within this time is the same episode (15 min). */
  refractoryMs?: number
  /** A longer pause between spectra counts only this much (10 × `smoothMs`). */
  gapMs?: number
}

export type SpectralDetector = {
  /**
   * Takes one spectrum; one at or before the newest is ignored.
   *
   * @param speedRpm of the shaft; order bands are skipped without it.
   */
  update(timestampMs: number, spectrum: Spectrum, at?: { context?: string; speedRpm?: number }): DetectorState
  verdict(): DetectorVerdict
  snapshot(): DetectorSnapshot
  relearn(context?: string): void
  readonly state: DetectorState
  readonly score: number
  readonly episode: number
}

/** Spread of a band's logarithm assumed at least: 4 %, what a quarter of a second of noise does to a narrow band. */
const LOG_SPREAD_MIN = 0.04

type Band = { tracker: LevelTracker; lowHz: number; highHz: number }

/** What is known of one context: a level per band (by index of the options) and the mean spectrum for the plot. */
class SpectralContext {
  readonly bands: (Band | undefined)[]
  usual: Float32Array | undefined
  usualCount = 0
  resolutionHz = 0
  atMs = Number.NEGATIVE_INFINITY

  constructor(bandCount: number) {
    this.bands = Array.from({ length: bandCount }, () => undefined)
  }

  get worst(): Band | undefined {
    let worst: Band | undefined
    for (const band of this.bands) {
      if (band && (!worst || rank(band) > rank(worst))) worst = band
    }
    return worst
  }

  get anomalous(): boolean {
    return this.bands.some((band) => band?.tracker.state === 'anomalous')
  }

  get score(): number {
    return this.worst?.tracker.score ?? 0
  }

  get learning(): boolean {
    return !this.bands.some((band) => band && band.tracker.state !== 'learning')
  }
}

/** Bands in an episode come first, then by score. */
function rank({ tracker }: Band): number {
  return tracker.score + (tracker.state === 'anomalous' ? 1e6 : 0)
}

type BandSnapshot = { tracker: TrackerSnapshot; lowHz: number; highHz: number } | null

type SpectralState = {
  names: string[]
  contexts: [
    string,
    { bands: BandSnapshot[]; usual: number[] | null; usualCount: number; resolutionHz: number; atMs: number },
  ][]
  context: string
  now: number[]
  resolutionHz: number
  atMs: number | null
  episodes: EpisodesSnapshot
}

/**
 * A detector for vibration spectra: learns the usual level of each band per operating context and reports the band that is
 * out of the usual, as a multiple of it.
 *
 * Levels are followed as logarithms, because what matters is the multiple. Only growth is reported. Bands given in orders
 * move with the shaft's speed; the context should still tell speeds apart that excite the machine differently.
 *
 * @throws RangeError for no band, more than 6, or a least ratio that is not above 1.
 */
export function createSpectralDetector(options: SpectralOptions, snapshot?: DetectorSnapshot): SpectralDetector {
  return new BandDetector(options, snapshot)
}

class BandDetector implements SpectralDetector {
  readonly #bands: readonly SpectralBand[]
  readonly #floor: number
  readonly #refractoryMs: number
  readonly #tracking: TrackerOptions
  readonly #contexts = new Contexts<SpectralContext>()
  #episodes: Episodes
  #context = ''
  #now: Float32Array = new Float32Array(0)
  #resolutionHz = 0
  #atMs = Number.NEGATIVE_INFINITY

  constructor(options: SpectralOptions, snapshot?: DetectorSnapshot) {
    const { bands, leastRatio = 1.4, smoothMs = 30_000, floor = 1e-6 } = options
    if (bands.length === 0 || bands.length > BANDS_MAX) {
      throw new RangeError(`a spectral detector watches 1 to ${BANDS_MAX} bands, not ${bands.length}`)
    }
    if (!(leastRatio > 1)) throw new RangeError(`the least ratio must be above 1, not ${leastRatio}`)
    if (!(smoothMs > 0 && floor > 0)) throw new RangeError('smoothMs and floor must be positive')
    this.#bands = bands
    this.#floor = floor
    this.#refractoryMs = options.refractoryMs ?? 900_000
    const leastChange = Math.log(leastRatio)
    this.#tracking = {
      learnSamples: options.learnSamples ?? 40,
      learnMs: options.learnMs ?? 300_000,
      smoothMs,
      leastChange: () => leastChange,
      leastSpread: () => LOG_SPREAD_MIN,
      sides: 'up',
      gapMs: options.gapMs ?? 10 * smoothMs,
    }
    this.#episodes = new Episodes(this.#refractoryMs)
    if (snapshot?.detector === 'spectral' && snapshot.version === VERSION)
      this.#restore(snapshot.state as SpectralState)
  }

  get state(): DetectorState {
    if (this.#episodes.sinceMs !== undefined) return 'anomalous'
    const context = this.#contexts.get(this.#context)
    return !context || context.learning ? 'learning' : 'normal'
  }

  get score(): number {
    return this.#contexts.get(this.#contexts.worst(this.#atMs) ?? this.#context)?.score ?? 0
  }

  get episode(): number {
    return this.#episodes.count
  }

  update(timestampMs: number, of: Spectrum, at: { context?: string; speedRpm?: number } = {}): DetectorState {
    if (!(timestampMs > this.#atMs) || !(of.resolutionHz > 0) || !of.amplitudes.every(isMeasurement)) return this.state
    const key = at.context ?? ''
    this.#context = key
    this.#atMs = timestampMs
    let context = this.#contexts.get(key)
    if (!context) {
      context = new SpectralContext(this.#bands.length)
      this.#contexts.set(key, context)
    }
    context.atMs = timestampMs

    const mayLearn = this.#episodes.sinceMs === undefined
    for (const [index, wanted] of this.#bands.entries()) {
      const limits = bandLimitsHz(wanted, of, at.speedRpm)
      if (!limits) continue
      const known = context.bands[index]
      const band: Band = known ?? { tracker: new LevelTracker(this.#tracking), ...limits }
      if (known) Object.assign(known, limits)
      else context.bands[index] = band
      band.tracker.update(timestampMs, Math.log(Math.max(this.#floor, bandRms(of, band.lowHz, band.highHz))), mayLearn)
    }
    this.#now = folded(of.amplitudes)
    this.#resolutionHz = (of.resolutionHz * of.amplitudes.length) / this.#now.length
    if (context.learning && mayLearn) this.#learnUsual(context)
    this.#episodes.update(timestampMs, this.#contexts.worst(timestampMs) !== undefined)
    return this.state
  }

  verdict(): DetectorVerdict {
    const key = this.#contexts.worst(this.#atMs) ?? this.#context
    const context = this.#contexts.get(key)
    const worst = context?.worst
    const bands = context ? this.#bandVerdicts(context) : []
    const spoken = bands.find((band) => worst && band.name === this.#bands[context?.bands.indexOf(worst) ?? -1]?.name)
    const usual = worst?.tracker.usual
    return {
      detector: 'spectral',
      version: VERSION,
      state: this.state,
      score: worst?.tracker.score ?? 0,
      confidence: usual ? confidenceOf(1, worst?.tracker.score ?? 0) : 0,
      learned: worst?.tracker.learned ?? 0,
      episode: this.#episodes.count,
      atMs: Number.isFinite(this.#atMs) ? this.#atMs : 0,
      sinceMs: this.#episodes.sinceMs,
      context: key,
      value: spoken?.now,
      usual: usual && { center: Math.exp(usual.center), low: Math.exp(usual.low), high: Math.exp(usual.high) },
      ratio: spoken?.ratio,
      direction: worst?.tracker.direction,
      band: spoken?.name,
      fault: undefined,
      evidence: {
        kind: 'spectrum',
        frequenciesHz: Array.from(this.#now, (_, line) => line * this.#resolutionHz),
        now: Array.from(this.#now),
        usual: context?.usual?.length === this.#now.length ? Array.from(context.usual) : [],
        bands,
      },
    }
  }

  relearn(context?: string): void {
    this.#contexts.forget(context)
    if (Number.isFinite(this.#atMs)) {
      this.#episodes.update(this.#atMs, this.#contexts.worst(this.#atMs) !== undefined)
    }
  }

  snapshot(): DetectorSnapshot {
    const state: SpectralState = {
      names: this.#bands.map((band) => band.name),
      contexts: this.#contexts.entries().map(([key, context]) => [
        key,
        {
          bands: context.bands.map((band) =>
            band ? { tracker: band.tracker.snapshot(), lowHz: band.lowHz, highHz: band.highHz } : null,
          ),
          usual: context.usual ? Array.from(context.usual) : null,
          usualCount: context.usualCount,
          resolutionHz: context.resolutionHz,
          atMs: context.atMs,
        },
      ]),
      context: this.#context,
      now: Array.from(this.#now),
      resolutionHz: this.#resolutionHz,
      atMs: Number.isFinite(this.#atMs) ? this.#atMs : null,
      episodes: this.#episodes.snapshot(),
    }
    return { detector: 'spectral', version: VERSION, state }
  }

  #bandVerdicts(context: SpectralContext): BandVerdict[] {
    const verdicts: BandVerdict[] = []
    for (const [index, band] of context.bands.entries()) {
      const center = band?.tracker.center
      const level = band?.tracker.level
      const name = this.#bands[index]?.name
      if (!band || center === undefined || level === undefined || name === undefined) continue
      verdicts.push({
        name,
        lowHz: band.lowHz,
        highHz: band.highHz,
        now: Math.exp(level),
        usual: Math.exp(center),
        ratio: Math.exp(level - center),
        score: band.tracker.score,
      })
    }
    return verdicts
  }

  /** The mean of the spectra seen while learning, for the plot. */
  #learnUsual(context: SpectralContext): void {
    if (context.usual?.length !== this.#now.length) {
      const plots = this.#contexts.entries().filter(([, { usual }]) => usual).length
      if (plots >= PLOTS_MAX) return
      context.usual = new Float32Array(this.#now.length)
      context.usualCount = 0
    }
    context.resolutionHz = this.#resolutionHz
    context.usualCount++
    for (let line = 0; line < this.#now.length; line++) {
      const mean = context.usual[line] ?? 0
      context.usual[line] = mean + ((this.#now[line] ?? 0) - mean) / context.usualCount
    }
  }

  #restore(state: SpectralState): void {
    // Other bands than those it was learned with: the levels would be compared with those of another band.
    if (JSON.stringify(state.names) !== JSON.stringify(this.#bands.map((band) => band.name))) return
    for (const [key, stored] of state.contexts) {
      const context = new SpectralContext(this.#bands.length)
      for (const [index, band] of stored.bands.entries()) {
        if (!band || index >= this.#bands.length) continue
        const tracker = new LevelTracker(this.#tracking, band.tracker)
        context.bands[index] = { tracker, lowHz: band.lowHz, highHz: band.highHz }
      }
      context.usual = stored.usual ? Float32Array.from(stored.usual.slice(0, PLOT_LINES_MAX)) : undefined
      context.usualCount = stored.usualCount
      context.resolutionHz = stored.resolutionHz
      context.atMs = stored.atMs
      this.#contexts.set(key, context)
    }
    this.#context = state.context
    this.#now = Float32Array.from(state.now.slice(0, PLOT_LINES_MAX))
    this.#resolutionHz = state.resolutionHz
    this.#atMs = state.atMs ?? Number.NEGATIVE_INFINITY
    this.#episodes = new Episodes(this.#refractoryMs, state.episodes)
  }
}

/** At most 256 lines, each the largest of those it stands for: a plot must not hide the line that matters. */
function folded(amplitudes: Float32Array): Float32Array {
  const step = Math.ceil(amplitudes.length / PLOT_LINES_MAX)
  const lines = new Float32Array(Math.ceil(amplitudes.length / step))
  for (let i = 0; i < amplitudes.length; i++) {
    const line = Math.floor(i / step)
    lines[line] = Math.max(lines[line] ?? 0, amplitudes[i] ?? 0)
  }
  return lines
}
