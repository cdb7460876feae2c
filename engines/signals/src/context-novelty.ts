/** Orders 0, 1 and 2: the value alone, after its predecessor, after its two predecessors. */
const ORDERS = 3

/** Most symbols a quantiser may give; the tables of order 2 grow with its cube (1,728 bits for 12). */
const SYMBOLS_MAX = 16

/**
 * Remembers which symbol has followed which context of length 0, 1 and 2, and how often that happens for the first time.
 *
 * One bit a context: the whole memory of a signal fits in a few hundred bytes.
 */
export class ContextNovelty {
  readonly #symbols: number
  readonly #seen: Uint32Array
  #previous = 0
  #beforePrevious = 0

  constructor(symbols: number, snapshot?: readonly number[]) {
    if (symbols > SYMBOLS_MAX) throw new RangeError(`at most ${SYMBOLS_MAX} symbols, not ${symbols}`)
    this.#symbols = symbols
    this.#seen = new Uint32Array(Math.ceil((symbols + symbols ** 2 + symbols ** 3) / 32))
    if (snapshot && snapshot.length === this.#seen.length + 2) {
      this.#seen.set(snapshot.slice(2))
      this.#previous = snapshot[0] ?? 0
      this.#beforePrevious = snapshot[1] ?? 0
    }
  }

  /** @returns 0 to 3: for how many of the orders this symbol was never seen in its context before. */
  next(symbol: number): number {
    const n = this.#symbols
    const novel =
      this.#mark(symbol) +
      this.#mark(n + this.#previous * n + symbol) +
      this.#mark(n + n * n + (this.#beforePrevious * n + this.#previous) * n + symbol)
    this.#beforePrevious = this.#previous
    this.#previous = symbol
    return novel
  }

  snapshot(): number[] {
    return [this.#previous, this.#beforePrevious, ...this.#seen]
  }

  #mark(index: number): number {
    const word = index >> 5
    const bit = 1 << (index & 31)
    const seen = this.#seen[word] ?? 0
    if (seen & bit) return 0
    this.#seen[word] = seen | bit
    return 1
  }
}

/** A full vote of the context detector, to weigh it against others. */
export const CONTEXT_VOTE = ORDERS
