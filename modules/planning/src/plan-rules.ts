import { epochMs, type Instant, instant, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Binding, Placement as EnginePlacement } from '@millrace/scheduling'
import type { OrderId } from './contract.ts'
import { operationIdOf, quantityOfPart, type Splits, stepKey } from './operation-rules.ts'
import type { Placement, StartReason } from './schedule-contract.ts'

/** An operation in its place, as a plan keeps it. */
export interface PlacedOperation {
  readonly orderId: OrderId
  readonly position: number
  /** 1, or the number of a part where the operation was split. */
  readonly part: number
  /** Pieces of the part; null for all of the order. */
  readonly quantity: number | null
  readonly workUnitId: EquipmentId
  /** Which of several equal machines, from 0. */
  readonly lane: number
  readonly setupStartAt: Instant
  readonly startAt: Instant
  readonly endAt: Instant
  readonly operatorGroupId: string | null
  readonly locked: boolean
  readonly reason: StartReason
}

/** An operation in its place, in whole seconds from a plan's origin. */
export interface Seat {
  readonly operationId: string
  readonly quantity: number | null
  readonly resourceId: string
  readonly lane: number
  readonly setupStartS: number
  readonly startS: number
  readonly endS: number
  readonly groupId: string | undefined
  readonly locked: boolean
  readonly reason: StartReason
}

/** Whoever put it there gave no better reason. */
export const MOVED: StartReason = { kind: 'moved', of: null, closedS: 0 }

/** The id of what a plan keeps. */
export function idOf({ orderId, position, part }: Pick<PlacedOperation, 'orderId' | 'position' | 'part'>): string {
  return operationIdOf(orderId, position, part)
}

/** What an operation's id is made of. */
export function pieceOf(operationId: string): { orderId: OrderId; position: number; part: number } {
  const [orderId = '', position, part = '1'] = operationId.split('.')
  return { orderId: orderId as OrderId, position: Number(position), part: Number(part) }
}

export function seatOf(placed: PlacedOperation, originMs: number): Seat {
  const seconds = (at: Instant) => Math.round((epochMs(at) - originMs) / SECOND_MS)
  return {
    operationId: idOf(placed),
    quantity: placed.quantity,
    resourceId: placed.workUnitId,
    lane: placed.lane,
    setupStartS: seconds(placed.setupStartAt),
    startS: seconds(placed.startAt),
    endS: seconds(placed.endAt),
    groupId: placed.operatorGroupId ?? undefined,
    locked: placed.locked,
    reason: placed.reason,
  }
}

export function placedOf(seat: Seat, originMs: number): PlacedOperation {
  const at = (seconds: number) => instant(originMs + seconds * SECOND_MS)
  return {
    ...pieceOf(seat.operationId),
    quantity: seat.quantity,
    workUnitId: seat.resourceId as EquipmentId,
    lane: seat.lane,
    setupStartAt: at(seat.setupStartS),
    startAt: at(seat.startS),
    endAt: at(seat.endS),
    operatorGroupId: seat.groupId ?? null,
    locked: seat.locked,
    reason: seat.reason,
  }
}

/** What screens and clients get of it. */
export function placementOf(operation: PlacedOperation): Placement {
  const { orderId: _, position: __, part: ___, reason: ____, quantity, ...placed } = operation
  return { operationId: idOf(operation), ...(quantity !== null && { quantity }), ...placed }
}

/** What a client gave, as a plan keeps it. */
export function placedBy(
  { operationId, lane = 0, quantity, ...placement }: Placement,
  reason: StartReason = MOVED,
): PlacedOperation {
  return { ...pieceOf(operationId), ...placement, lane, quantity: quantity ?? null, reason }
}

/** The engine's binding as a plan keeps it. */
export function reasonOf({ reason, closedS }: Binding): StartReason {
  const of =
    'operationId' in reason
      ? (reason.operationId ?? null)
      : 'operatorGroupId' in reason
        ? reason.operatorGroupId
        : 'toolId' in reason
          ? reason.toolId
          : 'materialId' in reason
            ? reason.materialId
            : null
  return { kind: reason.kind, of, closedS }
}

/** Where the engine put an operation. */
export function seatOfEngine(
  placement: EnginePlacement,
  splits: Splits,
  { locked, reason }: Pick<Seat, 'locked' | 'reason'>,
): Seat {
  const { operationId, resourceId, lane, setupStartS, startS, endS, operatorGroupId } = placement
  return {
    ...{ operationId, resourceId, lane, setupStartS, startS, endS, groupId: operatorGroupId, locked, reason },
    quantity: quantityOf(operationId, splits),
  }
}

/** Pieces of a part of a split operation; null for one that is whole. */
export function quantityOf(operationId: string, splits: Splits): number | null {
  const { orderId, position, part } = pieceOf(operationId)
  return quantityOfPart(splits, stepKey(orderId, position), part)
}

/** Whether both are the same place at the same time. */
export function isSamePlace(one: Placement | null, other: Placement | null): boolean {
  if (!one || !other) return one === other
  return (
    one.workUnitId === other.workUnitId &&
    (one.lane ?? 0) === (other.lane ?? 0) &&
    one.quantity === other.quantity &&
    one.setupStartAt === other.setupStartAt &&
    one.startAt === other.startAt &&
    one.endAt === other.endAt &&
    one.locked === other.locked
  )
}
