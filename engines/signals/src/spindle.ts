import type { DetectorVerdict, SensorFault } from './verdict.ts'

/** What a verdict is about. Several verdicts may be about one signal (its level, its spectrum, its sensor). */
export type SpindleObservation = {
  /** Name of the signal, for the reasons. */
  signal: string
  measurand: 'vibration' | 'vibration-spectrum' | 'power' | 'load' | 'temperature' | 'speed' | (string & {})
  verdict: DetectorVerdict
}

export type SpindleCause = 'tool-wear' | 'bearing' | 'imbalance' | 'unknown' | 'sensor-fault'

export type SpindleReasonCode =
  | 'tooth-pass-up'
  | 'tooth-pass-usual'
  | 'bearing-band-up'
  | 'bearing-band-usual'
  | 'shaft-band-up'
  | 'broadband-up'
  | 'vibration-up'
  | 'power-up'
  | 'power-usual'
  | 'temperature-up'
  | 'temperature-usual'
  | 'sensor-stuck'
  | 'sensor-out-of-range'
  | 'sensor-gap'

/** One observation that counted, for or against. The screen's sentence is made from it. */
export type SpindleReason = {
  readonly code: SpindleReasonCode
  readonly signal: string
  /** Now over usual, where known. */
  readonly ratio: number | undefined
  /** Spectral reasons: the band it was seen in. */
  readonly band: string | undefined
  /** Which cause it speaks for (or, for "usual", against its opposite). */
  readonly supports: SpindleCause
  /** How much it counted, 0 to 1. */
  readonly weight: number
}

export type SpindleDiagnosis = {
  readonly cause: SpindleCause
  /** 0 to 1, against the other causes; a rule of thumb. */
  readonly confidence: number
  /** Those that support the cause, strongest first. */
  readonly reasons: readonly SpindleReason[]
  /** All causes with their share of the evidence, largest first. */
  readonly alternatives: readonly { readonly cause: SpindleCause; readonly share: number }[]
}

/** Evidence below which no cause is named. */
const EVIDENCE_MIN = 0.35
/** Evidence that a cause could have nothing to do with, so that a single weak sign does not look certain. */
const DOUBT = 0.25

const SENSOR_REASONS: Record<SensorFault, SpindleReasonCode> = {
  stuck: 'sensor-stuck',
  'out-of-range': 'sensor-out-of-range',
  gap: 'sensor-gap',
}

/** How much a sign counts: out of the usual fully, half-way there in part; below that it is noise. */
function strength(score: number): number {
  return Math.max(0, Math.min(1, (score - 0.4) / 0.6))
}

/**
 * Why a spindle is out of the usual, from the verdicts on its signals.
 *
 * - Tool wear: the cutting edges hit harder (tooth-pass band) and cut with more power; the bearings stay as they were.
 * - Bearing: the bearing's own orders grow first; heat follows when it is far gone. Power hardly moves.
 * - Imbalance: once per revolution grows, nothing else does.
 * - Sensor fault: a sensor is stuck, out of its range or silent, and no other signal says that the machine has changed.
 *
 * Only verdicts that have learned what is usual count. A sensor that is at fault is not heard about the machine.
 *
 * @returns `unknown` when nothing, or nothing that fits, is out of the usual.
 */
export function diagnoseSpindle(observations: readonly SpindleObservation[]): SpindleDiagnosis {
  const faulty = new Set(observations.filter(({ verdict }) => verdict.fault !== undefined).map(({ signal }) => signal))
  const reasons = observations.flatMap((observation) => {
    if (observation.verdict.fault !== undefined) return sensorReason(observation)
    if (faulty.has(observation.signal) || observation.verdict.usual === undefined) return []
    return machineReasons(observation)
  })
  // Weak signs explain what is out of the usual; on their own they are no finding.
  return weigh(observations.some(({ verdict }) => verdict.state === 'anomalous') ? reasons : [])
}

function sensorReason({ signal, verdict }: SpindleObservation): SpindleReason[] {
  if (verdict.fault === undefined) return []
  return [
    {
      code: SENSOR_REASONS[verdict.fault],
      signal,
      ratio: undefined,
      band: undefined,
      supports: 'sensor-fault',
      weight: 0.8,
    },
  ]
}

