import { type Accuracy, accuracyOf } from './accuracy.ts'
import { candidatesFor, lastWeek, lastYear, type Method, type MethodName, type Models } from './methods.ts'
import { cleanSeries, isIntermittent, quantile, type WeeklySeries, YEAR_WEEKS } from './series.ts'

/** One coming week: what is expected, and between what it lies four times in five. All at least zero. */
export interface ForecastWeek {
  readonly point: number
  /** The 10 % quantile. */
  readonly low: number
  /** The 90 % quantile. */
  readonly high: number
}

export interface SeriesForecast {
  readonly method: MethodName
  readonly weeks: readonly ForecastWeek[]
  /**
   * Of the method, on weeks it had not seen: week by week, or by their sum where demand comes now and then and no single week can be met.
   * Undefined when the series is too short to try anything, or nothing was sold.
   */
  readonly accuracy: Accuracy | undefined
  /** What the yardstick, last year's or last week's value, reached on the same weeks. */
  readonly naive: Accuracy | undefined
  /** No candidate beat the yardstick, so it is what is used. */
  readonly naiveIsBest: boolean
  /** How many weeks were forecast to find that out. */
  readonly testedWeeks: number
  /** Places in the given series that were not taken as they are. */
  readonly gaps: readonly number[]
  readonly negatives: readonly number[]
  readonly outliers: readonly number[]
}

/** A quarter at a time is forecast from what was known before it, four times. */
const TEST_WEEKS = 13
const ORIGINS_MAX = 4
/** Methods that need more history than all origins leave are tried from so many at least. */
const ORIGINS_LEAST = 2
/** Without this much nothing can be tried. */
const TEST_LEAST_WEEKS = 12
/** A better candidate has to be better by so much: small differences on few weeks are chance. */
const MARGIN_RATIO = 0.01
/** The band when nothing could be tried: a share of the value. */
const UNTRIED_BAND = 0.5
/** A forecast far above everything that was ever sold is a runaway trend. */
const CEILING = 3

interface Trial {
  readonly method: Method
  readonly actual: number[]
  readonly forecast: number[]
  /** What it is judged by: so many weeks together. */
  readonly bucketWeeks: number
}

/**
 * Forecasts a weekly series by whichever method would have been best so far: each is tried on past quarters that it is not shown.
 *
 * @param models the fitted models; one that throws on a series is no candidate for it
 * @param horizonWeeks how many weeks, 1 to 104
 * @throws RangeError on a value that is not finite
 */
export function forecastSeries(series: WeeklySeries, horizonWeeks: number, models: Models): SeriesForecast {
  const { values, gaps, negatives, outliers } = cleanSeries(series)
  const about = { gaps, negatives, outliers }
  if (values.length === 0) {
    const weeks = Array.from({ length: horizonWeeks }, () => ({ point: 0, low: 0, high: 0 }))
    return {
      ...about,
      method: 'mean',
      weeks,
      accuracy: undefined,
      naive: undefined,
      naiveIsBest: false,
      testedWeeks: 0,
    }
  }
  const candidates = candidatesFor(values, models)
  const { trials, yardstick } = tryOut(values, candidates)
  const naive = yardstick && judge(yardstick)
  const best = yardstick && naive ? bestOf(trials, naive) : undefined
  const naiveIsBest = naive !== undefined && best === undefined
  const chosen = best ?? (naiveIsBest ? yardstick : undefined)
  const [untried = lastWeek] = candidates
  const method = chosen?.method ?? untried
  const points = pointsOf(method, values, horizonWeeks) ?? lastWeek.forecast(values, horizonWeeks)
  return {
    ...about,
    method: method.name,
    weeks: banded(points, chosen),
    accuracy: chosen && judge(chosen),
    naive,
    naiveIsBest,
    testedWeeks: chosen?.actual.length ?? 0,
  }
}

