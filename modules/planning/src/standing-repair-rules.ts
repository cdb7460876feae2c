import { epochMs } from '@millrace/base'
import { type Assumption, assuming } from './assumption-rules.ts'
import { type Fault, faultsOf } from './check-rules.ts'
import { idOf, isSamePlace, type PlacedOperation, placedBy, placementOf, seatOf } from './plan-rules.ts'
import { type SiteState, stateProblem } from './problem-rules.ts'
import { READING_MS } from './renewal-rules.ts'
import type { OperationChange } from './schedule-contract.ts'
import { lateNumbers, seatsOf } from './schedule-rules.ts'

/** Moves that were proposed before and that somebody may be reading. */
export interface StandingRepair {
  readonly assumption: Assumption | null
  readonly moves: readonly OperationChange[]
}

/**
 * Whether moves that were proposed for another plan, or a while ago, could still be made as they were told: everything is where they take
 * it from, nothing of it should have begun long ago, and they leave no fault that the plan has not without what happened.
 *
 * @returns the numbers of the orders that are late with them; undefined when they do not fit any more
 */
export function lateWhileStanding(
  state: SiteState,
  placed: readonly PlacedOperation[],
  { assumption, moves }: StandingRepair,
): ReadonlySet<string> | undefined {
  const { problem: before, originMs } = stateProblem(state)
  const assumed = assuming(state, assumption)
  const { problem: after } = stateProblem(assumed)
  const places = new Map(placed.map((one) => [idOf(one), one]))
  const seats = seatsOf(placed, originMs)
  const named = ({ code, operationId }: Fault) => `${code} ${operationId}`
  const known = new Set(faultsOf(before, seats).map(named))
  for (const move of moves) {
    const now = places.get(move.operationId)
    if (!isSamePlace(now ? placementOf(now) : null, move.before)) return undefined
    if (!move.after) return undefined
    const begins = move.after.setupStartAt
    if (begins !== move.before?.setupStartAt && epochMs(begins) + READING_MS < state.nowMs) return undefined
    seats.set(move.operationId, seatOf(placedBy(move.after), originMs))
  }
  if (faultsOf(after, seats).some((fault) => !known.has(named(fault)))) return undefined
  return lateNumbers(assumed, after, seats)
}
