import { expect, test } from 'vitest'
import type { Evidence } from './contract.ts'
import { meanWhileRunning, measuredSignal, showsFrom, verdictOf } from './outcome-rules.ts'

const state = (value: string | null, fromMs: number, toMs: number) => ({ value, fromMs, toMs })
const samples = (...values: (number | null)[]) => ({ timesMs: values.map((_, index) => index * 10), values })

test.each([
  ['all of it, of a machine that tells no state', [], 3],
  ['what was running', [state('running', 0, 20)], 1.5],
  ['nothing of a machine that stood', [state('idle', 0, 100)], undefined],
] as const)('the mean counts %s', (_, states, mean) => {
  expect(meanWhileRunning(samples(1, 2, 3, 4, 5), states, 2)).toBe(mean)
})

test('bad samples are no zeros, and too few make no mean', () => {
  expect(meanWhileRunning(samples(4, null, Number.NaN, 6), [], 2)).toBe(5)
  expect(meanWhileRunning(samples(4, null), [], 2)).toBeUndefined()
})

test.each([
  ['a machine that goes on running shows it at once', [state('running', 0, 900)], 100],
  [
    'one that stands for it, when it runs again',
    [state('running', 0, 120), state('setup', 120, 400), state('running', 400, 900)],
    400,
  ],
  ['one that stands already too', [state('setup', 90, 300), state('running', 300, 900)], 300],
  ['one that still stands, not yet', [state('running', 0, 120), state('setup', 120, 900)], undefined],
  ['a stop much later is another matter', [state('running', 0, 700), state('idle', 700, 900)], 100],
  ['silence is no stop', [state('running', 0, 120), state(null, 120, 400), state('running', 400, 900)], 100],
] as const)('%s', (_, states, shownMs) => {
  expect(showsFrom(100, states, 60)).toBe(shownMs)
})

test.each([
  [4, 2, 1.6, 'better'],
  [4, 3.9, 1.6, 'same'],
  [4, 4.6, 1.6, 'worse'],
  [1, 1.5, 1.6, 'better'],
  [4, 2, null, 'better'],
] as const)('from %d to %d, usually %d: %s', (before, after, usual, verdict) => {
  expect(verdictOf(before, after, usual)).toBe(verdict)
})

test('an outcome is measured on the vibration, if there is one, else on the first trend', () => {
  const trend = (title: string, unit: string): Evidence => ({
    ...{ type: 'trend', series: 1, title, unit, fromMs: 0, toMs: 1 },
    ...{ usualLow: null, usualHigh: null, usual: null, observed: 1 },
  })
  expect(measuredSignal([trend('Power', 'kW'), trend('Vibration', 'mm/s')])?.title).toBe('Vibration')
  expect(measuredSignal([trend('Power', 'kW')])?.title).toBe('Power')
  expect(measuredSignal([])).toBeUndefined()
})
