import type { Board } from './board.ts'
import { findSpot } from './fit.ts'
import { createTrial, type Trial } from './fit-lane.ts'
import { Heap } from './heap.ts'
import { findHome, type Homes } from './homes.ts'
import { at } from './ints.ts'
import { put, type Spot, takeAway } from './place.ts'
import { type CostOf, orderTardiness } from './score.ts'

/** What a change of the board did: differences to before, lower is better. */
export interface Change {
  tardiness: number
  setup: number
  extra: number
}

/** More operations than this giving way to one change is a new plan, not a change. */
const TOUCHED_MAX = 400

/**
 * A change of a board that can be taken back: operations are taken away and placed anew; what stands in their way gives way
 * too, and fixed operations never do.
 */
export class Transaction {
  readonly #board: Board
  readonly #cost: CostOf | undefined
  readonly #touchedMax: number
  readonly #trial: Trial = createTrial()
  readonly #heap = new Heap()
  readonly #spots: Spot[] = []
  readonly #touched: number[] = []
  /** Taken away since the last look. */
  readonly #loose: number[] = []
  readonly #touchedAt: Int32Array
  readonly #orders: number[] = []
  readonly #orderAt: Int32Array
  #number = 0
  #tardiness = 0
  #setup = 0
  #extraBefore = 0
  #failed = false
  /** While they are set, what is placed anew goes back to its home where that is free. */
  homes: Homes | undefined

  /** @param touchedMax more operations than this giving way to one change make it fail */
  constructor(board: Board, cost?: CostOf, touchedMax = TOUCHED_MAX) {
    this.#board = board
    this.#cost = cost
    this.#touchedMax = touchedMax
    this.#touchedAt = new Int32Array(board.shop.operations.count)
    this.#orderAt = new Int32Array(board.shop.orders.count)
  }

  /** Operations taken away so far, whether placed anew or not. */
  get touched(): readonly number[] {
    return this.#touched
  }

  /** Orders of the touched operations. */
  get orders(): readonly number[] {
    return this.#orders
  }

  begin(): void {
    this.#number += 1
    this.#touched.length = 0
    this.#orders.length = 0
    this.#tardiness = 0
    this.#extraBefore = 0
    this.#setup = this.#board.setupTotal
    this.#failed = false
  }

  /** Takes an operation away, and whatever cannot stay without it. Fixed and unplaced operations stay as they are. */
  remove(op: number): void {
    for (let next = op; next >= 0 && at(this.#board.lane, next) >= 0 && !this.#failed; ) {
      if (at(this.#board.fixed, next) === 1 || this.#touched.length >= this.#touchedMax) {
        if (next !== op) this.#failed = true
        return
      }
      this.#touch(next)
      this.#loose.push(next)
      next = takeAway(this.#board, next)
    }
  }

  /** Takes in an operation that has no place yet. It cannot be rolled back. */
  adopt(op: number): void {
    if (at(this.#touchedAt, op) === this.#number) return
    this.#touchedAt[op] = this.#number
    this.#spots[this.#touched.push(op) - 1] = emptySpot()
  }

  /**
   * Places everything that was taken away, what is before first, then by key.
   *
   * @returns whether all of it has a place; otherwise the board has to be rolled back
   */
  recreate(keyOf: (op: number) => number): boolean {
    const heap = this.#heap
    for (const op of this.#touched) if (this.#isReady(op)) heap.push(keyOf(op), op)
    this.#loose.length = 0
    let placed = 0
    for (let op = heap.pop(); op >= 0; op = heap.pop()) {
      if (this.#failed) continue
      if (at(this.#board.lane, op) >= 0 || !this.#isReady(op)) continue
      if (!this.#place(op)) {
        this.#failed = true
        continue
      }
      placed += 1
      if (placed > 3 * this.#touchedMax) this.#failed = true
      const { first, items } = this.#board.shop.operations.behind
      for (let i = at(first, op); i < at(first, op + 1); i += 3) {
        const next = at(items, i)
        if (at(this.#touchedAt, next) === this.#number && this.#isReady(next)) heap.push(keyOf(next), next)
      }
      // What gave way without being behind it: its set-up did not fit any more.
      for (let next = this.#loose.pop(); next !== undefined; next = this.#loose.pop())
        if (this.#isReady(next)) heap.push(keyOf(next), next)
    }
    return !this.#failed && this.#touched.every((op) => at(this.#board.lane, op) >= 0)
  }

  change(into: Change): void {
    let tardiness = 0
    for (const order of this.#orders) tardiness += orderTardiness(this.#board, order)
    let extra = 0
    if (this.#cost) for (const op of this.#touched) extra += this.#cost(op)
    into.tardiness = tardiness - this.#tardiness
    into.setup = this.#board.setupTotal - this.#setup
    into.extra = extra - this.#extraBefore
  }

  rollback(): void {
    for (const op of this.#touched) if (at(this.#board.lane, op) >= 0) takeAway(this.#board, op)
    for (const [i, op] of this.#touched.entries()) {
      const spot = this.#spots[i]
      if (spot) put(this.#board, op, spot)
    }
  }

  #touch(op: number): void {
    if (at(this.#touchedAt, op) === this.#number) return
    const board = this.#board
    const order = at(board.shop.operations.order, op)
    if (at(this.#orderAt, order) !== this.#number) {
      this.#orderAt[order] = this.#number
      this.#orders.push(order)
      this.#tardiness += orderTardiness(board, order)
    }
    if (this.#cost) this.#extraBefore += this.#cost(op)
    this.#touchedAt[op] = this.#number
    const index = this.#touched.push(op) - 1
    const spot = this.#spots[index] ?? emptySpot()
    this.#spots[index] = spot
    spot.alt = at(board.alt, op)
    spot.lane = at(board.lane, op)
    spot.group = at(board.group, op)
    spot.start = at(board.start, op)
    spot.end = at(board.end, op)
    spot.reasonKind = at(board.reasonKind, op)
    spot.reasonRef = at(board.reasonRef, op)
    spot.closed = at(board.closed, op)
  }

  #isReady(op: number): boolean {
    const { first, items } = this.#board.shop.operations.before
    if (at(this.#board.lane, op) >= 0) return false
    for (let i = at(first, op); i < at(first, op + 1); i += 3) if (at(this.#board.lane, at(items, i)) < 0) return false
    return true
  }

  /** Where it ends first; without room before what is behind it, that gives way. */
  #place(op: number): boolean {
    if (this.homes && findHome(this.#board, this.homes, op, this.#trial)) {
      put(this.#board, op, this.#trial)
      return true
    }
    if (findSpot(this.#board, op, this.#trial)) {
      put(this.#board, op, this.#trial)
      return true
    }
    const { first, items } = this.#board.shop.operations.behind
    for (let i = at(first, op); i < at(first, op + 1); i += 3) this.remove(at(items, i))
    if (this.#failed || !findSpot(this.#board, op, this.#trial)) return false
    put(this.#board, op, this.#trial)
    return true
  }
}

function emptySpot(): Spot {
  return { alt: -1, lane: -1, group: -1, start: 0, end: 0, reasonKind: 0, reasonRef: -1, closed: 0 }
}
