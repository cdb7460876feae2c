/** Repeatable randomness of the search: xorshift32 (Marsaglia 2003), whose state is never 0. */
export class Random {
  #state: number

  constructor(seed: number) {
    // Spread, so that seeds 1, 2, 3 do not begin alike.
    this.#state = (Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) ^ 0x9e3779b9) | 0 || 1
    for (let i = 0; i < 8; i++) this.next()
  }

  /** A whole number from 0 to 2³² − 1. */
  next(): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return state >>> 0
  }

  /** A whole number from 0 to below `bound`, which is at most 2³². */
  below(bound: number): number {
    return Math.floor(this.next() * 2 ** -32 * bound)
  }

  /** A number from 0 to below 1. */
  ratio(): number {
    return this.next() * 2 ** -32
  }
}
