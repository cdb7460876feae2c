import type { Item } from './problem.ts'

type Lot = Item['lot']

/** The smallest quantity that may be ordered and is enough. */
export function lotOf(needed: number, { minimum, multiple }: Lot): number {
  return upTo(Math.max(needed, minimum), multiple)
}

/** The next whole multiple. */
export function upTo(quantity: number, multiple: number): number {
  return Math.ceil(quantity / multiple) * multiple
}
