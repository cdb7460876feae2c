import { isIntermittent, YEAR_WEEKS } from './series.ts'

export type MethodName = 'last-year' | 'last-week' | 'mean' | 'smoothing' | 'season' | 'season-mean' | 'occasional'

/** A way to go on with a series. */
export interface Method {
  readonly name: MethodName
  /** Fewer weeks are not enough for it. */
  readonly leastWeeks: number
  /** @returns a value for each coming week; may be below zero or not finite, which the caller mends */
  forecast(values: readonly number[], horizonWeeks: number): number[]
}

/** The two fitted models, whoever computes them: one value for each coming week, or an error when they cannot be fitted. */
export interface Models {
  /** Exponential smoothing with or without trend (ETS). */
  smoothing(values: readonly number[], horizonWeeks: number): number[]
  /** A season of a year taken apart by loess (MSTL), and exponential smoothing for what is left. */
  season(values: readonly number[], horizonWeeks: number): number[]
}

const MEAN_WEEKS = 8
/** Below this a fitted trend is one of chance. */
const SMOOTHING_LEAST_WEEKS = 16
/** Loess wants to see the season twice. */
const SEASON_LEAST_WEEKS = 2 * YEAR_WEEKS
/** How fast the estimates of rare demand forget. */
const OCCASIONAL_ALPHA = 0.03

/** The yardsticks, which need no model: the same week of last year, or the last week while there is no last year. */
export const lastYear: Method = {
  name: 'last-year',
  leastWeeks: YEAR_WEEKS,
  forecast: (values, horizonWeeks) => fill(horizonWeeks, (ahead) => lastYearsWeek(values, ahead)),
}
export const lastWeek: Method = {
  name: 'last-week',
  leastWeeks: 1,
  forecast: (values, horizonWeeks) => fill(horizonWeeks, () => values.at(-1) ?? 0),
}

/** What competes with the yardstick for a series. */
export function candidatesFor(values: readonly number[], models: Models): Method[] {
  // With demand now and then, a handful of full weeks says nothing of a trend or a season.
  if (isIntermittent(values)) return [occasional]
  const season: Method = {
    name: 'season',
    leastWeeks: SEASON_LEAST_WEEKS,
    forecast: (past, horizonWeeks) => models.season(past, horizonWeeks),
  }
  return [
    mean,
    { name: 'smoothing', leastWeeks: SMOOTHING_LEAST_WEEKS, forecast: (past, weeks) => models.smoothing(past, weeks) },
    season,
    seasonMean,
  ]
}

const mean: Method = {
  name: 'mean',
  leastWeeks: 1,
  forecast: (values, horizonWeeks) => {
    const level = meanOf(values.slice(-MEAN_WEEKS))
    return fill(horizonWeeks, () => level)
  },
}

/**
 * The shape of the past years, each week smoothed with its neighbours, at the level of the last year as it grew: two or three years are few
 * for a model that fits every week of the season, and this one fits nothing.
 */
const seasonMean: Method = {
  name: 'season-mean',
  leastWeeks: SEASON_LEAST_WEEKS,
  forecast: (values, horizonWeeks) => {
    const years = Math.floor(values.length / YEAR_WEEKS)
    const levels = fill(years, (back) =>
      meanOf(values.slice(-(back + 1) * YEAR_WEEKS, values.length - back * YEAR_WEEKS)),
    )
    const shape = fill(YEAR_WEEKS, (week) => {
      const seen = fill(years, (back) => {
        const at = values.length - (back + 1) * YEAR_WEEKS + week
        const [before = 0, here = 0, after = here] = [values[at - 1] ?? values[at], values[at], values[at + 1]]
        const level = levels[back] ?? 0
        return level === 0 ? 1 : (before + 2 * here + after) / 4 / level
      })
      return meanOf(seen)
    })
    // Half of the growth of a year goes on: the other half may have been luck.
    const [now = 0, before = now] = levels
    const growth = before === 0 ? 1 : Math.min(1.5, Math.max(0.67, now / before))
    const recent = values.slice(-MEAN_WEEKS).reduce((sum, value) => sum + value, 0)
    const expected = fill(MEAN_WEEKS, (at) => (shape[YEAR_WEEKS - MEAN_WEEKS + at] ?? 1) * now).reduce(add, 0)
    const level = expected === 0 ? now : now * (0.5 * Math.sqrt(growth) + 0.5 * (recent / expected))
    return fill(horizonWeeks, (ahead) => level * (shape[ahead % YEAR_WEEKS] ?? 1))
  },
}

/** Demand that comes now and then: how often it comes, times how much, both smoothed. @see Teunter, Syntetos, Babai 2011 */
const occasional: Method = {
  name: 'occasional',
  leastWeeks: 8,
  forecast: (values, horizonWeeks) => {
    const some = values.filter((value) => value > 0)
    let chance = some.length / values.length
    let size = meanOf(some)
    for (const value of values) {
      chance += OCCASIONAL_ALPHA * ((value > 0 ? 1 : 0) - chance)
      if (value > 0) size += OCCASIONAL_ALPHA * (value - size)
    }
    return fill(horizonWeeks, () => chance * size)
  },
}

function lastYearsWeek(values: readonly number[], ahead: number): number {
  return values[values.length - YEAR_WEEKS + (ahead % YEAR_WEEKS)] ?? 0
}

function fill(length: number, value: (at: number) => number): number[] {
  return Array.from({ length }, (_, at) => value(at))
}

function add(a: number, b: number): number {
  return a + b
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce(add, 0) / values.length
}
