import { instant } from '@millrace/base'
import { benefitOf } from './benefit.ts'
import { actionsFor, type CasePlace } from './case-actions.ts'
import { bandTitle, evidenceOf } from './case-evidence.ts'
import type { Finding, FindingCause } from './contract.ts'
import type { CaseEvent } from './machine-watch.ts'
import { isOut, type Observation } from './observation.ts'
import { outlookOf } from './outlook.ts'
import { duration, factor, quantity } from './quantities.ts'

/** A finding in words, without who and when. */
export type Draft = Pick<
  Finding,
  'title' | 'reason' | 'priority' | 'confidenceRatio' | 'evidence' | 'actions' | 'benefit' | 'outlook' | 'failsAt'
>

const EVIDENCE_MAX = 6
const ACTIONS_MAX = 4
/** Signals named in a reason; more is a list, not a sentence. */
const NAMED_MAX = 3

/** Puts a case into words, evidence and proposals. */
export function draftOf(event: CaseEvent, place: CasePlace): Draft {
  const life = outlookOf(event)
  return {
    title: titleOf(event),
    reason: reasonOf(event),
    priority: priorityOf(event),
    confidenceRatio: Math.min(1, Math.max(0, event.confidenceRatio)),
    evidence: event.observations.flatMap(evidenceOf).slice(0, EVIDENCE_MAX),
    actions: actionsFor(event, place).slice(0, ACTIONS_MAX),
    benefit: benefitOf(event, place.currency, life?.remainingMs),
    outlook: life?.text ?? null,
    failsAt: life ? instant(event.atMs + life.remainingMs) : null,
  }
}

const PRIORITIES: Record<FindingCause, number> = {
  'tool-wear': 2,
  bearing: 2,
  imbalance: 3,
  'sensor-fault': 3,
  'energy-waste': 3,
  'process-drift': 2,
  unusual: 4,
}

function priorityOf({ cause, reasons }: CaseEvent): number {
  const hot = reasons.some(({ code }) => code === 'temperature-up')
  return cause === 'bearing' && hot ? 1 : PRIORITIES[cause]
}

function titleOf({ cause, observations }: CaseEvent): string {
  const [first] = observations
  switch (cause) {
    case 'tool-wear':
      return 'Tool is worn'
    case 'bearing':
      return 'Spindle bearing is failing'
    case 'imbalance':
      return 'Spindle is out of balance'
    case 'sensor-fault':
      return first ? sensorTitle(first) : 'A sensor is wrong'
    case 'energy-waste':
      return first?.aspect === 'quiet' ? 'Never comes to rest: probably a leak' : 'Takes more power than usual'
    case 'process-drift':
      return first ? `${first.signal.title} is ${beyond(first)}` : 'Drifts away from its usual range'
    case 'unusual':
      return first ? `${first.signal.title} behaves as never before` : 'Behaves as never before'
  }
}

function sensorTitle({ aspect, signal, verdict }: Observation): string {
  if (aspect === 'twin') return `${signal.title}: two sensors disagree`
  return `${signal.title}: the sensor is ${verdict.fault === 'stuck' ? 'stuck' : 'out of its range'}`
}

function beyond({ verdict }: Observation): string {
  return verdict.direction === 'down' ? 'lower than usual' : 'higher than usual'
}

function reasonOf(event: CaseEvent): string {
  const sentences = [...seen(event), ...whyThisCause(event)]
  if (sentences.length === 0)
    sentences.push('The machine behaves differently from what it did in the same state before.')
  return sentences.join(' ')
}

/** What was seen, against what is usual. */
function seen({ reasons, observations }: CaseEvent): string[] {
  const sentences: string[] = []
  const spectral = reasons.find(({ band, code }) => band !== undefined && code.endsWith('-up'))
  if (spectral?.ratio !== undefined) {
    const context = observations.find(({ aspect }) => aspect === 'spectral')?.verdict.context ?? ''
    sentences.push(`${bandTitle(spectral.band)} is ${factor(spectral.ratio)} its usual level${circumstances(context)}.`)
  }
  for (const observation of observations) {
    if (sentences.length >= NAMED_MAX) break
    if (!isOut(observation)) continue
    // Said once what it is compared with.
    const context = sentences.length === 0 ? circumstances(observation.verdict.context) : ''
    const sentence = seenIn(observation, context)
    if (sentence) sentences.push(sentence)
  }
  return sentences
}

