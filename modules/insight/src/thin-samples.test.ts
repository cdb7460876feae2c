import { describe, expect, test } from 'vitest'
import { inTimeOrder, type SampleColumn } from './sample-order.ts'
import { thinSamples } from './thin-samples.ts'

const numbers = (series: number, timestampsMs: ArrayLike<number>, values: number[]): SampleColumn => ({
  series: series as SampleColumn['series'],
  timestampsMs,
  values: Float64Array.from(values),
})

describe('thinning samples', () => {
  test('gives the mean of each second, at the time of its last sample', () => {
    const fast = numbers(1, [0, 500, 900, 1000, 1400, 3000], [1, 2, 3, 10, 20, 7])
    expect(thinSamples([fast], 1000)).toEqual([numbers(1, Float64Array.of(900, 1400, 3000), [2, 15, 7])])
  })

  test('leaves bad samples out, and gives a bad one where all are bad', () => {
    const fast = numbers(1, [0, 500, 1000, 1500], [Number.NaN, 4, Number.NaN, Number.NaN])
    expect(thinSamples([fast], 1000)).toEqual([numbers(1, Float64Array.of(500, 1500), [4, Number.NaN])])
  })

  test('gives rare samples and texts back as they are', () => {
    const rare = numbers(1, [0, 1000, 2000], [1, 2, 3])
    const state = { ...numbers(2, [0, 1, 2], []), values: ['idle', 'running', 'idle'] }
    expect(thinSamples([rare, state], 1000)).toEqual([rare, state])
    expect(thinSamples([rare], 1000)[0]).toBe(rare)
  })

  test('lets columns of the same times keep sharing them', () => {
    const timesMs = Float64Array.of(0, 500, 1000)
    const [one, other] = thinSamples([numbers(1, timesMs, [1, 2, 3]), numbers(2, timesMs, [4, 5, 6])], 1000)
    expect(other?.timestampsMs).toBe(one?.timestampsMs)
  })
})

describe('the order of time', () => {
  test('holds over columns that share times and such that do not, the first column first', () => {
    const shared = Float64Array.of(10, 20)
    const seen: string[] = []
    inTimeOrder(
      [
        numbers(1, Float64Array.of(10, 15), [1, 2]),
        numbers(2, shared, [3, 4]),
        numbers(3, shared, [5, 6]),
        numbers(4, Float64Array.of(5, 20), [7, 8]),
        numbers(5, shared, [9, 0]),
      ],
      (series, atMs) => seen.push(`${atMs}:${series}`),
    )
    expect(seen.join(' ')).toBe('5:4 10:1 10:2 10:3 10:5 15:1 20:2 20:3 20:4 20:5')
  })
})
