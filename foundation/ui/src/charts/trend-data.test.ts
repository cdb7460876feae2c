import { describe, expect, test } from 'vitest'
import { nearest, panned, plotColumns, trendCsv, valueRange, zoomed } from './trend-data.ts'

const series = (timesMs: number[], gapMs = 10) => ({
  timesMs,
  mean: timesMs.map((time) => time / 10),
  min: timesMs.map((time) => time / 10 - 1),
  max: timesMs.map((time) => time / 10 + 1),
  gapMs,
})

describe('the columns of a plot', () => {
  test('keep what was measured as it is', () => {
    const columns = plotColumns(series([0, 10, 20]), { fromMs: 0, toMs: 20 }, 20)
    expect(columns.timesMs).toEqual([0, 10, 20])
    expect(columns.max).toEqual([1, 2, 3])
    expect(columns.gaps).toEqual([])
  })
  test('have an empty point in a gap, so that no line bridges it', () => {
    const columns = plotColumns(series([0, 10, 40, 50]), { fromMs: 0, toMs: 50 }, 50)
    expect(columns.timesMs).toEqual([0, 10, 25, 40, 50])
    expect(columns.mean).toEqual([0, 1, null, 4, 5])
    expect(columns.gaps).toEqual([{ fromMs: 10, toMs: 40 }])
  })
  test('know what is missing at both ends, but not in the future', () => {
    const columns = plotColumns(series([40, 50]), { fromMs: 0, toMs: 200 }, 100)
    expect(columns.gaps).toEqual([
      { fromMs: 0, toMs: 40 },
      { fromMs: 50, toMs: 100 },
    ])
    expect(columns.timesMs).toEqual([40, 50])
  })
  test('of a signal that never spoke are one gap', () => {
    expect(plotColumns(series([]), { fromMs: 0, toMs: 100 }, 60).gaps).toEqual([{ fromMs: 0, toMs: 60 }])
  })
})

describe('the value axis', () => {
  test('has air around what is drawn', () => {
    const [low, high] = valueRange([3, null, 4], [5, 6, null])
    expect(low).toBeLessThan(3)
    expect(high).toBeGreaterThan(6)
  })
  test('does not blow up the noise of a steady value', () => {
    const [low, high] = valueRange([100], [100.001])
    expect(high - low).toBeGreaterThan(4)
  })
  test('does not reach below zero for the sake of air', () => expect(valueRange([0, 1], [1, 2])[0]).toBe(0))
  test('of nothing is harmless', () => expect(valueRange([null], [])).toEqual([0, 1]))
})

describe('moving through time', () => {
  test('pans by a part of the width, not into the future', () => {
    expect(panned({ fromMs: 0, toMs: 100 }, -0.1, 100)).toEqual({ fromMs: -10, toMs: 90 })
    expect(panned({ fromMs: 0, toMs: 100 }, 0.5, 120)).toEqual({ fromMs: 20, toMs: 120 })
  })
  test('zooms around the moment under the pointer', () => {
    expect(zoomed({ fromMs: 0, toMs: 100_000 }, 0.5, 25_000)).toEqual({ fromMs: 12_500, toMs: 62_500 })
  })
  test('zooms in to ten seconds and no further', () => {
    expect(zoomed({ fromMs: 0, toMs: 12_000 }, 0.1, 6_000)).toEqual({ fromMs: 1_000, toMs: 11_000 })
  })
})

describe('CSV', () => {
  const words = { time: 'time', min: 'min', mean: 'mean', max: 'max' }
  test('has one row per time and leaves empty what a signal does not have then', () => {
    const text = trendCsv(
      [
        { title: 'a', series: series([0, 10]) },
        { title: 'b', series: series([10]) },
      ],
      words,
    )
    expect(text.split('\r\n')).toEqual([
      'time,a min,a mean,a max,b min,b mean,b max',
      '1970-01-01T00:00:00.000Z,-1,0,1,,,',
      '1970-01-01T00:00:00.010Z,0,1,2,0,1,2',
    ])
  })
  test('quotes what needs it and disarms formulas', () => {
    const [head] = trendCsv([{ title: '=HYPERLINK("x","y")', series: series([]) }], words).split('\r\n')
    expect(head).toBe(
      `time,"'=HYPERLINK(""x"",""y"") min","'=HYPERLINK(""x"",""y"") mean","'=HYPERLINK(""x"",""y"") max"`,
    )
  })
})

describe('the nearest time', () => {
  test.each([
    [-5, 0],
    [4, 0],
    [5, 0],
    [6, 1],
    [26, 2],
    [99, 3],
  ])('to %d is number %d', (atMs, index) => expect(nearest([0, 10, 20, 40], atMs)).toBe(index))
  test('is none where there is none', () => expect(nearest([], 3)).toBeUndefined())
})
