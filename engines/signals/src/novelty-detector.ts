import { CONTEXT_VOTE, ContextNovelty } from './context-novelty.ts'
import { HISTOGRAM_BINS, HistogramNovelty, type HistogramSnapshot } from './histogram-novelty.ts'
import { Trace, type TraceSnapshot } from './trace.ts'
import {
  confidenceOf,
  type DetectorSnapshot,
  type DetectorState,
  type DetectorVerdict,
  isMeasurement,
  type ValueDetector,
} from './verdict.ts'

/** Longest learning period in samples: what is kept until the range is known, 16 KB at most. */
export const PROBATION_SAMPLES_MAX = 2048
const PROBATION_SAMPLES_MIN = 60

const VERSION = 1

/** Levels inside the range, and symbols beyond each end for values that are farther out each time. */
const LEVELS = 8
const BEYOND = 2

/** Votes that make an anomaly: one detector fully convinced, or several partly. In thirds, the grain of a context's vote. */
const VOTES_NEEDED = CONTEXT_VOTE

/** The refractory period as a share of the probation: long enough that one event is reported once. */
const REFRACTORY_SHARE = 0.2

export type NoveltyOptions = {
  /** Samples in which everything is new and nothing is reported; 60 to 2,048. 750 five-minute samples are 2.6 days. */
  probation: number
  /**
   * Engineering limits of the signal, when they are known. Without them the range is learned in the probation, with room
   * on both sides.
   */
  range?: { low: number; high: number }
  /** Samples after a report in which there is no other; a fifth of the probation unless told. */
  refractory?: number
}

type Range = { low: number; high: number }

/** One way of looking at the values: a range cut into symbols for the contexts, another cut into bins for the histogram. */
type View = { symbolRange: Range; beyond: number; binRange: Range }

type NoveltyState = {
  options: { probation: number; range: Range | null; refractory: number }
  pending: number[]
  learned: Range | null
  contexts: number[][]
  histograms: HistogramSnapshot[]
  seen: number
  sinceReport: number
  sinceNovelty: number
  score: number
  episode: number
  atMs: number
  sinceMs: number | null
  value: number
  trace: TraceSnapshot
}

/**
 * A detector for a stream of unknown kind: it reports what it has never seen before.
 *
 * Two looks at the signal, each with two memories: which level follows which (`ContextNovelty`), and the regime of the last
 * 52 values (`HistogramNovelty`). A report needs the weight of one whole memory. It then keeps quiet for the refractory
 * period, so one event is one report. Learns for ever: what was reported once is known the next time.
 *
 * Contexts are ignored: use it for signals whose operating state nobody tells. About 5 KB a signal after the probation.
 *
 * @throws RangeError for a probation outside 60 to 2,048 samples or limits that are not in order.
 */
export function createNoveltyDetector(options: NoveltyOptions, snapshot?: DetectorSnapshot): ValueDetector {
  return new NoveltyDetector(options, snapshot)
}

class NoveltyDetector implements ValueDetector {
  readonly #options: NoveltyState['options']
  /** What was seen in the probation; undefined when that is over. */
  #pending: number[] | undefined = []
  #learned: Range | undefined
  #views: View[] = []
  #contexts: ContextNovelty[] = []
  #histograms: HistogramNovelty[] = []
  #seen = 0
  #sinceReport = Number.MAX_SAFE_INTEGER
  #sinceNovelty = Number.MAX_SAFE_INTEGER
  #peak = 0
  #episode = 0
  #atMs = Number.NEGATIVE_INFINITY
  #sinceMs: number | undefined
  #value = 0
  #trace = new Trace(0)

