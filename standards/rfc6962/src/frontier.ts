import { type Hash, nodeHash } from './hashing.ts'

/**
 * As much of a tree as appending needs: the roots of the whole subtrees it consists of, the largest first. There is one
 * for each bit that is set in the size, so a tree of a million leaves is twenty hashes at most.
 */
export interface Frontier {
  readonly size: number
  readonly nodes: readonly Uint8Array[]
}

export const EMPTY: Frontier = { size: 0, nodes: [] }

/** The tree with one leaf more. O(log n). */
export function append(hash: Hash, frontier: Frontier, leaf: Uint8Array): Frontier {
  return appendSubtree(hash, frontier, leaf, 1)
}

/**
 * The tree with a whole subtree more, of which only the root is known.
 *
 * @param leafCount of the subtree: a power of two that divides the size so far.
 * @throws RangeError for any other count: such a subtree is no node of the tree.
 */
export function appendSubtree(hash: Hash, frontier: Frontier, root: Uint8Array, leafCount: number): Frontier {
  if (!Number.isInteger(Math.log2(leafCount)) || frontier.size % leafCount !== 0) {
    throw new RangeError(`No subtree of ${leafCount} can follow ${frontier.size} leaves.`)
  }
  const nodes = [...frontier.nodes]
  let node = root
  for (let rest = frontier.size / leafCount; rest % 2 === 1; rest = (rest - 1) / 2) {
    // One node for each set bit: it is there.
    node = nodeHash(hash, nodes.pop() as Uint8Array, node)
  }
  return { size: frontier.size + leafCount, nodes: [...nodes, node] }
}

/** Root of the tree: the same as `rootOf` all its leaves. */
export function frontierRoot(hash: Hash, { nodes }: Frontier): Uint8Array {
  const last = nodes.at(-1)
  if (last === undefined) return hash(new Uint8Array())
  return nodes.slice(0, -1).reduceRight((right, left) => nodeHash(hash, left, right), last)
}

/** How many subtrees a tree of this size consists of. */
export function frontierLength(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

/** The whole subtrees that a run of leaves consists of within a tree. @param from first leaf, from 0. @param to the leaf after the last. */
export function subtreesOf(from: number, to: number): { start: number; leafCount: number }[] {
  const found: { start: number; leafCount: number }[] = []
  for (let start = from; start < to; ) {
    let leafCount = 1
    while (start % (leafCount * 2) === 0 && start + leafCount * 2 <= to) leafCount *= 2
    found.push({ start, leafCount })
    start += leafCount
  }
  return found
}
