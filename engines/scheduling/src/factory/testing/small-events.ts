import { seededRandom } from '../../seeded-random.ts'
import type { FactoryEvent } from '../events.ts'
import type { FactoryPlan } from '../plan.ts'
import type { FactoryProblem } from '../problem.ts'

/** A few events of every kind for a small factory, from a moment on. */
export function smallEvents(seed: number, problem: FactoryProblem, plan: FactoryPlan, nowS: number): FactoryEvent[] {
  const random = seededRandom(seed)
  const resourceId = problem.resources[random.below(problem.resources.length)]?.id ?? ''
  const group = problem.operatorGroups[random.below(problem.operatorGroups.length)]
  const material = problem.materials[random.below(problem.materials.length)]
  const arrival = material?.arrivals[random.below(material.arrivals.length)]
  const operationId = plan.placements[random.below(Math.max(1, plan.placements.length))]?.operationId
  const endS = nowS + 1 + random.below(120)
  const all: FactoryEvent[] = [
    { kind: 'machine-stop', resourceId, startS: nowS, endS },
    { kind: 'slow-cycle', resourceId, untilS: endS, percent: 110 + random.below(100) },
    { kind: 'predicted-failure', resourceId, beforeS: endS + 50, repairS: 1 + random.below(60) },
  ]
  if (group) all.push({ kind: 'absence', operatorGroupId: group.id, startS: nowS, endS, count: 1 })
  if (operationId !== undefined) all.push({ kind: 'scrap', operationId, quantity: 1 + random.below(4) })
  if (material && arrival && arrival.atS > nowS)
    all.push({
      kind: 'late-delivery',
      materialId: material.id,
      arrivalId: arrival.id,
      atS: arrival.atS + random.below(200),
    })
  return all.filter(() => random.unit() < 0.5)
}
