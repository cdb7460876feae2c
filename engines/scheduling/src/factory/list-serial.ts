import type { Board } from './board.ts'
import { placeBest } from './fit.ts'
import { createTrial } from './fit-lane.ts'
import { Heap } from './heap.ts'
import { at } from './ints.ts'

/**
 * Places everything that has no place yet, one operation after the other: of those whose predecessors are placed the one
 * with the lowest key, where it ends first, in gaps too. What finds no place stays without, and so does everything behind it.
 *
 * @param keyOf key of an operation when its predecessors are placed, given when the last of them ends
 */
export function listSerial(board: Board, keyOf: (op: number, time: number) => number): void {
  const { operations } = board.shop
  const waiting = waitingCounts(board)
  const heap = new Heap()
  const trial = createTrial()
  for (let op = 0; op < operations.count; op += 1)
    if (at(board.lane, op) < 0 && at(waiting, op) === 0) heap.push(keyOf(op, readyTime(board, op)), op)
  for (let op = heap.pop(); op >= 0; op = heap.pop()) {
    if (!placeBest(board, op, trial)) continue
    const { first, items } = operations.behind
    for (let i = at(first, op); i < at(first, op + 1); i += 3) {
      const next = at(items, i)
      const left = at(waiting, next) - 1
      waiting[next] = left
      if (left === 0 && at(board.lane, next) < 0) heap.push(keyOf(next, readyTime(board, next)), next)
    }
  }
}

/** For each operation, how many before it have no place yet. */
export function waitingCounts(board: Board): Int32Array {
  const { count, before } = board.shop.operations
  const waiting = new Int32Array(count)
  for (let op = 0; op < count; op += 1) {
    let open = 0
    for (let i = at(before.first, op); i < at(before.first, op + 1); i += 3)
      if (at(board.lane, at(before.items, i)) < 0) open += 1
    waiting[op] = open
  }
  return waiting
}

/** When everything before an operation is done, apart from transport and overlapping. */
export function readyTime(board: Board, op: number): number {
  const { earliest, before } = board.shop.operations
  let time = Math.max(board.floor, at(earliest, op))
  for (let i = at(before.first, op); i < at(before.first, op + 1); i += 3) {
    const done = at(board.end, at(before.items, i)) + at(before.items, i + 1)
    if (done > time) time = done
  }
  return time
}
