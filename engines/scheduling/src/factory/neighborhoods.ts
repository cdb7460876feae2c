import type { SeededRandom } from '../seeded-random.ts'
import { type Board, positionAfter, positionOf } from './board.ts'
import { at } from './ints.ts'
import { readyTime } from './list-serial.ts'
import type { Transaction } from './transaction.ts'

/** Slots taken away on one lane at most. */
const RUN_MAX = 6

/**
 * Takes an order away from one of its operations on, each with what stands between it and the moment at which it could have started, on
 * its own lane or another that may run it.
 */
export function removeLateOrder(board: Board, transaction: Transaction, order: number, random: SeededRandom): void {
  const { first } = board.shop.orders
  const begin = at(first, order)
  const end = at(first, order + 1)
  const from = random.unit() < 0.4 ? begin : begin + random.below(end - begin)
  const share = random.unit()
  for (let op = from; op < end; op += 1) {
    if (at(board.lane, op) < 0 || at(board.fixed, op) === 1) continue
    if (op === from || random.unit() < share) removeBlockers(board, transaction, op, random)
    transaction.remove(op)
  }
}

/** What a lane runs in front of an operation since it could have started. */
function removeBlockers(board: Board, transaction: Transaction, op: number, random: SeededRandom): void {
  const start = at(board.start, op)
  const ready = readyTime(board, op)
  if (start <= ready) return
  const lane = random.unit() < 0.6 ? at(board.lane, op) : anyLane(board, op, random)
  const high = positionAfter(board, lane, start)
  const low = Math.max(0, positionAfter(board, lane, ready) - 1, high - RUN_MAX)
  removeSlots(board, transaction, lane, high - 1 - random.below(Math.max(1, high - low)), high)
}

/** Takes away a run of slots around an operation, and one beside it on another lane that may do the same work. */
export function removeWindow(board: Board, transaction: Transaction, op: number, random: SeededRandom): void {
  const start = at(board.start, op)
  const length = 2 + random.below(RUN_MAX - 1)
  const position = positionOf(board, op) - random.below(length)
  const lane = anyLane(board, op, random)
  removeSlots(board, transaction, at(board.lane, op), position, position + length)
  if (lane === at(board.lane, op) || random.unit() < 0.5) return
  const beside = positionAfter(board, lane, start) - random.below(length)
  removeSlots(board, transaction, lane, beside, beside + length)
}

/** Takes away what stands behind an operation on its lane, each with the rest of its order, to pull all that forward. */
export function removeFollowers(board: Board, transaction: Transaction, op: number, count: number): void {
  const lane = at(board.lane, op)
  const ops = board.laneOps[lane]
  if (!ops) return
  const from = positionOf(board, op)
  const chosen: number[] = []
  for (let i = from; i < Math.min(at(board.laneCount, lane), from + count); i += 1) chosen.push(at(ops, i))
  const { first } = board.shop.orders
  for (const one of chosen) {
    const order = at(board.shop.operations.order, one)
    for (let other = one; other < at(first, order + 1); other += 1) transaction.remove(other)
  }
}

function anyLane(board: Board, op: number, random: SeededRandom): number {
  const { operations, resources } = board.shop
  const first = at(operations.altFirst, op)
  const resource = at(operations.altResource, first + random.below(at(operations.altFirst, op + 1) - first))
  const lane = at(resources.firstLane, resource)
  return lane + random.below(at(resources.firstLane, resource + 1) - lane)
}

function removeSlots(board: Board, transaction: Transaction, lane: number, from: number, to: number): void {
  const ops = board.laneOps[lane]
  if (!ops) return
  const chosen: number[] = []
  for (let position = Math.max(0, from); position < Math.min(to, at(board.laneCount, lane)); position += 1)
    for (let op = at(ops, position); op >= 0; op = at(board.nextMember, op)) chosen.push(op)
  for (const op of chosen) transaction.remove(op)
}
