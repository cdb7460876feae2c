import { equalHashes, type Hash, nodeHash } from './hashing.ts'

// Sizes may be larger than 32 bits, so that halves are taken by division and not by shifting.
const half = (n: number) => Math.floor(n / 2)
const isOdd = (n: number) => n % 2 === 1

/** Whether an audit path leads from a leaf to a root. RFC 9162 §2.1.3.2, which spells out RFC 6962 §2.1.1. */
export function verifyInclusion(
  hash: Hash,
  of: { leaf: Uint8Array; index: number; size: number; root: Uint8Array; proof: readonly Uint8Array[] },
): boolean {
  if (!(of.index >= 0 && of.index < of.size)) return false
  let [node, last, root] = [of.index, of.size - 1, of.leaf]
  for (const sibling of of.proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      root = nodeHash(hash, sibling, root)
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)]
    } else root = nodeHash(hash, root, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && equalHashes(root, of.root)
}

/** Whether a later tree begins with an earlier one. RFC 9162 §2.1.4.2, which spells out RFC 6962 §2.1.2. */
export function verifyConsistency(
  hash: Hash,
  of: {
    first: { size: number; root: Uint8Array }
    second: { size: number; root: Uint8Array }
    proof: readonly Uint8Array[]
  },
): boolean {
  const { first, second } = of
  if (!(first.size >= 1 && first.size <= second.size)) return false
  if (first.size === second.size) return of.proof.length === 0 && equalHashes(first.root, second.root)
  // A whole tree of a power of two is a node of the later one: its root is known and left out of the proof.
  const isWhole = Number.isInteger(Math.log2(first.size))
  const [start, ...path] = isWhole ? [first.root, ...of.proof] : of.proof
  if (start === undefined) return false
  let [node, last] = [first.size - 1, second.size - 1]
  while (isOdd(node)) [node, last] = [half(node), half(last)]
  let [earlier, later] = [start, start]
  for (const sibling of path) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      earlier = nodeHash(hash, sibling, earlier)
      later = nodeHash(hash, sibling, later)
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)]
    } else later = nodeHash(hash, later, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && equalHashes(earlier, first.root) && equalHashes(later, second.root)
}
