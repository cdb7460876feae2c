import { Trace, type TraceSnapshot } from './trace.ts'
import { type DetectorSnapshot, type DetectorVerdict, isMeasurement, type SensorFault } from './verdict.ts'

const VERSION = 1

export type SensorCheckOptions = {
  /** What the sensor can read at all; a value outside is the sensor's fault (wire break, short), not the machine's. */
  range?: { low: number; high: number }
  /** Not one different digit for this long, while the signal is meant to move: stuck (10 min). 0 switches the check off. */
  stuckMs?: number
  /** No good value for this long: gap (2 min). 0 switches the check off. */
  gapMs?: number
}

export type SensorChecks = {
  /**
   * Takes one sample. A value that is not finite (quality bad) is no value: it neither moves nor fills a gap.
   *
   * @param moving false while the signal may stand still (machine off, set-point): the stuck check then waits.
   */
  update(timestampMs: number, value: number, moving?: boolean): SensorFault | undefined
  /** Looks at the clock while nothing comes: this is how a gap shows. */
  tick(nowMs: number): SensorFault | undefined
  verdict(): DetectorVerdict
  snapshot(): DetectorSnapshot
  readonly fault: SensorFault | undefined
}

/** Identical readings in a row before "stuck", and as a multiple of the longest run seen while it was well. */
const STUCK_SAMPLES_MIN = 30
const STUCK_RUN_FACTOR = 5
/** Consecutive samples outside the range: one alone may be a disturbance on the wire. */
const OUT_OF_RANGE_SAMPLES = 3

type CheckState = {
  value: number | null
  run: number
  runSinceMs: number
  longestRun: number
  outside: number
  outsideSinceMs: number
  goodMs: number | null
  atMs: number | null
  fault: SensorFault | null
  sinceMs: number
  episode: number
  trace: TraceSnapshot
}

/**
 * Checks that need no learning, from the first minute: a sensor that is stuck, out of its range or silent.
 *
 * A coarse sensor repeats itself when all is well, so "stuck" also takes five times the longest such run.
 */
export function createSensorChecks(options: SensorCheckOptions = {}, snapshot?: DetectorSnapshot): SensorChecks {
  return new Checks(options, snapshot)
}

class Checks implements SensorChecks {
  readonly #range: { low: number; high: number }
  readonly #stuckMs: number
  readonly #gapMs: number
  // NaN = none yet: a field that always holds a number is written in place, tens of thousands of times a second.
  #value = Number.NaN
  #run = 0
  #runSinceMs = 0
  #longestRun = 0
  #outside = 0
  #outsideSinceMs = 0
  #goodMs = Number.NaN
  #atMs = Number.NaN
  #fault: SensorFault | undefined
  #sinceMs = 0
  #episode = 0
  #trace = new Trace(0)

  constructor(options: SensorCheckOptions, snapshot?: DetectorSnapshot) {
    this.#range = options.range ?? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    this.#stuckMs = options.stuckMs ?? 600_000
    this.#gapMs = options.gapMs ?? 120_000
    if (snapshot?.detector === 'sensor' && snapshot.version === VERSION) this.#restore(snapshot.state as CheckState)
  }

  get fault(): SensorFault | undefined {
    return this.#fault
  }

