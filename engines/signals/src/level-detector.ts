import { Contexts } from './contexts.ts'
import { Episodes, type EpisodesSnapshot } from './episodes.ts'
import { LevelTracker, type TrackerOptions, type TrackerSnapshot } from './level-tracker.ts'
import { Trace, type TraceSnapshot } from './trace.ts'
import {
  confidenceOf,
  type DetectorSnapshot,
  type DetectorState,
  type DetectorVerdict,
  isMeasurement,
  type UsualRange,
  type ValueDetector,
} from './verdict.ts'

const VERSION = 1

export type LevelOptions = {
  /**
   * `level` (default) judges the value; `trend` judges how much it changed over `trendMs`: for slow channels like
   * temperatures, whose level depends on the hour and the hall.
   */
  mode?: 'level' | 'trend'
  /** Window of a trend; 1 h unless told. */
  trendMs?: number
  /** What it takes to know a context: samples (120) and time in it (10 min). */
  learnSamples?: number
  learnMs?: number
  /** Time constant of the smoothed level (30 s): a clear fault is reported after about as long. */
  smoothMs?: number
  /** Smallest change worth a word: a share of the usual level (0.1), and in the unit of the signal (0; trends: 1). */
  leastRatio?: number
  leastChange?: number
  /** Smallest step of the sensor, in its unit. */
  resolution?: number
  /** Which side is a fault; both unless told. */
  sides?: 'up' | 'down' | 'both'
  /** Samples in the first so many ms of a context are not judged (0): a spindle warms up, a pump fills. */
  settleMs?: number
  /** A relapse within this time is the same episode (15 min). */
  refractoryMs?: number
  /** A longer pause between samples counts only this much (10 × `smoothMs`). */
  gapMs?: number
}

/** Spread that is assumed at least, as a share of the usual level: half a per cent is what good sensors repeat. */
const SPREAD_SHARE_MIN = 0.005
/** For trends, whose usual level is about 0, as a share of the smallest change worth a word. */
const TREND_SPREAD_SHARE = 1 / 8
const TREND_POINTS = 64

type Settings = Required<LevelOptions>

class LevelContext {
  readonly tracker: LevelTracker

  constructor(tracker: LevelTracker) {
    this.tracker = tracker
  }

  get atMs(): number {
    return this.tracker.atMs
  }

  get anomalous(): boolean {
    return this.tracker.state === 'anomalous'
  }

  get score(): number {
    return this.tracker.score
  }
}

type LevelState = {
  contexts: [string, TrackerSnapshot][]
  context: string
  contextSinceMs: number
  atMs: number
  value: number | null
  smooth: number
  slots: number[]
  slotMs: number
  episodes: EpisodesSnapshot
  trace: TraceSnapshot
}

/**
 * A detector for the level (or the trend) of one signal, per operating context.
 *
 * It learns the usual level with median and deciles, then reports what a smoothed level (fast faults) or a cumulative sum
 * (slow ones) puts outside, if the change is large enough to matter. The usual level follows harmless drift, but never
 * farther than one spread from what was learned, so a slowly growing fault cannot become usual. Nothing is learned in a new
 * context while another is out of the usual. About 2 KB a context that is being learned, 200 B one that is known.
 *
 * @throws RangeError for times or shares that are not positive.
 */
export function createLevelDetector(options: LevelOptions = {}, snapshot?: DetectorSnapshot): ValueDetector {
  return new LevelDetector(options, snapshot)
}

class LevelDetector implements ValueDetector {
  readonly #settings: Settings
  readonly #tracking: TrackerOptions
  readonly #contexts = new Contexts<LevelContext>()
  #episodes: Episodes
  #trace: Trace
  #context = ''
  #contextSinceMs = 0
  #atMs = Number.NEGATIVE_INFINITY
  #value: number | undefined
  /** Trends: smoothed value, and what it was at even times back to `trendMs` ago, oldest first. */
  #smooth = 0
  #slots: number[] = []
  #slotMs = 0

