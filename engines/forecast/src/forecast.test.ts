import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { accuracyOf } from './accuracy.ts'
import { forecastSeries } from './forecast.ts'
import type { Models } from './methods.ts'
import { loadModels } from './models-worker.ts'
import { cleanSeries } from './series.ts'
import { madeUpSeries } from './testing/series.ts'

let models: Models
beforeAll(async () => {
  models = await loadModels()
})

/** Models as bad as a library can be: what they say has to be mended or left. */
const brokenModels: Models = {
  smoothing: (values, weeks) => Array.from({ length: weeks }, (_, at) => (values.at(-1) ?? 0) * 10 ** at * -1),
  season: () => {
    throw new Error('Fit error')
  },
}

const seasonal = { weeks: 156, seed: 4, level: 800, growth: 0.1, season: 0.35, topWeek: 48, noise: 0.08 }

test('a season is forecast better than by last year’s week, within the band four times in five', () => {
  const series = madeUpSeries({ ...seasonal, weeks: 182 })
  const found = forecastSeries(series.slice(0, 156), 26, models)
  const actual = series.slice(156).map((value) => value ?? 0)
  const reached = accuracyOf(
    actual,
    found.weeks.map(({ point }) => point),
  )
  const naive = accuracyOf(
    actual,
    series.slice(104, 130).map((value) => value ?? 0),
  )
  expect(found).toMatchObject({ naiveIsBest: false, testedWeeks: 52, accuracy: { wapeRatio: expect.any(Number) } })
  expect(found.accuracy?.wapeRatio).toBeLessThan(found.naive?.wapeRatio ?? 0)
  expect(reached?.wapeRatio).toBeLessThan(naive?.wapeRatio ?? 0)
  const inside = actual.filter(
    (value, at) => value >= (found.weeks[at]?.low ?? 0) && value <= (found.weeks[at]?.high ?? 0),
  )
  expect(inside.length).toBeGreaterThanOrEqual(16)
})

test('what repeats itself exactly every year is left to last year’s week', () => {
  const pattern = Array.from({ length: 52 }, (_, week) => (week * 37) % 101)
  const series = [...pattern, ...pattern, ...pattern]
  const found = forecastSeries(series, 26, models)
  expect(found).toMatchObject({ method: 'last-year', naiveIsBest: true, accuracy: { wapeRatio: 0 } })
  expect(found.weeks.map(({ point }) => point)).toEqual(pattern.slice(0, 26))
})

test('growth is seen: a trend beats the last week', () => {
  const series = Array.from({ length: 40 }, (_, week) => 100 + 5 * week)
  const found = forecastSeries(series, 4, models)
  expect(found.method).toBe('smoothing')
  expect(found.weeks[3]?.point).toBeGreaterThan(310)
  expect(found.weeks[3]?.point).toBeLessThan(325)
})

test('demand that comes now and then becomes a level between its weeks', () => {
  const series = Array.from({ length: 104 }, (_, week) => (week % 4 === 3 ? 40 : 0))
  const found = forecastSeries(series, 26, models)
  const sum = found.weeks.reduce((total, { point }) => total + point, 0)
  expect(sum).toBeGreaterThan(200)
  expect(sum).toBeLessThan(320)
})

test('an empty, an unknown and a silent series are forecast as nothing, a short one as its mean', () => {
  for (const series of [[], [null, null]])
    expect(forecastSeries(series, 3, models)).toMatchObject({ accuracy: undefined, testedWeeks: 0 })
  const silent = forecastSeries(Array(80).fill(0), 3, models)
  expect(silent.weeks).toEqual(Array(3).fill({ point: 0, low: 0, high: 0 }))
  expect(silent.accuracy).toBeUndefined()
  expect(forecastSeries([10, 20, 30], 2, models)).toMatchObject({
    ...{ method: 'mean', accuracy: undefined },
    weeks: [{ point: 20, low: 10, high: 30 }, { point: 20 }],
  })
})

test('gaps, returns and a typing error are mended and told, a yearly peak is kept', () => {
  const series: (number | null)[] = Array.from({ length: 120 }, (_, week) => 100 + (week % 3))
  series[0] = null
  series[20] = null
  series[30] = -40
  series[60] = 10_000
  series[50] = 400
  series[102] = 420
  const clean = cleanSeries(series)
  expect(clean).toMatchObject({ skippedWeeks: 1, gaps: [20], negatives: [30] })
  expect(clean.outliers).toContain(60)
  expect(clean.outliers).not.toContain(50)
  expect(clean.outliers).not.toContain(102)
  expect(clean.values).toHaveLength(119)
  expect(clean.values[59]).toBeLessThan(200)
  expect(clean.values[19]).toBe(100.5)
  expect(() => cleanSeries([1, Number.NaN])).toThrow(RangeError)
})

test('whatever was sold and whatever the models say: every week is finite, ordered and at least zero', () => {
  const week = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 5000 }) },
    fc.constant(null),
    fc.integer({ min: -500, max: 0 }),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
  )
  fc.assert(
    fc.property(fc.array(week, { maxLength: 170 }), fc.integer({ min: 1, max: 60 }), (series, horizonWeeks) => {
      const { weeks, accuracy, naive, naiveIsBest } = forecastSeries(series, horizonWeeks, brokenModels)
      expect(weeks).toHaveLength(horizonWeeks)
      for (const { point, low, high } of weeks) {
        expect(Number.isFinite(high)).toBe(true)
        expect(low >= 0 && low <= point && point <= high).toBe(true)
      }
      if (accuracy && naive) expect(accuracy.wapeRatio <= naive.wapeRatio).toBe(true)
      if (naiveIsBest) expect(accuracy).toEqual(naive)
    }),
    { numRuns: 400 },
  )
})

test('the same series gives the same forecast', () => {
  const series = madeUpSeries({ ...seasonal, weeks: 120 })
  expect(forecastSeries(series, 26, models)).toEqual(forecastSeries(series, 26, models))
})
