import { type Learned, Reservoir, type ReservoirSnapshot } from './reservoir.ts'
import type { DetectorState } from './verdict.ts'

/** How a level is followed. Times in ms, distances in spreads (robust standard deviations of the learned normal). */
export type TrackerOptions = {
  /** Samples and time in the context that it takes to know what is normal. */
  learnSamples: number
  learnMs: number
  /** Time constant of the smoothed level: how fast a fault is seen, and how short a disturbance is overlooked. */
  smoothMs: number
  /** Least change from the usual centre worth a word, in the tracker's unit, given the centre. */
  leastChange: (center: number) => number
  /** Spreads are never narrower: a signal without noise must not make every digit a sensation. Given the centre. */
  leastSpread: (center: number) => number
  /** Which way is out of the usual. */
  sides: 'up' | 'down' | 'both'
  /** A longer pause between samples counts only this much. */
  gapMs: number
}

/** Smoothed level: this far out begins an episode, and only inside the second for a while ends it. */
const ENTER_SPREADS = 4
const EXIT_SPREADS = 1.5
const EXIT_SMOOTHINGS = 6
/** One wild sample counts as this many spreads at most, and moves the smoothed level by a third at most. */
const CLIP_SPREADS = 8
const GAIN_MAX = 1 / 3
/** The level that is shown may go farther than the one that is judged: "2.3 × its usual level" is often 30 spreads. */
const SHOWN_SPREADS = 200

/** CUSUM: drift below the allowance is noise; a shift of 2.5 spreads is reported after about 2.4 drift times. */
const DRIFT_ALLOWANCE = 1.25
const DRIFT_CLIP = 3
const DRIFT_LIMIT = 3
const DRIFT_SMOOTHINGS = 20

/**
 * The usual centre follows slow, harmless change, but only while nothing is suspected and only this far from what was
 * learned. A fault that grows slower than the follower would otherwise become the new normal.
 */
const FOLLOW_MS = 24 * 3_600_000
const FOLLOW_SPREADS_MAX = 1
const FOLLOW_SCORE_MAX = 0.4

export type TrackerSnapshot = {
  reservoir: ReservoirSnapshot | null
  learned: Learned | null
  /** In the order of `snapshot`; null for a time that is not there. */
  numbers: (number | null)[]
}

/** Follows one level in one operating context: learns, then tells how far out it is. */
export class LevelTracker {
  readonly #options: TrackerOptions
  #reservoir: Reservoir | undefined = new Reservoir()
  #learned: Learned | undefined
  #center = 0
  #level = 0
  /** Smoothed distance from the centre, in spreads. */
  #distance = 0
  #driftUp = 0
  #driftDown = 0
  #samples = 0
  #learnedMs = 0
  #atMs = Number.NEGATIVE_INFINITY
  #sinceMs = Number.NaN
  #insideSinceMs = Number.NaN

  constructor(options: TrackerOptions, snapshot?: TrackerSnapshot) {
    this.#options = options
    if (!snapshot) return
    this.#reservoir = snapshot.reservoir ? new Reservoir(snapshot.reservoir) : undefined
    this.#learned = snapshot.learned ?? undefined
    const { numbers } = snapshot
    this.#center = numbers[0] ?? 0
    this.#level = numbers[1] ?? 0
    this.#distance = numbers[2] ?? 0
    this.#driftUp = numbers[3] ?? 0
    this.#driftDown = numbers[4] ?? 0
    this.#samples = numbers[5] ?? 0
    this.#learnedMs = numbers[6] ?? 0
    this.#atMs = numbers[7] ?? Number.NEGATIVE_INFINITY
    this.#sinceMs = numbers[8] ?? Number.NaN
    this.#insideSinceMs = numbers[9] ?? Number.NaN
  }