  update(timestampMs: number, value: number, moving = true): SensorFault | undefined {
    if (timestampMs <= this.#atMs) return this.#fault
    this.#atMs = timestampMs
    if (!isMeasurement(value)) return this.tick(timestampMs)
    this.#goodMs = timestampMs
    this.#trace.push(timestampMs, value)

    if (value !== this.#value || !moving) {
      // A run that ended by itself was no fault; one that was called stuck must not raise the bar for the next.
      if (this.#fault !== 'stuck' && moving) this.#longestRun = Math.max(this.#longestRun, this.#run)
      this.#run = 1
      this.#runSinceMs = timestampMs
    } else {
      this.#run++
    }
    this.#value = value

    const outside = value < this.#range.low || value > this.#range.high
    if (outside && this.#outside === 0) this.#outsideSinceMs = timestampMs
    this.#outside = outside ? Math.min(this.#outside + 1, OUT_OF_RANGE_SAMPLES) : 0
    this.#settle(timestampMs)
    return this.#fault
  }

  tick(nowMs: number): SensorFault | undefined {
    this.#settle(nowMs)
    return this.#fault
  }

  verdict(): DetectorVerdict {
    const { low, high } = this.#range
    const limited = Number.isFinite(low) && Number.isFinite(high)
    const usual = limited ? { center: (low + high) / 2, low, high } : undefined
    return {
      detector: 'sensor',
      version: VERSION,
      state: this.#fault ? 'anomalous' : 'normal',
      score: this.#fault ? 2 : 0,
      // Counting needs no learning; that the wire and not the machine is to blame is the usual case, not the only one.
      confidence: this.#fault ? 0.9 : 1,
      learned: 1,
      episode: this.#episode,
      atMs: orNull(this.#atMs) ?? 0,
      sinceMs: this.#fault ? this.#sinceMs : undefined,
      context: '',
      value: orNull(this.#value) ?? undefined,
      usual,
      ratio: undefined,
      direction: this.#value > high ? 'up' : this.#value < low ? 'down' : undefined,
      band: undefined,
      fault: this.#fault,
      evidence: { kind: 'series', timestampsMs: this.#trace.timestampsMs, values: this.#trace.values, usual },
    }
  }

  snapshot(): DetectorSnapshot {
    const state: CheckState = {
      value: orNull(this.#value),
      run: this.#run,
      runSinceMs: this.#runSinceMs,
      longestRun: this.#longestRun,
      outside: this.#outside,
      outsideSinceMs: this.#outsideSinceMs,
      goodMs: orNull(this.#goodMs),
      atMs: orNull(this.#atMs),
      fault: this.#fault ?? null,
      sinceMs: this.#sinceMs,
      episode: this.#episode,
      trace: this.#trace.snapshot(),
    }
    return { detector: 'sensor', version: VERSION, state }
  }

  #settle(nowMs: number): void {
    const found = this.#find(nowMs)
    if (found === undefined) this.#fault = undefined
    else if (found.fault !== this.#fault) {
      this.#fault = found.fault
      this.#sinceMs = found.sinceMs
      this.#episode++
    }
  }

  #find(nowMs: number): { fault: SensorFault; sinceMs: number } | undefined {
    if (this.#gapMs > 0 && nowMs - this.#goodMs > this.#gapMs) {
      return { fault: 'gap', sinceMs: this.#goodMs }
    }
    if (this.#outside >= OUT_OF_RANGE_SAMPLES) return { fault: 'out-of-range', sinceMs: this.#outsideSinceMs }
    const runNeeded = Math.max(STUCK_SAMPLES_MIN, STUCK_RUN_FACTOR * this.#longestRun)
    const stuck = this.#stuckMs > 0 && this.#run >= runNeeded && this.#goodMs - this.#runSinceMs >= this.#stuckMs
    return stuck ? { fault: 'stuck', sinceMs: this.#runSinceMs } : undefined
  }

  #restore(state: CheckState): void {
    this.#value = state.value ?? Number.NaN
    this.#run = state.run
    this.#runSinceMs = state.runSinceMs
    this.#longestRun = state.longestRun
    this.#outside = state.outside
    this.#outsideSinceMs = state.outsideSinceMs
    this.#goodMs = state.goodMs ?? Number.NaN
    this.#atMs = state.atMs ?? Number.NaN
    this.#fault = state.fault ?? undefined
    this.#sinceMs = state.sinceMs
    this.#episode = state.episode
    this.#trace = new Trace(0, state.trace)
  }
}

function orNull(number: number): number | null {
  return Number.isNaN(number) ? null : number
}
