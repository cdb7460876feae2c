import { HOUR_MS } from '@millrace/base'
import type { SetPoint } from '@millrace/control/contract'
import { estimateRemainingLife } from '@millrace/signals'
import type { Action, Evidence, Finding, FindingCause } from './contract.ts'
import type { CaseEvent, Observation } from './machine-watch.ts'

/** Where a case happens, and what can be done there. */
export interface CasePlace {
  readonly currency: string
  /** The present value of each set-point's signal, as far as known. */
  readonly setPoints: readonly { setPoint: SetPoint; measurand: string; present: number | undefined }[]
}

/** A finding in words, without who and when. */
export type Draft = Pick<
  Finding,
  'title' | 'reason' | 'priority' | 'confidenceRatio' | 'evidence' | 'actions' | 'benefit' | 'outlook'
>

const TITLES: Record<FindingCause, string> = {
  'tool-wear': 'Tool wear on the spindle',
  bearing: 'Spindle bearing is failing',
  imbalance: 'Spindle is out of balance',
  'sensor-fault': 'Sensor does not tell the truth',
  'energy-waste': 'Takes more power than usual',
  'process-drift': 'Drifts away from its usual range',
  unusual: 'Behaves unlike before',
}

const PRIORITIES: Record<FindingCause, number> = {
  'tool-wear': 2,
  bearing: 2,
  imbalance: 3,
  'sensor-fault': 3,
  'energy-waste': 4,
  'process-drift': 3,
  unusual: 4,
}

const BAND_NAMES: Readonly<Record<string, string>> = {
  shaft: 'the shaft frequency',
  'tooth-pass': 'tooth-pass frequency',
  'bearing-outer': "the bearing's outer-race frequency",
  'bearing-inner': "the bearing's inner-race frequency",
  'bearing-ball': "the bearing's ball frequency",
  broadband: 'all frequencies together',
}

/** Puts a case into words, evidence and proposals. */
export function draftOf(event: CaseEvent, place: CasePlace): Draft {
  const evidence = event.observations.map(evidenceOf).filter((one) => one !== undefined)
  const hot = event.reasons.some(({ code }) => code === 'temperature-up')
  return {
    title: titleOf(event),
    reason: reasonOf(event),
    priority: event.cause === 'bearing' && hot ? 1 : PRIORITIES[event.cause],
    confidenceRatio: Math.min(1, Math.max(0, event.confidenceRatio)),
    evidence: evidence.slice(0, EVIDENCE_MAX),
    actions: actionsFor(event, place),
    benefit: benefitOf(event, place.currency),
    outlook: outlookOf(event),
  }
}

const EVIDENCE_MAX = 6

function titleOf({ cause, observations }: CaseEvent): string {
  const first = observations[0]
  if (!first || cause === 'tool-wear' || cause === 'bearing' || cause === 'imbalance') return TITLES[cause]
  if (cause === 'sensor-fault') return `${first.signal.title}: the sensor is ${FAULTS[first.verdict.fault ?? 'gap']}`
  if (cause === 'energy-waste') return TITLES[cause]
  return `${first.signal.title} ${cause === 'unusual' ? 'behaves unlike before' : 'drifts away from its usual range'}`
}

const FAULTS = { stuck: 'stuck', 'out-of-range': 'out of its range', gap: 'silent' } as const