  constructor(options: NoveltyOptions, snapshot?: DetectorSnapshot) {
    const { probation, range, refractory } = options
    if (!(Number.isInteger(probation) && probation >= PROBATION_SAMPLES_MIN && probation <= PROBATION_SAMPLES_MAX)) {
      throw new RangeError(
        `the probation is ${PROBATION_SAMPLES_MIN} to ${PROBATION_SAMPLES_MAX} samples, not ${probation}`,
      )
    }
    if (range && !(isMeasurement(range.low) && isMeasurement(range.high) && range.low < range.high)) {
      throw new RangeError(`the range must be low < high, not ${range.low} and ${range.high}`)
    }
    this.#options = {
      probation,
      range: range ? { low: range.low, high: range.high } : null,
      refractory: refractory ?? Math.floor(probation * REFRACTORY_SHARE),
    }
    if (snapshot?.detector === 'novelty' && snapshot.version === VERSION) this.#restore(snapshot.state as NoveltyState)
  }

  get state(): DetectorState {
    if (!this.#learned) return 'learning'
    return this.#sinceMs === undefined ? 'normal' : 'anomalous'
  }

  get score(): number {
    return this.#peak
  }

  get episode(): number {
    return this.#episode
  }

  update(timestampMs: number, value: number): DetectorState {
    if (!isMeasurement(value) || !(timestampMs > this.#atMs)) return this.state
    this.#atMs = timestampMs
    this.#value = value
    this.#trace.push(timestampMs, value)
    if (this.#pending) {
      this.#pending.push(value)
      this.#seen++
      if (this.#seen === this.#options.probation) this.#finishProbation(this.#pending)
      return this.state
    }

    this.#seen++
    this.#judge(timestampMs, this.#votes(value))
    return this.state
  }

  verdict(): DetectorVerdict {
    const { low, high } = this.#learned ?? { low: Number.NaN, high: Number.NaN }
    const usual = this.#learned ? { center: (low + high) / 2, low, high } : undefined
    const learned = Math.min(1, this.#seen / this.#options.probation)
    return {
      detector: 'novelty',
      version: VERSION,
      state: this.state,
      score: this.#peak,
      confidence: this.#learned ? confidenceOf(learned, this.#peak) : 0,
      learned,
      episode: this.#episode,
      atMs: Number.isFinite(this.#atMs) ? this.#atMs : 0,
      sinceMs: this.#sinceMs,
      context: '',
      value: this.#seen > 0 ? this.#value : undefined,
      usual,
      ratio: undefined,
      direction: usual && this.#value > usual.high ? 'up' : usual && this.#value < usual.low ? 'down' : undefined,
      band: undefined,
      fault: undefined,
      evidence: { kind: 'series', timestampsMs: this.#trace.timestampsMs, values: this.#trace.values, usual },
    }
  }

  relearn(): void {
    this.#pending = []
    this.#learned = undefined
    this.#seen = 0
    this.#sinceReport = Number.MAX_SAFE_INTEGER
    this.#sinceNovelty = Number.MAX_SAFE_INTEGER
    this.#peak = 0
    this.#sinceMs = undefined
  }

  snapshot(): DetectorSnapshot {
    const state: NoveltyState = {
      options: this.#options,
      pending: this.#pending?.slice() ?? [],
      learned: this.#learned ?? null,
      contexts: this.#contexts.map((context) => context.snapshot()),
      histograms: this.#histograms.map((histogram) => histogram.snapshot()),
      seen: this.#seen,
      sinceReport: this.#sinceReport,
      sinceNovelty: this.#sinceNovelty,
      score: this.#peak,
      episode: this.#episode,
      // JSON knows no infinities; before the first sample there is no time.
      atMs: Number.isFinite(this.#atMs) ? this.#atMs : 0,
      sinceMs: this.#sinceMs ?? null,
      value: this.#value,
      trace: this.#trace.snapshot(),
    }
    return { detector: 'novelty', version: VERSION, state }
  }

  #finishProbation(values: readonly number[]): void {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (const value of values) {
      if (value < low) low = value
      if (value > high) high = value
    }
    this.#pending = undefined
    this.#begin({ low, high })
    for (const value of values) this.#votes(value)
  }

  #begin(learned: Range, contexts: readonly number[][] = [], histograms: readonly HistogramSnapshot[] = []): void {
    this.#learned = learned
    this.#views = viewsOf(learned, this.#options.range)
    this.#contexts = this.#views.map((view, i) => new ContextNovelty(LEVELS + 2 * view.beyond, contexts[i]))
    this.#histograms = this.#views.map((_, i) => new HistogramNovelty(histograms[i]))
  }

  /** The votes for "never seen", in thirds: up to 3 from each of two contexts and two histograms. */
  #votes(value: number): number {
    let votes = 0
    for (let i = 0; i < this.#views.length; i++) {
      const view = this.#views[i]
      if (!view) continue
      votes += this.#contexts[i]?.next(symbolOf(value, view)) ?? 0
      if (this.#histograms[i]?.next(binOf(value, view.binRange))) votes += CONTEXT_VOTE
    }
    return votes
  }

  #judge(timestampMs: number, votes: number): void {
    const novel = votes >= VOTES_NEEDED
    const score = votes / VOTES_NEEDED
    this.#sinceReport++
    this.#sinceNovelty = novel ? 0 : this.#sinceNovelty + 1
    if (novel && this.#sinceReport > this.#options.refractory) {
      this.#sinceReport = 0
      this.#episode++
      this.#peak = score
      this.#sinceMs ??= timestampMs
      return
    }
    if (this.#sinceMs !== undefined && this.#sinceNovelty <= this.#options.refractory) {
      this.#peak = Math.max(this.#peak, score)
      return
    }
    this.#sinceMs = undefined
    this.#peak = score
  }

  #restore(state: NoveltyState): void {
    // Learned with other limits or another probation, the symbols would mean something else.
    if (JSON.stringify(state.options) !== JSON.stringify(this.#options)) return
    this.#seen = state.seen
    this.#sinceReport = state.sinceReport
    this.#sinceNovelty = state.sinceNovelty
    this.#peak = state.score
    this.#episode = state.episode
    this.#atMs = state.seen > 0 ? state.atMs : Number.NEGATIVE_INFINITY
    this.#sinceMs = state.sinceMs ?? undefined
    this.#value = state.value
    this.#trace = new Trace(0, state.trace)
    if (state.learned) {
      this.#pending = undefined
      this.#begin(state.learned, state.contexts, state.histograms)
    } else {
      this.#pending = state.pending.slice()
    }
  }
}

/**
 * Two ways of looking. Limits that are known give one of them; what the probation showed, with room for what it did not,
 * gives the other, or both with different room. Widths chosen on the shared part of the Numenta benchmark, on a plateau:
 * each may change by a quarter and the score by two points.
 */
function viewsOf(learned: Range, limits: Range | null): View[] {
  const near: View = { symbolRange: padded(learned, 1), beyond: BEYOND, binRange: padded(learned, 0.6) }
  if (limits) return [{ symbolRange: limits, beyond: 0, binRange: limits }, near]
  return [near, { symbolRange: padded(learned, 0.75), beyond: BEYOND, binRange: padded(learned, 1) }]
}

function padded({ low, high }: Range, share: number): Range {
  if (low < high) {
    const room = share * (high - low)
    return { low: low - room, high: high + room }
  }
  // A flat probation has no width: its own size stands in. It goes into the middle of a level, so that small noise later
  // does not hop over an edge and become a sensation.
  const room = share * (Math.abs(low) || 1)
  return { low: low - room, high: high + room * ((LEVELS + 1) / (LEVELS - 1)) }
}

function symbolOf(value: number, { symbolRange, beyond }: View): number {
  const place = (value - symbolRange.low) / (symbolRange.high - symbolRange.low)
  if (beyond === 0) return Math.max(0, Math.min(LEVELS - 1, Math.floor(place * LEVELS)))
  // Beyond the ends each symbol is twice as wide as the last: far out is not the same as a little out.
  if (place < 0) return Math.max(0, beyond - 1 - Math.floor(Math.log2(1 - place)))
  if (place >= 1) return beyond + LEVELS + Math.min(beyond - 1, Math.floor(Math.log2(place)))
  return beyond + Math.floor(place * LEVELS)
}

function binOf(value: number, { low, high }: Range): number {
  const bin = Math.ceil(((value - low) / (high - low)) * HISTOGRAM_BINS) - 1
  return Math.max(0, Math.min(HISTOGRAM_BINS - 1, bin))
}
