import type { CompiledEnergyPlan } from './energy-plan.ts'
import { cutNetwork } from './minimum-cut.ts'

/**
 * The starts with the least sum of costs that depend on nothing but each operation's own start, for sequences that stay. Exact on
 * the starts that are offered: a minimum cut in a network with a chain of starts for each operation.
 *
 * @param candidates starts of each operation, ascending, among them one of each that together make a valid plan.
 * @param costOf whole numbers.
 * @see R. H. Möhring, A. S. Schulz, F. Stork, M. Uetz, "Solving project scheduling problems by minimum cut computations",
 *   Management Science 49 (2003).
 */
export function cheapestStarts(
  { after }: CompiledEnergyPlan,
  candidates: readonly (readonly number[])[],
  costOf: (operation: number, start: number) => number,
): Int32Array {
  // Node of (operation, c): the operation starts at its candidate c or later. Before its first it never does, so that node is the source.
  const first = new Int32Array(candidates.length)
  let nodes = 2
  candidates.forEach((starts, i) => {
    first[i] = nodes - 1
    nodes += starts.length - 1
  })
  const nodeOf = (operation: number, c: number) => (c === 0 ? 0 : (first[operation] ?? 0) + c)
  const network = cutNetwork(nodes)
  candidates.forEach((starts, i) => {
    const costs = starts.map((start) => costOf(i, start))
    const least = costs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    costs.forEach((cost, c) => {
      const to = c + 1 < starts.length ? nodeOf(i, c + 1) : 1
      // Back it is endless: who has not started by one candidate has not by an earlier one.
      network.addArc(nodeOf(i, c), to, cost - least, c === 0 || to === 1 ? 0 : Number.POSITIVE_INFINITY)
    })
    for (const { operation: follower, minutes } of after[i] ?? []) {
      const later = candidates[follower] ?? []
      let rank = 0
      starts.forEach((start, c) => {
        while (rank < later.length && (later[rank] ?? 0) < start + minutes) rank++
        // No candidate is late enough: then this one is too late, which its own chain must avoid.
        const bound = rank === later.length ? 1 : nodeOf(follower, rank)
        if (bound !== 0) network.addArc(nodeOf(i, c), bound, Number.POSITIVE_INFINITY, 0)
      })
    }
  })
  const side = network.cut(0, 1)
  return Int32Array.from(candidates, (starts, i) => {
    let c = 0
    while (c + 1 < starts.length && side[nodeOf(i, c + 1)] === 1) c++
    return starts[c] ?? 0
  })
}
