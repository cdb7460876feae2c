import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@millrace/base'
import {
  createLevelDetector,
  createSensorChecks,
  createSpectralDetector,
  type DetectorPlan,
  type DetectorSnapshot,
  type DetectorVerdict,
  detectorPlanFor,
  diagnoseSpindle,
  operatingContext,
  type SensorChecks,
  type SpectralDetector,
  type SpindleReason,
  spindleBands,
  type ValueDetector,
} from '@millrace/signals'
import type { Measurand, Series } from '@millrace/telemetry/contract'
import type { FindingCause } from './contract.ts'
import { inTimeOrder, type SampleColumn } from './sample-order.ts'
import { spindleDataOf } from './spindle-data.ts'

/** A signal as a watch needs it. */
export interface WatchedSignal {
  readonly series: Series
  readonly name: string
  readonly title: string
  readonly measurand: Measurand
  readonly unit: string | null
  /** Of the waveform behind a spectrum; null for anything else. */
  readonly sampleRateHz: number | null
}

export interface WatchedMachine {
  readonly kind: string | null
  readonly signals: readonly WatchedSignal[]
}

/** One thing that was out of the usual, on one signal. */
export interface Observation {
  readonly signal: WatchedSignal
  readonly verdict: DetectorVerdict
}

/** What a watch has to say about a case: it began, goes on, or went away. */
export interface CaseEvent {
  readonly type: 'raise' | 'refresh' | 'end'
  readonly cause: FindingCause
  readonly atMs: number
  readonly sinceMs: number
  readonly confidenceRatio: number
  readonly observations: readonly Observation[]
  /** Signs that speak for the cause, strongest first; for spindles only. */
  readonly reasons: readonly SpindleReason[]
  /** Scrap per hour, lately and usually, while the machine ran. */
  readonly scrapPerHour: { readonly recent: number; readonly usual: number } | undefined
}

interface Watcher {
  readonly signal: WatchedSignal
  readonly plan: DetectorPlan
  readonly level: ValueDetector | undefined
  readonly spectral: SpectralDetector | undefined
  readonly checks: SensorChecks | undefined
}

interface OpenCase {
  sinceMs: number
  refreshedMs: number
  seenMs: number
}

/** Everything a watch remembers. Plain JSON, bounded by the number of its signals. */
export interface WatchSnapshot {
  readonly detectors: Record<string, DetectorSnapshot>
  readonly cases: [FindingCause, OpenCase][]
  readonly scrap: ScrapSnapshot
}

/** How often a case that goes on is looked at again. */
const REFRESH_MS = MINUTE_MS
const LOOK_MS = 10 * SECOND_MS
/** A case is over when nothing of it was seen for so long. */
const OVER_MS = 10 * MINUTE_MS
/** Something is out of the usual and fits no cause: said only when it lasts. */
const UNEXPLAINED_MS = 45 * MINUTE_MS

/**
 * Watches one machine: runs the detectors that fit its signals, each against what is usual in the same operating context,
 * and puts together what they say. Time comes in with the samples; nothing reads a clock.
 */
export class MachineWatch {
  readonly #machine: WatchedMachine
  readonly #watchers = new Map<Series, Watcher>()
  readonly #bySeries: ReadonlyMap<Series, WatchedSignal>
  readonly #cases: Map<FindingCause, OpenCase>
  readonly #scrap: ScrapRate
  #state = ''
  #program = ''
  #feedOverride: number | undefined
  #speed: number | undefined
  #context = ''
  #lookedMs = 0

