/** Numbers that look random and are the same for the same seed: mulberry32. */
export interface Random {
  /** The next number, 0 ≤ x < 1. */
  next(): number
  /** The next whole number, 0 ≤ x < bound. */
  below(bound: number): number
}

export function createRandom(seed: number): Random {
  let word = seed | 0
  const next = () => {
    word = (word + 0x6d2b79f5) | 0
    let t = Math.imul(word ^ (word >>> 15), 1 | word)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  return { next, below: (bound) => Math.floor(next() * bound) }
}
