import type { DetectorVerdict } from '@millrace/signals'
import type { Measurand, Series } from '@millrace/telemetry/contract'

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

/**
 * How a signal is looked at: its level (or what was never seen in it), its spectrum, its sensor, what it still shows when
 * the plant is quiet, or its difference to the twin that measures the same.
 */
export type Aspect = 'level' | 'spectral' | 'novelty' | 'sensor' | 'quiet' | 'twin'

/** What one detector says about one signal. */
export interface Observation {
  readonly aspect: Aspect
  readonly signal: WatchedSignal
  readonly verdict: DetectorVerdict
  /** The other sensor, and what both show; for twins only. */
  readonly twin?: { readonly signal: WatchedSignal; readonly value: number; readonly own: number }
}

/** Whether a detector says that something is out of the usual. */
export function isOut({ verdict }: Observation): boolean {
  return verdict.state === 'anomalous' || verdict.fault !== undefined
}

/** Names one episode of one detector: told once, it is no news. */
export function episodeKey({ aspect, signal, verdict }: Observation): string {
  return `${signal.series}/${aspect}#${verdict.episode}`
}
