import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bandRms, spectrum, velocityRms } from './spectrum.ts'

const RATE_HZ = 4096

function sine(length: number, amplitude: number, frequencyHz: number, offset = 0): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => offset + amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / RATE_HZ + 0.7),
  )
}

function rms(waveform: Float32Array): number {
  const mean = waveform.reduce((sum, value) => sum + value, 0) / waveform.length
  return Math.sqrt(waveform.reduce((sum, value) => sum + (value - mean) ** 2, 0) / waveform.length)
}

describe('amplitude spectrum', () => {
  test.each(['hann', 'none'] as const)('a sine of amplitude 2.5 at 640 Hz shows 2.5 at 640 Hz (%s)', (window) => {
    const lines = spectrum(sine(1024, 2.5, 640, 9), RATE_HZ, window)
    expect(lines.resolutionHz).toBe(4)
    expect(lines.amplitudes).toHaveLength(512)
    expect(lines.amplitudes[160]).toBeCloseTo(2.5, 4)
    expect(lines.amplitudes.indexOf(Math.max(...lines.amplitudes))).toBe(160)
    expect(lines.amplitudes[300]).toBeLessThan(1e-4)
  })

  test('the offset of a sensor is not a vibration', () => {
    expect(Math.max(...spectrum(new Float32Array(256).fill(42), RATE_HZ).amplitudes)).toBeLessThan(1e-6)
  })

  test('a length that is no power of two uses the newest samples', () => {
    const lines = spectrum(sine(1500, 1, 640), RATE_HZ)
    expect(lines.amplitudes).toHaveLength(512)
    expect(lines.amplitudes[160]).toBeCloseTo(1, 4)
  })

  test.each([
    ['too short', new Float32Array(4), 4096],
    ['not finite', new Float32Array(64).fill(Number.NaN), 4096],
    ['no rate', new Float32Array(64), 0],
  ])('a waveform that is %s is refused', (_, waveform, rate) => {
    expect(() => spectrum(waveform, rate)).toThrow(RangeError)
  })
})

describe('band energy', () => {
  test('a sine of amplitude A has RMS A/√2 in its band and none elsewhere', () => {
    const lines = spectrum(sine(1024, 3, 641.7), RATE_HZ)
    expect(bandRms(lines, 600, 680)).toBeCloseTo(3 / Math.SQRT2, 2)
    expect(bandRms(lines, 1200, 2048)).toBeLessThan(0.01)
  })

  test('without a window the energy of all lines is that of the waveform (Parseval)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 64, maxLength: 64 }),
        (values) => {
          // The line at half the sample rate is not part of the spectrum, so its energy is taken out beforehand.
          const nyquist = values.reduce((sum, value, i) => sum + (i % 2 ? -value : value), 0) / values.length
          const waveform = Float32Array.from(values, (value, i) => value - (i % 2 ? -nyquist : nyquist))
          const lines = spectrum(waveform, RATE_HZ, 'none')
          expect(bandRms(lines, 0, RATE_HZ / 2)).toBeCloseTo(rms(waveform), 3)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('adjoining bands add up to the whole', () => {
    const lines = spectrum(sine(1024, 1, 333), RATE_HZ)
    const parts = Math.hypot(bandRms(lines, 0, 300), bandRms(lines, 300, 340), bandRms(lines, 340, 2048))
    expect(parts).toBeCloseTo(bandRms(lines, 0, 2048), 6)
  })

  test('1 m/s² at 159.155 Hz is 1 mm/s peak, 0.707 mm/s RMS', () => {
    expect(velocityRms(spectrum(sine(4096, 1, 159.155), RATE_HZ))).toBeCloseTo(Math.SQRT1_2, 2)
  })
})
