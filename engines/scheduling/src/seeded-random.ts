/** Random numbers that a seed determines, the same on every machine. */
export interface SeededRandom {
  /** A whole number from 0 to `count` − 1; `count` is 1 to 2³¹. */
  below(count: number): number
  /** From 0 to below 1. */
  unit(): number
}

/** @param seed any whole number; equal seeds give equal numbers. @see G. Marsaglia, "Xorshift RNGs", 2003; spread by splitmix32. */
export function seededRandom(seed: number): SeededRandom {
  let spread = seed | 0
  const next = () => {
    spread = (spread + 0x9e3779b9) | 0
    let mixed = spread ^ (spread >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  let x = next()
  let y = next()
  let z = next()
  // A state of zeros only would stay there.
  let w = next() | 1
  const bits = () => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
    return w >>> 0
  }
  return {
    below: (count) => Math.floor((bits() / 4_294_967_296) * count),
    unit: () => bits() / 4_294_967_296,
  }
}
