import { MINUTE_MS, SECOND_MS } from '@millrace/base'
import { type DetectorSnapshot, operatingContext, type SpindleReason } from '@millrace/signals'
import type { Measurand, Series } from '@millrace/telemetry/contract'
import { CaseBook, type CaseBookSnapshot, type CaseNews } from './case-book.ts'
import type { FindingCause } from './contract.ts'
import { explain } from './explain.ts'
import { GrowthCurve, type GrowthSnapshot } from './growth-curve.ts'
import { kindData, RECORDED } from './machine-kinds.ts'
import type { Observation, WatchedSignal } from './observation.ts'
import { QuietLoad, type QuietSnapshot } from './quiet-load.ts'
import { copyOf, inTimeOrder, type SampleColumn, type SampleValue } from './sample-order.ts'
import { type ScrapPerHour, ScrapRate, type ScrapSnapshot } from './scrap-rate.ts'
import { type Operating, type Sampling, SignalWatch, TwinWatch } from './signal-watch.ts'
import { thinned, thinSamples } from './thin-samples.ts'

export interface WatchedMachine {
  readonly kind: string | null
  readonly signals: readonly WatchedSignal[]
}

/** What a watch has to say about a case: it began, goes on, or went away. */
export interface CaseEvent {
  readonly type: 'raise' | 'refresh' | 'end'
  readonly cause: FindingCause
  readonly atMs: number
  readonly sinceMs: number
  readonly confidenceRatio: number
  /** What was seen, strongest first; nothing when it went away. */
  readonly observations: readonly Observation[]
  /** Signs that speak for the cause, strongest first; for spindles only. */
  readonly reasons: readonly SpindleReason[]
  readonly scrapPerHour: ScrapPerHour | undefined
  /** How what wears has grown lately: vibration with this tool, or the bearing's band as a multiple of its usual level. */
  readonly growth: { readonly timestampsMs: readonly number[]; readonly values: readonly number[] }
}

/** What the machine was last heard to do. */
interface Heard {
  state: string
  program: string
  feedOverride: number | null
  speed: number | null
  toolLife: number | null
}

/** Everything a watch remembers. Plain JSON, bounded by the number of its signals. */
export interface WatchSnapshot {
  readonly version: number
  readonly detectors: Record<string, DetectorSnapshot>
  readonly quiet: Record<string, QuietSnapshot>
  readonly cases: CaseBookSnapshot
  readonly scrap: ScrapSnapshot
  readonly growth: { readonly tool: GrowthSnapshot; readonly bearing: GrowthSnapshot }
  readonly heard: Readonly<Heard>
}

const SNAPSHOT_VERSION = 3
/** While something is out of the usual it is looked at as often as this; at a change of mind always. */
const LOOK_MS = 10 * SECOND_MS
const LOOK_SAMPLES = 5
/** A case that goes on is told again as often as this: more rarely in a past that is only lived through. */
const REFRESH_MS = MINUTE_MS
const REFRESH_SAMPLES = 30
/** A case is over when the machine ran for so long and nothing of it was seen. */
const OVER_MS = 10 * MINUTE_MS
const OVER_SAMPLES = 60
/** Tools last hours, bearings weeks: means of so long show their growth. */
const TOOL_STRETCH_MS = 5 * MINUTE_MS
const BEARING_STRETCH_MS = 60 * MINUTE_MS
/** A tool whose life rises by so many points is another one. */
const NEW_TOOL_POINTS = 20

/**
 * Watches one machine: runs the detectors that fit its signals, each against what is usual in the same operating context,
 * and puts together what they say. Time comes in with the samples; nothing reads a clock.
 */
export class MachineWatch {
  readonly #spindle: boolean
  readonly #recorded: boolean
  readonly #intervalMs: number
  readonly #lookMs: number
  readonly #signals: ReadonlyMap<Series, WatchedSignal>
  readonly #watches = new Map<Series, SignalWatch>()
  readonly #twins: TwinWatch[] = []
  readonly #quiet = new Map<Series, QuietLoad>()
  readonly #cases: CaseBook
  readonly #scrap: ScrapRate
  readonly #toolGrowth: GrowthCurve
  readonly #bearingGrowth: GrowthCurve
  readonly #heard: Heard
  #operating: Operating
  #lookedMs = 0

