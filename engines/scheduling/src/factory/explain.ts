import { type Board, resourceOf } from './board.ts'
import { findSpot } from './fit.ts'
import { createTrial } from './fit-lane.ts'
import { at } from './ints.ts'
import { put, spotOf, takeAway } from './place.ts'
import type { Binding } from './plan.ts'
import { placementOf } from './plan-of.ts'
import { type Ready, readyOn } from './ready.ts'
import { orderEnd } from './score.ts'
import { REASON } from './shop.ts'

/** What an order waits for. */
export type LatenessCause =
  | { readonly kind: 'machine' | 'setup' | 'calendar'; readonly resourceId: string }
  | { readonly kind: 'operators'; readonly operatorGroupId: string }
  | { readonly kind: 'tool'; readonly toolId: string }
  | { readonly kind: 'material'; readonly materialId: string }
  /** Released late, pinned or locked; or the work itself takes longer than there is time. */
  | { readonly kind: 'release' | 'lock' | 'pin' | 'work' }

/** One operation in the chain, and what it waited for after everything before it was done. */
export interface ChainLink {
  readonly operationId: string
  readonly resourceId: string
  readonly startS: number
  readonly endS: number
  readonly binding: Binding
  readonly waitedS: number
}

export interface LatenessExplanation {
  readonly orderId: string
  readonly endS: number
  readonly lateS: number
  /** Binding constraints from its last operation back; goes on through other orders where a machine was busy with them. */
  readonly chain: readonly ChainLink[]
  /** Seconds that the order's own operations waited, by cause, the longest first. */
  readonly causes: readonly { readonly cause: LatenessCause; readonly waitedS: number }[]
}

const CHAIN_MAX = 200

/** Every late order of a board, the one with the most weighted lateness first. The board is the same afterwards. */
export function explainLate(board: Board, ordersMax: number): LatenessExplanation[] {
  const { orders } = board.shop
  const late: { order: number; cost: number }[] = []
  for (let order = 0; order < orders.count; order += 1) {
    const lateS = orderEnd(board, order) - at(orders.due, order)
    if (lateS > 0) late.push({ order, cost: lateS * at(orders.weight, order) })
  }
  late.sort((a, b) => b.cost - a.cost || a.order - b.order)
  return late.slice(0, ordersMax).map(({ order }) => explainOrder(board, order))
}

export function explainOrder(board: Board, order: number): LatenessExplanation {
  const { orders, problem } = board.shop
  const begin = at(orders.first, order)
  const end = at(orders.first, order + 1)
  let last = -1
  for (let op = begin; op < end; op += 1)
    if (at(board.lane, op) >= 0 && (last < 0 || at(board.end, op) > at(board.end, last))) last = op
  const chain: ChainLink[] = []
  const waits = new Map<string, { cause: LatenessCause; waitedS: number }>()
  const seen = new Set<number>()
  // What held an operation when it was placed may have lost its own place since: the chain ends there.
  const goesOn = (op: number) => op >= 0 && at(board.lane, op) >= 0 && !seen.has(op) && chain.length < CHAIN_MAX
  for (let op = last; goesOn(op); ) {
    seen.add(op)
    const link = linkOf(board, op)
    chain.push(link)
    if (op >= begin && op < end) countWaits(waits, link)
    op = at(board.reasonRef, op)
    const { kind } = link.binding.reason
    if (kind !== 'predecessor' && kind !== 'machine' && kind !== 'setup') break
  }
  // A chain that leaves through another order says nothing about the order's earlier operations: they wait too.
  for (let op = begin; op < end; op += 1)
    if (at(board.lane, op) >= 0 && !seen.has(op)) countWaits(waits, linkOf(board, op))
  const endS = orderEnd(board, order)
  const lateS = endS - at(orders.due, order)
  const causes = [...waits.values()].sort((a, b) => b.waitedS - a.waitedS)
  if (causes.length === 0) causes.push({ cause: { kind: 'work' }, waitedS: Math.max(0, lateS) })
  return { orderId: problem.orders[order]?.id ?? '', endS, lateS, chain, causes }
}

/** Binds an operation anew to what holds it now; what is stored is from when it was placed. */
function linkOf(board: Board, op: number): ChainLink {
  renewBinding(board, op)
  const { operationId, resourceId, startS, endS, binding } = placementOf(board, op)
  const ready: Ready = { from: 0, kind: 0, ref: -1, endFrom: 0, endRef: -1 }
  const { floor } = board
  board.floor = board.shop.now
  // The operation has taken its material, so asking for it once more says nothing; the other bounds do.
  readyOn(board, op, resourceOf(board, op), ready)
  board.floor = floor
  const before = ready.kind === REASON.material ? readyWithoutMaterial(board, op) : ready.from
  return { operationId, resourceId, startS, endS, binding, waitedS: Math.max(0, startS - before) }
}

function renewBinding(board: Board, op: number): void {
  if (at(board.fixed, op) === 1 || at(board.shop.operations.pinLane, op) >= 0) return
  const was = spotOf(board, op)
  const trial = createTrial()
  trial.onlyGroup = was.group
  takeAway(board, op)
  if (findSpot(board, op, trial, 0, was.lane) && trial.start === was.start) {
    was.reasonKind = trial.reasonKind
    was.reasonRef = trial.reasonRef
    was.closed = trial.closed
  }
  put(board, op, was)
}

function readyWithoutMaterial(board: Board, op: number): number {
  const { before, earliest } = board.shop.operations
  let time = at(earliest, op)
  for (let i = at(before.first, op); i < at(before.first, op + 1); i += 3) {
    const one = at(before.items, i)
    if (at(board.lane, one) >= 0) time = Math.max(time, at(board.end, one) + at(before.items, i + 1))
  }
  return time
}

function countWaits(waits: Map<string, { cause: LatenessCause; waitedS: number }>, link: ChainLink): void {
  const closedS = Math.min(link.binding.closedS, link.waitedS)
  if (closedS > 0) add(waits, { kind: 'calendar', resourceId: link.resourceId }, closedS)
  const cause = causeOf(link)
  if (cause && link.waitedS > closedS) add(waits, cause, link.waitedS - closedS)
}

function add(
  waits: Map<string, { cause: LatenessCause; waitedS: number }>,
  cause: LatenessCause,
  waitedS: number,
): void {
  const key = JSON.stringify(cause)
  waits.set(key, { cause, waitedS: waitedS + (waits.get(key)?.waitedS ?? 0) })
}

function causeOf({ binding: { reason }, resourceId }: ChainLink): LatenessCause | undefined {
  switch (reason.kind) {
    case 'machine':
    case 'setup':
      return { kind: reason.kind, resourceId }
    case 'operators':
      return { kind: 'operators', operatorGroupId: reason.operatorGroupId }
    case 'tool':
      return { kind: 'tool', toolId: reason.toolId }
    case 'material':
      return { kind: 'material', materialId: reason.materialId }
    case 'release':
    case 'lock':
    case 'pin':
      return { kind: reason.kind }
    default:
      return undefined
  }
}
