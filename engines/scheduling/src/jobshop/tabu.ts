import type { SeededRandom } from '../seeded-random.ts'
import type { ShopArrays } from './model.ts'
import { Moves } from './moves.ts'
import type { Plan } from './plan.ts'

/** Arcs whose return is forbidden are kept by hash; few thousand are at any time. */
const TABU_BITS = 16

/** A plan that was worth keeping. */
export type KeptPlan = { readonly order: Int32Array; readonly choice: Int32Array; makespan: number }

/** What a search found since it last said something. */
export type Found = { readonly steps: number; readonly plan: KeptPlan }

/** Runs take turns in what wasted work weighs, for none of them suits all shops; with 2 nearly all do worse. */
export const THRIFTS: readonly number[] = [0, 0.5, 1]

/** Visits of operations between two reports: a few milliseconds, whatever the size of the problem. */
const WORK_PER_REPORT = 400_000

export function stepsPerReport({ operationCount }: ShopArrays): number {
  return Math.max(1, Math.floor(WORK_PER_REPORT / Math.max(1, operationCount)))
}

/**
 * Tabu search on one plan: each step takes the most promising move on one critical path, even for the worse, unless it brings
 * back what a recent move undid.
 */
export class TabuSearch {
  readonly plan: Plan
  readonly best: KeptPlan
  readonly #random: SeededRandom
  readonly #moves: Moves
  readonly #forbiddenUntil = new Int32Array(1 << TABU_BITS)
  #clock = 0
  #stepsSinceBest = 0
  readonly #tenureMin: number
  readonly #tenureSpan: number

  constructor(plan: Plan, random: SeededRandom) {
    this.plan = plan
    this.#random = random
    const { operationCount, machineCount, jobCount } = plan.shop
    this.best = { order: new Int32Array(operationCount), choice: new Int32Array(operationCount), makespan: 0 }
    const tenure = 0.6 * (10 + jobCount / Math.max(1, machineCount))
    this.#tenureMin = Math.max(2, Math.round(tenure))
    this.#tenureSpan = Math.max(2, Math.round(tenure * 0.5))
    this.#moves = new Moves(plan, random, (from, to) => this.#isTabu(from, to))
  }

  /** Begins a run from another plan. @param thrift what wasted work weighs, see `Moves`. */
  begin(from: { order: Int32Array; choice: Int32Array }, thrift = 0): void {
    this.#moves.thrift = thrift
    this.plan.load(from.order, from.choice)
    this.#clock += 1000
    this.#stepsSinceBest = 0
    this.#keep()
  }

  /**
   * Goes on with the run.
   *
   * @param patience steps without a better plan after which the run is over.
   * @returns the steps made; fewer than asked for when the run is over or nothing is left to move.
   */
  run(stepsMax: number, patience: number): number {
    for (let steps = 0; steps < stepsMax; steps++) {
      if (this.#stepsSinceBest >= patience || !this.#step()) return steps
    }
    return stepsMax
  }

  /** One step; the plan may get worse, `best` does not. @returns false when there is nothing left to move. */
  #step(): boolean {
    const { plan } = this
    this.#clock++
    this.#stepsSinceBest++
    if (!this.#moves.choose(this.best.makespan)) return false
    const { operation, alternative, behind } = this.#moves
    this.#forbid(operation, alternative, behind)
    if (plan.move(operation, alternative, behind) && plan.makespan <= this.best.makespan) {
      // Of equals the latest: what goes on from it is not where it was before.
      if (plan.makespan < this.best.makespan) this.#stepsSinceBest = 0
      this.#keep()
    }
    return true
  }

  #isTabu(from: number, to: number): boolean {
    return (this.#forbiddenUntil[slotOf(from, to)] ?? 0) > this.#clock
  }

  #forbid(operation: number, alternative: number, behind: number): void {
    const { shop, machine, before, after, position } = this.plan
    const count = shop.operationCount
    const until = this.#clock + this.#tenureMin + this.#random.below(this.#tenureSpan)
    const on = machine[operation] ?? 0
    if (shop.alternativeMachine[alternative] !== on) {
      this.#forbiddenUntil[slotOf(operation, count + on)] = until
    } else if (behind < count && (position[behind] ?? 0) > (position[operation] ?? 0)) {
      for (let one = operation; one !== behind; ) {
        one = after[one] ?? 0
        this.#forbiddenUntil[slotOf(operation, one)] = until
      }
    } else {
      for (let one = before[operation] ?? 0; one !== behind; one = before[one] ?? 0) {
        this.#forbiddenUntil[slotOf(one, operation)] = until
      }
    }
  }

  #keep(): void {
    const { plan, best } = this
    best.order.set(plan.order)
    best.choice.set(plan.choice)
    best.makespan = plan.makespan
  }
}

function slotOf(from: number, to: number): number {
  return (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)) >>> (32 - TABU_BITS)
}
