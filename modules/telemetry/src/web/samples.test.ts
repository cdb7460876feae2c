import { describe, expect, test } from 'vitest'
import type { Envelope, LatestValue, Signal } from '../contract.ts'
import { carriedOn, countIncrease, gapOf, stateUntilNow, withSamples } from './samples.ts'

const latest = (
  value: LatestValue['value'],
  timestampMs: number,
  quality: LatestValue['quality'] = 'good',
): LatestValue => ({
  series: 1,
  timestampMs,
  value,
  quality,
})
const signal = (series: number, value: LatestValue | null) => ({ series, latest: value }) as Signal

describe('live samples', () => {
  test('move the latest values on', () => {
    const signals = [signal(1, latest(5, 100)), signal(2, null)]
    const updated = withSamples(signals, [
      [1, 200, 6, 2],
      [2, 150, null, 0],
      [9, 200, 1, 2],
    ])
    expect(updated[0]?.latest).toEqual({ series: 1, timestampMs: 200, value: 6, quality: 'good' })
    expect(updated[1]?.latest).toEqual({ series: 2, timestampMs: 150, value: null, quality: 'bad' })
  })
  test('that come late change nothing, not even the array', () => {
    const signals = [signal(1, latest(5, 100))]
    expect(withSamples(signals, [[1, 90, 4, 2]])).toBe(signals)
  })
  test('of one message are taken by their time, not by their order', () => {
    const [updated] = withSamples(
      [signal(1, null)],
      [
        [1, 200, 6, 2],
        [1, 190, 7, 2],
      ],
    )
    expect(updated?.latest?.value).toBe(6)
  })
})

const envelope = (bucketMs: number, timesMs: number[], values: number[]): Envelope => ({
  series: 1,
  bucketMs,
  timesMs,
  min: values,
  max: values,
  mean: values,
  count: values.map(() => 1),
})

describe('an envelope', () => {
  test('of single samples is carried on by each new one, once', () => {
    const carried = carriedOn(envelope(0, [10, 20], [1, 2]), [
      [20, 2],
      [30, 3],
    ])
    expect(carried.timesMs).toEqual([10, 20, 30])
    expect(carried.mean).toEqual([1, 2, 3])
  })
  test('of buckets keeps their width and what lay between', () => {
    const carried = carriedOn(envelope(10, [0, 10], [1, 2]), [
      [21, 5],
      [29, 7],
      [45, 6],
    ])
    expect(carried.timesMs).toEqual([0, 10, 20, 40])
    expect([carried.min[2], carried.max[2], carried.mean[2], carried.count[2]]).toEqual([5, 7, 6, 2])
  })
  test('that is empty begins with the first sample', () => {
    expect(carriedOn(envelope(10, [], []), [[7, 3]]).timesMs).toEqual([7])
  })
  test('has gaps only well beyond its own rhythm', () => {
    expect(gapOf({ timesMs: [0, 1000, 2000], bucketMs: 0 })).toBe(15_000)
    expect(gapOf({ timesMs: [0, 60_000, 120_000], bucketMs: 60_000 })).toBe(240_000)
    expect(gapOf({ timesMs: [], bucketMs: 0 })).toBe(15_000)
  })
})

describe('the course of a state', () => {
  const running = { fromMs: 0, toMs: 50, value: 'running' }
  test('lasts until now', () => {
    expect(stateUntilNow([running], latest('running', 40), 80)).toEqual([{ ...running, toMs: 80 }])
  })
  test('changes at the sample that said so', () => {
    expect(stateUntilNow([running], latest('stopped', 60), 80)).toEqual([
      { fromMs: 0, toMs: 60, value: 'running' },
      { fromMs: 60, toMs: 80, value: 'stopped' },
    ])
  })
  test('becomes no data with a bad sample, never something else', () => {
    expect(stateUntilNow([running], latest(null, 60, 'bad'), 80).at(-1)?.value).toBeNull()
  })
  test('is left alone by an old sample', () => {
    const intervals = [running, { fromMs: 50, toMs: 70, value: 'idle' }]
    expect(stateUntilNow(intervals, latest('running', 45), 80)).toEqual(intervals)
  })
})

describe('a counter', () => {
  const counter = (min: number[], max: number[]) => ({ timesMs: min.map((_, index) => index * 10), min, max })
  test('counts what was added', () => expect(countIncrease(counter([100, 104, 109], [103, 108, 112]))).toBe(12))
  test('that starts again counts from zero', () => expect(countIncrease(counter([100, 0, 5], [110, 4, 9]))).toBe(19))
  test('goes on with the newest reading', () => {
    expect(countIncrease(counter([100], [103]), latest(105, 50))).toBe(5)
    expect(countIncrease(counter([100], [103]), latest(101, 0))).toBe(3)
  })
  test('that never spoke counts nothing', () => expect(countIncrease(counter([], []))).toBe(0))
})
