/** How a search runs: from a seed, until something ends it, telling of everything better that it finds. */
export type SearchOptions<Plan> = {
  /** Equal seeds and iterations give equal plans, whatever the clock says. */
  seed: number
  /** Steps of the search, at least 0; what a step is, the search says. Unlimited when left out. */
  iterationsMax?: number
  /**
   * Asked every few steps: true ends the search, which then returns the best plan so far. Here the caller brings a clock, a budget
   * of processor time, or the wish to cancel. One of `stop` and `iterationsMax` is needed.
   */
  stop?(): boolean
  /** Called with the first plan and with each better one, within the search. */
  onBetter?(plan: Plan): void
}

/** @throws RangeError when nothing would ever end the search. */
export function iterationsOf(options: Pick<SearchOptions<never>, 'iterationsMax' | 'stop'>): number {
  const { iterationsMax = Number.POSITIVE_INFINITY, stop } = options
  if (!(iterationsMax >= 0)) throw new RangeError(`iterationsMax must be at least 0, not ${iterationsMax}.`)
  if (iterationsMax === Number.POSITIVE_INFINITY && !stop)
    throw new RangeError('A search needs iterationsMax or stop, or it would never end.')
  return iterationsMax
}
