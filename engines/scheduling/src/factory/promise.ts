import { type Board, copyBoard } from './board.ts'
import { compileFactory } from './compile.ts'
import { placeBest } from './fit.ts'
import { createTrial } from './fit-lane.ts'
import { improveBoard } from './improve.ts'
import { at } from './ints.ts'
import type { FactoryPlan, Placement } from './plan.ts'
import { boardOf, placementOf, planOf } from './plan-of.ts'
import type { FactoryOrder, FactoryProblem } from './problem.ts'
import { orderEnd } from './score.ts'

/** What can be promised for an order that is not in the plan yet. */
export interface PromiseDate {
  /** When it would be finished, seconds; undefined when it finds no place before the horizon. */
  readonly endS: number | undefined
  /** Of the order. */
  readonly placements: readonly Placement[]
  /** With the order in it. Set-ups of what comes behind it may begin at another time, nothing else. */
  readonly plan: FactoryPlan
}

/** The same order, earlier, at the expense of others: its `plan` is with these moved. */
export interface EarlierPromise extends PromiseDate {
  readonly moved: readonly { readonly from: Placement; readonly to: Placement }[]
  /** Orders that end later than planned, and how much of that is behind their due date. */
  readonly delayed: readonly { readonly orderId: string; readonly laterS: number; readonly lateS: number }[]
}

export interface PromiseOptions {
  readonly seed: number
  /** Share of the budget used, as for `improveBoard`. */
  readonly progress: (rounds: number) => number
}

/**
 * When a new order would be finished if nothing else moves: each of its operations goes to the first gap that has machine,
 * people, tools and materials for it.
 *
 * @param problem without the order
 * @param plan a valid plan of it
 * @throws factoryInvalid
 */
export function promiseDate(problem: FactoryProblem, plan: FactoryPlan, order: FactoryOrder): PromiseDate {
  const board = boardWith(problem, plan, order)
  placeOrder(board)
  return promiseOn(board)
}

/**
 * Both answers: with nothing moved, and as early as moving others allows when only what is beyond their due dates costs.
 *
 * @throws factoryInvalid
 */
export function promiseByMoving(
  problem: FactoryProblem,
  plan: FactoryPlan,
  order: FactoryOrder,
  options: PromiseOptions,
): { readonly asIs: PromiseDate; readonly byMoving: EarlierPromise } {
  const board = boardWith(problem, plan, { ...order, dueS: Math.min(order.dueS, problem.nowS) })
  const before = copyBoard(board)
  placeOrder(board)
  const asIs = promiseOn(board)
  const { orders, operations } = board.shop
  const mine = orders.count - 1
  const accepted = new Float64Array(orders.count).fill(Number.MAX_SAFE_INTEGER)
  accepted[mine] = 0
  improveBoard(board, {
    seed: options.seed,
    progress: options.progress,
    accepted,
    heat: 0,
    // A second for the order is worth its weight; moving somebody for less than a minute is not worth telling them.
    cost: (op) => (at(before.lane, op) < 0 || samePlace(before, board, op) ? 0 : 60),
    weights: { tardiness: 1, setup: 0, extra: 1, makespan: 0 },
  })
  const moved: EarlierPromise['moved'][number][] = []
  for (let op = 0; op < operations.count; op += 1)
    if (at(before.lane, op) >= 0 && at(board.lane, op) >= 0 && !samePlace(before, board, op))
      moved.push({ from: placementOf(before, op), to: placementOf(board, op) })
  const delayed: EarlierPromise['delayed'][number][] = []
  for (let one = 0; one < mine; one += 1) {
    const laterS = orderEnd(board, one) - orderEnd(before, one)
    if (laterS <= 0) continue
    const due = at(orders.due, one)
    const lateS = Math.max(0, orderEnd(board, one) - due) - Math.max(0, orderEnd(before, one) - due)
    delayed.push({ orderId: problem.orders[one]?.id ?? '', laterS, lateS })
  }
  return { asIs, byMoving: { ...promiseOn(board), moved, delayed } }
}

function boardWith(problem: FactoryProblem, plan: FactoryPlan, order: FactoryOrder): Board {
  return boardOf(compileFactory({ ...problem, orders: [...problem.orders, order] }), plan)
}

/** The new order is the last, so its operations are too. */
function placeOrder(board: Board): void {
  const { orders } = board.shop
  const trial = createTrial()
  const begin = at(orders.first, orders.count - 1)
  const end = at(orders.first, orders.count)
  // Each pass places what has everything before it placed.
  for (let again = true; again; ) {
    again = false
    for (let op = begin; op < end; op += 1)
      if (at(board.lane, op) < 0 && beforeIsPlaced(board, op) && placeBest(board, op, trial)) again = true
  }
}

function beforeIsPlaced(board: Board, op: number): boolean {
  const { first, items } = board.shop.operations.before
  for (let i = at(first, op); i < at(first, op + 1); i += 3) if (at(board.lane, at(items, i)) < 0) return false
  return true
}

function samePlace(before: Board, board: Board, op: number): boolean {
  return at(before.lane, op) === at(board.lane, op) && at(before.start, op) === at(board.start, op)
}

function promiseOn(board: Board): PromiseDate {
  const { orders } = board.shop
  const mine = orders.count - 1
  const placements: Placement[] = []
  for (let op = at(orders.first, mine); op < at(orders.first, mine + 1); op += 1)
    if (at(board.lane, op) >= 0) placements.push(placementOf(board, op))
  const complete = placements.length === at(orders.first, mine + 1) - at(orders.first, mine)
  return { endS: complete ? orderEnd(board, mine) : undefined, placements, plan: planOf(board) }
}
