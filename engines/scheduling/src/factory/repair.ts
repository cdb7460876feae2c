import { type Board, copyBoard } from './board.ts'
import { startsFrozen } from './frozen.ts'
import { type Homes, homesOf, isHome } from './homes.ts'
import { improveBoard } from './improve.ts'
import { at } from './ints.ts'
import type { FactoryPlan, Placement, Score } from './plan.ts'
import { type Known, knownPlacements, placementOf, planOf } from './plan-of.ts'
import { returnHome } from './return-home.ts'
import { reinsert, rightShift } from './right-shift.ts'
import { type CostOf, scoreOf } from './score.ts'
import type { Shop } from './shop.ts'

export interface RepairOptions {
  readonly seed: number
  /** As for `improveBoard`: share of the budget used; asked after the first valid plan is there. */
  readonly progress: (rounds: number) => number
  /** Until when the people on the floor know their work already: changes before it cost most. */
  readonly nextShiftEndS: number
  /** Called with the first valid plan at once. */
  readonly onValid?: (plan: FactoryPlan, score: Score) => void
}

/** One operation that is somewhere else than before. */
export interface PlanChange {
  readonly operationId: string
  readonly from: Placement
  readonly to: Placement
  /** `forced`: keeping every machine's sequence would move it too; `improved`: it makes room, or uses it. */
  readonly why: 'forced' | 'improved'
}

export interface Repaired {
  readonly plan: FactoryPlan
  readonly score: Score
  /** What keeping every sequence would have given. */
  readonly rightShifted: Score
  readonly changes: readonly PlanChange[]
  /** Frozen operations that had to move because what happened makes their old place impossible. */
  readonly forcedOutOfFrozen: readonly string[]
  readonly rounds: number
}

/** What moving an operation of the next shift costs, in seconds of lateness at a weight of 1. */
const CHANGE_COST = 100_000
/** What moving another costs: nobody prepares it yet, but whoever reads the proposal has to understand why it moves. */
const LATER_COST = 5000
/** What goes home may free the home of another. */
const RETURNS = 4

/**
 * Repairs a plan after events (`afterEvents` makes the problem): history stays, the frozen horizon stays unless an event makes that
 * impossible. First a right shift, valid at once; then a search that wins delay back and moves little of the next shift.
 *
 * @param shop the problem as it is now
 * @param plan the plan as it was
 * @throws factoryInvalid the plan puts an operation where the problem does not allow it
 */
export function repairPlan(shop: Shop, plan: FactoryPlan, options: RepairOptions): Repaired {
  const known = knownPlacements(shop, plan)
  const shifted = rightShift(shop, known)
  const rightShifted = scoreOf(shifted)
  options.onValid?.(planOf(shifted), rightShifted)

  const homes = homesOf(shop, known)
  const cost = costOfChange(homes, options.nextShiftEndS)
  const least = options.progress(0) < 1 ? reinsert(shop, known, shifted) : undefined
  const worth = (board: Board) => {
    const score = scoreOf(board, cost(board))
    return score.weightedTardiness + score.extra
  }
  const board = least && worth(least) < worth(shifted) && keepsFrozen(least, shifted) ? least : copyBoard(shifted)
  const accepted = acceptedLateness(shop, known)
  const { rounds } = improveBoard(board, {
    seed: options.seed,
    progress: options.progress,
    cost: cost(board),
    accepted,
    homes,
    weights: { tardiness: 1, setup: 0.01, extra: 1, makespan: 0 },
    heat: 0,
  })
  const shift = known.filter(({ placement }) => placement.startS < options.nextShiftEndS)
  returnHome(board, shift, CHANGE_COST)
  for (let pass = 0; pass < RETURNS; pass += 1) returnHome(board, known, 0)
  return {
    plan: planOf(board),
    score: scoreOf(board),
    rightShifted,
    changes: changesOf(board, shifted, known),
    forcedOutOfFrozen: known
      .filter(({ op, placement }) => isFrozen(shop, placement) && at(shifted.fixed, op) === 0)
      .map((one) => one.placement.operationId),
    rounds,
  }
}

/** Whether one board leaves what is fixed on another where it is. */
function keepsFrozen(board: Board, other: Board): boolean {
  return other.fixed.every(
    (fixed, op) =>
      fixed === 0 || (at(board.lane, op) === at(other.lane, op) && at(board.start, op) === at(other.start, op)),
  )
}

function isFrozen(shop: Shop, placement: Placement): boolean {
  return placement.startS >= shop.now && startsFrozen(shop, placement)
}

/** What has to be told to people costs: another machine or another start, above all for what was to start in the next shift. */
function costOfChange(homes: Homes, nextShiftEndS: number): (board: Board) => CostOf {
  return (board) => (op) => {
    if (at(homes.lane, op) < 0 || isHome(board, homes, op)) return 0
    return at(homes.start, op) < nextShiftEndS ? CHANGE_COST : LATER_COST
  }
}

/** How late each order was in the old plan. */
function acceptedLateness(shop: Shop, known: readonly Known[]): Float64Array {
  const { orders, operations } = shop
  const end = new Int32Array(orders.count)
  for (const { op, placement } of known) {
    const order = at(operations.order, op)
    if (placement.endS > at(end, order)) end[order] = placement.endS
  }
  return Float64Array.from(end, (time, order) => at(orders.weight, order) * Math.max(0, time - at(orders.due, order)))
}

function changesOf(board: Board, shifted: Board, known: readonly Known[]): PlanChange[] {
  const changes: PlanChange[] = []
  for (const { op, lane, placement } of known) {
    if (at(board.lane, op) < 0 || (at(board.lane, op) === lane && at(board.start, op) === placement.startS)) continue
    const pushed = at(shifted.lane, op) !== lane || at(shifted.start, op) !== placement.startS
    const to = placementOf(board, op)
    changes.push({ operationId: placement.operationId, from: placement, to, why: pushed ? 'forced' : 'improved' })
  }
  return changes
}
