import type { FactoryOperation, FactoryProblem, FactoryResource } from '@millrace/scheduling'
import { boundsOf, durationOn, type Ground, groundOf, hasSetup, place } from './place-rules.ts'
import { MOVED, type Seat } from './plan-rules.ts'
import { type Run, runsInOrder } from './run-rules.ts'

/** What a planner wants: operations elsewhere or at another time, or without a place. */
export interface Wish {
  readonly moves: readonly Move[]
  readonly removed: readonly string[]
}

interface Move {
  readonly operationId: string
  /** Pieces of a part; null for an operation that is whole. Left out: as many as before. */
  readonly quantity?: number | null
  readonly resourceId: string
  readonly startS: number
}

/** Words for what stands in the way. */
export interface Names {
  /** `4458 Grinding` */
  readonly operation: (operationId: string) => string
  readonly resource: (resourceId: string) => string
}

/** All seats after the wish, or why it cannot be. */
export type Retimed = { readonly seats: ReadonlyMap<string, Seat> } | { readonly refusal: string }

/**
 * Carries out a wish and pushes to the right whatever it meets: what follows in the order and on the machine, as far as it has to
 * go and no further. Nothing moves to the left, locked operations and those that have begun stay. What is moved onto a charge of a
 * furnace that it may share goes in with it; a charge is pushed as a whole. People and tools are not counted here; the
 * independent check does that.
 */
export function retime(problem: FactoryProblem, seats: ReadonlyMap<string, Seat>, wish: Wish, names: Names): Retimed {
  const ground = groundOf(problem)
  const next = new Map(seats)
  for (const id of wish.removed) next.delete(id)
  const keys = new Map<string, number>()
  for (const { operationId } of wish.moves) next.delete(operationId)
  for (const move of wish.moves) {
    const moved = seatFor(problem, ground, move, seats.get(move.operationId), next, names)
    if (typeof moved === 'string') return { refusal: moved }
    next.set(move.operationId, moved.seat)
    if (!moved.isShared) keys.set(move.operationId, move.startS)
  }
  return settle(ground, seats, next, keys, names)
}

/** Where something that is moved goes at first; words where it may not. */
function seatFor(
  problem: FactoryProblem,
  ground: Ground,
  { operationId, quantity: wanted, resourceId, startS }: Move,
  old: Seat | undefined,
  others: ReadonlyMap<string, Seat>,
  names: Names,
): { readonly seat: Seat; readonly isShared: boolean } | string {
  const operation = ground.facts.get(operationId)?.operation
  const resource = ground.resources.get(resourceId)
  if (!operation) return 'This order is not planned any more.'
  const durationS = durationOn(operation, resourceId)
  if (durationS === undefined || !resource)
    return `${names.resource(resourceId)} cannot do ${names.operation(operationId)}.`
  if (startS < ground.nowS) return 'That is in the past.'
  if (old?.locked) return `${names.operation(operationId)} is locked. Unlock it first.`
  if (old && old.setupStartS < ground.nowS) return `${names.operation(operationId)} has begun.`
  const quantity = wanted === undefined ? (old?.quantity ?? null) : wanted
  const there = [...others.values()].filter((one) => one.resourceId === resourceId)
  const seat = {
    ...{ operationId, resourceId, quantity, locked: false, reason: MOVED },
    groupId: old?.groupId ?? groupFor(problem, operation),
  }
  const charge = resource.kind === 'batch' ? chargeFor(ground, resource, operation, startS, there) : undefined
  if (charge) {
    const { lane, setupStartS, startS, endS, groupId } = charge
    return { seat: { ...seat, lane, setupStartS, startS, endS, groupId }, isShared: true }
  }
  const lane = laneFor(resource, startS, startS + durationS, there, old)
  return { seat: { ...seat, lane, setupStartS: startS, startS, endS: startS + durationS }, isShared: false }
}

function groupFor(problem: FactoryProblem, { operators }: FactoryOperation): string | undefined {
  if (!operators) return undefined
  return problem.operatorGroups.find((group) => group.skills.includes(operators.skill))?.id
}

