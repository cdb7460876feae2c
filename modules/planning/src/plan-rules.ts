import { epochMs, type Instant, instant, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Binding } from '@millrace/scheduling'
import type { OrderId } from './contract.ts'
import type { Placement, StartReason } from './schedule-contract.ts'

/** An operation in its place, as a plan keeps it. */
export interface PlacedOperation {
  readonly orderId: OrderId
  readonly position: number
  readonly workUnitId: EquipmentId
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
  readonly resourceId: string
  readonly setupStartS: number
  readonly startS: number
  readonly endS: number
  readonly groupId: string | undefined
  readonly locked: boolean
  readonly reason: StartReason
}

/** Whoever put it there gave no better reason. */
export const MOVED: StartReason = { kind: 'moved', of: null, closedS: 0 }

export function operationIdOf(orderId: string, position: number): string {
  return `${orderId}.${position}`
}

/** The parts of an operation's id. */
export function partsOf(operationId: string): { orderId: OrderId; position: number } {
  const dot = operationId.indexOf('.')
  return { orderId: operationId.slice(0, dot) as OrderId, position: Number(operationId.slice(dot + 1)) }
}

export function seatOf(placed: PlacedOperation, originMs: number): Seat {
  const seconds = (at: Instant) => Math.round((epochMs(at) - originMs) / SECOND_MS)
  return {
    operationId: operationIdOf(placed.orderId, placed.position),
    resourceId: placed.workUnitId,
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
    ...partsOf(seat.operationId),
    workUnitId: seat.resourceId as EquipmentId,
    setupStartAt: at(seat.setupStartS),
    startAt: at(seat.startS),
    endAt: at(seat.endS),
    operatorGroupId: seat.groupId ?? null,
    locked: seat.locked,
    reason: seat.reason,
  }
}

/** What screens and clients get of it. */
export function placementOf({ orderId, position, reason: _, ...placed }: PlacedOperation): Placement {
  return { operationId: operationIdOf(orderId, position), ...placed }
}

/** What a client gave, as a plan keeps it. */
export function placedBy({ operationId, ...placement }: Placement, reason: StartReason = MOVED): PlacedOperation {
  return { ...partsOf(operationId), ...placement, reason }
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

/** Whether both are the same place at the same time. */
export function isSamePlace(one: Placement | null, other: Placement | null): boolean {
  if (!one || !other) return one === other
  return (
    one.workUnitId === other.workUnitId &&
    one.setupStartAt === other.setupStartAt &&
    one.startAt === other.startAt &&
    one.endAt === other.endAt &&
    one.locked === other.locked
  )
}
