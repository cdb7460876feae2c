import type { Board } from './board.ts'
import { at } from './ints.ts'
import type { Placement, Score } from './plan.ts'

/**
 * What counts beside lateness. Lateness always comes first unless `weights` make one sum of everything.
 *
 * `extra` is the caller's own cost of one placement (energy, for example): a finite number, the same for the same placement.
 */
export interface ScoreOptions {
  readonly extra?: (placement: Pick<Placement, 'operationId' | 'resourceId' | 'startS' | 'endS'>) => number
  readonly weights?: {
    readonly tardiness: number
    readonly setup: number
    readonly extra: number
    readonly makespan: number
  }
}

/** @returns negative when a is better, 0 when they are equal */
export function compareScores(a: Score, b: Score, { weights }: ScoreOptions = {}): number {
  if (weights) {
    const sum = (score: Score) =>
      weights.tardiness * score.weightedTardiness +
      weights.setup * score.setupS +
      weights.extra * score.extra +
      weights.makespan * score.makespanS
    return sum(a) - sum(b)
  }
  return (
    a.weightedTardiness - b.weightedTardiness || a.setupS - b.setupS || a.extra - b.extra || a.makespanS - b.makespanS
  )
}

/** Cost of where an operation is, beside lateness and set-up. */
export type CostOf = (op: number) => number

/** The caller's own cost, asked by the number of an operation on a board. */
export function costOn(board: Board, { extra }: ScoreOptions): CostOf | undefined {
  return extra && ((op) => extraOf(board, op, extra))
}

export function scoreOf(board: Board, cost?: CostOf): Score {
  const { orders, operations } = board.shop
  let weightedTardiness = 0
  for (let order = 0; order < orders.count; order += 1) weightedTardiness += orderTardiness(board, order)
  let makespanS = 0
  let extra = 0
  for (let op = 0; op < operations.count; op += 1)
    if (at(board.lane, op) >= 0) {
      if (at(board.end, op) > makespanS) makespanS = at(board.end, op)
      if (cost) extra += cost(op)
    }
  return { weightedTardiness, setupS: board.setupTotal, extra, makespanS }
}

/** When an order is done; twice the horizon while something of it has no place. */
export function orderEnd(board: Board, order: number): number {
  const { first } = board.shop.orders
  let end = 0
  for (let op = at(first, order); op < at(first, order + 1); op += 1) {
    if (at(board.lane, op) < 0) return 2 * board.shop.horizon
    if (at(board.end, op) > end) end = at(board.end, op)
  }
  return end
}

/** Weight × seconds late. */
export function orderTardiness(board: Board, order: number): number {
  const { weight, due } = board.shop.orders
  const late = orderEnd(board, order) - at(due, order)
  return late > 0 ? at(weight, order) * late : 0
}

function extraOf(board: Board, op: number, extra: NonNullable<ScoreOptions['extra']>): number {
  const { problem, index, operations } = board.shop
  const resource = problem.resources[at(operations.altResource, at(board.alt, op))]
  return extra({
    operationId: index.operationIds[op] ?? '',
    resourceId: resource?.id ?? '',
    startS: at(board.start, op),
    endS: at(board.end, op),
  })
}
