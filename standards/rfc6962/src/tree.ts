import { type Hash, nodeHash, splitAt } from './hashing.ts'

/**
 * Root of a tree over the hashes of its leaves: MTH of RFC 6962 §2.1. Of no leaves it is the hash of nothing.
 *
 * @param leaves hashes of leaves (`leafHash`), in order.
 */
export function rootOf(hash: Hash, leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (only === undefined) return hash(new Uint8Array())
  if (leaves.length === 1) return only
  const split = splitAt(leaves.length)
  return nodeHash(hash, rootOf(hash, leaves.slice(0, split)), rootOf(hash, leaves.slice(split)))
}

/**
 * The audit path of a leaf, from below: PATH(m, D[n]) of RFC 6962 §2.1.1.
 *
 * @param index of the leaf, from 0.
 * @throws RangeError for an index outside the tree.
 */
export function inclusionProof(hash: Hash, leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!(index >= 0 && index < leaves.length)) throw new RangeError(`There is no leaf ${index}.`)
  if (leaves.length === 1) return []
  const split = splitAt(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...inclusionProof(hash, left, index), rootOf(hash, right)]
    : [...inclusionProof(hash, right, index - split), rootOf(hash, left)]
}

/**
 * Proof that the tree of the first leaves is the beginning of the whole: PROOF(m, D[n]) of RFC 6962 §2.1.2.
 *
 * @param size of the earlier tree, from 1 to that of the whole.
 */
export function consistencyProof(hash: Hash, leaves: readonly Uint8Array[], size: number): Uint8Array[] {
  if (!(size >= 1 && size <= leaves.length)) throw new RangeError(`There is no earlier tree of ${size}.`)
  return subProof(hash, leaves, size, true)
}

/** SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2. @param isKnown whether the earlier root is what the verifier has. */
function subProof(hash: Hash, leaves: readonly Uint8Array[], size: number, isKnown: boolean): Uint8Array[] {
  if (size === leaves.length) return isKnown ? [] : [rootOf(hash, leaves)]
  const split = splitAt(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return size <= split
    ? [...subProof(hash, left, size, isKnown), rootOf(hash, right)]
    : [...subProof(hash, right, size - split, false), rootOf(hash, left)]
}
