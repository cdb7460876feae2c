import type { ItemPlan } from './plan.ts'

/** One span of days of an item: what is taken, what arrives, what is left at its end. */
export interface LedgerRow {
  readonly fromDay: number
  readonly gross: number
  /** What existed already, on the days it should come. */
  readonly receipts: number
  /** Orders that do not exist yet. */
  readonly planned: number
  readonly projected: number
  /** The least that is there in this span, at the end of a day. */
  readonly least: number
}

/** An item's days in spans of `spanDays`, from today. */
export function ledgerOf(
  { item, requirements, supplies }: ItemPlan,
  horizonDays: number,
  spanDays: number,
): LedgerRow[] {
  const taken = new Float64Array(horizonDays)
  const received = new Float64Array(horizonDays)
  const planned = new Float64Array(horizonDays)
  for (const { day, quantity } of requirements) taken[day] = (taken[day] ?? 0) + quantity
  for (const { day, quantity, before, isCancelled } of supplies) {
    if (isCancelled || day >= horizonDays) continue
    const into = before ? received : planned
    into[Math.max(day, 0)] = (into[Math.max(day, 0)] ?? 0) + quantity
  }
  const rows: LedgerRow[] = []
  let projected = item.onHand
  for (let fromDay = 0; fromDay < horizonDays; fromDay += spanDays) {
    const row = { fromDay, gross: 0, receipts: 0, planned: 0, least: Number.POSITIVE_INFINITY }
    for (let day = fromDay; day < Math.min(fromDay + spanDays, horizonDays); day++) {
      row.gross += taken[day] ?? 0
      row.receipts += received[day] ?? 0
      row.planned += planned[day] ?? 0
      projected += (received[day] ?? 0) + (planned[day] ?? 0) - (taken[day] ?? 0)
      row.least = Math.min(row.least, projected)
    }
    rows.push({ ...row, projected })
  }
  return rows
}
