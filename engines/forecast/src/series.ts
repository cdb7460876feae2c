/** What was sold week by week, oldest first. Null is a week of which nothing is known; below zero are more returns than sales. */
export type WeeklySeries = readonly (number | null)[]

/** A series that methods can work with, and what was done to it. */
export interface CleanSeries {
  /** From the first known week; finite and at least zero. */
  readonly values: number[]
  /** Weeks at the beginning of which nothing is known: they were left out. */
  readonly skippedWeeks: number
  /** Places in the given series that were filled from what is around them. */
  readonly gaps: readonly number[]
  /** Places where returns exceeded sales: counted as nothing sold. */
  readonly negatives: readonly number[]
  /** Places of single weeks that nothing near them or a year away is like: drawn in to the edge of the usual. */
  readonly outliers: readonly number[]
}

export const YEAR_WEEKS = 52
/** A week is compared with so many before and after it. */
const NEAR_WEEKS = 4
/** An outlier is so many usual deviations away: what trade does by itself stays. */
const FAR = 6
/** A median deviation times this is the standard deviation of a normal one. */
const MEDIAN_TO_SIGMA = 1.4826
/** With more empty weeks than this, demand comes now and then: nothing about a full week is unusual. */
const INTERMITTENT_RATIO = 0.3

/**
 * Makes a series whole: the unknown beginning goes, gaps are filled between their neighbours, returns count as nothing sold, and single
 * weeks far from everything (a typing error, a one-off order) are drawn in. A peak that comes every year is no outlier.
 *
 * @throws RangeError on a value that is not finite
 */
export function cleanSeries(series: WeeklySeries): CleanSeries {
  const wrong = series.find((value) => value !== null && !Number.isFinite(value))
  if (wrong !== undefined) throw new RangeError(`A week has to be a finite number or null, not ${wrong}.`)
  const first = series.findIndex((value) => value !== null)
  if (first < 0) return { values: [], skippedWeeks: series.length, gaps: [], negatives: [], outliers: [] }
  const known = series.slice(first).map((value) => (value === null ? null : Math.max(0, value)))
  const placesOf = (test: (value: number | null) => boolean) =>
    series.flatMap((value, at) => (at >= first && test(value) ? [at] : []))
  const filled = fillGaps(known)
  const { values, outliers } = isIntermittent(filled) ? { values: filled, outliers: [] } : drawIn(filled)
  return {
    ...{ values, skippedWeeks: first },
    gaps: placesOf((value) => value === null),
    negatives: placesOf((value) => value !== null && value < 0),
    outliers: outliers.map((at) => at + first),
  }
}

/** Whether demand comes now and then rather than week by week. */
export function isIntermittent(values: readonly number[]): boolean {
  return values.filter((value) => value === 0).length > values.length * INTERMITTENT_RATIO
}

/** The first is known. A gap at the end has only what is before it. */
function fillGaps(known: readonly (number | null)[]): number[] {
  const values: number[] = []
  known.forEach((value, at) => {
    if (value !== null) {
      values.push(value)
      return
    }
    const before = values[at - 1] ?? 0
    const next = known.findIndex((later, place) => place > at && later !== null)
    const after = known[next]
    values.push(after === undefined || after === null ? before : before + (after - before) / (next - at + 1))
  })
  return values
}

function drawIn(values: readonly number[]): { values: number[]; outliers: number[] } {
  const usual = values.map((_, at) => median(values.slice(Math.max(0, at - NEAR_WEEKS), at + NEAR_WEEKS + 1)))
  const away = values.map((value, at) => value - (usual[at] ?? 0))
  const sigma = MEDIAN_TO_SIGMA * median(away.map(Math.abs))
  // A series that hardly ever moves has no usual deviation to be measured by.
  if (sigma === 0) return { values: [...values], outliers: [] }
  const outliers: number[] = []
  const drawn = values.map((value, at) => {
    const distance = away[at] ?? 0
    if (Math.abs(distance) <= FAR * sigma || comesEveryYear(away, at, distance)) return value
    outliers.push(at)
    return Math.max(0, (usual[at] ?? 0) + Math.sign(distance) * FAR * sigma)
  })
  return { values: drawn, outliers }
}

/** Whether about a year before or after lay a week at least half as far on the same side. */
function comesEveryYear(away: readonly number[], at: number, distance: number): boolean {
  return [-YEAR_WEEKS, YEAR_WEEKS].some((year) =>
    [-2, -1, 0, 1, 2].some((shift) => (away[at + year + shift] ?? 0) * Math.sign(distance) > Math.abs(distance) / 2),
  )
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Between the two nearest of the sorted values. @returns 0 for no values */
export function quantile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = ratio * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? 0
  const high = sorted[Math.ceil(place)] ?? low
  return low + (high - low) * (place - Math.floor(place))
}
