import type { FactoryProblem } from '@millrace/scheduling'
import { checkedMaterials } from './material-rules.ts'
import type { Seat } from './plan-rules.ts'

/**
 * A problem as a plan relies on it that is to be changed because of something else: a guess has not moved on with the clock since it was
 * made. Else everything that waits for what nobody has ordered would move, and the blame would be a machine's that stopped.
 *
 * @param seats the plan
 * @param awaited id of the delivery that the change is about, which comes when it is expected now
 */
export function relyingOn(
  problem: FactoryProblem,
  seats: ReadonlyMap<string, Seat>,
  awaited?: string | undefined,
): FactoryProblem {
  const takenS = firstTakenS(problem, seats)
  const materials = checkedMaterials(problem.materials).map((checked, at) => ({
    ...checked,
    arrivals: checked.arrivals.map((one, index) => {
      const atS = problem.materials[at]?.arrivals[index]?.atS ?? one.atS
      return { ...one, atS: one.id === awaited ? atS : Math.max(one.atS, Math.min(atS, takenS.get(checked.id) ?? atS)) }
    }),
  }))
  return { ...problem, materials }
}

/** When a plan first takes each material from now on. */
function firstTakenS({ orders, nowS }: FactoryProblem, seats: ReadonlyMap<string, Seat>): Map<string, number> {
  const first = new Map<string, number>()
  for (const { id, materials = [] } of orders.flatMap(({ operations }) => operations)) {
    const startS = seats.get(id)?.startS
    if (startS === undefined || startS < nowS) continue
    for (const { materialId } of materials) first.set(materialId, Math.min(startS, first.get(materialId) ?? startS))
  }
  return first
}
