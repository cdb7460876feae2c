import type { SeededRandom } from '../seeded-random.ts'
import type { Board } from './board.ts'
import { at } from './ints.ts'
import { orderTardiness } from './score.ts'

/** Orders by how much they are late, so that the worst are looked at most. */
export class LateOrders {
  readonly #board: Board
  readonly #sums: Float64Array
  readonly #accepted: Float64Array | undefined

  /** @param accepted lateness of each order that does not count here */
  constructor(board: Board, accepted?: Float64Array) {
    this.#board = board
    this.#accepted = accepted
    this.#sums = new Float64Array(board.shop.orders.count)
  }

  recount(): void {
    let sum = 0
    for (let order = 0; order < this.#sums.length; order += 1) {
      sum += Math.sqrt(Math.max(0, orderTardiness(this.#board, order) - (this.#accepted?.[order] ?? 0)))
      this.#sums[order] = sum
    }
  }

  /** A late order, the later the likelier; any order when none is late or once in a while. */
  pick(random: SeededRandom): number {
    const count = this.#sums.length
    const total = this.#sums[count - 1] ?? 0
    if (total === 0 || random.unit() < 0.1) return random.below(count)
    const wanted = random.unit() * total
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sums[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Any operation of an order; -1 for an order without. */
  anyOperation(order: number, random: SeededRandom): number {
    const { first } = this.#board.shop.orders
    const begin = at(first, order)
    const count = at(first, order + 1) - begin
    return count === 0 ? -1 : begin + random.below(count)
  }
}
