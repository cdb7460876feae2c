import { expect, test } from 'vitest'
import { detectorPlanFor } from './detector-plan.ts'
import { createLevelDetector } from './level-detector.ts'
import { createNoveltyDetector } from './novelty-detector.ts'
import { bandLimitsHz, spindleBands } from './spectral-bands.ts'
import { operatingContext } from './verdict.ts'

const HOUR_MS = 3_600_000

test.each([
  ['vibration', 'steady', ['level', 'sensor']],
  ['vibration-spectrum', 'steady', ['spectral', 'sensor']],
  ['temperature', 'steady', ['level', 'sensor']],
  ['power', 'swinging', ['sensor']],
  ['other', 'unknown', ['novelty', 'sensor']],
  ['state', 'steady', undefined],
  ['good-count', 'swinging', undefined],
] as const)('%s, %s: %o', (measurand, behaviour, expected) => {
  const plan = detectorPlanFor({ measurand, behaviour, intervalMs: 1000 })
  const detectors = plan && ['level', 'spectral', 'novelty', 'sensor'].filter((key) => key in plan)
  expect(detectors).toEqual(expected)
})

test('every plan is accepted by the detectors it is for, at any sampling', () => {
  for (const intervalMs of [10, 1000, 60_000, HOUR_MS]) {
    for (const measurand of ['vibration', 'power', 'load', 'temperature', 'pressure', 'flow', 'cycle-time']) {
      const plan = detectorPlanFor({ measurand, intervalMs })
      expect(() => createLevelDetector(plan?.level)).not.toThrow()
      expect(plan?.level?.smoothMs).toBeGreaterThanOrEqual(3 * intervalMs)
    }
    const unknown = detectorPlanFor({ measurand: 'x', intervalMs, behaviour: 'unknown', range: { low: 0, high: 1 } })
    expect(() => unknown?.novelty && createNoveltyDetector(unknown.novelty)).not.toThrow()
  }
})

test('with history, usual is learned over a shift and more; without, within minutes', () => {
  const learnMs = (historyMs: number) =>
    detectorPlanFor({ measurand: 'power', intervalMs: 1000, historyMs })?.level?.learnMs
  expect(learnMs(0)).toBe(600_000)
  expect(learnMs(14 * 24 * HOUR_MS)).toBe(12 * HOUR_MS)
})

test('small corrections of feed and speed stay in the same operating context, large ones do not', () => {
  const at = (feedOverridePercent: number, speedRpm = 9600) =>
    operatingContext({ state: 'running', program: 'P1', feedOverridePercent, speedRpm })
  expect(at(100)).toBe(at(103))
  expect(at(100)).not.toBe(at(80))
  expect(at(100)).not.toBe(at(100, 4800))
  expect(operatingContext({ state: 'idle' })).toBe('idle')
})

test('a band in orders lies where the speed puts it, and nowhere at standstill or above the spectrum', () => {
  const lines = { amplitudes: new Float32Array(512), resolutionHz: 4, noiseBandwidth: 1.5 }
  const toothPass = spindleBands(4).find((band) => band.name === 'tooth-pass')
  if (!toothPass) throw new Error('a mill has a tooth-pass band')
  const limits = bandLimitsHz(toothPass, lines, 9600)
  expect(limits?.lowHz).toBeCloseTo(620.8, 1)
  expect(limits?.highHz).toBeCloseTo(659.2, 1)
  expect(bandLimitsHz(toothPass, lines, 0)).toBeUndefined()
  expect(bandLimitsHz(toothPass, lines, undefined)).toBeUndefined()
  expect(bandLimitsHz(toothPass, lines, 60_000)).toBeUndefined()
})