  constructor(machine: WatchedMachine, sampling: Sampling, saved?: WatchSnapshot) {
    // A snapshot of another version is ignored: the watch learns anew.
    const snapshot = saved?.version === SNAPSHOT_VERSION ? saved : undefined
    const { intervalMs } = sampling
    const data = kindData(machine.kind, new Set(machine.signals.map(({ measurand }) => measurand)))
    const recorded = machine.kind === RECORDED
    this.#recorded = recorded
    this.#intervalMs = intervalMs
    this.#lookMs = Math.max(LOOK_MS, LOOK_SAMPLES * intervalMs)
    this.#spindle = machine.signals.some(
      ({ measurand }) => measurand === 'vibration-spectrum' || measurand === 'vibration',
    )
    this.#signals = new Map(machine.signals.map((signal) => [signal.series, signal]))
    this.#cases = new CaseBook(
      {
        refreshMs: Math.max(REFRESH_MS, REFRESH_SAMPLES * intervalMs),
        overMs: Math.max(OVER_MS, OVER_SAMPLES * intervalMs),
        untilNext: recorded,
      },
      snapshot?.cases,
    )
    this.#scrap = new ScrapRate(snapshot?.scrap)
    this.#toolGrowth = new GrowthCurve(TOOL_STRETCH_MS, snapshot?.growth.tool)
    this.#bearingGrowth = new GrowthCurve(BEARING_STRETCH_MS, snapshot?.growth.bearing)
    this.#heard = {
      ...(snapshot?.heard ?? {
        state: '',
        program: '',
        feedOverride: null,
        speed: null,
        toolLife: null,
        toolSinceMs: null,
      }),
    }
    for (const signal of machine.signals) {
      const savedOf = (aspect: string) => snapshot?.detectors[`${signal.series}/${aspect}`]
      const watch = SignalWatch.of(signal, data.behaviour, sampling, { recorded, spindle: data.spindle }, savedOf)
      if (watch) this.#watches.set(signal.series, watch)
      if (data.supplies && (signal.measurand === 'flow' || signal.measurand === 'power'))
        this.#quiet.set(signal.series, new QuietLoad(snapshot?.quiet[signal.series]))
    }
    const [own, other] = (data.twins ?? []).map((name) => machine.signals.find((signal) => signal.name === name))
    if (own && other) this.#twins.push(new TwinWatch(own, other, sampling, snapshot?.detectors[`${own.series}/twin`]))
    this.#operating = this.#nowOperating()
  }

  /** Whether it knows of a signal; one it does not came after it. */
  knows(series: Series): boolean {
    return this.#signals.has(series)
  }

  /** Tells what a signal showed last, without judging it: a state holds until it changes. */
  remind(series: Series, value: SampleValue): void {
    const signal = this.#signals.get(series)
    if (signal) this.#hear(signal, value)
  }

  /** Takes samples of the machine's signals, newer than those before. Faster ones than detectors want are thinned. */
  observe(columns: readonly SampleColumn[]): CaseEvent[] {
    const events: CaseEvent[] = []
    inTimeOrder(this.#ordered(columns), (series, atMs, value) => {
      const signal = this.#signals.get(series)
      if (!signal) return
      if (this.#hear(signal, value)) events.push(...this.#newTool(atMs))
      const turned = this.#take(signal, atMs, value)
      if (!turned && atMs - this.#lookedMs < this.#lookMs) return
      this.#lookedMs = atMs
      for (const news of this.#look(atMs)) events.push(this.#event(news, atMs))
    })
    return events
  }

  /** A copy of arriving samples, as much of them as it wants. */
  keep(column: SampleColumn): SampleColumn {
    const signal = this.#signals.get(column.series)
    const isWhole = this.#recorded || !signal || RANK[signal.measurand] !== undefined
    return isWhole ? copyOf(column) : thinned(column, this.#intervalMs)
  }

  /** What it knows of: first what the machine does, as it came, then what is judged by it. */
  #ordered(columns: readonly SampleColumn[]): SampleColumn[] {
    const heard: { column: SampleColumn; rank: number }[] = []
    const judged: SampleColumn[] = []
    for (const column of columns) {
      const signal = this.#signals.get(column.series)
      if (!signal) continue
      const rank = RANK[signal.measurand]
      if (rank === undefined) judged.push(column)
      else heard.push({ column, rank })
    }
    const first = heard.sort((a, b) => a.rank - b.rank).map(({ column }) => column)
    return [...first, ...(this.#recorded ? judged : thinSamples(judged, this.#intervalMs))]
  }

  snapshot(): WatchSnapshot {
    const detectors: Record<string, DetectorSnapshot> = {}
    for (const [series, watch] of this.#watches) {
      for (const [aspect, snapshot] of watch.snapshot()) detectors[`${series}/${aspect}`] = snapshot
    }
    for (const twin of this.#twins) detectors[`${twin.signal.series}/twin`] = twin.snapshot()
    return {
      version: SNAPSHOT_VERSION,
      detectors,
      quiet: Object.fromEntries([...this.#quiet].map(([series, quiet]) => [series, quiet.snapshot()])),
      cases: this.#cases.snapshot(),
      scrap: this.#scrap.snapshot(),
      growth: { tool: this.#toolGrowth.snapshot(), bearing: this.#bearingGrowth.snapshot() },
      heard: { ...this.#heard },
    }
  }

  /** Takes note of what the machine does. @returns whether it just got another tool. */
  #hear({ measurand, unit }: WatchedSignal, value: SampleValue): boolean {
    const heard = this.#heard
    if (typeof value === 'string') {
      if (measurand === 'state') heard.state = value
      else if (measurand === 'program') heard.program = value
      else return false
      this.#operating = this.#nowOperating()
      return false
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) return false
    if (measurand === 'tool-life') {
      const before = heard.toolLife
      heard.toolLife = value
      return before !== null && value > before + NEW_TOOL_POINTS
    }
    if (measurand === 'speed' && unit === 'rpm') {
      heard.speed = value
      this.#operating = { ...this.#operating, speedRpm: value }
    } else if (measurand === 'feed-override' && value !== heard.feedOverride) {
      heard.feedOverride = value
      this.#operating = this.#nowOperating()
    }
    return false
  }

  #nowOperating(): Operating {
    const { state, program, feedOverride, speed } = this.#heard
    const feed = feedOverride === null ? {} : { feedOverridePercent: feedOverride }
    return {
      state,
      running: state === 'running',
      context: operatingContext({ state, program, ...feed }),
      speedRpm: speed ?? undefined,
    }
  }

  /** @returns whether a detector changed its mind. */
  #take(signal: WatchedSignal, atMs: number, value: SampleValue): boolean {
    let turned = false
    if (typeof value === 'number') {
      if (signal.measurand === 'vibration' && this.#operating.running) this.#toolGrowth.push(atMs, value)
      if (signal.measurand === 'scrap-count') this.#scrap.count(atMs, value, this.#operating.running)
      turned = this.#quiet.get(signal.series)?.update(atMs, value) ?? false
      for (const twin of this.#twins) {
        if (signal.series !== twin.signal.series && signal.series !== twin.twinSeries) continue
        turned = twin.update(signal.series, atMs, value, this.#intervalMs) || turned
      }
    }
    return (this.#watches.get(signal.series)?.update(atMs, value, this.#operating) ?? false) || turned
  }

  #look(atMs: number): CaseNews[] {
    const { state, running } = this.#operating
    const resting = state !== '' && !running
    if (!this.#anythingOut()) return this.#cases.hasOpen ? this.#cases.take([], atMs, resting) : []
    const observations = [...this.#watches.values()].flatMap((watch) => watch.observations())
    for (const twin of this.#twins) if (twin.anomalous) observations.push(twin.observation())
    for (const [series, quiet] of this.#quiet) {
      const signal = this.#signals.get(series)
      if (signal && quiet.anomalous) observations.push({ aspect: 'quiet', signal, verdict: quiet.verdict() })
    }
    this.#followBearing(observations, atMs)
    return this.#cases.take(explain(observations, this.#spindle, atMs), atMs, resting)
  }

  #followBearing(observations: readonly Observation[], atMs: number): void {
    if (!this.#operating.running) return
    for (const { verdict } of observations) {
      if (verdict.band?.startsWith('bearing') && verdict.ratio !== undefined)
        this.#bearingGrowth.push(atMs, verdict.ratio)
    }
  }

  #anythingOut(): boolean {
    for (const watch of this.#watches.values()) if (watch.anomalous) return true
    for (const quiet of this.#quiet.values()) if (quiet.anomalous) return true
    return this.#twins.some((twin) => twin.anomalous)
  }

  /** A new tool: what the old one did is over. */
  #newTool(atMs: number): CaseEvent[] {
    this.#toolGrowth.restart()
    const ended = this.#cases.end(['tool-wear'])
    if (ended.length > 0) for (const watch of this.#watches.values()) watch.forgetWornTool()
    return ended.map((news) => this.#event(news, atMs))
  }

  #event({ type, cause, sinceMs, seen }: CaseNews, atMs: number): CaseEvent {
    const { confidenceRatio = 0, observations = [], reasons = [] } = seen ?? {}
    const growth = (cause === 'bearing' ? this.#bearingGrowth : this.#toolGrowth).recent()
    const about = { scrapPerHour: this.#scrap.perHour(), growth }
    return { type, cause, atMs, sinceMs, confidenceRatio, observations, reasons, ...about }
  }
}

/** What is known first at equal times: what the machine does goes before the values that are judged by it. */
const RANK: Partial<Record<Measurand, number>> = {
  ...{ state: 0, program: 1, speed: 2, 'feed-override': 3 },
  // A mean would lie between the old tool and the new one, or before and after a reset.
  'tool-life': 4,
  'scrap-count': 5,
}
