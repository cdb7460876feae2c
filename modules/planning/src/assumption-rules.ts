import { epochMs } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { CalendarException, ExceptionId, NewCalendarException, OrderId } from './contract.ts'
import { type Pace, pacesOf } from './pace-rules.ts'
import type { PlacedOperation } from './plan-rules.ts'
import type { SiteState } from './problem-rules.ts'

/** What planning takes to be so from now on, because of something that happened; written down when a proposal is accepted. */
export type Assumption =
  | { readonly kind: 'exception'; readonly id: ExceptionId; readonly exception: NewCalendarException }
  | {
      readonly kind: 'paces'
      readonly paces: readonly Pace[]
      /** The same ones as they were, to go back to. */
      readonly before: readonly Pace[]
    }

/**
 * A machine takes longer from now on, or no longer does. What runs on it is partly done at the old pace.
 *
 * @param placed the plan by which it works
 */
export function slowFrom(
  state: SiteState,
  placed: readonly PlacedOperation[],
  workUnitId: EquipmentId,
  ratio: number,
): Assumption {
  const paceOf = pacesOf(state.paces)
  const running = placed.filter((one) => one.workUnitId === workUnitId && isRunning(one, state.nowMs))
  return changedPaces(state, [
    { workUnitId, orderId: null, position: null, ratio },
    ...running.map(({ orderId, position, startAt, endAt }) => {
      const [from, to] = [epochMs(startAt), epochMs(endAt)]
      const done = (state.nowMs - from) / (to - from)
      const old = paceOf(workUnitId, orderId, position)
      return { workUnitId: null, orderId, position, ratio: rounded(done * old + (1 - done) * ratio) }
    }),
  ])
}

/** More pieces of an operation have to be made than its order wants. @param extra pieces beside the order's quantity */
export function remade(
  state: SiteState,
  { orderId, position, quantity }: { orderId: OrderId; position: number; quantity: number },
  extra: number,
): Assumption {
  return changedPaces(state, [{ workUnitId: null, orderId, position, ratio: rounded((quantity + extra) / quantity) }])
}

function changedPaces(state: SiteState, paces: readonly Pace[]): Assumption {
  const before = paces.map((one) => state.paces.find((old) => isSameSubject(one, old)) ?? { ...one, ratio: 1 })
  return { kind: 'paces', paces, before }
}

/** The site as it is when an assumption holds. */
export function assuming(state: SiteState, assumption: Assumption | null): SiteState {
  if (!assumption) return state
  if (assumption.kind === 'exception') {
    const added: CalendarException = { id: assumption.id, ...assumption.exception }
    return { ...state, exceptions: [...state.exceptions, added] }
  }
  const isReplaced = (old: Pace) => assumption.paces.some((one) => isSameSubject(one, old))
  return { ...state, paces: [...state.paces.filter((old) => !isReplaced(old)), ...assumption.paces] }
}

function isSameSubject(one: Pace, other: Pace): boolean {
  return one.workUnitId === other.workUnitId && one.orderId === other.orderId && one.position === other.position
}

function isRunning({ startAt, endAt }: PlacedOperation, nowMs: number): boolean {
  return epochMs(startAt) <= nowMs && epochMs(endAt) > nowMs
}

/** Stored and compared: a ten-thousandth is less than anybody plans by. */
function rounded(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000
}