  /** @param mayLearn false keeps a suspect level from becoming what is usual. */
  update(timestampMs: number, value: number, mayLearn = true): void {
    const sinceLastMs = Number.isFinite(this.#atMs) ? Math.min(timestampMs - this.#atMs, this.#options.gapMs) : 0
    this.#atMs = timestampMs
    if (!this.#learned) {
      if (mayLearn) this.#learn(value, sinceLastMs)
      return
    }
    this.#samples++
    this.#follow(value, sinceLastMs, this.#learned)
    this.#decide(timestampMs)
  }

  get state(): DetectorState {
    if (!this.#learned) return 'learning'
    return Number.isNaN(this.#sinceMs) ? 'normal' : 'anomalous'
  }

  /** 1 at the threshold. Out of the usual but by less than the least change worth a word stays below 1. */
  get score(): number {
    if (!this.#learned) return 0
    const { sides, leastChange } = this.#options
    const least = leastChange(this.#center)
    // In leasts, signed: a sum gathered above the centre must not speak for a fall below it.
    const change = least > 0 ? (this.#level - this.#center) / least : Number.NaN
    const up = Math.max(this.#distance / ENTER_SPREADS, this.#driftUp / DRIFT_LIMIT)
    const down = Math.max(-this.#distance / ENTER_SPREADS, this.#driftDown / DRIFT_LIMIT)
    return Math.max(
      0,
      sides === 'down' ? 0 : Number.isNaN(change) ? up : Math.min(up, change),
      sides === 'up' ? 0 : Number.isNaN(change) ? down : Math.min(down, -change),
    )
  }

  /** Share of the learning that is done, 0 to 1. */
  get learned(): number {
    if (this.#learned) return 1
    const { learnSamples, learnMs } = this.#options
    const samples = this.#samples / learnSamples
    return Math.min(1, samples, learnMs > 0 ? this.#learnedMs / learnMs : 1)
  }

  get atMs(): number {
    return this.#atMs
  }

  get sinceMs(): number | undefined {
    return Number.isNaN(this.#sinceMs) ? undefined : this.#sinceMs
  }

  get direction(): 'up' | 'down' | undefined {
    if (!this.#learned || this.#level === this.#center) return undefined
    return this.#level > this.#center ? 'up' : 'down'
  }

  get center(): number | undefined {
    return this.#learned ? this.#center : undefined
  }

  /** The smoothed level; undefined before the first sample. */
  get level(): number | undefined {
    return this.#samples > 0 ? this.#level : undefined
  }

  /** Where the smoothed level may lie without a word. */
  get usual(): { center: number; low: number; high: number } | undefined {
    if (!this.#learned) return undefined
    const least = this.#options.leastChange(this.#center)
    return {
      center: this.#center,
      low: this.#center - Math.max(least, ENTER_SPREADS * this.#learned.spreadDown),
      high: this.#center + Math.max(least, ENTER_SPREADS * this.#learned.spreadUp),
    }
  }

  snapshot(): TrackerSnapshot {
    const numbers = [
      this.#center,
      this.#level,
      this.#distance,
      this.#driftUp,
      this.#driftDown,
      this.#samples,
      this.#learnedMs,
      this.#atMs,
      this.#sinceMs,
      this.#insideSinceMs,
    ]
    return {
      reservoir: this.#reservoir?.snapshot() ?? null,
      learned: this.#learned ?? null,
      numbers: numbers.map((number) => (Number.isFinite(number) ? number : null)),
    }
  }

  #learn(value: number, sinceLastMs: number): void {
    const reservoir = this.#reservoir
    if (!reservoir) return
    const { learnSamples, learnMs, leastSpread } = this.#options
    this.#level = this.#samples === 0 ? value : this.#level + this.#gain(sinceLastMs) * (value - this.#level)
    this.#samples++
    this.#learnedMs += sinceLastMs
    reservoir.offer(value)
    if (this.#samples < learnSamples || this.#learnedMs < learnMs) return

    const seen = reservoir.learn()
    const least = leastSpread(seen.center)
    this.#learned = {
      center: seen.center,
      spreadUp: Math.max(seen.spreadUp, least),
      spreadDown: Math.max(seen.spreadDown, least),
    }
    this.#center = seen.center
    this.#level = seen.center
    this.#reservoir = undefined
  }

  #follow(value: number, sinceLastMs: number, learned: Learned): void {
    const offset = value - this.#center
    const distance = clamp(offset / this.#spread(offset), CLIP_SPREADS)
    const gain = this.#gain(sinceLastMs)
    this.#distance += gain * (distance - this.#distance)
    const reach = SHOWN_SPREADS * this.#spread(offset)
    this.#level += gain * (this.#center + clamp(offset, reach) - this.#level)

    const step = Math.min(GAIN_MAX, sinceLastMs / (DRIFT_SMOOTHINGS * this.#options.smoothMs))
    const drift = clamp(distance, DRIFT_CLIP)
    // Twice the limit is enough memory: what is over must be over in bounded time.
    this.#driftUp = Math.max(0, Math.min(2 * DRIFT_LIMIT, this.#driftUp + step * (drift - DRIFT_ALLOWANCE)))
    this.#driftDown = Math.max(0, Math.min(2 * DRIFT_LIMIT, this.#driftDown + step * (-drift - DRIFT_ALLOWANCE)))

    if (this.state === 'anomalous' || this.score > FOLLOW_SCORE_MAX) return
    const followed = this.#center + Math.min(GAIN_MAX, sinceLastMs / FOLLOW_MS) * distance * this.#spread(distance)
    this.#center = Math.max(
      learned.center - FOLLOW_SPREADS_MAX * learned.spreadDown,
      Math.min(learned.center + FOLLOW_SPREADS_MAX * learned.spreadUp, followed),
    )
  }

  #decide(timestampMs: number): void {
    if (this.state === 'normal') {
      if (this.score < 1) return
      this.#sinceMs = timestampMs
      this.#insideSinceMs = Number.NaN
      return
    }
    if (Math.abs(this.#distance) > EXIT_SPREADS && this.score > EXIT_SPREADS / ENTER_SPREADS) {
      this.#insideSinceMs = Number.NaN
      return
    }
    if (Number.isNaN(this.#insideSinceMs)) this.#insideSinceMs = timestampMs
    if (timestampMs - this.#insideSinceMs < EXIT_SMOOTHINGS * this.#options.smoothMs) return
    this.#sinceMs = Number.NaN
    // The sums are evidence about the time before; the level has been back inside for long enough to say so.
    this.#driftUp = 0
    this.#driftDown = 0
  }

  #gain(sinceLastMs: number): number {
    return Math.min(GAIN_MAX, 1 - Math.exp(-sinceLastMs / this.#options.smoothMs))
  }

  #spread(side: number): number {
    if (!this.#learned) return 1
    return side >= 0 ? this.#learned.spreadUp : this.#learned.spreadDown
  }
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value))
}
