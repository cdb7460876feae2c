import { freePart, operationIdOf, PARTS_MAX, type Splits, splitsOf, stepKey } from './operation-rules.ts'
import { pieceOf, placedOf, type Seat } from './plan-rules.ts'
import { type SiteState, type StatedProblem, stateProblem } from './problem-rules.ts'
import { type Names, retime } from './retime-rules.ts'
import { workBetween } from './working-time-rules.ts'

/** A plan in which an operation has become two parts, with the problem as it is split now; or why it may not be. */
export type SplitPlan =
  | { readonly stated: StatedProblem; readonly splits: Splits; readonly seats: ReadonlyMap<string, Seat> }
  | { readonly refusal: string }

/**
 * Splits an operation that has not begun: what is done of it by a moment stays, the other pieces become a part of their own right
 * behind it, which may then be moved. Both need what the whole needed, and what follows waits for both.
 */
export function splitAt(
  state: SiteState,
  { problem, originMs }: StatedProblem,
  seats: ReadonlyMap<string, Seat>,
  wish: { readonly operationId: string; readonly atS: number },
  names: Names,
): SplitPlan {
  const { operationId, atS } = wish
  const seat = seats.get(operationId)
  const what = names.operation(operationId)
  const { orderId, position } = pieceOf(operationId)
  const order = state.orders.find(({ id }) => id === orderId)
  if (!seat || !order) return { refusal: 'It has no place in the plan. Place it first.' }
  if (seat.setupStartS < problem.nowS) return { refusal: `${what} has begun.` }
  if (seat.locked) return { refusal: `${what} is locked. Unlock it first.` }
  const resource = problem.resources.find(({ id }) => id === seat.resourceId)
  if (resource?.kind === 'batch') return { refusal: 'A charge of a furnace is not split. Make two orders of it.' }
  const whole = seat.quantity ?? order.quantity
  if (whole < 2) return { refusal: `${what} is a single piece.` }
  const parts = state.splits.get(stepKey(orderId, position)) ?? [{ part: 1, quantity: order.quantity }]
  const part = freePart(parts)
  if (part === undefined) return { refusal: `${what} has ${PARTS_MAX} parts already.` }

  const open = problem.calendars.find(({ id }) => id === resource?.calendarId)?.open ?? []
  const doneRatio = workBetween(open, seat.startS, atS) / Math.max(1, workBetween(open, seat.startS, seat.endS))
  const first = Math.min(whole - 1, Math.max(1, Math.round(whole * doneRatio)))
  const secondId = operationIdOf(orderId, position, part)
  const kept = { ...seat, quantity: first }
  const added = { ...seat, operationId: secondId, quantity: whole - first }
  const next = new Map([...seats, [operationId, kept], [secondId, added]])
  const splits = splitsOf(
    [...next.values()].map((one) => placedOf(one, originMs)),
    state.orders,
  )
  const stated = stateProblem({ ...state, splits })
  const moves = [
    kept,
    // Behind the first, wherever that ends: it is pushed there.
    { ...added, startS: seat.startS + 1 },
  ]
  const retimed = retime(stated.problem, next, { moves, removed: [] }, names)
  return 'refusal' in retimed ? retimed : { stated, splits, seats: retimed.seats }
}
