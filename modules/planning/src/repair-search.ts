import { epochMs } from '@millrace/base'
import { compileFactory, type FactoryPlan, type FactoryProblem, repairPlan } from '@millrace/scheduling'
import { type Assumption, assuming } from './assumption-rules.ts'
import { faultsOf, possiblePlan } from './check-rules.ts'
import {
  idOf,
  isSamePlace,
  MOVED,
  type PlacedOperation,
  placedOf,
  placementOf,
  reasonOf,
  type Seat,
  seatOfEngine,
} from './plan-rules.ts'
import { type SiteState, type StatedProblem, stateProblem } from './problem-rules.ts'
import { relyingOn } from './relied-material-rules.ts'
import type { OperationChange, StartReason } from './schedule-contract.ts'
import { lateNumbers, seatsOf } from './schedule-rules.ts'
import { lateWhileStanding, type StandingRepair } from './standing-repair-rules.ts'

/** What a repair starts from. */
export interface RepairWish {
  readonly state: SiteState
  readonly placed: readonly PlacedOperation[]
  /** What may be taken to be so, at least one; the one that costs least is chosen. Null: the state says it all. */
  readonly assumptions: readonly (Assumption | null)[]
  readonly budgetMs: number
  /** What was proposed about it before. It is given again as long as it fits and no more orders are late with it than need be. */
  readonly standing?: StandingRepair | undefined
  /** The delivery that it is about. */
  readonly awaited?: string | undefined
}

/** One operation before and after, with what it waits for then. */
export interface RepairChange extends OperationChange {
  readonly reason: StartReason
}

/** A valid plan after something has happened. */
export interface FoundRepair {
  /** Which of the assumptions it rests on. */
  readonly chosen: number
  readonly changes: readonly RepairChange[]
  /** Numbers of orders that are late because of it, whatever is done, and with the changes. */
  readonly lateBefore: readonly string[]
  readonly lateIfPushed: number
  readonly lateAfter: readonly string[]
  /** Operations that stand still or are pushed out although they are frozen or locked: what happened leaves no choice. */
  readonly forced: readonly string[]
  /** What stood before is still good: nothing was looked for anew, `changes` and `chosen` are not of use. */
  readonly stands: boolean
}

const SHIFT_S = 8 * 3600

/**
 * What to do about something that happened: history stays, what is frozen or locked stays if it can.
 *
 * @throws Error the repaired plan breaks a rule, which is a fault of the engine; it is never passed on
 */
export function searchRepair({ state, placed, assumptions, budgetMs, standing, awaited }: RepairWish): FoundRepair {
  const before = stateProblem(state)
  const lateBefore = [...lateNumbers(state, before.problem, seatsOf(placed, before.originMs))]
  const [best] = assumptions
    .map((assumption, chosen) => {
      const found = repairUnder(assuming(state, assumption), placed, {
        budgetMs: budgetMs / assumptions.length,
        awaited,
      })
      return { ...found, chosen }
    })
    .sort((a, b) => a.lateAfter.length - b.lateAfter.length || a.cost - b.cost || a.changes.length - b.changes.length)
  if (!best) throw new Error('There is nothing to repair a plan for.')
  const { cost: _, ...found } = best
  const lateStanding = standing && lateWhileStanding(state, placed, standing)
  // A better one that moves other things is no better for whoever reads the one before.
  if (!lateStanding || lateStanding.size > found.lateAfter.length) return { ...found, lateBefore, stands: false }
  return { ...found, changes: [], forced: [], lateBefore, lateAfter: [...lateStanding], stands: true }
}

interface RepairOptions {
  readonly budgetMs: number
  readonly awaited: string | undefined
}

function repairUnder(state: SiteState, placed: readonly PlacedOperation[], options: RepairOptions) {
  const locked = placed.filter((one) => one.locked && epochMs(one.setupStartAt) > state.nowMs)
  const seats = seatsOf(placed, state.span.originMs)
  const kept = repaired(state, stateProblem(state, locked), seats, options)
  // What is locked on a machine that is gone has to move with the others.
  const found = locked.length > 0 && !kept ? repaired(state, stateProblem(state), seats, options) : kept
  if (!found) throw new Error('A repaired plan leaves something out that had a place.')
  const { problem, originMs } = stateProblem(state)
  const known = new Set(faultsOf(problem, seats).map(({ code, operationId }) => `${code} ${operationId}`))
  const fault = faultsOf(problem, found.next).find(({ code, operationId }) => !known.has(`${code} ${operationId}`))
  if (fault) throw new Error(`A repaired plan breaks a rule: ${fault.code} at ${fault.operationId}.`)
  const reasons = new Map(found.plan.placements.map((one) => [one.operationId, reasonOf(one.binding)]))
  const changes = [...found.next.values()].flatMap((seat): RepairChange[] => {
    const old = seats.get(seat.operationId)
    const before = old ? placementOf(placedOf(old, originMs)) : null
    const after = placementOf(placedOf(seat, originMs))
    const reason = reasons.get(seat.operationId) ?? MOVED
    return isSamePlace(before, after) ? [] : [{ operationId: seat.operationId, before, after, reason }]
  })
  const isLocked = new Set(locked.map((one) => idOf(one)))
  return {
    changes,
    cost: found.weightedTardiness,
    lateIfPushed: found.lateIfPushed,
    lateAfter: [...lateNumbers(state, problem, found.next)],
    forced: [
      ...found.forcedOutOfFrozen,
      ...changes.map(({ operationId }) => operationId).filter((id) => isLocked.has(id)),
    ],
  }
}

/** @returns undefined when something that had a place has none any more */
function repaired(
  state: SiteState,
  { problem: stated }: StatedProblem,
  seats: ReadonlyMap<string, Seat>,
  { budgetMs, awaited }: RepairOptions,
) {
  const problem = relyingOn(stated, seats, awaited)
  const plan = possiblePlan(problem, seats)
  const startMs = performance.now()
  let lateIfPushed = 0
  const {
    plan: next,
    score,
    forcedOutOfFrozen,
  } = repairPlan(compileFactory(problem), plan, {
    ...{ seed: 1, nextShiftEndS: problem.nowS + SHIFT_S },
    progress: () => (performance.now() - startMs) / budgetMs,
    onValid: (valid) => {
      lateIfPushed = lateNumbers(state, problem, withPlaces(state, seats, valid.placements)).size
    },
  })
  if (losesSome(problem, seats, next)) return undefined
  return {
    ...{ plan: next, next: withPlaces(state, seats, next.placements), lateIfPushed, forcedOutOfFrozen },
    weightedTardiness: score.weightedTardiness,
  }
}

function losesSome(problem: FactoryProblem, seats: ReadonlyMap<string, Seat>, plan: FactoryPlan): boolean {
  const placed = new Set(plan.placements.map(({ operationId }) => operationId))
  return problem.orders.some(({ operations }) => operations.some(({ id }) => seats.has(id) && !placed.has(id)))
}

function withPlaces(
  { splits }: SiteState,
  seats: ReadonlyMap<string, Seat>,
  placements: FactoryPlan['placements'],
): Map<string, Seat> {
  return new Map(
    placements.map((one) => {
      const old = seats.get(one.operationId)
      const reason = old?.startS === one.startS ? old.reason : MOVED
      return [one.operationId, seatOfEngine(one, splits, { locked: old?.locked ?? false, reason })]
    }),
  )
}
