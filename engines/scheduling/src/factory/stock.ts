import { at, grown } from './ints.ts'
import { NEVER } from './work-calendar.ts'

/** Stock of a material over time: arrivals and what operations take, each moment once. */
export interface Stock {
  times: Int32Array
  /** What is there from a moment to the next. */
  levels: Int32Array
  count: number
}

/** @param arrivals pairs of time and quantity, sorted by time */
export function createStock(initial: number, arrivals: Int32Array): Stock {
  const stock = { times: new Int32Array(16), levels: new Int32Array(16), count: 1 }
  stock.times[0] = -1
  stock.levels[0] = initial
  for (let i = 0; i < arrivals.length; i += 2) change(stock, at(arrivals, i), at(arrivals, i + 1))
  return stock
}

export function copyStock(stock: Stock): Stock {
  return { ...stock, times: stock.times.slice(), levels: stock.levels.slice() }
}

/** Adds a quantity (or, negative, takes it) from a time on. */
export function change(stock: Stock, time: number, quantity: number): void {
  let i = stock.count
  while (i > 0 && at(stock.times, i - 1) >= time) i -= 1
  if (i === stock.count || at(stock.times, i) !== time) {
    if (stock.count === stock.times.length) {
      stock.times = grown(stock.times, stock.count * 2)
      stock.levels = grown(stock.levels, stock.count * 2)
    }
    stock.times.copyWithin(i + 1, i, stock.count)
    stock.levels.copyWithin(i + 1, i, stock.count)
    stock.times[i] = time
    stock.levels[i] = at(stock.levels, i - 1)
    stock.count += 1
  }
  for (let k = i; k < stock.count; k += 1) stock.levels[k] = at(stock.levels, k) + quantity
  if (at(stock.levels, i) === at(stock.levels, i - 1)) {
    stock.times.copyWithin(i, i + 1, stock.count)
    stock.levels.copyWithin(i, i + 1, stock.count)
    stock.count -= 1
  }
}

/** From when on a quantity can be taken without anybody going short who takes later. */
export function availableFrom({ times, levels, count }: Stock, quantity: number): number {
  let i = count
  while (i > 0 && at(levels, i - 1) >= quantity) i -= 1
  if (i === count) return NEVER
  return i === 0 ? 0 : at(times, i)
}
