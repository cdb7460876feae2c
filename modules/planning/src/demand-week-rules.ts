import { decimalOf, epochMs, type Instant, instant, thousandthsOf } from '@millrace/base'
import type { MaterialId } from '@millrace/materials/contract'
import { DEMAND_WEEKS, type WeeklyDemand } from './demand-contract.ts'
import { isMadeToOrder } from './order-supply-rules.ts'
import { forecastOf, type SiteRequirements } from './requirement-problem-rules.ts'
import { addWeeks, weekOnOf, weekStartMs } from './week-rules.ts'

interface Line {
  readonly materialId: MaterialId
  readonly atMs: number
  readonly thousandths: number
}

/**
 * What is wanted of each material in each week from the present one, by code: what is ordered, and what the forecast expects beyond it. Orders
 * that are made for a customer count as well. What is due before counts in the first week.
 */
export function weeklyDemand(site: SiteRequirements, nowMs: number): WeeklyDemand {
  const { timeZone, demands, orders, supply } = site
  const firstOn = weekOnOf(nowMs, timeZone)
  const starts = Array.from({ length: DEMAND_WEEKS + 1 }, (_, week) => weekStartMs(addWeeks(firstOn, week), timeZone))
  const ordered: Line[] = [
    ...demands.map(({ materialId, dueAt, quantity }) => line(materialId, dueAt, thousandthsOf(quantity))),
    ...orders
      .filter((order) => isMadeToOrder(order, demands))
      .map(({ materialId, dueAt, quantity }) => line(materialId, dueAt, quantity * 1000)),
  ]
  const expected: Line[] = forecastOf(site, nowMs).map(({ materialId, weekOn, thousandths }) => ({
    ...{ materialId, thousandths, atMs: weekStartMs(weekOn, timeZone) },
  }))
  const endMs = starts[DEMAND_WEEKS] ?? nowMs
  const orderedOf = Map.groupBy(ordered, ({ materialId }) => materialId)
  const expectedOf = Map.groupBy(expected, ({ materialId }) => materialId)
  const rows = supply.materials.flatMap(({ id, code, name, unit }) => {
    const own = [orderedOf.get(id) ?? [], expectedOf.get(id) ?? []].map((lines) =>
      lines.filter((one) => one.atMs < endMs),
    )
    const [quantities = [], forecasts = []] = own.map((lines) => sumsByWeek(lines, starts))
    if (own.every((lines) => lines.length === 0)) return []
    return [{ materialId: id, materialCode: code, materialName: name, unit, quantities, forecasts }]
  })
  return {
    weekStartAts: starts.slice(0, DEMAND_WEEKS).map(instant),
    rows: rows.sort((a, b) => (a.materialCode < b.materialCode ? -1 : 1)),
  }
}

function line(materialId: MaterialId, dueAt: Instant, thousandths: number): Line {
  return { materialId, atMs: epochMs(dueAt), thousandths }
}

function sumsByWeek(lines: readonly Line[], starts: readonly number[]) {
  const sums = Array.from({ length: DEMAND_WEEKS }, () => 0)
  for (const { atMs, thousandths } of lines) {
    const week = Math.max(
      0,
      starts.findLastIndex((startMs) => startMs <= atMs),
    )
    sums[week] = (sums[week] ?? 0) + thousandths
  }
  return sums.map(decimalOf)
}
