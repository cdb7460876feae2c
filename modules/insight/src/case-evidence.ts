import { HOUR_MS } from '@millrace/base'
import type { Evidence } from './contract.ts'
import type { Observation, WatchedSignal } from './observation.ts'
import { short } from './quantities.ts'

/** How much of the time before is shown with a finding, and at most of the time since. */
const BEFORE_MS = 3 * HOUR_MS
const SINCE_MAX_MS = 14 * 24 * HOUR_MS

const BAND_TITLES: Readonly<Record<string, string>> = {
  shaft: 'Vibration once per turn',
  'tooth-pass': 'Vibration at the tooth-pass frequency',
  'bearing-outer': "Vibration at the bearing's outer-race frequency",
  'bearing-inner': "Vibration at the bearing's inner-race frequency",
  'bearing-ball': "Vibration at the bearing's ball frequency",
  broadband: 'Vibration over all frequencies',
}

/** What a band of a spectrum is called. */
export function bandTitle(band: string | undefined): string {
  return BAND_TITLES[band ?? ''] ?? 'Vibration in one band'
}

/** What there is to plot of an observation. */
export function evidenceOf(observation: Observation): Evidence[] {
  const { signal, verdict, twin, aspect } = observation
  if (verdict.evidence.kind === 'spectrum') return spectrumOf(observation)
  if (twin) return [trendOf(observation, signal, twin.own), trendOf(observation, twin.signal, twin.value)]
  if (verdict.value === undefined) return []
  const trend = trendOf(observation, signal, verdict.value)
  const { usual } = verdict
  if (!usual || aspect === 'sensor') return [trend]
  return [{ ...trend, usualLow: short(usual.low), usualHigh: short(usual.high), usual: short(usual.center) }]
}

function trendOf({ verdict }: Observation, { series, title, unit }: WatchedSignal, observed: number) {
  const sinceMs = Math.max(verdict.sinceMs ?? verdict.atMs, verdict.atMs - SINCE_MAX_MS)
  return {
    ...{ type: 'trend' as const, series, title, unit, fromMs: sinceMs - BEFORE_MS, toMs: verdict.atMs },
    ...{ usualLow: null, usualHigh: null, usual: null, observed: short(observed) },
  }
}

function spectrumOf({ signal, verdict }: Observation): Evidence[] {
  const { evidence } = verdict
  if (evidence.kind !== 'spectrum' || evidence.now.length === 0) return []
  const band = evidence.bands.toSorted((a, b) => b.score - a.score)[0]
  const [first = 0, second = 0] = evidence.frequenciesHz
  if (!band) return []
  return [
    {
      ...{ type: 'spectrum', series: signal.series, title: signal.title, unit: signal.unit },
      resolutionHz: second - first,
      now: evidence.now.map(short),
      usual: evidence.usual.map(short),
      bandLowHz: band.lowHz,
      bandHighHz: band.highHz,
      bandTitle: bandTitle(band.name),
      ratio: short(band.ratio),
    },
  ]
}