function reasonOf(event: CaseEvent): string {
  const { cause, reasons, observations } = event
  const sentences: string[] = []
  const spectral = reasons.find(({ band, code }) => band !== undefined && code.endsWith('-up'))
  if (spectral?.ratio !== undefined) {
    const name = BAND_NAMES[spectral.band ?? ''] ?? 'one band'
    sentences.push(`Vibration at ${name} is ${times(spectral.ratio)} what it was with this program and feed.`)
  }
  for (const { signal, verdict } of observations) {
    if (verdict.evidence.kind === 'spectrum' || verdict.fault) continue
    if (verdict.usual === undefined || verdict.value === undefined || verdict.state !== 'anomalous') continue
    const usual = `usually ${number(verdict.usual.low)} to ${number(verdict.usual.high)}`
    sentences.push(`${signal.title} is ${number(verdict.value)}${unit(signal.unit)}, ${usual} in this state.`)
    if (sentences.length >= 3) break
  }
  const cool = reasons.some(({ code }) => code === 'temperature-usual')
  if (cause === 'tool-wear' && cool) sentences.push('Temperature does not rise with it, so the bearing is unlikely.')
  if (cause === 'bearing') {
    const hot = reasons.some(({ code }) => code === 'temperature-up')
    sentences.push(
      hot
        ? 'The spindle gets warm with it: the damage is far gone.'
        : 'The cut itself sounds as always, so it is not the tool.',
    )
  }
  const fault = observations.find(({ verdict }) => verdict.fault)
  if (fault?.verdict.fault === 'stuck')
    sentences.push(`${fault.signal.title} shows not one different digit while the machine runs.`)
  if (fault?.verdict.fault === 'out-of-range')
    sentences.push(`${fault.signal.title} reads what the sensor cannot measure.`)
  if (sentences.length === 0)
    sentences.push('The machine behaves differently from what it did in the same state before.')
  return sentences.join(' ')
}

function evidenceOf({ signal, verdict }: Observation): Evidence | undefined {
  const { evidence } = verdict
  const about = { series: signal.series, title: signal.title, unit: signal.unit }
  if (evidence.kind === 'spectrum') {
    const band = evidence.bands.toSorted((a, b) => b.score - a.score)[0]
    const [first = 0, second = 0] = evidence.frequenciesHz
    if (!band || evidence.now.length === 0) return undefined
    return {
      ...about,
      type: 'spectrum',
      resolutionHz: second - first,
      now: evidence.now.map(short),
      usual: evidence.usual.map(short),
      bandLowHz: band.lowHz,
      bandHighHz: band.highHz,
      bandTitle: BAND_NAMES[band.name] ?? band.name,
      ratio: short(band.ratio),
    }
  }
  if (verdict.value === undefined) return undefined
  const sinceMs = verdict.sinceMs ?? verdict.atMs
  return {
    ...about,
    type: 'trend',
    fromMs: sinceMs - BEFORE_MS,
    toMs: verdict.atMs,
    usualLow: verdict.usual ? short(verdict.usual.low) : null,
    usualHigh: verdict.usual ? short(verdict.usual.high) : null,
    usual: verdict.usual ? short(verdict.usual.center) : null,
    observed: short(verdict.value),
  }
}

/** How much of the time before is shown with a finding. */
const BEFORE_MS = 3 * HOUR_MS
const FEED_SHARE = 0.85

function actionsFor({ cause, observations }: CaseEvent, { setPoints }: CasePlace): Action[] {
  const byName = (name: string) => setPoints.find(({ setPoint }) => setPoint.name === name)
  const feed = setPoints.find(({ measurand }) => measurand === 'feed-override')
  const slower = feed && write(feed, Math.round(((feed.present ?? 100) * FEED_SHARE) / 5) * 5)
  switch (cause) {
    case 'tool-wear': {
      const change = byName('tool-change')
      return [slower, change && write(change, 1)].filter((one) => one !== undefined)
    }
    case 'bearing':
      return [request('Plan a change of the spindle bearing this week and keep a spare ready.'), slower].filter(
        (one) => one !== undefined,
      )
    case 'imbalance':
      return [request('Check the tool holder and balance the spindle at the next stop.'), slower].filter(
        (one) => one !== undefined,
      )
    case 'sensor-fault':
      return [request(`Check the sensor of ${observations[0]?.signal.title ?? 'this signal'} and its wiring.`)]
    case 'energy-waste':
      return [request('Look for what takes the power: a leak, a blocked filter, a machine left on.')]
    case 'process-drift': {
      const cooling = byName('cooling-water-flow')
      const warm = observations.some(
        ({ signal, verdict }) => signal.measurand === 'temperature' && verdict.direction === 'up',
      )
      const more = warm && cooling ? write(cooling, (cooling.present ?? cooling.setPoint.max) * 1.3) : undefined
      return [more, request('Look at the machine during this shift.')].filter((one) => one !== undefined)
    }
    case 'unusual':
      return [request('Look at the machine when there is time.')]
  }
}

function request(text: string): Action {
  return { type: 'request', text }
}

