import type { ProductId } from './contract.ts'
import { addWeeks, weekOnOf, weeksBetween } from './week-rules.ts'

/** An open order as far as weekly demand cares. */
export interface DemandOrder {
  readonly productId: ProductId
  readonly quantity: number
  readonly dueMs: number
  readonly customer: string | null
}

/** Pieces by week. */
export interface WeeklyDemand {
  /** Orders and what the forecast expects beyond them. */
  readonly wanted: readonly number[]
  /** Orders alone. */
  readonly ordered: readonly number[]
}

/**
 * What is wanted of a product in each week. Orders use up the forecast: a customer's that of its own week, one to stock that of its own and
 * the following weeks until it is used up. What is due before the first week is the finite schedule's: it is on its way, and not counted.
 *
 * @param forecast in force, by week
 */
export function weeklyDemand(
  orders: readonly DemandOrder[],
  forecast: ReadonlyMap<string, number>,
  from: { weekOn: string; weekCount: number; timeZone: string },
): WeeklyDemand {
  const { weekOn, weekCount, timeZone } = from
  const ordered = Array<number>(weekCount).fill(0)
  const left = Array.from({ length: weekCount }, (_, week) => forecast.get(addWeeks(weekOn, week)) ?? 0)
  for (const { quantity, dueMs, customer } of orders) {
    const week = weeksBetween(weekOn, weekOnOf(dueMs, timeZone))
    if (week < 0 || week >= weekCount) continue
    ordered[week] = (ordered[week] ?? 0) + quantity
    let unused = quantity
    const until = customer === null ? weekCount : week + 1
    for (let at = week; at < until && unused > 0; at += 1) {
      const used = Math.min(unused, left[at] ?? 0)
      left[at] = (left[at] ?? 0) - used
      unused -= used
    }
  }
  return { wanted: ordered.map((pieces, week) => pieces + (left[week] ?? 0)), ordered }
}
