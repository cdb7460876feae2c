import { hasten } from './hasten.ts'
import { lotOf, upTo } from './lots.ts'
import { type DayNeed, type NetSupply, reachedBy } from './net-supply.ts'
import type { Damping, Item, Receipt } from './problem.ts'
import type { WorkingDays } from './working-days.ts'

const UNIT = 1000

interface Netting {
  readonly item: Item
  /** By day, one for each day. */
  readonly needs: readonly DayNeed[]
  readonly receipts: readonly Receipt[]
  readonly days: WorkingDays
  readonly damping: Damping
  readonly horizonDays: number
  /** What one unit that lies there costs a day. */
  readonly costPerDay: number
}

/**
 * Covers what is wanted of one item: with its stock, then with receipts, moved where that helps, then with new orders.
 *
 * Whatever covers a day's need arrives on that day, or as early as it can. From the day on that a new order could reach,
 * nothing is ever short. A receipt counts before a new order unless the order would be there earlier.
 */
export function net({ item, needs, receipts, days, damping, horizonDays, costPerDay }: Netting): NetSupply[] {
  const { safetyStock, lot } = item
  const floor = Math.floor(safetyStock * (1 - damping.quantityRatio))
  const reachDay = days.ahead(item.leadTimeDays)
  const pool = [...receipts]
  const taken: NetSupply[] = []
  /** The last order, when nothing was moved for the same day: to order more would make that needless. */
  let gathering: NetSupply | undefined
  let covered = item.onHand

  for (const { day, quantity } of withToday(needs)) {
    covered -= quantity
    const hand: NetSupply[] = []
    while (covered < floor) {
      const index = bestOf(pool, day, Math.max(day, reachDay))
      const [receipt] = index === undefined ? [] : pool.splice(index, 1)
      if (!receipt) break
      const supply = takenFor(receipt, day, covered >= 0, damping, costPerDay)
      hand.push(supply)
      covered += receipt.quantity
    }
    if (covered < floor) {
      const short = safetyStock - covered
      const last = hand.at(-1) ?? taken.at(-1)
      const arrivalDay = Math.max(day, reachDay)
      if (
        last &&
        (mayGrow(last, day, Math.max(damping.days, damping.gatherDays)) ||
          (last === gathering && isNear(last, day, arrivalDay, damping)))
      ) {
        const more = upTo(short, lot.multiple)
        last.quantity += more
        covered += more
      } else {
        const quantity = lotOf(short, lot)
        const order = { receipt: undefined, quantity, day: arrivalDay, wantedDay: day, isCancelled: false }
        gathering = hand.some((supply) => supply.receipt && supply.day < supply.receipt.day) ? undefined : order
        hand.push(order)
        covered += quantity
      }
    }
    for (const supply of needed(hand, covered - floor)) taken.push(supply)
    for (const { receipt, quantity, isCancelled } of hand)
      if (receipt && isCancelled) {
        pool.push(receipt)
        covered -= quantity
      }
  }

  const judgedUntil = horizonDays - item.leadTimeDays
  shrink(taken.at(-1), covered - safetyStock, item, damping, judgedUntil)
  hasten(item.onHand, needs, taken, pool)
  for (const receipt of pool) {
    const { quantity, day, earliestDay } = receipt
    // What comes near the end may be for what nobody knows of yet.
    const isCancelled = earliestDay !== undefined && day < judgedUntil
    taken.push({ receipt, quantity, day, wantedDay: day, isCancelled })
  }
  return taken
}

/** Leaves out what was moved for nothing, because something that is there by then turned out to be enough without it. */
function needed(hand: readonly NetSupply[], spare: number): NetSupply[] {
  let kept = [...hand]
  let left = spare
  for (const supply of hand) {
    const { receipt, quantity, day } = supply
    if (!receipt || day >= receipt.day || quantity > receipt.quantity) continue
    const later = kept.reduce((sum, other) => (other.day > day ? sum + other.quantity : sum), 0)
    if (left - later < quantity) continue
    supply.isCancelled = true
    kept = kept.filter((other) => other !== supply)
    left -= quantity
  }
  return kept
}

/** Safety stock that is short today is short without anybody asking. */
function withToday(needs: readonly DayNeed[]): readonly DayNeed[] {
  return needs[0]?.day === 0 ? needs : [{ day: 0, quantity: 0 }, ...needs]
}

/** The receipt that can be there first, of those that can be there by `latest`. */
function bestOf(pool: readonly Receipt[], day: number, latest: number): number | undefined {
  let best: number | undefined
  let bestDay = latest
  for (let index = 0; index < pool.length; index++) {
    const receipt = pool[index] as Receipt
    const reached = reachedBy(receipt, day)
    if (reached > bestDay) continue
    const other = best === undefined ? undefined : pool[best]
    if (reached === bestDay && other && !isBefore(receipt, other)) continue
    best = index
    bestDay = reached
  }
  return best
}

function isBefore(one: Receipt, other: Receipt): boolean {
  return one.day < other.day || (one.day === other.day && one.id < other.id)
}

function takenFor(
  receipt: Receipt,
  wantedDay: number,
  isSafetyOnly: boolean,
  damping: Damping,
  costPerDay: number,
): NetSupply {
  const { day, quantity, earliestDay } = receipt
  const isFixed = earliestDay === undefined
  const earlyDays = wantedDay - day
  const earlyMoney = (quantity / UNIT) * costPerDay * earlyDays
  const isEarly = earlyDays >= 0 && (earlyDays <= damping.days || earlyMoney < damping.deferMoney)
  const isBridged = day > wantedDay && isSafetyOnly && day - wantedDay <= damping.days
  const stays = isFixed || isEarly || isBridged
  return {
    ...{ receipt, quantity, wantedDay, isCancelled: false },
    day: stays ? day : reachedBy(receipt, wantedDay),
  }
}

/** Whether a little more of a receipt does instead of an order of its own. One that is asked to hurry is not asked for more as well. */
function mayGrow({ receipt, day }: NetSupply, wantedDay: number, nearDays: number): boolean {
  if (receipt?.earliestDay === undefined || day < receipt.day) return false
  return day <= wantedDay && wantedDay - day <= nearDays
}

/** Whether the order before is so near that one order does for both. */
function isNear({ day, wantedDay }: NetSupply, wanted: number, arrivalDay: number, { gatherDays }: Damping): boolean {
  return day === arrivalDay || wanted - wantedDay <= gatherDays
}

/** Takes away from the last receipt what nobody needs, when it is worth a word. */
function shrink(
  supply: NetSupply | undefined,
  surplus: number,
  { lot }: Item,
  damping: Damping,
  judgedUntil: number,
): void {
  const receipt = supply?.receipt
  if (!supply || receipt?.earliestDay === undefined || supply.quantity > receipt.quantity) return
  if (supply.day >= judgedUntil) return
  // In steps of the multiple from where it is, as it grows: what was told once is not told the other way round.
  const less = Math.max(lot.minimum, supply.quantity - Math.floor(surplus / lot.multiple) * lot.multiple)
  if (supply.quantity - less > damping.quantityRatio * receipt.quantity) supply.quantity = less
}
