import type { Board } from './board.ts'
import { compileFactory } from './compile.ts'
import { type Improved, improveBoard } from './improve.ts'
import { bestList } from './list.ts'
import type { FactoryPlan, Score } from './plan.ts'
import { boardOf, planOf } from './plan-of.ts'
import type { FactoryProblem } from './problem.ts'
import { compareScores, costOn, type ScoreOptions, scoreOf } from './score.ts'
import { restore, snapshotOf } from './search-snapshot.ts'

export interface PlanningOptions extends ScoreOptions {
  readonly seed: number
  readonly budgetMs: number
  /** The clock, in milliseconds; a counter makes the result the same everywhere. */
  readonly nowMs: () => number
  /** Asked often; true ends the search with the best plan so far. */
  readonly cancelled?: () => boolean
  /** Called with the first plan as soon as it is there, then with better ones. `plan` is to be called at once, or not at all. */
  readonly onBetter?: (better: {
    readonly score: Score
    readonly elapsedMs: number
    readonly plan: () => FactoryPlan
  }) => void
}

export interface Planned {
  readonly plan: FactoryPlan
  readonly score: Score
  /** Rounds of the search after the dispatching rules. */
  readonly rounds: number
}

/**
 * Plans a factory from nothing: the first dispatching rule gives a plan at once, the other rules better ones, a search spends what
 * is left of the budget.
 *
 * @throws factoryInvalid
 */
export function planFactory(problem: FactoryProblem, options: PlanningOptions): Planned {
  const shop = compileFactory(problem)
  const startMs = options.nowMs()
  let best: Score | undefined
  const { board } = bestList(shop, options, (one, { score }) => {
    if (!best || compareScores(score, best, options) < 0) {
      best = score
      options.onBetter?.({ score, elapsedMs: options.nowMs() - startMs, plan: () => planOf(one) })
    }
    return progressOf(options, startMs) < 1
  })
  return search(board, options, startMs)
}

/**
 * Improves a plan that keeps all constraints; what starts before `frozenUntilS` and every pin stays.
 *
 * @throws factoryInvalid also when the plan puts an operation where the problem does not allow it
 */
export function improveFactory(problem: FactoryProblem, plan: FactoryPlan, options: PlanningOptions): Planned {
  return search(boardOf(compileFactory(problem), plan), options, options.nowMs())
}

function search(board: Board, options: PlanningOptions, startMs: number): Planned {
  let best = { score: scoreOf(board, costOn(board, options)), was: snapshotOf(board) }
  const { score, rounds }: Improved = improveBoard(board, {
    ...options,
    progress: () => progressOf(options, startMs),
    onBetter: (one, better) => {
      best = { score: better, was: snapshotOf(one) }
      options.onBetter?.({ score: better, elapsedMs: options.nowMs() - startMs, plan: () => planOf(one) })
    },
  })
  if (compareScores(score, best.score, options) > 0) restore(board, best.was)
  return { plan: planOf(board), score: scoreOf(board, costOn(board, options)), rounds }
}

function progressOf({ cancelled, nowMs, budgetMs }: PlanningOptions, startMs: number): number {
  return cancelled?.() ? 1 : (nowMs() - startMs) / budgetMs
}
