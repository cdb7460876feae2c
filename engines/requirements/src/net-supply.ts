import type { Receipt } from './problem.ts'

/** What is wanted of an item on one day. */
export interface DayNeed {
  readonly day: number
  readonly quantity: number
}

/** A supply as netting finds it: it knows when it comes, not yet for whom. */
export interface NetSupply {
  readonly receipt: Receipt | undefined
  quantity: number
  day: number
  wantedDay: number
  isCancelled: boolean
}

/** When a receipt could be there that is wanted on a day. */
export function reachedBy({ day, earliestDay }: Receipt, wantedDay: number): number {
  if (day <= wantedDay || earliestDay === undefined) return Math.max(day, wantedDay)
  return Math.min(day, Math.max(wantedDay, earliestDay))
}
