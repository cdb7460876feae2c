import type { SeriesForecast, WeeklySeries } from '@millrace/forecast'
import type { ForecastWeek, SalesWeek } from './forecast-contract.ts'
import { addWeeks, weeksBetween } from './week-rules.ts'

/** A forecast further ahead than this from its last known week says nothing. */
const AHEAD_WEEKS_MAX = 104

/** What is forecast of a product: its weeks without a hole, and how far to go. */
export interface ForecastTask {
  readonly productId: string
  readonly series: WeeklySeries
  readonly horizonWeeks: number
  /** The last week of the series. */
  readonly untilOn: string
}

/** What was found for it. */
export interface ForecastFound {
  readonly productId: string
  readonly untilOn: string
  readonly forecast: SeriesForecast
}

/**
 * The series of a product up to the last whole week before this one. A week without a row is unknown, not zero.
 *
 * @param sales by week, ascending
 * @returns undefined without any whole week
 */
export function forecastTask(
  productId: string,
  sales: readonly SalesWeek[],
  thisWeekOn: string,
  weeks: number,
): ForecastTask | undefined {
  const whole = sales.filter(({ weekOn }) => weekOn < thisWeekOn)
  const first = whole[0]
  const last = whole.at(-1)
  if (!first || !last) return undefined
  const known = new Map(whole.map(({ weekOn, quantity }) => [weekOn, quantity]))
  const length = weeksBetween(first.weekOn, last.weekOn) + 1
  const behind = weeksBetween(last.weekOn, thisWeekOn) - 1
  return {
    productId,
    series: Array.from({ length }, (_, at) => known.get(addWeeks(first.weekOn, at)) ?? null),
    horizonWeeks: Math.min(AHEAD_WEEKS_MAX, behind + weeks),
    untilOn: last.weekOn,
  }
}

/** What planning counts with in a week: the planner's word, or what was computed. Whole pieces. */
export function inForce({ quantity, override }: Pick<ForecastWeek, 'quantity' | 'override'>): number {
  return override?.quantity ?? Math.round(quantity)
}
