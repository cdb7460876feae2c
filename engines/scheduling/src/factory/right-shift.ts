import { type Board, createBoard } from './board.ts'
import { findSpot, placeBest } from './fit.ts'
import { createTrial, type Trial } from './fit-lane.ts'
import { startsFrozen } from './frozen.ts'
import { at } from './ints.ts'
import { dropOrphans } from './list.ts'
import { listSerial } from './list-serial.ts'
import { placePins, putRunning } from './pins.ts'
import { put, spotOf } from './place.ts'
import type { Known } from './plan-of.ts'
import type { Shop } from './shop.ts'
import { Transaction } from './transaction.ts'

/**
 * The old plan made valid by the oldest means: every machine keeps its sequence, and what cannot start when it should starts as soon
 * as it can. History stays, and so does everything that is not pushed.
 *
 * @param known the old plan in the order of its starts
 */
export function rightShift(shop: Shop, known: readonly Known[]): Board {
  const board = createBoard(shop)
  const trial = createTrial()
  trial.behindAll = true
  const left: number[] = []
  const pinned = putUnmovable(board, known)
  for (const one of known) {
    if (at(board.lane, one.op) >= 0) continue
    // Behind everything on the lane, but a pin further on must not draw what comes before it behind it.
    trial.behindAll = !pinned.has(one.lane)
    if (staysPossible(board, one, trial) || findSpot(board, one.op, trial, one.placement.startS, one.lane))
      keepOrMove(board, one, trial)
    else left.push(one.op)
  }
  trial.behindAll = false
  for (const op of left) placeBest(board, op, trial)
  board.floor = shop.problem.frozenUntilS
  complete(board)
  return board
}

/**
 * The old plan made valid by moving as little as possible: all stay where they are, except what cannot; that goes to the first gap of any
 * machine that may run it, and only what is behind it in its order gives way.
 *
 * @param shifted the right shift: what is frozen and stays there stays here too, before anything else is looked at
 * @returns undefined when too much would have to give way
 */
export function reinsert(shop: Shop, known: readonly Known[], shifted: Board): Board | undefined {
  const board = createBoard(shop)
  const trial = createTrial()
  const startOf = new Int32Array(shop.operations.count)
  const moved: number[] = []
  putUnmovable(board, known)
  putFrozen(board, known, shifted)
  for (const one of known) {
    startOf[one.op] = one.placement.startS
    if (at(board.lane, one.op) >= 0) continue
    // In the frozen horizon nothing would give way later to what is before it.
    const risky = startsFrozen(shop, one.placement) && beforeIsMissing(board, one.op)
    if (!risky && staysPossible(board, one, trial)) keepOrMove(board, one, trial)
    else moved.push(one.op)
  }
  board.floor = shop.problem.frozenUntilS
  const transaction = new Transaction(board, undefined, shop.operations.count)
  transaction.begin()
  for (const op of moved) transaction.adopt(op)
  if (!transaction.recreate((op) => at(startOf, op))) return undefined
  complete(board)
  return board
}

/** History and pins. @returns lanes that have a pin to come */
function putUnmovable(board: Board, known: readonly Known[]): Set<number> {
  const { shop } = board
  for (const { op, alt, lane, group, placement } of known)
    if (placement.startS < shop.now) putRunning(board, op, alt, lane, group, placement.startS)
  placePins(board, 'known')
  const { pinLane, pinStart } = shop.operations
  return new Set(pinLane.filter((lane, op) => lane >= 0 && at(pinStart, op) >= shop.now))
}

/** What is frozen and stays, with all that it comes after, where the right shift has them. */
function putFrozen(board: Board, known: readonly Known[], shifted: Board): void {
  const { first, items } = board.shop.operations.before
  const kept = shifted.fixed.slice()
  for (const { op } of known.toReversed()) {
    if (at(kept, op) === 0 || at(board.lane, op) >= 0) continue
    for (let i = at(first, op); i < at(first, op + 1); i += 3) kept[at(items, i)] = 1
    put(board, op, spotOf(shifted, op))
    board.fixed[op] = at(shifted.fixed, op)
  }
}

function beforeIsMissing(board: Board, op: number): boolean {
  const { first, items } = board.shop.operations.before
  for (let i = at(first, op); i < at(first, op + 1); i += 3) if (at(board.lane, at(items, i)) < 0) return true
  return false
}

/** Places what the old plan has no place for, and nothing behind something that has none. */
function complete(board: Board): void {
  dropOrphans(board)
  listSerial(board, (op) => at(board.shop.orders.due, at(board.shop.operations.order, op)))
}

/** Whether an operation fits exactly where it was, with the same operators. The trial then has that spot. */
function staysPossible(board: Board, { op, lane, group, placement }: Known, trial: Trial): boolean {
  const { floor } = board
  trial.onlyGroup = group
  // A set-up that is under way may end.
  board.floor = Math.min(floor, placement.setupStartS)
  const found = findSpot(board, op, trial, placement.startS, lane) && trial.start === placement.startS
  board.floor = floor
  trial.onlyGroup = -1
  return found
}

function keepOrMove(board: Board, one: Known, trial: Trial): void {
  put(board, one.op, trial)
  const stays = trial.start === one.placement.startS && trial.lane === one.lane
  if (stays && startsFrozen(board.shop, one.placement)) board.fixed[one.op] = 1
}
