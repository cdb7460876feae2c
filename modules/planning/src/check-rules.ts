import {
  type BindingReason,
  type FactoryMaterial,
  type FactoryPlan,
  type FactoryProblem,
  type Placement,
  validateFactoryPlan,
} from '@millrace/scheduling'
import { checkedMaterials } from './material-rules.ts'
import type { Seat } from './plan-rules.ts'
import type { StartReason } from './schedule-contract.ts'

/** Something that a plan may not do, as the independent check tells it. */
export type Fault = Pick<ReturnType<typeof validateFactoryPlan>[number], 'code' | 'operationId'>

/** Seats as the engine's plan. What has no seat is admitted. */
export function enginePlan(problem: FactoryProblem, seats: ReadonlyMap<string, Seat>): FactoryPlan {
  const placements: Placement[] = []
  const unplaced: FactoryPlan['unplaced'][number][] = []
  for (const { operations } of problem.orders)
    for (const { id } of operations) {
      const seat = seats.get(id)
      if (!seat) unplaced.push({ operationId: id, reason: 'horizon' })
      else {
        const { resourceId, lane, setupStartS, startS, endS, groupId, reason } = seat
        placements.push({
          ...{ operationId: id, resourceId, lane, setupStartS, startS, endS },
          ...(groupId !== undefined && { operatorGroupId: groupId }),
          binding: { reason: bindingOf(reason), closedS: reason.closedS },
        })
      }
    }
  return { placements, unplaced }
}

/** {@link enginePlan} for the engine to go on from: what is on a machine that cannot do it any more has no place. */
export function possiblePlan(problem: FactoryProblem, seats: ReadonlyMap<string, Seat>): FactoryPlan {
  const counts = new Map(problem.resources.map(({ id, count }) => [id, count]))
  const possible = new Map<string, Seat>()
  for (const { operations } of problem.orders)
    for (const { id, alternatives } of operations) {
      const seat = seats.get(id)
      const isAble = seat && alternatives.some(({ resourceId }) => resourceId === seat.resourceId)
      if (isAble && seat.lane < (counts.get(seat.resourceId) ?? 1)) possible.set(id, seat)
    }
  return enginePlan(problem, possible)
}

/** The engine's reason for a start. What was moved by hand is locked there as far as the engine is concerned. */
function bindingOf({ kind, of }: StartReason): BindingReason {
  switch (kind) {
    case 'moved':
      return { kind: 'lock' }
    case 'predecessor':
    case 'machine':
      return of === null ? { kind: 'now' } : { kind, operationId: of }
    case 'setup':
      return of === null ? { kind } : { kind, operationId: of }
    case 'operators':
      return { kind, operatorGroupId: of ?? '' }
    case 'tool':
      return { kind, toolId: of ?? '' }
    case 'material':
      return { kind, materialId: of ?? '' }
    default:
      return { kind }
  }
}

/** What is wrong with a plan now. What began before now, if only with its set-up, is what happened and no fault. */
export function faultsOf(
  problem: FactoryProblem,
  seats: ReadonlyMap<string, Seat>,
  materials: readonly FactoryMaterial[] = checkedMaterials(problem.materials),
): Fault[] {
  return validateFactoryPlan({ ...problem, materials }, enginePlan(problem, seats)).filter(
    ({ operationId }) => (seats.get(operationId)?.setupStartS ?? problem.nowS) >= problem.nowS,
  )
}
