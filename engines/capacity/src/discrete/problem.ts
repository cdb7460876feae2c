/**
 * Discrete lot sizing with changeovers on one machine (pigment sequencing): each period makes one piece or nothing, every order is one piece
 * with the last period in which it may be made, and changing from one item to the next costs.
 */
export interface DiscreteLots {
  readonly periods: number
  /** By item: due periods of its orders, ascending, from 0. */
  readonly due: readonly (readonly number[])[]
  /** Of a piece for each period that it is made before its due one. */
  readonly stockingCost: number
  /** By item made before and item made next; idle periods between them do not matter. */
  readonly changeCosts: readonly (readonly number[])[]
}

/** By period: the item made, or -1. */
export type DiscretePlan = readonly number[]

/** What a plan costs: stock and changes. It has to keep every due period. */
export function discreteCost({ due, stockingCost, changeCosts }: DiscreteLots, plan: DiscretePlan): number {
  let cost = 0
  let last = -1
  const made = due.map(() => 0)
  plan.forEach((item, period) => {
    if (item < 0) return
    const place = made[item] ?? 0
    cost += stockingCost * ((due[item]?.[place] ?? period) - period)
    made[item] = place + 1
    if (last >= 0) cost += changeCosts[last]?.[item] ?? 0
    last = item
  })
  return cost
}

/** Whether a plan can be carried out, from the problem alone. @returns sentences of what is wrong */
export function discreteFaults({ periods, due }: DiscreteLots, plan: DiscretePlan): string[] {
  const faults: string[] = []
  if (plan.length !== periods) faults.push(`${plan.length} periods instead of ${periods}`)
  due.forEach((wanted, item) => {
    const times = plan.flatMap((one, period) => (one === item ? [period] : []))
    if (times.length !== wanted.length) faults.push(`item ${item}: ${times.length} pieces for ${wanted.length} orders`)
    const late = wanted.findIndex((period, order) => (times[order] ?? -1) > period)
    if (late >= 0) faults.push(`item ${item}: order ${late} is late`)
  })
  if (plan.some((item) => !Number.isInteger(item) || item < -1 || item >= due.length)) faults.push('an unknown item')
  return faults
}
