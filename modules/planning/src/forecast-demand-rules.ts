import { epochMs, type Instant, instant, thousandthsOf } from '@millrace/base'
import type { MaterialId } from '@millrace/materials/contract'
import { dayOf, type SiteDays } from './day-rules.ts'
import { addWeeks, weekOnOf, weekStartMs } from './week-rules.ts'

/** What a site expects to sell of a material in a week. */
export interface MaterialForecast {
  readonly materialId: MaterialId
  /** The Monday on the site's calendar. */
  readonly weekOn: string
  /** Whole pieces. */
  readonly quantity: number
}

/** What a customer has ordered of a material. */
export interface CustomerOrder {
  readonly materialId: MaterialId
  readonly dueAt: Instant
  readonly thousandths: number
}

/** What of a week's forecast nobody has ordered yet. */
export interface UnorderedForecast {
  readonly materialId: MaterialId
  readonly weekOn: string
  readonly thousandths: number
  /** From today: the week's last working day. Lots of weekly capacity are due by then as well. */
  readonly dueDay: number
}

/**
 * What forecasts expect beyond what customers have ordered. An order uses up the forecast of the week it is due in, and nothing of other
 * weeks: a week is wanted for its forecast or for its orders, whichever is more. Of the running week only orders count, as nobody knows how
 * much of its forecast was sold already; past weeks do not count at all.
 *
 * @param isOpen by day from today: whether anybody works; what is due behind its end is left out
 */
export function unorderedForecast(
  forecasts: readonly MaterialForecast[],
  orders: readonly CustomerOrder[],
  days: SiteDays,
  isOpen: readonly boolean[],
): UnorderedForecast[] {
  const { timeZone, nowMs } = days
  const fenceOn = weekOnOf(nowMs, timeZone)
  const ordered = new Map<string, number>()
  for (const { materialId, dueAt, thousandths } of orders) {
    const key = `${materialId} ${weekOnOf(epochMs(dueAt), timeZone)}`
    ordered.set(key, (ordered.get(key) ?? 0) + thousandths)
  }
  const expected = new Map<string, { materialId: MaterialId; weekOn: string; thousandths: number }>()
  for (const { materialId, weekOn, quantity } of forecasts) {
    if (weekOn <= fenceOn) continue
    const key = `${materialId} ${weekOn}`
    const before = expected.get(key)?.thousandths ?? 0
    expected.set(key, { materialId, weekOn, thousandths: before + thousandthsOf(String(quantity)) })
  }
  return [...expected].flatMap(([key, { materialId, weekOn, thousandths }]) => {
    const left = thousandths - (ordered.get(key) ?? 0)
    const dueDay = lastWorkingDay(weekOn, days, isOpen)
    return left > 0 && dueDay < isOpen.length ? [{ materialId, weekOn, thousandths: left, dueDay }] : []
  })
}

const WEEK_DAYS = 7

/** A week in which nobody works ends on its Sunday. */
function lastWorkingDay(weekOn: string, days: SiteDays, isOpen: readonly boolean[]): number {
  const nextDay = dayOf(days, instant(weekStartMs(addWeeks(weekOn, 1), days.timeZone)))
  const back = Array.from({ length: WEEK_DAYS }, (_, index) => nextDay - 1 - index)
  return back.find((day) => isOpen[day] ?? true) ?? nextDay - 1
}