/** Forecasts past quarters with every method from the same origins, so that all are judged by the same weeks. */
function tryOut(values: readonly number[], candidates: readonly Method[]): { trials: Trial[]; yardstick?: Trial } {
  const length = values.length
  if (length < TEST_LEAST_WEEKS) return { trials: [] }
  const testWeeks = Math.min(TEST_WEEKS, Math.floor(length / 4))
  const naive = length - testWeeks >= YEAR_WEEKS ? lastYear : lastWeek
  const possible = (least: number) =>
    Array.from({ length: ORIGINS_MAX }, (_, back) => length - testWeeks * (back + 1)).filter((at) => at >= least)
  const needed = Math.max(naive.leastWeeks, TEST_LEAST_WEEKS - testWeeks)
  // What wants the longest history decides from where everything is tried, as long as that leaves enough to judge by.
  const wishes = candidates
    .map(({ leastWeeks }) => leastWeeks)
    .filter((least) => possible(least).length >= ORIGINS_LEAST)
  const origins = possible(Math.max(needed, ...wishes))
  const bucketWeeks = isIntermittent(values) ? testWeeks : 1
  const trialOf = (method: Method): Trial | undefined => {
    const trial: Trial = { method, actual: [], forecast: [], bucketWeeks }
    for (const at of origins) {
      const points = at >= method.leastWeeks ? pointsOf(method, values.slice(0, at), testWeeks) : undefined
      if (!points) return undefined
      trial.actual.push(...values.slice(at, at + testWeeks))
      trial.forecast.push(...points)
    }
    return trial
  }
  const trials = candidates.map(trialOf).filter((trial) => trial !== undefined)
  const yardstick = trialOf(naive)
  return { trials, ...(yardstick && yardstick.actual.length > 0 && { yardstick }) }
}

function judge({ actual, forecast, bucketWeeks }: Trial): Accuracy | undefined {
  const sums = (values: readonly number[]) =>
    Array.from({ length: values.length / bucketWeeks }, (_, at) =>
      values.slice(at * bucketWeeks, (at + 1) * bucketWeeks).reduce((sum, value) => sum + value, 0),
    )
  return accuracyOf(sums(actual), sums(forecast))
}

/** The candidate that missed least, if that is clearly less than the yardstick. */
function bestOf(trials: readonly Trial[], naive: Accuracy): Trial | undefined {
  let best: Trial | undefined
  let least = naive.wapeRatio * (1 - MARGIN_RATIO)
  for (const trial of trials) {
    const wape = judge(trial)?.wapeRatio
    if (wape === undefined || wape >= least) continue
    best = trial
    least = wape
  }
  return best
}

/** Finite, and between nothing and a multiple of the most ever sold. @returns undefined when the method cannot go on with the series */
function pointsOf(method: Method, values: readonly number[], horizonWeeks: number): number[] | undefined {
  const ceiling = CEILING * Math.max(...values)
  try {
    const points = method.forecast(values, horizonWeeks)
    if (points.length !== horizonWeeks || !points.every(Number.isFinite)) return undefined
    return points.map((point) => Math.min(ceiling, Math.max(0, point)))
  } catch {
    // A model that cannot be fitted to a series is not asked again for it: the others are there.
    return undefined
  }
}

/** Puts around each week what the method missed by when it was tried, as a share of what it said. */
function banded(points: readonly number[], trial: Trial | undefined): ForecastWeek[] {
  if (!trial)
    return points.map((point) => ({ point, low: point * (1 - UNTRIED_BAND), high: point * (1 + UNTRIED_BAND) }))
  const level = trial.forecast.reduce((sum, value) => sum + value, 0) / trial.forecast.length
  // A share of next to nothing would be endless.
  const floor = Math.max(level * 0.1, 1e-9)
  const misses = trial.actual.map((value, at) => {
    const said = trial.forecast[at] ?? 0
    return (value - said) / Math.max(said, floor)
  })
  const low = Math.min(0, quantile(misses, 0.1))
  const high = Math.max(0, quantile(misses, 0.9))
  return points.map((point, ahead) => {
    // Beyond what was tried the unknown grows as that of a random walk does.
    const wider = Math.sqrt(Math.max(1, (ahead + 1) / TEST_WEEKS))
    const reach = Math.max(point, floor)
    return { point, low: Math.max(0, point + low * wider * reach), high: point + high * wider * reach }
  })
}
