import FFT from 'fft.js'

/** Longest waveform taken at once: 2^17 samples is 5 s at 25.6 kHz, more than any machine-tool spectrum needs. */
export const WAVEFORM_SAMPLES_MAX = 131_072
const WAVEFORM_SAMPLES_MIN = 8

/** A single-sided amplitude spectrum: line `k` lies at `k · resolutionHz`. */
export type Spectrum = {
  /** Peak amplitude of each line, in the unit of the waveform: a sine of amplitude A shows A at its frequency. */
  readonly amplitudes: Float32Array
  readonly resolutionHz: number
  /** Equivalent noise bandwidth of the window in lines; band energies are divided by it. 1.5 for Hann, 1 for none. */
  readonly noiseBandwidth: number
}

export type SpectrumWindow = 'hann' | 'none'

type Plan = {
  fft: FFT
  weights: Float64Array
  input: Float64Array
  output: Float64Array
  gain: number
  bandwidth: number
}

// A plan is a table of sines for one length. Plants use a handful of lengths, so the oldest may go when there are more.
const PLANS_MAX = 8
const plans = new Map<string, Plan>()

function planFor(length: number, window: SpectrumWindow): Plan {
  const key = `${window}${length}`
  const known = plans.get(key)
  if (known) return known

  const weights = new Float64Array(length)
  let sum = 0
  let sumOfSquares = 0
  for (let i = 0; i < length; i++) {
    const weight = window === 'none' ? 1 : 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length)
    weights[i] = weight
    sum += weight
    sumOfSquares += weight * weight
  }
  const plan: Plan = {
    fft: new FFT(length),
    weights,
    input: new Float64Array(length),
    output: new Float64Array(2 * length),
    gain: 2 / sum,
    bandwidth: (length * sumOfSquares) / (sum * sum),
  }
  const oldest = plans.keys().next().value
  if (plans.size >= PLANS_MAX && oldest !== undefined) plans.delete(oldest)
  plans.set(key, plan)
  return plan
}

/**
 * The amplitude spectrum of one waveform.
 *
 * The mean is removed first (a sensor's offset is not a vibration); the amplitudes are corrected for the window. A length
 * that is no power of two uses the largest power of two that fits, from the end, so that the newest samples count.
 *
 * @returns N/2 lines from 0 Hz up to, not including, half the sample rate; the unit is that of the waveform (peak).
 * @throws RangeError for fewer than 8 or more than 131,072 samples, a non-finite sample or a rate that is not positive.
 */
export function spectrum(waveform: Float32Array, sampleRateHz: number, window: SpectrumWindow = 'hann'): Spectrum {
  if (!(sampleRateHz > 0 && Number.isFinite(sampleRateHz))) {
    throw new RangeError(`the sample rate must be positive, not ${sampleRateHz} Hz`)
  }
  if (waveform.length < WAVEFORM_SAMPLES_MIN || waveform.length > WAVEFORM_SAMPLES_MAX) {
    throw new RangeError(
      `a waveform has ${WAVEFORM_SAMPLES_MIN} to ${WAVEFORM_SAMPLES_MAX} samples, not ${waveform.length}`,
    )
  }
  const length = 2 ** Math.floor(Math.log2(waveform.length))
  const plan = planFor(length, window)
  const offset = waveform.length - length

  let mean = 0
  for (let i = 0; i < length; i++) mean += waveform[offset + i] ?? 0
  mean /= length
  if (!Number.isFinite(mean)) throw new RangeError('every sample of a waveform must be finite')
  for (let i = 0; i < length; i++) plan.input[i] = ((waveform[offset + i] ?? 0) - mean) * (plan.weights[i] ?? 0)

  plan.fft.realTransform(plan.output, plan.input)
  const amplitudes = new Float32Array(length / 2)
  // Line 0 stays zero: what the window leaks there is the removed mean, not a vibration.
  for (let k = 1; k < amplitudes.length; k++) {
    amplitudes[k] = plan.gain * Math.hypot(plan.output[2 * k] ?? 0, plan.output[2 * k + 1] ?? 0)
  }
  return { amplitudes, resolutionHz: sampleRateHz / length, noiseBandwidth: plan.bandwidth }
}

/**
 * RMS of what lies in a band of frequencies, by Parseval's theorem, corrected for the window's noise bandwidth.
 *
 * @param lowHz included; below 0 is 0. @param highHz excluded, so that adjoining bands add up.
 * @returns in the unit of the waveform; 0 for an empty band or one above the spectrum. A narrow band must be wider than
 *   the window's main lobe (4 lines for Hann) to hold all of a sine.
 */
export function bandRms(of: Spectrum, lowHz: number, highHz: number): number {
  const { amplitudes, resolutionHz, noiseBandwidth } = of
  const first = Math.max(1, Math.ceil(lowHz / resolutionHz))
  const end = Math.min(amplitudes.length, Math.ceil(highHz / resolutionHz))
  let sum = 0
  for (let k = first; k < end; k++) {
    const amplitude = amplitudes[k] ?? 0
    sum += amplitude * amplitude
  }
  return Math.sqrt(sum / 2 / noiseBandwidth)
}

/** The band in which ISO 20816 judges machines above 600 rev/min. */
const SEVERITY_LOW_HZ = 10
const SEVERITY_HIGH_HZ = 1000

/** Metres per second squared to millimetres per second. */
const MM_PER_M = 1000

/**
 * Vibration severity of an acceleration spectrum: RMS velocity between 10 Hz and 1 kHz (ISO 20816-1).
 *
 * @param acceleration spectrum of a waveform in m/s².
 * @returns mm/s. Each line is integrated by dividing through 2πf.
 */
export function velocityRms(acceleration: Spectrum, lowHz = SEVERITY_LOW_HZ, highHz = SEVERITY_HIGH_HZ): number {
  const { amplitudes, resolutionHz, noiseBandwidth } = acceleration
  const first = Math.max(1, Math.ceil(lowHz / resolutionHz))
  const end = Math.min(amplitudes.length, Math.ceil(highHz / resolutionHz))
  let sum = 0
  for (let k = first; k < end; k++) {
    const velocity = ((amplitudes[k] ?? 0) * MM_PER_M) / (2 * Math.PI * k * resolutionHz)
    sum += velocity * velocity
  }
  return Math.sqrt(sum / 2 / noiseBandwidth)
}