/** A proposal to write a value, kept inside what the set-point allows; undefined when that leaves nothing to change. */
function write({ setPoint, present }: CasePlace['setPoints'][number], wanted: number): Action | undefined {
  const { min, max, maxStep } = setPoint
  const step = maxStep ?? Number.POSITIVE_INFINITY
  const near = present === undefined ? wanted : Math.min(present + step, Math.max(present - step, wanted))
  const value = short(Math.min(max, Math.max(min, near)))
  if (value === present) return undefined
  return { type: 'set-point', setPointId: setPoint.id, title: setPoint.title, value, min, max, unit: setPoint.unit }
}

interface Prices {
  readonly part: number
  readonly kilowattHour: number
}

// TODO: goes away when materials knows what a part costs and energy knows the tariff; said in every text until then.
const ASSUMED_PRICES: Readonly<Record<string, Prices>> = {
  CHF: { part: 18.5, kilowattHour: 0.21 },
  MXN: { part: 95, kilowattHour: 2.4 },
  EUR: { part: 18, kilowattHour: 0.24 },
  USD: { part: 17, kilowattHour: 0.14 },
}

const SHIFT_HOURS = 8
const DAY_HOURS = 24

function benefitOf({ observations, scrapPerHour, cause }: CaseEvent, currency: string): Finding['benefit'] {
  const prices = ASSUMED_PRICES[currency]
  if (!prices || cause === 'sensor-fault' || cause === 'unusual') return null
  const power = observations.find(({ signal }) => signal.measurand === 'power')?.verdict
  const extraKw = power?.usual && power.value !== undefined ? Math.max(0, power.value - power.usual.center) : 0
  const extraScrap = scrapPerHour ? Math.max(0, scrapPerHour.recent - scrapPerHour.usual) : 0
  const perHour = extraKw * prices.kilowattHour + extraScrap * prices.part
  if (perHour * SHIFT_HOURS < 1) return null
  const parts: string[] = []
  if (extraScrap * SHIFT_HOURS >= 1) parts.push(`${Math.round(extraScrap * SHIFT_HOURS)} parts of scrap`)
  if (extraKw * SHIFT_HOURS >= 1) parts.push(`${number(extraKw * SHIFT_HOURS)} kWh`)
  const what = parts.join(' and ') || 'little'
  return {
    amount: Math.round(perHour * SHIFT_HOURS),
    currency,
    waitingPerDay: Math.round(perHour * DAY_HOURS),
    text: `About ${what} in 8 hours, reckoned at ${currency} ${prices.part.toFixed(2)} a part and ${currency} ${prices.kilowattHour.toFixed(2)} a kWh (assumed).`,
  }
}

/** Beyond this multiple of the usual level a worn tool breaks or spoils parts. */
const WORN_OUT_RATIO = 2.6

function outlookOf({ cause, observations }: CaseEvent): string | null {
  if (cause !== 'tool-wear' && cause !== 'bearing') return null
  const vibration = observations.find(({ signal }) => signal.measurand === 'vibration')?.verdict
  if (vibration?.evidence.kind !== 'series' || !vibration.usual) return null
  const { timestampsMs, values } = vibration.evidence
  const life = estimateRemainingLife(timestampsMs, values, vibration.usual.center * WORN_OUT_RATIO)
  if (!life) return null
  const what = cause === 'tool-wear' ? 'tool life' : 'bearing life'
  if (life.remainingMs < MOMENT_MS) return `No ${what} left.`
  const high = life.highMs === undefined ? 'or much more' : `to ${duration(life.highMs)}`
  return `About ${duration(life.remainingMs)} of ${what} left (${duration(life.lowMs)} ${high}).`
}

const MOMENT_MS = 5 * 60_000

function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  if (minutes < 90) return `${minutes} min`
  if (minutes < 48 * 60)
    return `${Math.floor(minutes / 60)} h ${String((Math.round((minutes % 60) / 10) * 10) % 60).padStart(2, '0')}`
  return `${Math.round(minutes / 1440)} days`
}

function times(ratio: number): string {
  return `${ratio.toFixed(1)} ×`
}

function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits)
}

function unit(text: string | null): string {
  return text ? ` ${text}` : ''
}

/** Four significant digits: enough for a plot, short on the wire. */
function short(value: number): number {
  return Number(value.toPrecision(4))
}