/** A charge at a moment that has not begun, in which there is room for something alike. */
function chargeFor(
  ground: Ground,
  resource: FactoryResource,
  operation: FactoryOperation,
  startS: number,
  there: readonly Seat[],
): Seat | undefined {
  const alike = ({ operationId }: Seat) => {
    const other = ground.facts.get(operationId)?.operation
    return (
      other !== undefined &&
      (other.family ?? '') === (operation.family ?? '') &&
      durationOn(other, resource.id) === durationOn(operation, resource.id) &&
      JSON.stringify(other.operators) === JSON.stringify(operation.operators)
    )
  }
  const leader = there.find(
    (one) => one.setupStartS <= startS && startS < one.endS && one.setupStartS >= ground.nowS && alike(one),
  )
  if (!leader) return undefined
  const inside = there.filter((one) => one.lane === leader.lane && one.startS === leader.startS)
  const load = inside.reduce((sum, one) => sum + (ground.facts.get(one.operationId)?.operation.load ?? 1), 0)
  return load + (operation.load ?? 1) <= (resource.batchLoad ?? 0) ? leader : undefined
}

/** Which of several equal machines: one that is free then, its own if it can. */
function laneFor(
  { id, count }: FactoryResource,
  startS: number,
  endS: number,
  there: readonly Seat[],
  old: Seat | undefined,
): number {
  const own = old?.resourceId === id && old.lane < count ? old.lane : 0
  const isFree = (lane: number) =>
    there.every((one) => one.lane !== lane || one.endS <= startS || one.setupStartS >= endS)
  const lanes = [own, ...Array.from({ length: count }, (_, lane) => lane)]
  return lanes.find(isFree) ?? own
}

function settle(
  ground: Ground,
  old: ReadonlyMap<string, Seat>,
  next: Map<string, Seat>,
  keys: ReadonlyMap<string, number>,
  names: Names,
): Retimed {
  const runs = runsInOrder(ground, next, keys)
  if (!runs) return { refusal: 'It would come before something that has to be done first.' }
  for (const run of runs) {
    const refusal = settleRun(ground, run, old, next, keys, names)
    if (refusal !== undefined) return { refusal }
  }
  return { seats: next }
}

/** Puts a run where it can be. @returns why it cannot */
function settleRun(
  ground: Ground,
  run: Run,
  old: ReadonlyMap<string, Seat>,
  next: Map<string, Seat>,
  keys: ReadonlyMap<string, number>,
  names: Names,
): string | undefined {
  const seats = run.ids.flatMap((id) => next.get(id) ?? [])
  const [first] = seats
  const resource = ground.resources.get(first?.resourceId ?? '')
  const operation = ground.facts.get(first?.operationId ?? '')?.operation
  // What is no longer in the problem, or runs where nothing runs any more, is for the check to tell.
  if (!first || !resource || !operation) return undefined
  const key = Math.max(...seats.map(({ operationId, startS }) => keys.get(operationId) ?? startS))
  let [fromS, endFromS] = [key, 0]
  for (const seat of seats) {
    const bounds = boundsOf(ground, seat, next)
    if (typeof bounds === 'string') return `${names.operation(bounds)} before it has no place yet.`
    fromS = Math.max(fromS, bounds.fromS)
    endFromS = Math.max(endFromS, bounds.endFromS)
  }
  const before = run.before?.ids[0]
  const beforeEndS = before === undefined ? 0 : (next.get(before)?.endS ?? 0)
  const needS = ground.setupS(resource, before, operation)
  const times = ground.times(resource, operation, first.groupId)
  const fixed = seats.find((seat) => seat.setupStartS < ground.nowS || (seat.locked && !keys.has(seat.operationId)))
  if (fixed) {
    if (fixed.setupStartS < ground.nowS) return undefined
    if (fromS > fixed.startS || endFromS > fixed.endS)
      return `${names.operation(fixed.operationId)} is locked and would have to wait.`
    const fits = beforeEndS <= fixed.setupStartS && hasSetup(times, fixed, needS)
    return fits ? undefined : `It meets ${names.operation(fixed.operationId)}, which is locked.`
  }
  const placed = place(times, operation, first, { fromS, endFromS }, Math.max(ground.nowS, beforeEndS), needS)
  if (!placed || placed.endS > ground.horizonS)
    return `There is no time left for ${names.operation(first.operationId)} in this plan.`
  const { setupStartS, startS, endS } = placed
  for (const seat of seats) {
    const reason = startS === seat.startS ? seat.reason : MOVED
    const now = { ...seat, setupStartS, startS, endS, reason }
    const was = old.get(seat.operationId)
    next.set(seat.operationId, was && isSame(now, was) ? was : now)
  }
  return undefined
}

function isSame(one: Seat, other: Seat): boolean {
  return (
    one.resourceId === other.resourceId &&
    one.lane === other.lane &&
    one.quantity === other.quantity &&
    one.setupStartS === other.setupStartS &&
    one.startS === other.startS &&
    one.endS === other.endS
  )
}
