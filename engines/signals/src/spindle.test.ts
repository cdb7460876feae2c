import { describe, expect, test } from 'vitest'
import { diagnoseSpindle, type SpindleObservation } from './spindle.ts'
import type { BandVerdict, DetectorVerdict, SensorFault } from './verdict.ts'

function verdict(score: number, more: Partial<DetectorVerdict> = {}): DetectorVerdict {
  return {
    detector: 'level',
    version: 1,
    state: score >= 1 ? 'anomalous' : 'normal',
    score,
    confidence: 1,
    learned: 1,
    episode: 1,
    atMs: 0,
    sinceMs: 0,
    context: 'running',
    value: 1 + score / 4,
    usual: { center: 1, low: 0.75, high: 1.25 },
    ratio: 1 + score / 4,
    direction: 'up',
    band: undefined,
    fault: undefined,
    evidence: { kind: 'series', timestampsMs: [], values: [], usual: undefined },
    ...more,
  }
}

function spectral(scores: Record<string, number>): SpindleObservation {
  const bands = Object.entries(scores).map(
    ([name, score]): BandVerdict => ({ name, lowHz: 0, highHz: 1, now: 1 + score, usual: 1, ratio: 1 + score, score }),
  )
  return {
    signal: 'waveform',
    measurand: 'vibration-spectrum',
    verdict: verdict(Math.max(...Object.values(scores)), {
      detector: 'spectral',
      evidence: { kind: 'spectrum', frequenciesHz: [], now: [], usual: [], bands },
    }),
  }
}

function level(measurand: string, score: number, more: Partial<DetectorVerdict> = {}): SpindleObservation {
  return { signal: measurand, measurand, verdict: verdict(score, more) }
}

function sensor(signal: string, fault: SensorFault): SpindleObservation {
  return { signal, measurand: signal, verdict: verdict(2, { detector: 'sensor', fault }) }
}

describe('diagnosis of a spindle', () => {
  test.each([
    [
      'tooth-pass up, power up, cool',
      [
        spectral({ 'tooth-pass': 1.5, 'bearing-outer': 0.1, broadband: 1 }),
        level('power', 1.1),
        level('temperature', 0.1),
      ],
      'tool-wear',
    ],
    ['tooth-pass up alone', [spectral({ 'tooth-pass': 1.2, 'bearing-outer': 0, shaft: 0 })], 'tool-wear'],
    [
      'bearing order up, as cool as ever',
      [spectral({ 'tooth-pass': 0, 'bearing-outer': 1.4 }), level('temperature', 0)],
      'bearing',
    ],
    [
      'bearing order up, then warm',
      [spectral({ 'tooth-pass': 0.2, 'bearing-outer': 2 }), level('temperature', 1.3)],
      'bearing',
    ],
    ['once per revolution up alone', [spectral({ shaft: 1.5, 'tooth-pass': 0, 'bearing-outer': 0 })], 'imbalance'],
    ['it shakes more, nobody knows why', [level('vibration', 1.5)], 'unknown'],
    [
      'everything as usual',
      [spectral({ 'tooth-pass': 0, 'bearing-outer': 0 }), level('power', 0.1), level('temperature', 0)],
      'unknown',
    ],
    ['nothing known', [], 'unknown'],
    ['a stuck sensor alone', [sensor('temperature', 'stuck'), level('power', 0)], 'sensor-fault'],
    [
      'a worn tool beside a dead thermometer',
      [spectral({ 'tooth-pass': 2 }), sensor('temperature', 'gap')],
      'tool-wear',
    ],
  ] as const)('%s: %s', (_, observations, cause) => {
    expect(diagnoseSpindle([...observations] as SpindleObservation[]).cause).toBe(cause)
  })

  test('reasons carry the band and the multiple, strongest first, and more of them make it surer', () => {
    const alone = diagnoseSpindle([spectral({ 'tooth-pass': 1.3 })])
    const both = diagnoseSpindle([spectral({ 'tooth-pass': 1.3 }), level('power', 1.2)])
    expect(both.reasons[0]).toMatchObject({ code: 'tooth-pass-up', band: 'tooth-pass', ratio: 2.3, signal: 'waveform' })
    expect(both.reasons.map((reason) => reason.code)).toContain('power-up')
    expect(both.confidence).toBeGreaterThan(alone.confidence)
  })

  test('a sensor at fault is not heard about the machine', () => {
    const hot = level('temperature', 3)
    const diagnosis = diagnoseSpindle([hot, sensor('temperature', 'out-of-range')])
    expect(diagnosis.cause).toBe('sensor-fault')
    expect(diagnosis.reasons.map((reason) => reason.code)).toEqual(['sensor-out-of-range'])
  })

  test('weak signs without anything out of the usual are no finding', () => {
    expect(diagnoseSpindle([spectral({ 'tooth-pass': 0.9 }), level('power', 0.9)]).cause).toBe('unknown')
  })
})
