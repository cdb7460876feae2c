import { type Board, createBoard, resourceOf } from './board.ts'
import { startsFrozen } from './frozen.ts'
import { at } from './ints.ts'
import { putRunning } from './pins.ts'
import { put } from './place.ts'
import type { BindingReason, FactoryPlan, Placement } from './plan.ts'
import { factoryInvalid } from './problem-invalid.ts'
import { REASON, type Shop } from './shop.ts'

/** The plan on a board, in the order of the problem. */
export function planOf(board: Board): FactoryPlan {
  const { operations, index } = board.shop
  const placements: Placement[] = []
  const unplaced: FactoryPlan['unplaced'][number][] = []
  for (let op = 0; op < operations.count; op += 1)
    if (at(board.lane, op) >= 0) placements.push(placementOf(board, op))
    else unplaced.push({ operationId: index.operationIds[op] ?? '', reason: whyUnplaced(board, op) })
  return { placements, unplaced }
}

function whyUnplaced(board: Board, op: number): FactoryPlan['unplaced'][number]['reason'] {
  const { before, latest, pinLane } = board.shop.operations
  for (let i = at(before.first, op); i < at(before.first, op + 1); i += 3)
    if (at(board.lane, at(before.items, i)) < 0) return 'predecessor'
  return at(pinLane, op) >= 0 || at(latest, op) < board.shop.horizon ? 'pin' : 'horizon'
}

export function placementOf(board: Board, op: number): Placement {
  const { index, groups, problem, resources } = board.shop
  const resource = resourceOf(board, op)
  const group = at(board.group, op)
  const operationId = index.operationIds[op] ?? ''
  const resourceId = problem.resources[resource]?.id ?? ''
  const lane = at(board.lane, op) - at(resources.firstLane, resource)
  const setupStartS = at(board.setupStart, op)
  const startS = at(board.start, op)
  const endS = at(board.end, op)
  const reason = reasonOf(board.shop, at(board.reasonKind, op), at(board.reasonRef, op))
  const binding = { reason, closedS: at(board.closed, op) }
  // Written out twice: a plan has thousands of them, and spreading a part of each takes longer than all the rest.
  if (group < 0) return { operationId, resourceId, lane, setupStartS, startS, endS, binding }
  const operatorGroupId = groups.ids[group] ?? ''
  return { operationId, resourceId, lane, setupStartS, startS, endS, operatorGroupId, binding }
}

function reasonOf({ index, groups, tools, materials }: Shop, kind: number, ref: number): BindingReason {
  const operationId = index.operationIds[ref] ?? ''
  switch (kind) {
    case REASON.predecessor:
      return { kind: 'predecessor', operationId }
    case REASON.machine:
      return { kind: 'machine', operationId }
    case REASON.setup:
      return ref < 0 ? { kind: 'setup' } : { kind: 'setup', operationId }
    case REASON.operators:
      return { kind: 'operators', operatorGroupId: groups.ids[ref] ?? '' }
    case REASON.tool:
      return { kind: 'tool', toolId: tools.ids[ref] ?? '' }
    case REASON.material:
      return { kind: 'material', materialId: materials.ids[ref] ?? '' }
    case REASON.release:
      return { kind: 'release' }
    case REASON.lock:
      return { kind: 'lock' }
    case REASON.pin:
      return { kind: 'pin' }
    default:
      return { kind: 'now' }
  }
}

const KINDS = REASON

/** What a plan says about one operation, as numbers. */
export interface Known {
  readonly op: number
  readonly alt: number
  readonly lane: number
  readonly group: number
  readonly placement: Placement
}

/**
 * A plan's placements as numbers, in the order of their starts. What the problem does not have any more is left out.
 *
 * @throws factoryInvalid a placement on a machine or lane that its operation may not use
 */
export function knownPlacements(shop: Shop, plan: FactoryPlan): Known[] {
  const { index, operations, resources } = shop
  const byOp: Known[] = []
  const keys = new Float64Array(plan.placements.length)
  let count = 0
  for (const placement of plan.placements) {
    const op = index.operations.get(placement.operationId)
    if (op === undefined) continue
    const resource = index.resources.get(placement.resourceId) ?? -1
    let alt = -1
    for (let a = at(operations.altFirst, op); a < at(operations.altFirst, op + 1); a += 1)
      if (at(operations.altResource, a) === resource) alt = a
    const lane = alt < 0 ? -1 : at(resources.firstLane, resource) + placement.lane
    if (lane < 0 || lane >= at(resources.firstLane, resource + 1)) {
      const path = `placements[${plan.placements.indexOf(placement)}]`
      throw factoryInvalid(`${path} puts ${placement.operationId} where it may not go.`, { path })
    }
    const group = index.groups.get(placement.operatorGroupId ?? '') ?? -1
    byOp[op] = { op, alt, lane, group, placement }
    keys[count++] = placement.startS * operations.count + op
  }
  // Sorting numbers, not what they stand for, is several times faster.
  const sorted = keys.subarray(0, count).sort()
  return Array.from(sorted, (key) => byOp[key % operations.count] as Known)
}

/**
 * A board with a plan on it as it is, without looking whether it fits; use `validateFactoryPlan` for a plan of unknown origin.
 * What starts before the frozen horizon's end is fixed.
 */
export function boardOf(shop: Shop, plan: FactoryPlan): Board {
  const board = createBoard(shop)
  for (const one of knownPlacements(shop, plan)) {
    const { startS, endS, binding } = one.placement
    if (startS < shop.now) putRunning(board, one.op, one.alt, one.lane, one.group, startS)
    else {
      const { reason, closedS } = binding
      put(board, one.op, {
        alt: one.alt,
        lane: one.lane,
        group: one.group,
        start: startS,
        end: endS,
        reasonKind: KINDS[reason.kind],
        reasonRef: refOf(shop, reason),
        closed: closedS,
      })
      if (startsFrozen(shop, one.placement) || at(shop.operations.pinLane, one.op) >= 0) board.fixed[one.op] = 1
    }
  }
  board.floor = shop.problem.frozenUntilS
  return board
}

function refOf({ index, groups, tools, materials }: Shop, reason: BindingReason): number {
  if ('operationId' in reason) return index.operations.get(reason.operationId ?? '') ?? -1
  if ('operatorGroupId' in reason) return groups.ids.indexOf(reason.operatorGroupId)
  if ('toolId' in reason) return tools.ids.indexOf(reason.toolId)
  if ('materialId' in reason) return materials.ids.indexOf(reason.materialId)
  return -1
}
