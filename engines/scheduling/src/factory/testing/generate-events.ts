import { seededRandom } from '../../seeded-random.ts'
import type { FactoryEvent } from '../events.ts'
import type { FactoryPlan } from '../plan.ts'
import type { FactoryProblem } from '../problem.ts'

const HOUR_S = 3600

/** Something that happens to a plan, and when. */
export interface DatedEvent {
  readonly nowS: number
  readonly event: FactoryEvent
}

/**
 * Events of a plan's first days: mostly stops of machines that are running then, for 2 to 10 hours, and now and then slow cycles, absences
 * and scrap. Synthetic, like the factory.
 */
export function generateEvents(seed: number, problem: FactoryProblem, plan: FactoryPlan, count: number): DatedEvent[] {
  const random = seededRandom(seed)
  const sorted = plan.placements.toSorted((a, b) => a.startS - b.startS || (a.operationId < b.operationId ? -1 : 1))
  return Array.from({ length: count }, () => {
    // Something that is about to run, within the first six tenths of the plan.
    const one = sorted[Math.floor(sorted.length * (0.05 + 0.55 * random.unit()))]
    const nowS = Math.max(problem.nowS, (one?.startS ?? 0) + 1)
    const endS = nowS + (2 + random.below(9)) * HOUR_S
    const dice = random.unit()
    const resourceId = one?.resourceId ?? ''
    const group = problem.operatorGroups[random.below(problem.operatorGroups.length)]
    if (dice < 0.1) return { nowS, event: { kind: 'slow-cycle', resourceId, untilS: endS, percent: 150 } }
    if (dice < 0.2 && group)
      return { nowS, event: { kind: 'absence', operatorGroupId: group.id, startS: nowS, endS, count: 1 } }
    if (dice < 0.3) return { nowS, event: { kind: 'scrap', operationId: one?.operationId ?? '', quantity: 20 } }
    return { nowS, event: { kind: 'machine-stop', resourceId, startS: nowS, endS } }
  })
}