  /** @param intervalMs usual time between the samples of a signal. */
  constructor(machine: WatchedMachine, intervalMs: number, snapshot?: WatchSnapshot) {
    this.#machine = machine
    this.#bySeries = new Map(machine.signals.map((signal) => [signal.series, signal]))
    this.#cases = new Map(snapshot?.cases)
    this.#scrap = new ScrapRate(snapshot?.scrap)
    const { teeth, bearing } = spindleDataOf(machine.kind)
    for (const signal of machine.signals) {
      const plan = detectorPlanFor({ measurand: signal.measurand, intervalMs })
      if (!plan) continue
      const saved = (part: string) => snapshot?.detectors[`${signal.series}/${part}`]
      this.#watchers.set(signal.series, {
        signal,
        plan,
        level: plan.level && createLevelDetector(plan.level, saved('level')),
        spectral:
          plan.spectral &&
          createSpectralDetector({ ...plan.spectral, bands: spindleBands(teeth, bearing) }, saved('spectral')),
        // Silence is the gateway's matter, shown as such: a plant cut off is not a plant of broken sensors.
        checks:
          plan.sensor && !plan.spectral ? createSensorChecks({ ...plan.sensor, gapMs: 0 }, saved('sensor')) : undefined,
      })
    }
  }

  /** Takes samples of the machine's signals, newer than those before. */
  observe(columns: readonly SampleColumn[]): CaseEvent[] {
    const events: CaseEvent[] = []
    const rank = (column: SampleColumn) => RANK[this.#bySeries.get(column.series)?.measurand ?? 'other'] ?? LAST
    const ordered = columns.filter(({ series }) => this.#bySeries.has(series)).sort((a, b) => rank(a) - rank(b))
    inTimeOrder(ordered, (series, atMs, value) => {
      const signal = this.#bySeries.get(series)
      if (!signal) return
      const turned = this.#take(signal, atMs, value)
      if (turned || atMs - this.#lookedMs >= LOOK_MS) {
        this.#lookedMs = atMs
        events.push(...this.#look(atMs))
      }
    })
    return events
  }

  snapshot(): WatchSnapshot {
    const detectors: Record<string, DetectorSnapshot> = {}
    for (const [series, { level, spectral, checks }] of this.#watchers) {
      if (level) detectors[`${series}/level`] = level.snapshot()
      if (spectral) detectors[`${series}/spectral`] = spectral.snapshot()
      if (checks) detectors[`${series}/sensor`] = checks.snapshot()
    }
    return { detectors, cases: [...this.#cases], scrap: this.#scrap.snapshot() }
  }

  /** @returns whether a detector changed its mind. */
  #take(signal: WatchedSignal, atMs: number, value: number | string | Float32Array | null): boolean {
    if (typeof value === 'string') {
      if (signal.measurand === 'state') this.#state = value
      if (signal.measurand === 'program') this.#program = value
      this.#contextChanged()
      return false
    }
    if (typeof value === 'number') {
      if (signal.measurand === 'feed-override') this.#feedOverride = value
      if (signal.measurand === 'speed' && signal.unit === 'rpm') this.#speed = value
      if (signal.measurand === 'feed-override' || signal.measurand === 'speed') this.#contextChanged()
      if (signal.measurand === 'scrap-count') this.#scrap.count(atMs, value, this.#state === 'running')
    }
    const watcher = this.#watchers.get(signal.series)
    if (!watcher) return false
    const running = this.#state === 'running' || this.#state === ''
    if (watcher.plan.context === 'running' && !running) return false
    const context = watcher.plan.context === 'running' ? this.#context : this.#state
    return update(watcher, atMs, value, context, this.#speed, running)
  }

  #contextChanged(): void {
    this.#context = operatingContext({
      state: this.#state,
      program: this.#program,
      ...(this.#feedOverride !== undefined && { feedOverridePercent: this.#feedOverride }),
    })
  }

  #look(atMs: number): CaseEvent[] {
    const observations: Observation[] = []
    let quiet = true
    for (const { level, spectral, checks } of this.#watchers.values()) {
      if (level?.state === 'anomalous' || spectral?.state === 'anomalous' || checks?.fault) quiet = false
    }
    if (quiet && this.#cases.size === 0) return []
    for (const { signal, level, spectral, checks } of this.#watchers.values()) {
      if (level) observations.push({ signal, verdict: level.verdict() })
      if (spectral) observations.push({ signal, verdict: spectral.verdict() })
      if (checks?.fault) observations.push({ signal, verdict: checks.verdict() })
    }
    const seen = quiet ? undefined : this.#explain(observations, atMs)
    return [...(seen ? this.#seen(seen, atMs) : []), ...this.#over(atMs)]
  }

  #explain(observations: readonly Observation[], atMs: number): Omit<CaseEvent, 'type'> | undefined {
    const out = observations.filter(({ verdict }) => verdict.state === 'anomalous' || verdict.fault !== undefined)
    const sinceMs = Math.min(...out.map(({ verdict }) => verdict.sinceMs ?? atMs))
    const scrapPerHour = this.#scrap.perHour()
    const spindle = this.#machine.signals.some((signal) => signal.measurand === 'vibration-spectrum')
    if (spindle) {
      const asked = observations.map(({ signal, verdict }) => ({
        ...{ signal: signal.title, measurand: signal.measurand, verdict },
      }))
      const { cause, confidence, reasons } = diagnoseSpindle(asked)
      const told = observations.filter(
        ({ signal, verdict }) =>
          out.some((one) => one.verdict === verdict) || reasons.some((one) => one.signal === signal.title),
      )
      if (cause !== 'unknown') {
        return { cause, atMs, sinceMs, confidenceRatio: confidence, observations: told, reasons, scrapPerHour }
      }
    }
    const strongest = out.toSorted((a, b) => b.verdict.score - a.verdict.score)
    const first = strongest[0]
    if (!first) return undefined
    const cause = spindle ? 'unusual' : causeOf(first)
    if (cause === 'unusual' && atMs - sinceMs < UNEXPLAINED_MS) return undefined
    const confidenceRatio = first.verdict.fault ? SENSOR_CONFIDENCE : first.verdict.confidence
    return { cause, atMs, sinceMs, confidenceRatio, observations: strongest, reasons: [], scrapPerHour }
  }

  #seen(seen: Omit<CaseEvent, 'type'>, atMs: number): CaseEvent[] {
    const open = this.#cases.get(seen.cause)
    if (!open) {
      this.#cases.set(seen.cause, { sinceMs: seen.sinceMs, refreshedMs: atMs, seenMs: atMs })
      return [{ type: 'raise', ...seen }]
    }
    open.seenMs = atMs
    if (atMs - open.refreshedMs < REFRESH_MS) return []
    open.refreshedMs = atMs
    return [{ type: 'refresh', ...seen, sinceMs: open.sinceMs }]
  }

  #over(atMs: number): CaseEvent[] {
    const ended: CaseEvent[] = []
    for (const [cause, { seenMs, sinceMs }] of this.#cases) {
      if (atMs - seenMs < OVER_MS) continue
      // A machine at rest shows nothing: the case waits for it.
      if (this.#state !== '' && this.#state !== 'running') continue
      this.#cases.delete(cause)
      ended.push({
        type: 'end',
        cause,
        atMs,
        sinceMs,
        confidenceRatio: 0,
        observations: [],
        reasons: [],
        scrapPerHour: undefined,
      })
    }
    return ended
  }
}

/** What is known first at equal times: the state goes before the values that are judged by it. */
const RANK: Partial<Record<Measurand, number>> = { state: 0, program: 1, speed: 2, 'feed-override': 3 }
const LAST = 9
const SENSOR_CONFIDENCE = 0.8
/** Gateways make spectra with a Hann window, as `spectrum` does by default. */
const HANN_NOISE_BANDWIDTH = 1.5

function update(
  { level, spectral, checks, signal }: Watcher,
  atMs: number,
  value: number | string | Float32Array | null,
  context: string,
  speedRpm: number | undefined,
  moving: boolean,
): boolean {
  if (value instanceof Float32Array) {
    if (!spectral || signal.sampleRateHz === null || value.length < 2) return false
    const before = spectral.state
    const resolutionHz = signal.sampleRateHz / 2 / (value.length - 1)
    const spectrum = { amplitudes: value, resolutionHz, noiseBandwidth: HANN_NOISE_BANDWIDTH }
    return spectral.update(atMs, spectrum, { context, ...(speedRpm !== undefined && { speedRpm }) }) !== before
  }
  const number = typeof value === 'number' ? value : Number.NaN
  const fault = checks?.fault
  const newFault = checks?.update(atMs, number, moving)
  if (!level) return fault !== newFault
  const before = level.state
  return level.update(atMs, number, context) !== before || fault !== newFault
}

function causeOf({ signal, verdict }: Observation): FindingCause {
  if (verdict.fault) return 'sensor-fault'
  switch (signal.measurand) {
    case 'power':
    case 'load':
      return verdict.direction === 'up' ? 'energy-waste' : 'unusual'
    case 'temperature':
    case 'pressure':
    case 'flow':
    case 'cycle-time':
      return 'process-drift'
    default:
      return 'unusual'
  }
}

interface ScrapSnapshot {
  readonly last: number | null
  readonly hours: readonly { hour: number; scrap: number; runs: boolean }[]
}

const SCRAP_HOURS = 14 * 24
const RECENT_HOURS = 2

/** Scrap per hour while the machine ran: lately, and what is usual. */
class ScrapRate {
  #last: number | null
  #hours: { hour: number; scrap: number; runs: boolean }[]

  constructor(snapshot?: ScrapSnapshot) {
    this.#last = snapshot?.last ?? null
    this.#hours = [...(snapshot?.hours ?? [])]
  }

  count(atMs: number, total: number, running: boolean): void {
    if (!Number.isFinite(total)) return
    const hour = Math.floor(atMs / HOUR_MS)
    let newest = this.#hours.at(-1)
    if (newest?.hour !== hour) {
      newest = { hour, scrap: 0, runs: false }
      this.#hours.push(newest)
      if (this.#hours.length > SCRAP_HOURS) this.#hours.shift()
    }
    // A counter that falls was reset: what it shows has come since.
    if (this.#last !== null) newest.scrap += total >= this.#last ? total - this.#last : total
    this.#last = total
    newest.runs ||= running
  }

  perHour(): { recent: number; usual: number } | undefined {
    const ran = this.#hours.filter(({ runs }) => runs)
    const recent = ran.slice(-RECENT_HOURS)
    const before = ran.slice(0, -RECENT_HOURS)
    if (recent.length < RECENT_HOURS || before.length < 8) return undefined
    const mean = (hours: readonly { scrap: number }[]) =>
      hours.reduce((sum, { scrap }) => sum + scrap, 0) / hours.length
    return { recent: mean(recent), usual: mean(before) }
  }

  snapshot(): ScrapSnapshot {
    return { last: this.#last, hours: this.#hours }
  }
}
