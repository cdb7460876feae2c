import { MINUTE_MS } from '@millrace/base'
import { diagnoseSpindle, type SpindleReason } from '@millrace/signals'
import type { FindingCause } from './contract.ts'
import { episodeKey, isOut, type Observation } from './observation.ts'

/** Why something is out of the usual, from everything that is. */
export interface Explanation {
  readonly cause: FindingCause
  readonly sinceMs: number
  readonly confidenceRatio: number
  /** What counted, strongest first. */
  readonly observations: readonly Observation[]
  /** Signs that speak for the cause, strongest first; for spindles only. */
  readonly reasons: readonly SpindleReason[]
  /** Episodes it explains. */
  readonly episodes: readonly string[]
}

/** Something is out of the usual and fits no cause: said only when it lasts. */
const UNEXPLAINED_MS = 45 * MINUTE_MS
const SENSOR_CONFIDENCE = 0.8
const TWIN_CONFIDENCE_MAX = 0.85

/**
 * Explains what is out of the usual: at most one explanation for each cause. Sensors, the quiet hours and the machine
 * itself are separate matters and can be true at once.
 */
export function explain(observations: readonly Observation[], spindle: boolean, atMs: number): Explanation[] {
  const out = observations.filter(isOut)
  const of = (...aspects: readonly Observation['aspect'][]) => out.filter(({ aspect }) => aspects.includes(aspect))
  const found: Explanation[] = []
  const sensors = of('sensor', 'twin')
  if (sensors.length > 0) found.push(explainSensors(sensors, atMs))
  const quiet = of('quiet')
  if (quiet.length > 0) found.push(explained('energy-waste', quiet, quiet, confidenceOf(quiet), atMs))
  const novel = of('novelty')
  if (novel.length > 0) found.push(explained('unusual', novel, novel, confidenceOf(novel), atMs))

  // A sensor at fault is not heard about the machine.
  const deaf = new Set(of('sensor').map(({ signal }) => signal.series))
  const levels = of('level', 'spectral').filter(({ signal }) => !deaf.has(signal.series))
  if (levels.length > 0) {
    const heard = observations.filter(({ signal, aspect }) => aspect !== 'sensor' && !deaf.has(signal.series))
    const machine = spindle ? explainSpindle(heard, levels, atMs) : explainProcess(levels, atMs)
    if (machine && !found.some(({ cause }) => cause === machine.cause)) found.push(machine)
  }
  return found
}

function explainSensors(sensors: readonly Observation[], atMs: number): Explanation {
  const twins = sensors.every(({ aspect }) => aspect === 'twin')
  const sure = twins ? Math.min(TWIN_CONFIDENCE_MAX, confidenceOf(sensors)) : SENSOR_CONFIDENCE
  return explained('sensor-fault', sensors, sensors, sure, atMs)
}

function explainSpindle(
  heard: readonly Observation[],
  out: readonly Observation[],
  atMs: number,
): Explanation | undefined {
  const asked = heard.map(({ signal, verdict }) => ({ signal: signal.title, measurand: signal.measurand, verdict }))
  const { cause, confidence, reasons } = diagnoseSpindle(asked)
  // Power alone, or heat alone, has a dozen reasons: a spindle's trouble shakes.
  const shakes = out.some(
    ({ signal: { measurand } }) => measurand === 'vibration' || measurand === 'vibration-spectrum',
  )
  if (!shakes) {
    // Harder steel or a deeper cut takes more power too, and is nobody's fault.
    const process = out.filter(({ signal: { measurand } }) => measurand !== 'power' && measurand !== 'load')
    return process.length > 0 ? explainProcess(process, atMs) : undefined
  }
  if (cause === 'unknown' || cause === 'sensor-fault') return explainRest(out, atMs)
  // Vibration is shown in any case: it is what an outcome is measured on.
  const counts = ({ signal, aspect }: Observation) =>
    signal.measurand === 'vibration' ||
    aspect === 'spectral' ||
    reasons.some((reason) => reason.signal === signal.title)
  const told = heard.filter((one) => out.includes(one) || (counts(one) && one.signal.measurand !== 'load'))
  return explained(cause, out, shakingFirst(told), confidence, atMs, reasons)
}

function explainProcess(out: readonly Observation[], atMs: number): Explanation | undefined {
  const strongest = strongestFirst(out)
  const process = strongest.filter(({ signal }) => PROCESS.has(signal.measurand))
  if (process.length > 0) {
    // Heat is nearer to the cause than what it does to pressure and cycle.
    const told = [...strongest].sort((a, b) => isHeat(b) - isHeat(a))
    return explained('process-drift', out, told, confidenceOf(process), atMs)
  }
  const thirsty = strongest.find(({ signal, verdict }) => signal.measurand === 'power' && verdict.direction === 'up')
  if (thirsty) return explained('energy-waste', out, strongest, thirsty.verdict.confidence, atMs)
  return explainRest(out, atMs)
}

function isHeat({ signal }: Observation): number {
  return Number(signal.measurand === 'temperature')
}

const PROCESS: ReadonlySet<string> = new Set(['temperature', 'pressure', 'flow', 'cycle-time'])

function explainRest(out: readonly Observation[], atMs: number): Explanation | undefined {
  const rest = explained('unusual', out, strongestFirst(out), confidenceOf(out), atMs)
  return atMs - rest.sinceMs < UNEXPLAINED_MS ? undefined : rest
}

function explained(
  cause: FindingCause,
  out: readonly Observation[],
  observations: readonly Observation[],
  confidenceRatio: number,
  atMs: number,
  reasons: readonly SpindleReason[] = [],
): Explanation {
  const sinceMs = Math.min(...out.map(({ verdict }) => verdict.sinceMs ?? atMs))
  return { cause, sinceMs, confidenceRatio, observations, reasons, episodes: out.map(episodeKey) }
}

function strongestFirst(observations: readonly Observation[]): Observation[] {
  return observations.toSorted((a, b) => Number(isOut(b)) - Number(isOut(a)) || b.verdict.score - a.verdict.score)
}

function shakingFirst(observations: readonly Observation[]): Observation[] {
  const shakes = ({ signal }: Observation) => Number(signal.measurand.startsWith('vibration'))
  return strongestFirst(observations).sort((a, b) => shakes(b) - shakes(a))
}

function confidenceOf(observations: readonly Observation[]): number {
  return Math.max(...observations.map(({ verdict }) => verdict.confidence))
}