  constructor(options: LevelOptions, snapshot?: DetectorSnapshot) {
    this.#settings = settingsOf(options)
    this.#tracking = trackingOf(this.#settings)
    this.#episodes = new Episodes(this.#settings.refractoryMs)
    this.#trace = new Trace(this.#settings.smoothMs / 3)
    if (snapshot?.detector === this.#kind && snapshot.version === VERSION) this.#restore(snapshot.state as LevelState)
  }

  get state(): DetectorState {
    if (this.#episodes.sinceMs !== undefined) return 'anomalous'
    return this.#contexts.get(this.#context)?.tracker.state ?? 'learning'
  }

  get score(): number {
    return this.#spokenOf()?.score ?? 0
  }

  get episode(): number {
    return this.#episodes.count
  }

  update(timestampMs: number, value: number, context = ''): DetectorState {
    if (!isMeasurement(value) || !(timestampMs > this.#atMs)) return this.state
    if (context !== this.#context || this.#value === undefined) {
      this.#context = context
      this.#contextSinceMs = timestampMs
      this.#slots = []
    }
    const sinceLastMs = this.#value === undefined ? 0 : timestampMs - this.#atMs
    this.#atMs = timestampMs
    this.#value = value
    this.#trace.push(timestampMs, value)
    if (timestampMs - this.#contextSinceMs < this.#settings.settleMs) return this.state

    const judged = this.#settings.mode === 'level' ? value : this.#changeOf(timestampMs, value, sinceLastMs)
    if (judged === undefined) return this.state
    let entry = this.#contexts.get(context)
    if (!entry) {
      entry = new LevelContext(new LevelTracker(this.#tracking))
      this.#contexts.set(context, entry)
    }
    entry.tracker.update(timestampMs, judged, this.#episodes.sinceMs === undefined)
    // Only the present context can have become worse; the others are asked only while an episode lasts.
    const anomalous =
      entry.anomalous || (this.#episodes.sinceMs !== undefined && this.#contexts.worst(timestampMs) !== undefined)
    this.#episodes.update(timestampMs, anomalous)
    return this.state
  }

  verdict(): DetectorVerdict {
    const context = this.#contexts.worst(this.#atMs) ?? this.#context
    const tracker = this.#contexts.get(context)?.tracker
    const usual = tracker?.usual
    const learned = tracker?.learned ?? 0
    const score = tracker?.score ?? 0
    const value = tracker?.level
    return {
      detector: this.#kind,
      version: VERSION,
      state: this.state,
      score,
      confidence: tracker?.usual ? confidenceOf(learned, score) : 0,
      learned,
      episode: this.#episodes.count,
      atMs: Number.isFinite(this.#atMs) ? this.#atMs : 0,
      sinceMs: this.#episodes.sinceMs,
      context,
      value,
      usual,
      ratio: this.#settings.mode === 'level' ? ratioOf(value, usual) : undefined,
      direction: tracker?.direction,
      band: undefined,
      fault: undefined,
      evidence: {
        kind: 'series',
        timestampsMs: this.#trace.timestampsMs,
        values: this.#trace.values,
        usual: this.#settings.mode === 'level' ? usual : this.#usualNow(usual),
      },
    }
  }

  relearn(context?: string): void {
    this.#contexts.forget(context)
    this.#slots = []
    if (Number.isFinite(this.#atMs)) {
      this.#episodes.update(this.#atMs, this.#contexts.worst(this.#atMs) !== undefined)
    }
  }

  snapshot(): DetectorSnapshot {
    const state: LevelState = {
      contexts: this.#contexts.entries().map(([context, { tracker }]) => [context, tracker.snapshot()]),
      context: this.#context,
      contextSinceMs: this.#contextSinceMs,
      atMs: Number.isFinite(this.#atMs) ? this.#atMs : 0,
      value: this.#value ?? null,
      smooth: this.#smooth,
      slots: [...this.#slots],
      slotMs: this.#slotMs,
      episodes: this.#episodes.snapshot(),
      trace: this.#trace.snapshot(),
    }
    return { detector: this.#kind, version: VERSION, state }
  }

  get #kind(): 'level' | 'trend' {
    return this.#settings.mode
  }

  #spokenOf(): LevelContext | undefined {
    return this.#contexts.get(this.#contexts.worst(this.#atMs) ?? this.#context)
  }

  /** How much the smoothed value changed over the window; undefined until the window has passed in this context. */
  #changeOf(timestampMs: number, value: number, sinceLastMs: number): number | undefined {
    const { smoothMs, trendMs, gapMs } = this.#settings
    if (sinceLastMs > Math.max(gapMs, trendMs / TREND_POINTS)) this.#slots = []
    if (this.#slots.length === 0) {
      this.#smooth = value
      this.#slots = [value]
      this.#slotMs = timestampMs
      return undefined
    }
    this.#smooth += Math.min(1, 1 - Math.exp(-sinceLastMs / smoothMs)) * (value - this.#smooth)
    const spacingMs = trendMs / TREND_POINTS
    // At most one window of slots can pass in one step: a longer pause has emptied them above.
    for (let i = 0; i < TREND_POINTS && timestampMs - this.#slotMs >= spacingMs; i++) {
      this.#slots.push(this.#smooth)
      this.#slotMs += spacingMs
    }
    if (this.#slots.length > TREND_POINTS) this.#slots.splice(0, this.#slots.length - TREND_POINTS)
    const before = this.#slots[0]
    return this.#slots.length < TREND_POINTS || before === undefined ? undefined : this.#smooth - before
  }

  /** Where a signal judged by its trend may lie now: what it was a window ago plus the usual change. */
  #usualNow(change: UsualRange | undefined): UsualRange | undefined {
    const before = this.#slots[0]
    if (!change || before === undefined) return undefined
    return { center: before + change.center, low: before + change.low, high: before + change.high }
  }

  #restore(state: LevelState): void {
    for (const [context, tracker] of state.contexts) {
      this.#contexts.set(context, new LevelContext(new LevelTracker(this.#tracking, tracker)))
    }
    this.#context = state.context
    this.#contextSinceMs = state.contextSinceMs
    this.#value = state.value ?? undefined
    this.#atMs = state.value === null ? Number.NEGATIVE_INFINITY : state.atMs
    this.#smooth = state.smooth
    this.#slots = state.slots.slice(0, TREND_POINTS)
    this.#slotMs = state.slotMs
    this.#episodes = new Episodes(this.#settings.refractoryMs, state.episodes)
    this.#trace = new Trace(this.#settings.smoothMs / 3, state.trace)
  }
}

function ratioOf(value: number | undefined, usual: UsualRange | undefined): number | undefined {
  if (value === undefined || !usual || usual.center === 0 || value / usual.center < 0) return undefined
  return value / usual.center
}

function settingsOf(options: LevelOptions): Settings {
  const mode = options.mode ?? 'level'
  const smoothMs = options.smoothMs ?? 30_000
  const settings: Settings = {
    mode,
    trendMs: options.trendMs ?? 3_600_000,
    learnSamples: options.learnSamples ?? 120,
    learnMs: options.learnMs ?? 600_000,
    smoothMs,
    leastRatio: options.leastRatio ?? 0.1,
    leastChange: options.leastChange ?? (mode === 'trend' ? 1 : 0),
    resolution: options.resolution ?? 0,
    sides: options.sides ?? 'both',
    settleMs: options.settleMs ?? 0,
    refractoryMs: options.refractoryMs ?? 900_000,
    gapMs: options.gapMs ?? 10 * smoothMs,
  }
  for (const key of ['trendMs', 'learnSamples', 'smoothMs', 'gapMs'] as const) {
    if (!(settings[key] > 0)) throw new RangeError(`${key} must be positive, not ${settings[key]}`)
  }
  for (const key of ['learnMs', 'leastRatio', 'leastChange', 'resolution', 'settleMs', 'refractoryMs'] as const) {
    if (!(settings[key] >= 0)) throw new RangeError(`${key} must not be negative, not ${settings[key]}`)
  }
  return settings
}

/** A spread of exactly zero would make the first different digit infinitely far out. */
const SPREAD_MIN = 1e-9

function trackingOf({ mode, leastRatio, leastChange, resolution, ...rest }: Settings): TrackerOptions {
  return {
    ...rest,
    leastChange: (center) => (mode === 'trend' ? leastChange : Math.max(leastChange, leastRatio * Math.abs(center))),
    leastSpread: (center) =>
      Math.max(
        SPREAD_MIN,
        resolution,
        mode === 'trend' ? TREND_SPREAD_SHARE * leastChange : SPREAD_SHARE_MIN * Math.abs(center),
      ),
  }
}
