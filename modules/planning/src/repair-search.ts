import { afterEvents, compileFactory, type FactoryEvent, repairPlan } from '@millrace/scheduling'
import { enginePlan, faultsOf } from './check-rules.ts'
import { isSamePlace, MOVED, type PlacedOperation, placedOf, placementOf, type Seat } from './plan-rules.ts'
import { type SiteState, stateProblem } from './problem-rules.ts'
import type { OperationChange } from './schedule-contract.ts'
import { lateNumbers, seatsOf } from './schedule-rules.ts'

/** What a repair starts from. */
export interface RepairWish {
  readonly state: SiteState
  readonly placed: readonly PlacedOperation[]
  readonly workUnitId: string
  readonly fromMs: number
  readonly untilMs: number
  readonly budgetMs: number
}

/** A valid plan after a machine has been away for a while. */
export interface FoundRepair {
  readonly changes: readonly OperationChange[]
  /** Numbers of orders that are late because of it, whatever is done, and with the changes. */
  readonly lateBefore: readonly string[]
  readonly lateIfPushed: number
  readonly lateAfter: readonly string[]
}

const SHIFT_S = 8 * 3600

/**
 * What to do about a machine that is away from one moment to another: history stays, what is frozen stays if it can.
 *
 * @throws Error the repaired plan breaks a rule, which is a fault of the engine; it is never passed on
 */
export function searchRepair(wish: RepairWish): FoundRepair {
  const { state, placed, workUnitId, budgetMs } = wish
  const { problem, originMs } = stateProblem(state)
  const seats = seatsOf(placed, originMs)
  const seconds = (ms: number) => Math.max(0, Math.round((ms - originMs) / 1000))
  const event: FactoryEvent = {
    ...{ kind: 'machine-stop', resourceId: workUnitId },
    ...{ startS: seconds(wish.fromMs), endS: seconds(wish.untilMs) },
  }
  const plan = enginePlan(problem, seats)
  const after = afterEvents(problem, plan, [event], problem.nowS, problem.frozenUntilS)
  const startMs = performance.now()
  let pushed = 0
  const repaired = repairPlan(compileFactory(after), plan, {
    ...{ seed: 1, nextShiftEndS: problem.nowS + SHIFT_S },
    progress: () => (performance.now() - startMs) / budgetMs,
    onValid: (valid) => {
      pushed = lateNumbers(state, after, withPlaces(seats, valid.placements)).size
    },
  })
  const next = withPlaces(seats, repaired.plan.placements)
  const known = new Set(faultsOf(after, seats).map(({ operationId }) => operationId))
  const fault = faultsOf(after, next).find(({ operationId }) => !known.has(operationId))
  if (fault) throw new Error(`A repaired plan breaks a rule: ${fault.code} at ${fault.operationId}.`)
  const changes = [...next.values()].flatMap((seat): OperationChange[] => {
    const old = seats.get(seat.operationId)
    const before = old ? placementOf(placedOf(old, originMs)) : null
    const to = placementOf(placedOf(seat, originMs))
    return isSamePlace(before, to) ? [] : [{ operationId: seat.operationId, before, after: to }]
  })
  return {
    changes,
    lateBefore: [...lateNumbers(state, problem, seats)],
    lateIfPushed: pushed,
    lateAfter: [...lateNumbers(state, after, next)],
  }
}

function withPlaces(
  seats: ReadonlyMap<string, Seat>,
  placements: ReturnType<typeof enginePlan>['placements'],
): Map<string, Seat> {
  return new Map(
    placements.map(({ operationId, resourceId, setupStartS, startS, endS, operatorGroupId }) => {
      const old = seats.get(operationId)
      return [
        operationId,
        {
          ...{ operationId, resourceId, setupStartS, startS, endS, groupId: operatorGroupId },
          ...{ locked: old?.locked ?? false, reason: old?.startS === startS ? old.reason : MOVED },
        },
      ]
    }),
  )
}
