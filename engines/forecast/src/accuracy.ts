/** How far forecasts were from what came. */
export interface Accuracy {
  /** WAPE: the sum of all misses over the sum of what came; 0.12 is 12 % off on average. */
  readonly wapeRatio: number
  /** Above zero: more was forecast than came. */
  readonly biasRatio: number
}

/**
 * @param actual what came, at least zero
 * @param forecast for the same weeks
 * @returns undefined when nothing came at all, because a share of nothing says nothing
 */
export function accuracyOf(actual: readonly number[], forecast: readonly number[]): Accuracy | undefined {
  let sum = 0
  let missed = 0
  let over = 0
  actual.forEach((value, at) => {
    const difference = (forecast[at] ?? 0) - value
    sum += value
    missed += Math.abs(difference)
    over += difference
  })
  if (sum === 0) return undefined
  return { wapeRatio: missed / sum, biasRatio: over / sum }
}
