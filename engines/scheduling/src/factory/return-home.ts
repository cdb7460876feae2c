import type { Board } from './board.ts'
import { findSpot } from './fit.ts'
import { createTrial } from './fit-lane.ts'
import { at } from './ints.ts'
import { put, spotOf, takeAway } from './place.ts'
import type { Known } from './plan-of.ts'
import { orderTardiness } from './score.ts'

/**
 * Puts operations of an old plan that moved back to where they were, where that is free again and costs their orders less than telling
 * people about the move.
 *
 * @param known those that may go back, in the order of their old starts
 * @param worth weighted seconds of lateness that one move less is worth
 */
export function returnHome(board: Board, known: readonly Known[], worth: number): void {
  const trial = createTrial()
  for (const { op, lane, group, placement } of known) {
    if (at(board.lane, op) < 0 || at(board.fixed, op) === 1) continue
    if (at(board.lane, op) === lane && at(board.start, op) === placement.startS) continue
    const order = at(board.shop.operations.order, op)
    const before = orderTardiness(board, order)
    const now = spotOf(board, op)
    trial.onlyGroup = group
    const free =
      takeAway(board, op) < 0 && findSpot(board, op, trial, placement.startS, lane) && trial.start === placement.startS
    put(board, op, free ? trial : now)
    if (!free || orderTardiness(board, order) <= before + worth) continue
    takeAway(board, op)
    put(board, op, now)
  }
}
