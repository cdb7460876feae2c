import type { Random } from './random.ts'

/** One source of vibration: a tone with its harmonics. */
export type Tone = {
  fundamentalHz: number
  /** Root mean square of the whole tone, mm/s. */
  rms: number
  /** Share of each harmonic, the fundamental first, in any scale. */
  harmonics: readonly number[]
}

/** Root mean square of independent sources together. */
export function rmsOf(tones: readonly Tone[], floorRms: number): number {
  let square = floorRms * floorRms
  for (const tone of tones) square += tone.rms * tone.rms
  return Math.sqrt(square)
}

/**
 * Samples of vibration velocity, mm/s: the tones with random phases over white noise.
 *
 * @param gain multiplies everything; the noise of the RMS reading, so that both readings tell the same.
 */
export function composeWaveform(
  tones: readonly Tone[],
  floorRms: number,
  sampleCount: number,
  rateHz: number,
  random: Random,
  gain: number,
): Float32Array {
  const samples = new Float32Array(sampleCount)
  for (const tone of tones) {
    let square = 0
    for (const share of tone.harmonics) square += share * share
    for (const [index, share] of tone.harmonics.entries()) {
      const hz = tone.fundamentalHz * (index + 1)
      // Above half the sampling rate an anti-aliasing filter takes it away.
      if (tone.rms <= 0 || hz >= rateHz / 2) continue
      const amplitude = gain * tone.rms * share * Math.sqrt(2 / square)
      const phase = 2 * Math.PI * random.next()
      const turn = (2 * Math.PI * hz) / rateHz
      for (let i = 0; i < sampleCount; i++) samples[i] = (samples[i] ?? 0) + amplitude * Math.sin(phase + turn * i)
    }
  }
  // Uniform noise of deviation 1 spans ±√3.
  const span = 2 * Math.sqrt(3) * floorRms * gain
  for (let i = 0; i < sampleCount; i++) samples[i] = (samples[i] ?? 0) + span * (random.next() - 0.5)
  return samples
}
