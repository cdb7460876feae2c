import { type DayNeed, type NetSupply, reachedBy } from './net-supply.ts'
import type { Receipt } from './problem.ts'

/**
 * Brings receipts nearer that were to refill the safety stock, where what is wanted meanwhile is not there without them; when all quantities
 * are decided, so that none hurries for what something else is enough for.
 *
 * @param unasked receipts that nothing was found to need: those that cannot be changed come all the same
 */
export function hasten(
  onHand: number,
  needs: readonly DayNeed[],
  supplies: readonly NetSupply[],
  unasked: readonly Receipt[],
): void {
  // The largest first: then none of them is moved for nothing.
  const movable = supplies
    .filter(({ receipt, day, isCancelled }) => receipt && !isCancelled && reachedBy(receipt, 0) < day)
    .sort((a, b) => b.quantity - a.quantity)
  const last = Math.max(0, ...movable.map(({ day }) => day))
  let gone = 0
  let next = 0
  /** The first day of those in a row on which something is short. */
  let since: number | undefined
  for (let day = 0; day < last; day++) {
    for (; next < needs.length && (needs[next]?.day ?? 0) <= day; next++) gone += needs[next]?.quantity ?? 0
    let there = onHand - gone
    for (const supply of supplies) if (supply.day <= day && !supply.isCancelled) there += supply.quantity
    for (const one of unasked) if (one.earliestDay === undefined && one.day <= day) there += one.quantity
    since = there >= 0 ? undefined : (since ?? day)
    if (since === undefined) continue
    for (const supply of movable) {
      if (there >= 0) break
      if (supply.day <= day || !supply.receipt || reachedBy(supply.receipt, day) > day) continue
      supply.day = day
      supply.wantedDay = since
      there += supply.quantity
    }
  }
}
