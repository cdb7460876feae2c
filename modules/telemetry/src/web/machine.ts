import type { LatestValue, Measurand, Signal } from '../contract.ts'

/** What is known about a machine now, from the signals every screen of its site gets. */
export interface MachineNow {
  readonly workUnitId: string
  /** Undefined: the machine does not report a state. */
  readonly stateSignal: Signal | undefined
  /** Null: nobody knows. */
  readonly state: string | null
  /** When the present state was reported first, as far as known from the latest sample. */
  readonly stateAtMs: number | undefined
  /** Empty without one. */
  readonly alarm: string
  readonly powerKw: number | null
  readonly goodCount: Signal | undefined
  readonly power: Signal | undefined
}

/** The signal of a machine that measures this; the first by name where there are several. */
export function signalFor(signals: readonly Signal[], measurand: Measurand): Signal | undefined {
  return signals.find((signal) => signal.measurand === measurand)
}

/** Sums up a machine's signals. Bad values count as unknown. */
export function machineNow(workUnitId: string, signals: readonly Signal[]): MachineNow {
  const stateSignal = signalFor(signals, 'state')
  const power = signalFor(signals, 'power')
  const alarm = textOf(signalFor(signals, 'alarm')?.latest)
  return {
    workUnitId,
    stateSignal,
    state: textOf(stateSignal?.latest),
    stateAtMs: stateSignal?.latest?.timestampMs,
    alarm: alarm ?? '',
    powerKw: numberOf(power?.latest),
    goodCount: signalFor(signals, 'good-count'),
    power,
  }
}

/** Signals by machine. */
export function byMachine(signals: readonly Signal[]): Map<string, Signal[]> {
  const machines = new Map<string, Signal[]>()
  for (const signal of signals) {
    const list = machines.get(signal.workUnitId)
    if (list) list.push(signal)
    else machines.set(signal.workUnitId, [signal])
  }
  return machines
}

function textOf(latest: LatestValue | null | undefined): string | null {
  return latest && latest.quality !== 'bad' && typeof latest.value === 'string' ? latest.value : null
}

function numberOf(latest: LatestValue | null | undefined): number | null {
  return latest && latest.quality !== 'bad' && typeof latest.value === 'number' ? latest.value : null
}

/** What tells most about a machine comes first in its trends. */
const TELLING: readonly Measurand[] = [
  'vibration',
  'power',
  'temperature',
  'load',
  'pressure',
  'cycle-time',
  'flow',
  'speed',
  'other',
]
/** Signals drawn when nobody chose any. */
const DEFAULT_TREND_COUNT = 3

/** The signals drawn when nobody chose any: at most one of each kind, the most telling first. */
export function tellingSignals(signals: readonly Signal[]): Signal[] {
  const chosen: Signal[] = []
  for (const measurand of TELLING) {
    const signal = signals.find((candidate) => candidate.kind === 'number' && candidate.measurand === measurand)
    if (signal && chosen.length < DEFAULT_TREND_COUNT) chosen.push(signal)
  }
  return chosen
}

/**
 * Whether a good value lies outside the range its signal calls normal. Normal is that of a running machine: one that
 * stands still draws little and turns nothing, and that is no news.
 */
export function outsideNormal({ latest, normalLow, normalHigh }: Signal, state: string | null): boolean {
  const value = state === 'running' ? numberOf(latest) : null
  if (value === null) return false
  return (normalLow !== null && value < normalLow) || (normalHigh !== null && value > normalHigh)
}

/** A work unit that measures what a whole site draws. */
const SITE_METER = 'site-meter'

/**
 * Those whose power together is that of a place, each kilowatt once: at a site that has a meter the meter alone, elsewhere
 * all machines but a meter of the whole site.
 */
export function drawingPower<T extends { readonly kind: string | null }>(
  level: string,
  equipment: readonly T[],
): readonly T[] {
  const meters = equipment.filter(({ kind }) => kind === SITE_METER)
  if (level === 'site' && meters.length > 0) return meters
  return equipment.filter(({ kind }) => kind !== SITE_METER)
}