function seenIn({ aspect, signal, verdict, twin }: Observation, context: string): string | undefined {
  const { value, usual, fault } = verdict
  const { title } = signal
  const of = (number: number) => quantity(number, signal.unit)
  if (aspect === 'spectral' || value === undefined) return undefined
  if (fault === 'stuck') {
    const time = duration(verdict.atMs - (verdict.sinceMs ?? verdict.atMs))
    return `${title} has shown exactly ${of(value)} for ${time} while the machine runs.`
  }
  if (fault === 'out-of-range') return `${title} shows ${of(value)}, which its sensor cannot measure.`
  if (!usual) return undefined
  if (aspect === 'twin' && twin) {
    const moved = value - usual.center
    const away = `${of(Math.abs(moved))} ${moved < 0 ? 'lower' : 'higher'}`
    return `${title} shows ${of(twin.own)} and ${twin.signal.title} ${of(twin.value)}; compared with it, the first reads ${away} than it used to.`
  }
  if (aspect === 'quiet') {
    return `${title} never fell below ${of(value)} within the last day; on the days before it fell to ${range(usual, signal.unit)}.`
  }
  if (aspect === 'novelty') {
    return `${title} takes a course that was never seen before. It is ${of(value)} now, and lay within ${range(usual, signal.unit)} while it was learned.`
  }
  const limit =
    verdict.direction === 'down' ? `at least ${quantity(usual.low, null)}` : `at most ${quantity(usual.high, null)}`
  return `${title} is ${of(value)}, usually ${quantity(usual.center, null)} and ${limit}${context}.`
}

function range({ low, high }: { low: number; high: number }, unit: string | null): string {
  return `${quantity(low, null)} to ${quantity(high, unit)}`
}

/** Why it is this cause and not the next. */
function whyThisCause({ cause, reasons, observations }: CaseEvent): string[] {
  const has = (code: string) => reasons.some((reason) => reason.code === code)
  switch (cause) {
    case 'tool-wear':
      if (has('temperature-usual') && has('bearing-band-usual'))
        return ['The spindle stays cool and its bearing quiet, so it is the tool, not the bearing.']
      return has('power-up') ? ['It also cuts with more power, as a blunt edge does.'] : []
    case 'bearing':
      if (has('temperature-up')) return ['The spindle gets warm with it: the damage is far gone.']
      return has('tooth-pass-usual') ? ['The cut itself sounds as always, so it is not the tool.'] : []
    case 'imbalance':
      return ['It comes once in each turn and nowhere else: a chip under the holder, a bent tool, or imbalance.']
    case 'sensor-fault':
      return sensorHint(observations)
    case 'energy-waste':
      return observations.some(({ aspect }) => aspect === 'quiet')
        ? [
            'More is taken even in breaks and at night, when nobody works: a leak or a valve left open, not more production.',
          ]
        : []
    case 'process-drift':
      return driftHint(observations)
    case 'unusual':
      return observations.some(({ aspect }) => aspect === 'novelty') ? [] : ['No cause that we know fits.']
  }
}

function sensorHint(observations: readonly Observation[]): string[] {
  const twins = observations.find(({ aspect }) => aspect === 'twin')
  if (twins) {
    const low = twins.verdict.direction === 'down'
    const risk = low ? ` If it is the first, it is hotter in there than it should be.` : ''
    return [`Both measure the same heat, so a sensor drifts, not the furnace.${risk}`]
  }
  const stuck = observations.some(({ verdict }) => verdict.fault === 'stuck')
  return stuck ? ['A sound sensor always moves in its last digit.'] : []
}

function driftHint(observations: readonly Observation[]): string[] {
  const out = observations.filter(isOut)
  const warm = out.find(({ signal, verdict }) => signal.measurand === 'temperature' && verdict.direction === 'up')
  if (!warm) return []
  const slow = out.some(({ signal }) => signal.measurand === 'cycle-time')
  const cooling = 'The machine works as always, so its cooling does less: a clogged cooler or too little water.'
  return slow ? [cooling, 'The cycle has become longer with it.'] : [cooling]
}

/** The circumstances something is compared in, as a part of a sentence. */
function circumstances(context: string): string {
  const [state, ...rest] = context.split(' · ')
  const feed = rest.find((part) => part.startsWith('feed '))?.slice('feed '.length)
  const program = rest.find((part) => part !== '' && !part.startsWith('feed ') && !part.startsWith('speed step '))
  if (program) return ` with ${program}${feed ? ` at ${feed} feed` : ''}`
  return state === 'running' ? ' while running' : ''
}
