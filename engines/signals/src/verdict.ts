/** What a detector thinks of its signal now. `learning` until it knows what is normal in the present context. */
export type DetectorState = 'learning' | 'normal' | 'anomalous'

export type DetectorKind = 'level' | 'trend' | 'spectral' | 'novelty' | 'sensor'

/** What is usual: the centre and the band inside which nothing is said. In the unit of the signal. */
export type UsualRange = { readonly center: number; readonly low: number; readonly high: number }

/** The plot of a signal against its usual range. All arrays have the same length; at most `TRACE_POINTS` points. */
export type SeriesEvidence = {
  readonly kind: 'series'
  readonly timestampsMs: readonly number[]
  readonly values: readonly number[]
  readonly usual: UsualRange | undefined
}

/** One band of a spectrum against its usual level. */
export type BandVerdict = {
  readonly name: string
  readonly lowHz: number
  readonly highHz: number
  /** RMS in the unit of the spectrum. */
  readonly now: number
  readonly usual: number
  /** `now / usual`: 2.3 reads "2.3 × its usual level". */
  readonly ratio: number
  /** 1 is where the detector speaks up. */
  readonly score: number
}

/** The plot of a spectrum: now against usual, and the bands it was judged by. */
export type SpectrumEvidence = {
  readonly kind: 'spectrum'
  readonly frequenciesHz: readonly number[]
  readonly now: readonly number[]
  readonly usual: readonly number[]
  readonly bands: readonly BandVerdict[]
}

export type DetectorEvidence = SeriesEvidence | SpectrumEvidence

/** Why a sensor, not the machine, is to blame. */
export type SensorFault = 'stuck' | 'out-of-range' | 'gap'

/** What a detector says, with what it saw: enough for a sentence, a plot and a decision. Plain JSON. */
export type DetectorVerdict = {
  readonly detector: DetectorKind
  /** Rises when the same data would be judged differently. */
  readonly version: number
  readonly state: DetectorState
  /** 1 is the threshold; 0 perfectly usual; 2 twice as far out as it takes. */
  readonly score: number
  /** 0 to 1: how sure, from how much was learned and how far out the signal is. A rule of thumb, not a probability. */
  readonly confidence: number
  /** 0 to 1: how much of what it takes to know "normal" was seen in this context. */
  readonly learned: number
  /** Counts separate episodes of being anomalous, from 1; a relapse within the refractory period is the same one. */
  readonly episode: number
  /** Time of the newest sample; 0 before the first. */
  readonly atMs: number
  /** Start of the present episode; undefined when there is none. */
  readonly sinceMs: number | undefined
  /** Operating context the verdict is about. */
  readonly context: string
  /** Smoothed present value in the unit of the signal (trend: change over the window). */
  readonly value: number | undefined
  readonly usual: UsualRange | undefined
  /** Value over usual centre, where that has a meaning (centre away from zero). */
  readonly ratio: number | undefined
  readonly direction: 'up' | 'down' | undefined
  /** Name of the band most out of the usual; spectral detectors only. */
  readonly band: string | undefined
  readonly fault: SensorFault | undefined
  readonly evidence: DetectorEvidence
}

/** What every detector of single values has in common. Time comes in with the sample; nothing reads a clock. */
export type ValueDetector = {
  /**
   * Takes one sample; samples at or before the newest one are ignored, as is a value that is not finite.
   *
   * @param context key of the operating context, see `operatingContext`.
   */
  update(timestampMs: number, value: number, context?: string): DetectorState
  /** Builds the full verdict: cheap enough for a change of state or a screen, not meant for every sample. */
  verdict(): DetectorVerdict
  /** Everything needed to go on after a restart. Plain JSON, bounded. */
  snapshot(): DetectorSnapshot
  /** Forgets what was normal, in one context or in all: after a repair, a new tool, a new product. */
  relearn(context?: string): void
  readonly state: DetectorState
  readonly score: number
  readonly episode: number
}

/** A stored detector. Another kind or version, or one that does not fit, is ignored: the detector learns anew. */
export type DetectorSnapshot = {
  readonly detector: DetectorKind
  readonly version: number
  readonly state: unknown
}

/** No sensor measures more; beyond it, sums overflow. */
const MAGNITUDE_MAX = 1e15

/** Whether a value can be reckoned with: finite, and of a size that something real can have. */
export function isMeasurement(value: number): boolean {
  return Math.abs(value) <= MAGNITUDE_MAX
}

/**
 * Confidence from how much was learned (0…1) and how far out the score is: 0.5 at the threshold, towards 1 beyond;
 * for a normal state, how sure that it is normal.
 */
export function confidenceOf(learned: number, score: number): number {
  const sure = score >= 1 ? 1 - 0.5 * score ** -1.5 : 1 - 0.5 * score
  return Math.max(0, Math.min(1, learned * sure))
}

/**
 * The operating context of a machine as a key: samples are compared only with samples of the same one.
 *
 * Continuous settings are put in steps (feed override in tens of per cent, speed in steps of about 10 %), so that a
 * small correction by the operator does not start the learning anew.
 */
export function operatingContext(parts: {
  state?: string
  program?: string
  feedOverridePercent?: number
  speedRpm?: number
}): string {
  const keys: string[] = [parts.state ?? '']
  if (parts.program) keys.push(parts.program)
  if (parts.feedOverridePercent !== undefined && Number.isFinite(parts.feedOverridePercent)) {
    keys.push(`feed ${Math.round(parts.feedOverridePercent / 10) * 10} %`)
  }
  if (parts.speedRpm !== undefined && parts.speedRpm > 0 && Number.isFinite(parts.speedRpm)) {
    keys.push(`speed step ${Math.round(Math.log(parts.speedRpm) / Math.log(1.1))}`)
  }
  return keys.join(' · ')
}
