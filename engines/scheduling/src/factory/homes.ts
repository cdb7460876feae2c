import type { Board } from './board.ts'
import { findSpot } from './fit.ts'
import type { Trial } from './fit-lane.ts'
import { at } from './ints.ts'
import type { Known } from './plan-of.ts'
import type { Shop } from './shop.ts'

/** Where operations were in the plan that people know; lane -1 for one that was not in it. */
export interface Homes {
  readonly lane: Int32Array
  readonly group: Int32Array
  readonly start: Int32Array
}

export function homesOf(shop: Shop, known: readonly Known[]): Homes {
  const { count } = shop.operations
  const homes = { lane: new Int32Array(count).fill(-1), group: new Int32Array(count), start: new Int32Array(count) }
  for (const { op, lane, group, placement } of known) {
    homes.lane[op] = lane
    homes.group[op] = group
    homes.start[op] = placement.startS
  }
  return homes
}

export function isHome(board: Board, homes: Homes, op: number): boolean {
  return at(homes.lane, op) === at(board.lane, op) && at(homes.start, op) === at(board.start, op)
}

/** Whether an operation has a home that is free. The trial then has that spot. */
export function findHome(board: Board, homes: Homes, op: number, trial: Trial): boolean {
  const lane = at(homes.lane, op)
  if (lane < 0) return false
  const start = at(homes.start, op)
  trial.onlyGroup = at(homes.group, op)
  const found = findSpot(board, op, trial, start, lane) && trial.start === start
  trial.onlyGroup = -1
  return found
}
