/**
 * Numbers that look random and are the same for the same seed: mulberry32. One 32-bit word is its whole state, so a
 * machine's snapshot carries it.
 */
export type Random = {
  /** The next number, 0 ≤ x < 1. */
  next(): number
  /** The next number between two bounds. */
  between(low: number, high: number): number
  /** Whether something that happens at a rate per hour happens within a span. */
  happens(perHour: number, spanMs: number): boolean
  word: number
}

const HOUR_MS = 3_600_000

export function createRandom(seed: number): Random {
  const random: Random = {
    word: seed | 0,
    next() {
      random.word = (random.word + 0x6d2b79f5) | 0
      return scramble(random.word) / 0x1_0000_0000
    },
    between: (low, high) => low + (high - low) * random.next(),
    happens: (perHour, spanMs) => random.next() < (perHour * spanMs) / HOUR_MS,
  }
  return random
}

/** 32 well-mixed bits of a number, 0 … 2³²−1. */
export function scramble(word: number): number {
  let t = Math.imul(word ^ (word >>> 15), 1 | word)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return (t ^ (t >>> 14)) >>> 0
}

/**
 * Measurement noise of one reading: about normal, mean 0, deviation 1, never beyond ±3.46.
 *
 * It is a function of machine, step and tag, not a draw, so reading a tag twice, never, or in another order changes nothing.
 */
export function noiseOf(seed: number, stepNumber: number, tagIndex: number): number {
  const bits = scramble(seed ^ Math.imul(stepNumber, 0x9e3779b1) ^ Math.imul(tagIndex + 1, 0x85ebca6b))
  // The sum of four bytes: mean 510, deviation 147.8.
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
  return (sum - 510) / 147.8
}
