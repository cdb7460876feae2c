import type { Board } from './board.ts'
import { findSpot } from './fit.ts'
import { createTrial, type Trial } from './fit-lane.ts'
import { Heap } from './heap.ts'
import { at } from './ints.ts'
import { listSerial, readyTime, waitingCounts } from './list-serial.ts'
import { put, type Spot } from './place.ts'
import type { RuleBase } from './rules.ts'
import { setupBetween } from './setup-table.ts'
import { availableFrom } from './stock.ts'
import { NEVER, openFrom } from './work-calendar.ts'

/** Of those waiting at a lane, the first this many by the rule are tried when people, tools or the hour hold them up. */
const TRIES_MAX = 4

type Key = (op: number, time: number, setup: number) => number

/**
 * Places everything that has no place yet in the order of time, as a foreman would: whenever a machine is free, of those
 * waiting for it the one with the lowest key. A machine stands still only when nothing waits for it, or nothing can begin.
 */
export function listDispatch(board: Board, base: RuleBase, keyOf: Key): void {
  new Dispatcher(board, base, keyOf).run()
  // What had no place in the order of time (in front of something pinned, or beside a closed machine) may find one now.
  listSerial(board, (op) => op)
}

class Dispatcher {
  readonly #board: Board
  readonly #keyOf: Key
  readonly #waiting: Int32Array
  /** Operations waiting in front of each resource; those placed meanwhile are dropped when met. */
  readonly #queues: number[][]
  readonly #ready: Float64Array
  readonly #events = new Heap()
  /** When each lane was last told to look; later events of it are stale. */
  readonly #look: Float64Array
  readonly #free: Float64Array
  readonly #family: Int32Array
  readonly #trial: Trial = createTrial()
  /** The first few of the queue being looked at, and their keys. */
  readonly #tried = new Int32Array(TRIES_MAX)
  readonly #keys = new Float64Array(TRIES_MAX)

  constructor(board: Board, base: RuleBase, keyOf: Key) {
    const { resources, operations } = base.shop
    this.#board = board
    this.#keyOf = keyOf
    this.#waiting = waitingCounts(board)
    this.#queues = Array.from({ length: resources.count }, () => [])
    this.#ready = new Float64Array(operations.count)
    this.#look = new Float64Array(resources.laneCount).fill(NEVER)
    this.#free = new Float64Array(resources.laneCount).fill(board.floor)
    this.#family = Int32Array.from(resources.laneResource, (resource) => at(resources.initialFamily, resource))
  }

  run(): void {
    const { count } = this.#board.shop.operations
    for (let op = 0; op < count; op += 1)
      if (at(this.#board.lane, op) < 0 && at(this.#waiting, op) === 0) this.#enqueue(op)
    while (this.#events.size > 0) {
      const time = this.#events.key
      const lane = this.#events.pop()
      if (this.#look[lane] !== time) continue
      this.#look[lane] = NEVER
      this.#dispatch(lane, time)
    }
  }

  #enqueue(op: number): void {
    const { operations, resources } = this.#board.shop
    let ready = readyTime(this.#board, op)
    for (let i = at(operations.materials.first, op); i < at(operations.materials.first, op + 1); i += 2) {
      const stock = this.#board.stocks[at(operations.materials.items, i)]
      if (stock) ready = Math.max(ready, availableFrom(stock, at(operations.materials.items, i + 1)))
    }
    if (ready >= NEVER) return
    this.#ready[op] = ready
    for (let alt = at(operations.altFirst, op); alt < at(operations.altFirst, op + 1); alt += 1) {
      const resource = at(operations.altResource, alt)
      this.#queues[resource]?.push(op)
      for (let lane = at(resources.firstLane, resource); lane < at(resources.firstLane, resource + 1); lane += 1)
        this.#wake(lane, ready)
    }
  }

  /** Lets a lane look at its queue at a time, or when it is free and open then, unless it does so earlier anyway. */
  #wake(lane: number, from: number): void {
    const { resources } = this.#board.shop
    const calendar = resources.calendars[at(resources.laneResource, lane)]
    const earliest = Math.max(from, this.#free[lane] ?? 0)
    const time = calendar ? openFrom(calendar, earliest) : NEVER
    if (time >= (this.#look[lane] ?? 0)) return
    this.#look[lane] = time
    this.#events.push(time, lane)
  }

  #dispatch(lane: number, time: number): void {
    const { resources, operations } = this.#board.shop
    const resource = at(resources.laneResource, lane)
    const queue = this.#queues[resource]
    if (!queue) return
    const family = at(this.#family, lane)
    const best = this.#tried.fill(-1)
    const keys = this.#keys.fill(Number.POSITIVE_INFINITY)
    let next = NEVER
    let kept = 0
    for (const op of queue) {
      if (at(this.#board.lane, op) >= 0) continue
      queue[kept++] = op
      const ready = this.#ready[op] ?? 0
      if (ready > time) {
        if (ready < next) next = ready
        continue
      }
      const key = this.#keyOf(op, time, setupBetween(this.#board.shop, resource, family, at(operations.family, op)))
      for (let i = 0; i < TRIES_MAX; i += 1)
        if (key < (keys[i] ?? 0)) {
          keys.copyWithin(i + 1, i)
          best.copyWithin(i + 1, i)
          keys[i] = key
          best[i] = op
          break
        }
    }
    queue.length = kept
    if (!this.#startFirst(lane, time, best) && next < NEVER) this.#wake(lane, next)
  }

  /** Starts the first of the tried that can begin now, or the one that can begin first. */
  #startFirst(lane: number, time: number, tried: Int32Array): boolean {
    let chosen = -1
    let spot: Spot | undefined
    for (const op of tried) {
      if (op < 0) break
      if (!findSpot(this.#board, op, this.#trial, time)) continue
      if (spot && this.#trial.start >= spot.start) continue
      chosen = op
      spot = { ...this.#trial }
      if (spot.lane === lane && spot.start - this.#trial.setup <= time) break
    }
    if (chosen < 0 || !spot) return false
    put(this.#board, chosen, spot)
    this.#settle(spot.lane)
    this.#placed(chosen)
    this.#wake(lane, spot.lane === lane ? 0 : time)
    return true
  }

  #settle(lane: number): void {
    const count = at(this.#board.laneCount, lane)
    const ops = this.#board.laneOps[lane]
    if (!ops || count === 0) return
    const last = at(ops, count - 1)
    this.#free[lane] = at(this.#board.end, last)
    this.#family[lane] = at(this.#board.shop.operations.family, last)
  }

  #placed(op: number): void {
    const { first, items } = this.#board.shop.operations.behind
    for (let i = at(first, op); i < at(first, op + 1); i += 3) {
      const next = at(items, i)
      const left = at(this.#waiting, next) - 1
      this.#waiting[next] = left
      if (left === 0 && at(this.#board.lane, next) < 0) this.#enqueue(next)
    }
  }
}
