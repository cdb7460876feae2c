import { accuracyOf, forecastSeries } from '@millrace/forecast'
import { madeUpSet } from '@millrace/forecast/testing'
import { loadModels } from '@millrace/forecast/worker'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'

const HORIZON_WEEKS = 26
const YEAR_WEEKS = 52
const SEEDS = [1, 2]
/** With more empty weeks than this, demand comes now and then. */
const RARE_RATIO = 0.3

/** Weekly forecasts of half a year on made-up products, against the same week of the year before. */
export const forecast: Benchmark = {
  name: 'forecast',
  summary:
    'forecasts of half a year on 120 synthetic weekly series: WAPE beside that of last year’s week, and series a second',
  run,
}

async function run(args: BenchmarkArguments): Promise<BenchmarkResult> {
  const models = await loadModels()
  const weekly = newTally()
  const occasional = newTally()
  let inside = 0
  let count = 0
  const startMs = performance.now()
  for (const seed of SEEDS) {
    for (const series of madeUpSet(seed)) {
      const past = series.slice(0, -HORIZON_WEEKS)
      const actual = series.slice(-HORIZON_WEEKS).map((value) => value ?? 0)
      const naive = past.slice(-YEAR_WEEKS, HORIZON_WEEKS - YEAR_WEEKS).map((value) => value ?? 0)
      const found = forecastSeries(past, HORIZON_WEEKS, models)
      const ours = found.weeks.map(({ point }) => point)
      // No week of demand that comes now and then can be met: there the half year counts.
      const isRare = past.filter((value) => value === 0).length > past.length * RARE_RATIO
      const bucket = (values: readonly number[]) => (isRare ? [values.reduce(add, 0)] : values)
      const tally = isRare ? occasional : weekly
      const [came, said, before] = [bucket(actual), bucket(ours), bucket(naive)]
      // Every series counts the same, whatever its size.
      const size = past.map((value) => value ?? 0).reduce(add, 0) || 1
      tally.actual.push(...came.map((value) => value / size))
      tally.ours.push(...said.map((value) => value / size))
      tally.naive.push(...before.map((value) => value / size))
      if (wapeOf(came, said) < wapeOf(came, before)) tally.betterCount += 1
      tally.count += 1
      count += 1
      inside += actual.filter((value, at) => isWithin(value, found.weeks[at])).length
      args.print(
        `${found.method.padEnd(12)} ${percent(wapeOf(came, said))}  last year ${percent(wapeOf(came, before))}`,
      )
    }
  }
  const elapsedS = (performance.now() - startMs) / 1000
  return {
    data: 'synthetic',
    series: count,
    wapeRatio: rounded(wapeOf(weekly.actual, weekly.ours)),
    naiveWapeRatio: rounded(wapeOf(weekly.actual, weekly.naive)),
    biasRatio: rounded(accuracyOf(weekly.actual, weekly.ours)?.biasRatio ?? 0),
    betterThanNaiveRatio: rounded(weekly.betterCount / weekly.count),
    occasionalWapeRatio: rounded(wapeOf(occasional.actual, occasional.ours)),
    occasionalNaiveWapeRatio: rounded(wapeOf(occasional.actual, occasional.naive)),
    insideBandRatio: rounded(inside / (count * HORIZON_WEEKS)),
    seriesPerSecond: rounded(count / elapsedS),
  }
}

interface Tally {
  readonly actual: number[]
  readonly ours: number[]
  readonly naive: number[]
  betterCount: number
  count: number
}

function newTally(): Tally {
  return { actual: [], ours: [], naive: [], betterCount: 0, count: 0 }
}

function add(a: number, b: number): number {
  return a + b
}

function wapeOf(actual: readonly number[], forecast: readonly number[]): number {
  return accuracyOf(actual, forecast)?.wapeRatio ?? 0
}

function isWithin(value: number, week: { low: number; high: number } | undefined): boolean {
  return week !== undefined && value >= week.low && value <= week.high
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1).padStart(5)} %`
}

function rounded(value: number): number {
  return Number(value.toFixed(3))
}
