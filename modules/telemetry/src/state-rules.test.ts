import { MINUTE_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { silencesOf, stateIntervals } from './state-rules.ts'

function texts(...samples: [timeMs: number, value: string | null][]) {
  return {
    timesMs: samples.map(([timeMs]) => timeMs),
    values: samples.map(([, value]) => value),
    qualities: samples.map(([, value]) => (value === null ? 0 : 2)),
  }
}

test('a value from before the range holds at its start, repeats do not cut it', () => {
  const samples = texts([5, 'idle'], [20, 'running'], [30, 'running'], [40, 'idle'])

  expect(stateIntervals(samples, [], 10, 100)).toEqual([
    { fromMs: 10, toMs: 20, value: 'idle' },
    { fromMs: 20, toMs: 40, value: 'running' },
    { fromMs: 40, toMs: 100, value: 'idle' },
  ])
})

test('before the first value, and from a bad one on, nothing is known', () => {
  expect(stateIntervals(texts([20, 'idle'], [30, null], [50, 'off']), [], 10, 60)).toEqual([
    { fromMs: 10, toMs: 20, value: null },
    { fromMs: 20, toMs: 30, value: 'idle' },
    { fromMs: 30, toMs: 50, value: null },
    { fromMs: 50, toMs: 60, value: 'off' },
  ])
  expect(stateIntervals(texts(), [], 10, 60)).toEqual([{ fromMs: 10, toMs: 60, value: null }])
})

test('a silence takes its time out of the values it covers', () => {
  const silences = [
    { fromMs: 25, toMs: 45 },
    { fromMs: 90, toMs: 100 },
  ]
  expect(stateIntervals(texts([5, 'idle'], [40, 'running']), silences, 10, 100)).toEqual([
    { fromMs: 10, toMs: 25, value: 'idle' },
    { fromMs: 25, toMs: 45, value: null },
    { fromMs: 45, toMs: 90, value: 'running' },
    { fromMs: 90, toMs: 100, value: null },
  ])
})

test('two minutes without a sample are a silence, one is a late sample', () => {
  const minutes = [0, 1, 3, 6, 7].map((minute) => minute * MINUTE_MS)

  expect(silencesOf(minutes, 0, 9 * MINUTE_MS)).toEqual([{ fromMs: 4 * MINUTE_MS, toMs: 6 * MINUTE_MS }])
  expect(silencesOf(minutes, 0, 10 * MINUTE_MS).at(-1)).toEqual({ fromMs: 8 * MINUTE_MS, toMs: 10 * MINUTE_MS })
  expect(silencesOf([], 0, 10 * MINUTE_MS)).toEqual([])
})
