import type { SeededRandom } from '../seeded-random.ts'
import type { Board } from './board.ts'
import { at } from './ints.ts'
import type { Transaction } from './transaction.ts'

/**
 * A random order in which what was taken away comes back: one order first and the others as they were, the most urgent first, the most
 * valuable first, family by family, or as it was; the last few a little shaken.
 *
 * @param focus the order that may come first
 * @returns a key, lower first
 */
export function randomOrder(
  board: Board,
  transaction: Transaction,
  focus: number,
  random: SeededRandom,
): (op: number) => number {
  const { orders, operations } = board.shop
  const style = random.unit()
  if (style < 0.4) return (op) => (at(operations.order, op) === focus ? -1 : at(board.start, op))
  if (style >= 0.8 && style < 0.9) return (op) => at(operations.family, op) * 1e9 + at(board.start, op)

  const noise = 0.5 * random.unit()
  const shaken = new Map<number, number>()
  for (const order of transaction.orders) shaken.set(order, 1 + noise * (random.unit() - 0.5))
  return (op) => {
    const order = at(operations.order, op)
    const shake = shaken.get(order) ?? 1
    if (style < 0.65) return (at(orders.due, order) - at(operations.tail, op)) * shake
    if (style < 0.8)
      return (-at(orders.weight, order) / at(operations.altDuration, at(operations.altFirst, op))) * shake
    return at(board.start, op) * shake
  }
}
