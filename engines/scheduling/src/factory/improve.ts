import { type SeededRandom, seededRandom } from '../seeded-random.ts'
import type { Board } from './board.ts'
import type { Homes } from './homes.ts'
import { at } from './ints.ts'
import { LateOrders } from './late-orders.ts'
import { removeFollowers, removeLateOrder, removeWindow } from './neighborhoods.ts'
import type { Score } from './plan.ts'
import { pullForward } from './pull-forward.ts'
import { randomOrder } from './recreate-order.ts'
import { type CostOf, compareScores, costOn, type ScoreOptions, scoreOf } from './score.ts'
import { type Change, Transaction } from './transaction.ts'

export interface ImproveOptions extends ScoreOptions {
  readonly seed: number
  /**
   * Asked before every round with the number of rounds done: the share of the budget that is used up. 1 or more ends the
   * search, so cancelling belongs here too. The search is bolder at the beginning.
   */
  readonly progress: (rounds: number) => number
  /** Cost of placements by number, in place of `extra`. */
  readonly cost?: CostOf
  /** How much worse a round may leave the plan at first, in shares of one order's mean tardiness; 0 only ever improves. */
  readonly heat?: number
  /** Lateness of each order that nothing can or need be done about; what is beyond it is looked at. */
  readonly accepted?: Float64Array
  /** Where operations had better stay; most rounds put back what can go back there. */
  readonly homes?: Homes
  /** Called with every plan that is better than all before; the board goes on changing afterwards. */
  readonly onBetter?: (board: Board, score: Score, rounds: number) => void
}

export interface Improved {
  readonly score: Score
  readonly rounds: number
}

/** After how many rounds late orders are counted anew, and everything is moved forward where room has come up. */
const RECOUNT_ROUNDS = 64
const PULL_ROUNDS = 8192
const HEAT = 0.05
/** Share of the rounds in which operations go home. */
const HOMEWARD = 0.85
/** What a second of set-up or a unit of extra cost weighs beside a second of weighted tardiness, unless the caller says. */
const LESSER = 0.05

/**
 * Makes the plan on a board better, in place: takes a few operations away around a late order, a window of a machine or a run of
 * orders, and places them anew in another order. A plan that keeps all constraints keeps them after every round; fixed operations stay.
 *
 * The same seed and number of rounds give the same plan, when `progress` depends on the rounds alone.
 */
export function improveBoard(board: Board, options: ImproveOptions): Improved {
  const random = seededRandom(options.seed)
  const cost = options.cost ?? costOn(board, options)
  const transaction = new Transaction(board, cost)
  const change: Change = { tardiness: 0, setup: 0, extra: 0 }
  const late = new LateOrders(board, options.accepted)
  const { tardiness, setup, extra } = options.weights ?? { tardiness: 1, setup: LESSER, extra: LESSER }
  let best = scoreOf(board, cost)
  let rounds = 0
  if (board.shop.orders.count === 0) return { score: best, rounds }
  const scale = best.weightedTardiness / board.shop.orders.count
  for (let used = options.progress(0); used < 1; used = options.progress(rounds)) {
    if (rounds % RECOUNT_ROUNDS === 0) late.recount()
    rounds += 1
    if (rounds % PULL_ROUNDS === 0) pullForward(board, transaction)
    transaction.begin()
    if (options.homes) transaction.homes = random.unit() < HOMEWARD ? options.homes : undefined
    const focus = takeSomeAway(board, transaction, late, random)
    if (transaction.touched.length === 0) continue
    if (!transaction.recreate(randomOrder(board, transaction, focus, random))) {
      transaction.rollback()
      continue
    }
    transaction.change(change)
    const worse = tardiness * change.tardiness + setup * change.setup + extra * change.extra
    const allowed = -(options.heat ?? HEAT) * scale * (1 - used) ** 2 * Math.log(random.unit() + Number.MIN_VALUE)
    if (worse > 0 && worse >= allowed) {
      transaction.rollback()
      continue
    }
    if (worse >= 0) continue
    const score = scoreOf(board, cost)
    if (compareScores(score, best, options) >= 0) continue
    best = score
    options.onBetter?.(board, score, rounds)
  }
  return { score: scoreOf(board, cost), rounds }
}

/** @returns the order that it was about */
function takeSomeAway(board: Board, transaction: Transaction, late: LateOrders, random: SeededRandom): number {
  const order = late.pick(random)
  const op = late.anyOperation(order, random)
  const dice = random.unit()
  if (op < 0) return order
  if (dice < 0.6) removeLateOrder(board, transaction, order, random)
  else if (at(board.lane, op) < 0) return order
  else if (dice < 0.85) removeWindow(board, transaction, op, random)
  else removeFollowers(board, transaction, op, 2 + random.below(4))
  return order
}
