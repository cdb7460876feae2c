import { type Board, createBoard } from './board.ts'
import { at } from './ints.ts'
import { listDispatch } from './list-dispatch.ts'
import { listSerial } from './list-serial.ts'
import { placePins } from './pins.ts'
import { takeAway } from './place.ts'
import type { Score } from './plan.ts'
import { DISPATCHING_RULES, type DispatchingRule, priority, type RuleBase, ruleBase } from './rules.ts'
import { compareScores, costOn, type ScoreOptions, scoreOf } from './score.ts'
import type { Shop } from './shop.ts'

export type ListMode = 'serial' | 'nonDelay'

export interface RuleResult {
  readonly rule: DispatchingRule
  readonly mode: ListMode
  readonly score: Score
}

/** A plan by one dispatching rule. Pins first; `serial` fills gaps, `nonDelay` never lets a machine wait for later work. */
export function listByRule(shop: Shop, rule: DispatchingRule, mode: ListMode, base: RuleBase = ruleBase(shop)): Board {
  const board = createBoard(shop)
  placePins(board, 'believed')
  if (mode === 'serial') listSerial(board, (op, time) => priority(rule, base, op, time, 0))
  else listDispatch(board, base, (op, time, setup) => priority(rule, base, op, time, setup))
  dropOrphans(board)
  return board
}

/** The best of all rules in both modes, with what each gave. `onRule` may stop it early by returning false. */
export function bestList(
  shop: Shop,
  options: ScoreOptions = {},
  onRule: (board: Board, result: RuleResult) => boolean = () => true,
): { board: Board; results: RuleResult[] } {
  const base = ruleBase(shop)
  const results: RuleResult[] = []
  let best: { board: Board; score: Score } | undefined
  for (const mode of ['nonDelay', 'serial'] as const)
    for (const rule of [...DISPATCHING_RULES].reverse()) {
      const board = listByRule(shop, rule, mode, base)
      const score = scoreOf(board, costOn(board, options))
      const result = { rule, mode, score }
      results.push(result)
      if (!best || compareScores(score, best.score, options) < 0) best = { board, score }
      if (!onRule(board, result)) return { board: best.board, results }
    }
  if (!best) throw new Error('There is no dispatching rule.')
  return { board: best.board, results }
}

/** Takes away pinned operations (and what is behind them) when something before them found no place. History stays. */
export function dropOrphans(board: Board): void {
  const { count, before } = board.shop.operations
  for (let again = true; again; ) {
    again = false
    for (let op = 0; op < count; op += 1) {
      if (at(board.lane, op) < 0 || at(board.start, op) < board.shop.now) continue
      for (let i = at(before.first, op); i < at(before.first, op + 1); i += 3)
        if (at(board.lane, at(before.items, i)) < 0) {
          takeAwayWithBroken(board, op)
          again = true
          break
        }
    }
  }
}

function takeAwayWithBroken(board: Board, op: number): void {
  for (let next = op; next >= 0; ) {
    board.fixed[next] = 0
    next = takeAway(board, next)
  }
}