function machineReasons({ signal, measurand, verdict }: SpindleObservation): SpindleReason[] {
  if (verdict.evidence.kind === 'spectrum') return spectralReasons(signal, verdict)

  const up = verdict.direction === 'up' ? strength(verdict.score) : 0
  const reason = (code: SpindleReasonCode, supports: SpindleCause, weight: number): SpindleReason => ({
    code,
    signal,
    ratio: verdict.ratio,
    band: undefined,
    supports,
    weight,
  })
  switch (measurand) {
    case 'power':
    case 'load':
      return up > 0 ? [reason('power-up', 'tool-wear', 0.45 * up)] : [reason('power-usual', 'bearing', 0.1)]
    case 'temperature':
      return up > 0 ? [reason('temperature-up', 'bearing', 0.45 * up)] : [reason('temperature-usual', 'tool-wear', 0.1)]
    case 'vibration':
      // That it shakes more tells that something is wrong, not what.
      return up > 0 ? [reason('vibration-up', 'unknown', 0.2 * up)] : []
    default:
      return []
  }
}

function spectralReasons(signal: string, verdict: DetectorVerdict): SpindleReason[] {
  if (verdict.evidence.kind !== 'spectrum') return []
  const reasons: SpindleReason[] = []
  for (const { name, ratio, score } of verdict.evidence.bands) {
    const up = ratio > 1 ? strength(score) : 0
    const add = (code: SpindleReasonCode, supports: SpindleCause, weight: number) =>
      reasons.push({ code, signal, ratio, band: name, supports, weight })
    if (name === 'tooth-pass') {
      if (up > 0) add('tooth-pass-up', 'tool-wear', 0.7 * up)
      else add('tooth-pass-usual', 'bearing', 0.15)
    } else if (name.startsWith('bearing')) {
      if (up > 0) add('bearing-band-up', 'bearing', 0.8 * up)
      else add('bearing-band-usual', 'tool-wear', 0.1)
    } else if (name === 'shaft') {
      if (up > 0) add('shaft-band-up', 'imbalance', 0.7 * up)
    } else if (up > 0) {
      add('broadband-up', 'unknown', 0.15 * up)
    }
  }
  return reasons
}

/** Signs that something changed, as opposed to signs that something else did not. */
function isChange(reason: SpindleReason): boolean {
  return !reason.code.endsWith('-usual')
}

const CAUSES: readonly SpindleCause[] = ['tool-wear', 'bearing', 'imbalance', 'sensor-fault', 'unknown']

function weigh(reasons: readonly SpindleReason[]): SpindleDiagnosis {
  const evidence = new Map<SpindleCause, number>()
  for (const cause of CAUSES) {
    const supporting = reasons.filter((reason) => reason.supports === cause)
    // What is as usual only counts beside something that is not.
    const changed = supporting.some(isChange)
    // Independent signs: each leaves its share of the doubt that is left.
    const doubt = supporting.reduce((left, reason) => left * (1 - (changed ? reason.weight : 0)), 1)
    evidence.set(cause, 1 - doubt)
  }
  const total = CAUSES.reduce((sum, cause) => sum + (evidence.get(cause) ?? 0), 0)
  const share = (cause: SpindleCause) => (evidence.get(cause) ?? 0) / (total + DOUBT)
  const alternatives = CAUSES.map((cause) => ({ cause, share: share(cause) })).sort((a, b) => b.share - a.share)
  const named = alternatives.find(({ cause }) => cause !== 'unknown')
  // A dead sensor beside a machine that has changed is a second matter, not the explanation.
  const machine = alternatives.find(({ cause }) => cause !== 'unknown' && cause !== 'sensor-fault')
  const best = machine && (evidence.get(machine.cause) ?? 0) >= EVIDENCE_MIN ? machine : named
  const cause: SpindleCause = best && (evidence.get(best.cause) ?? 0) >= EVIDENCE_MIN ? best.cause : 'unknown'
  return {
    cause,
    confidence: cause === 'unknown' ? 0 : (best?.share ?? 0),
    reasons: reasons
      .filter((reason) => (cause === 'unknown' ? isChange(reason) : reason.supports === cause))
      .sort((a, b) => b.weight - a.weight),
    alternatives,
  }
}
