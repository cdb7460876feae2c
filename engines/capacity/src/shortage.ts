import type { CapacityPlan, CapacityProblem } from './problem.ts'

/** Pieces that cannot be had when they are wanted, and the hours that are short for them. Items and groups by their place. */
export interface Shortage {
  readonly item: number
  /** Owed at the end of this week. */
  readonly week: number
  readonly pieces: number
  /** The group whose hours are worth most to the item, and in which week. Undefined when no hours would help any more. */
  readonly group: number | undefined
  readonly groupWeek: number | undefined
}

const TRACE_PIECES = 0.5

/** What is owed and why: by the prices of hours on the item's way, each weighed by the hours that a piece takes there. */
export function shortages({ items, groups, weekCount }: CapacityProblem, plan: CapacityPlan): Shortage[] {
  return items.flatMap((item, i) =>
    Array.from({ length: weekCount }, (_, week): Shortage[] => {
      const pieces = plan.backlog[i]?.[week] ?? 0
      if (pieces < TRACE_PIECES) return []
      let dearest = 0
      let short: number | undefined
      for (const { alternatives } of item.steps) {
        for (const { groupId, hoursPerPiece } of alternatives) {
          const group = groups.findIndex(({ id }) => id === groupId)
          const worth = hoursPerPiece * Math.max(0, ...(plan.hourPrice[group]?.slice(0, week + 1) ?? []))
          if (worth <= dearest) continue
          dearest = worth
          short = group
        }
      }
      const prices = (short !== undefined && plan.hourPrice[short]?.slice(0, week + 1)) || []
      // The last full week before it is wanted is where somebody looks first.
      const place = {
        group: short,
        groupWeek: short === undefined ? undefined : prices.findLastIndex((price) => price > 0),
      }
      return [{ item: i, week, pieces, ...place }]
    }).flat(),
  )
}
