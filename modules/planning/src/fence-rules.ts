import { epochMs, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { FactoryProblem } from '@millrace/scheduling'
import { type Fence, USUAL_FENCE } from './fence-contract.ts'
import { isSamePlace } from './plan-rules.ts'
import type { OperationChange, Placement } from './schedule-contract.ts'

/** How long the near future of a work unit is kept as it is, milliseconds from now. */
export interface UnitFence {
  readonly frozenMs: number
  readonly slushyMs: number
}

/** A place in the tree of a site. */
interface TreePlace {
  readonly id: EquipmentId
  readonly parentId: EquipmentId | null
}

/** The fence of a place: its own, or that of the nearest place around it that has one. */
export function fenceOf(
  placeId: EquipmentId,
  tree: ReadonlyMap<EquipmentId, TreePlace>,
  fences: ReadonlyMap<EquipmentId, Fence>,
): UnitFence {
  let at: EquipmentId | null = placeId
  // A tree is less deep than it has places, whatever it holds.
  for (let step = 0; at !== null && step <= tree.size; step += 1) {
    const own = fences.get(at)
    if (own) return inMs(own)
    at = tree.get(at)?.parentId ?? null
  }
  return inMs(USUAL_FENCE)
}

function inMs({ frozenMinutes, slushyMinutes }: Pick<Fence, 'frozenMinutes' | 'slushyMinutes'>): UnitFence {
  return { frozenMs: frozenMinutes * MINUTE_MS, slushyMs: slushyMinutes * MINUTE_MS }
}

/** Work units with their fences, at a moment. */
export interface Fenced {
  readonly nowMs: number
  readonly units: readonly { readonly id: EquipmentId; readonly fence: UnitFence }[]
}

/** Whether an operation of a plan that is worked by has begun or starts behind the frozen fence of its work unit. */
export function startsFrozen(
  { workUnitId, setupStartAt }: Pick<Placement, 'workUnitId' | 'setupStartAt'>,
  { nowMs, units }: Fenced,
): boolean {
  const frozenMs = units.find(({ id }) => id === workUnitId)?.fence.frozenMs ?? 0
  return epochMs(setupStartAt) < nowMs + frozenMs
}

/** What a change meets: the hardest fence, and the operation that lies behind it. */
export interface Met {
  readonly fence: 'frozen' | 'slushy'
  readonly operationId: string
}

/**
 * The hardest fence that changes meet: something moves that starts behind it, or moves there. To lock or unlock is not to move.
 *
 * @returns undefined when there is none
 */
export function fenceMet(changes: readonly OperationChange[], { nowMs, units }: Fenced): Met | undefined {
  const fences = new Map<string, UnitFence>(units.map(({ id, fence }) => [id, fence]))
  let met: Met | undefined
  for (const { operationId, before, after } of changes) {
    if (isSamePlace(before && { ...before, locked: false }, after && { ...after, locked: false })) continue
    const within = (kind: keyof UnitFence) => (place: Placement | null) =>
      place !== null && epochMs(place.setupStartAt) < nowMs + (fences.get(place.workUnitId)?.[kind] ?? 0)
    if ([before, after].some(within('frozenMs'))) return { fence: 'frozen', operationId }
    if (!met && [before, after].some(within('slushyMs'))) met = { fence: 'slushy', operationId }
  }
  return met
}

/**
 * The problem with its fences: what is not pinned begins behind the frozen fence of every machine that it may run on. So nothing is put
 * among what people have begun to prepare.
 */
export function withFences(problem: FactoryProblem, { units }: Pick<Fenced, 'units'>): FactoryProblem {
  const frozenS = new Map<string, number>(units.map(({ id, fence }) => [id, Math.ceil(fence.frozenMs / 1000)]))
  const orders = problem.orders.map((order) => ({
    ...order,
    operations: order.operations.map((operation) => {
      if (operation.pin) return operation
      const fenceS = Math.max(...operation.alternatives.map(({ resourceId }) => frozenS.get(resourceId) ?? 0))
      const notBeforeS = Math.min(problem.horizonS, Math.max(operation.lock?.notBeforeS ?? 0, problem.nowS + fenceS))
      return fenceS > 0 ? { ...operation, lock: { ...operation.lock, notBeforeS } } : operation
    }),
  }))
  return { ...problem, orders }
}
