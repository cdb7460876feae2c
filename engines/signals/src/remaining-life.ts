/** Points looked at; more are thinned evenly. All pairs of 96 points are 4,560 slopes: a fraction of a millisecond. */
const POINTS_MAX = 96
const POINTS_MIN = 8

/** Standard normal quantile of the 90 % interval. */
const INTERVAL_Z = 1.645
/** A trend must be this many standard deviations from none (Mann–Kendall) before anything is extrapolated. */
const TREND_Z_MIN = 2.5

/** Further ahead than this many times the observed span, a straight line says nothing. */
const HORIZON_SPANS = 10

export type RemainingLife = {
  /** From the newest point until the trend reaches the limit; 0 when it is there. */
  readonly remainingMs: number
  /** 90 % interval of the slope carried forward. `highMs` is undefined when the slowest plausible slope never gets there. */
  readonly lowMs: number
  readonly highMs: number | undefined
  /** Present rate of growth per hour, in the unit of the values. */
  readonly ratePerHour: number
  /** Where the fitted line stands now. */
  readonly level: number
  /** Wear that feeds on itself is fitted as exponential growth. */
  readonly shape: 'linear' | 'exponential'
  /** 0 to 1, from the strength of the trend and how far it is carried. */
  readonly confidence: number
}

type Line = { slope: number; lowSlope: number; highSlope: number; level: number; error: number; z: number }

/**
 * How long until a growing level reaches its limit: Theil–Sen slope with Sen's rank interval, straight or exponential,
 * whichever fits better. Robust against outliers; no randomness.
 *
 * @param timestampsMs ascending. @param values of the same length; those not finite are left out.
 * @param limit the level at which the life is over, above the present one.
 * @returns undefined with fewer than 8 points, without a significant upward trend, or when the limit is farther away than
 *   10 times the time observed.
 * @see P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968).
 */
export function estimateRemainingLife(
  timestampsMs: ArrayLike<number>,
  values: ArrayLike<number>,
  limit: number,
): RemainingLife | undefined {
  const { times, levels } = thinned(timestampsMs, values)
  const now = times.at(-1)
  const first = times[0]
  if (times.length < POINTS_MIN || now === undefined || first === undefined || !Number.isFinite(limit)) return undefined
  const spanMs = now - first
  const straight = fitLine(times, levels, now)
  const mayGrow = levels.every((level) => level > 0) && limit > 0
  const logarithms = mayGrow ? levels.map(Math.log) : undefined
  const grown = logarithms && fitLine(times, logarithms, now)
  const exponential = grown !== undefined && errorOf(times, levels, now, grown, Math.exp) < 0.9 * straight.error
  const line = exponential ? grown : straight
  if (!(line.z > TREND_Z_MIN && line.slope > 0)) return undefined

  const distance = (exponential ? Math.log(limit) : limit) - line.level
  const remainingMs = Math.max(0, distance / line.slope)
  if (remainingMs > HORIZON_SPANS * spanMs) return undefined
  const lowMs = Math.max(0, distance / Math.max(line.highSlope, line.slope))
  const slowest = line.lowSlope > 0 ? Math.max(0, distance / line.lowSlope) : undefined
  const level = exponential ? Math.exp(line.level) : line.level
  return {
    remainingMs,
    lowMs,
    highMs: slowest,
    ratePerHour: line.slope * 3_600_000 * (exponential ? level : 1),
    level,
    shape: exponential ? 'exponential' : 'linear',
    confidence: (1 - TREND_Z_MIN / (TREND_Z_MIN + line.z)) / (1 + remainingMs / (4 * spanMs)),
  }
}

function fitLine(times: readonly number[], levels: readonly number[], nowMs: number): Line {
  const slopes: number[] = []
  let rank = 0
  for (let i = 0; i < times.length; i++) {
    for (let j = i + 1; j < times.length; j++) {
      const rise = (levels[j] ?? 0) - (levels[i] ?? 0)
      slopes.push(rise / ((times[j] ?? 0) - (times[i] ?? 0)))
      rank += Math.sign(rise)
    }
  }
  slopes.sort((a, b) => a - b)
  const n = times.length
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const reach = INTERVAL_Z * deviation
  const at = (position: number) => slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(position)))] ?? 0
  const slope = median(slopes)
  const level = median(levels.map((value, i) => value - slope * ((times[i] ?? 0) - nowMs)).sort((a, b) => a - b))
  const line = {
    slope,
    lowSlope: at((slopes.length - reach) / 2),
    highSlope: at((slopes.length + reach) / 2),
    level,
    error: 0,
    z: rank / deviation,
  }
  return { ...line, error: errorOf(times, levels, nowMs, line, (value) => value) }
}

/** Median absolute distance of the points from the line. */
function errorOf(
  times: readonly number[],
  levels: readonly number[],
  nowMs: number,
  line: Pick<Line, 'slope' | 'level'>,
  curve: (value: number) => number,
): number {
  const distances = times.map((timeMs, i) =>
    Math.abs((levels[i] ?? 0) - curve(line.level + line.slope * (timeMs - nowMs))),
  )
  return median(distances.sort((a, b) => a - b))
}

function median(sorted: readonly number[]): number {
  const half = (sorted.length - 1) / 2
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2
}

/** Means of even groups, so that noise is averaged rather than skipped. */
function thinned(timestampsMs: ArrayLike<number>, values: ArrayLike<number>): { times: number[]; levels: number[] } {
  const times: number[] = []
  const levels: number[] = []
  const group = Math.max(1, Math.ceil(values.length / POINTS_MAX))
  for (let start = 0; start < values.length; start += group) {
    let count = 0
    let time = 0
    let level = 0
    for (let i = start; i < Math.min(values.length, start + group); i++) {
      const value = values[i] ?? Number.NaN
      const timeMs = timestampsMs[i] ?? Number.NaN
      if (!Number.isFinite(value) || !Number.isFinite(timeMs)) continue
      count++
      time += timeMs
      level += value
    }
    const before = times.at(-1)
    if (count === 0 || (before !== undefined && time / count <= before)) continue
    times.push(time / count)
    levels.push(level / count)
  }
  return { times, levels }
}
