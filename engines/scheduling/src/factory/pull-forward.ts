import type { Board } from './board.ts'
import { at } from './ints.ts'
import type { Change, Transaction } from './transaction.ts'

/** Set-up that starting earlier may cost. */
const SETUP_MAX_S = 600

/**
 * Lets every operation, earliest first, start earlier where there is room meanwhile. None ends later, none gives way.
 */
export function pullForward(board: Board, transaction: Transaction): void {
  const change: Change = { tardiness: 0, setup: 0, extra: 0 }
  const order = Array.from(board.start.keys()).sort((a, b) => at(board.start, a) - at(board.start, b) || a - b)
  for (const op of order) {
    if (at(board.lane, op) < 0 || at(board.fixed, op) === 1) continue
    const end = at(board.end, op)
    transaction.begin()
    transaction.remove(op)
    const alone = transaction.recreate(() => 0) && transaction.touched.length === 1
    transaction.change(change)
    if (!alone || at(board.end, op) > end || change.setup > SETUP_MAX_S || change.extra > 0) transaction.rollback()
  }
}
