import { describe, expect, test } from 'vitest'
import { spindleBands } from './spectral-bands.ts'
import { createSpectralDetector } from './spectral-detector.ts'
import { type Spectrum, spectrum } from './spectrum.ts'

const RATE_HZ = 4096
const START_MS = 1_700_000_000_000

type Mix = { rpm?: number; shaft?: number; tooth?: number; bearing?: number }

/** A spindle with 4 edges and a bearing of order 6.72; amplitudes in mm/s over a little noise. */
function vibration(turn: number, { rpm = 9600, shaft = 0.7, tooth = 1.9, bearing = 0.1 }: Mix): Spectrum {
  const shaftHz = rpm / 60
  const waveform = Float32Array.from({ length: 1024 }, (_, i) => {
    const angle = (2 * Math.PI * shaftHz * i) / RATE_HZ + turn
    const noise = 0.3 * Math.sin((i + turn * 977) ** 2 * 0.731)
    return shaft * Math.sin(angle) + tooth * Math.sin(4 * angle) + bearing * Math.sin(6.72 * angle) + noise
  })
  return spectrum(waveform, RATE_HZ)
}

function given() {
  const detector = createSpectralDetector({ bands: spindleBands(4, { outer: 6.72 }) })
  let turn = 0
  const run = (count: number, mix: Mix = {}, context = 'running') => {
    for (let i = 0; i < count; i++) {
      turn++
      detector.update(START_MS + turn * 10_000, vibration(turn, mix), { context, speedRpm: mix.rpm ?? 9600 })
    }
  }
  return { detector, run }
}

describe('spectral detector', () => {
  test('it names the band that grew and the multiple of its usual level', () => {
    const { detector, run } = given()
    run(60)
    expect(detector.state).toBe('normal')
    run(30, { tooth: 1.9 * 2.3 })
    const verdict = detector.verdict()
    expect(verdict).toMatchObject({ state: 'anomalous', band: 'tooth-pass', direction: 'up', episode: 1 })
    expect(verdict.ratio).toBeCloseTo(2.3, 1)
    if (verdict.evidence.kind !== 'spectrum') throw new Error('a spectral verdict shows a spectrum')
    const { now, usual, frequenciesHz, bands } = verdict.evidence
    expect(now).toHaveLength(256)
    expect(usual).toHaveLength(256)
    expect(frequenciesHz[80]).toBe(640)
    expect(now[80]).toBeGreaterThan(2 * (usual[80] ?? 0))
    expect(bands.find((band) => band.name === 'bearing-outer')?.ratio).toBeCloseTo(1, 0)
  })

  test('bands in orders follow the speed: the same tooth-pass level at another speed is as usual', () => {
    const { detector, run } = given()
    run(60)
    run(30, { rpm: 9000 })
    expect(detector.state).toBe('normal')
    run(30, { rpm: 9000, bearing: 0.6 })
    expect(detector.verdict().band).toBe('bearing-outer')
  })

  test('less vibration is no fault', () => {
    const { detector, run } = given()
    run(60)
    run(60, { tooth: 0.2, shaft: 0.1 })
    expect(detector.state).toBe('normal')
  })

  test('it is over when the level is back, as after a tool change', () => {
    const { detector, run } = given()
    run(60)
    run(30, { tooth: 4 })
    expect(detector.state).toBe('anomalous')
    run(60)
    expect(detector.state).toBe('normal')
  })

  test('without a speed only bands in Hz are judged', () => {
    const detector = createSpectralDetector({ bands: spindleBands(4) })
    for (let i = 1; i <= 60; i++) detector.update(START_MS + i * 10_000, vibration(i, {}))
    const verdict = detector.verdict()
    expect(verdict.evidence.kind === 'spectrum' && verdict.evidence.bands.map((band) => band.name)).toEqual([
      'broadband',
    ])
  })

  test('no bands, or too many, are refused', () => {
    expect(() => createSpectralDetector({ bands: [] })).toThrow(RangeError)
    const many = Array.from({ length: 7 }, (_, i) => ({ name: `b${i}`, hz: [i, i + 1] as const }))
    expect(() => createSpectralDetector({ bands: many })).toThrow(RangeError)
  })
})
