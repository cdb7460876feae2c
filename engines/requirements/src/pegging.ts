import type { NetSupply } from './net-supply.ts'
import type { Peg, Requirement } from './plan.ts'

const LEAST_PRIORITY = 5

/** What a supply is for. */
export interface Pegged {
  readonly pegs: readonly Peg[]
  readonly value: number
  readonly priority: number
}

/**
 * Gives what is there to what is wanted, first come first served: the stock first, then each arrival.
 *
 * @param requirements by day and urgency
 * @param supplies     by day
 */
export function pegged(
  onHand: number,
  requirements: readonly Requirement[],
  supplies: readonly NetSupply[],
): readonly Pegged[] {
  let index = 0
  let left = requirements[0]?.quantity ?? 0
  const take = (available: number): Peg[] => {
    const pegs: Peg[] = []
    let rest = available
    while (rest > 0) {
      const requirement = requirements[index]
      if (!requirement) break
      const quantity = Math.min(rest, left)
      if (quantity > 0) pegs.push({ requirement, quantity })
      rest -= quantity
      left -= quantity
      if (left === 0) left = requirements[++index]?.quantity ?? 0
    }
    return pegs
  }
  take(onHand)
  return supplies.map((supply) => {
    const pegs = supply.isCancelled ? [] : take(supply.quantity)
    return {
      pegs,
      value: pegs.reduce(
        (sum, { requirement, quantity }) => sum + (requirement.value * quantity) / requirement.quantity,
        0,
      ),
      priority: pegs.reduce((least, { requirement }) => Math.min(least, requirement.priority), LEAST_PRIORITY),
    }
  })
}
