/** A hash function: SHA-256 in RFC 6962. Handed in, so that this runs wherever one is. */
export type Hash = (bytes: Uint8Array) => Uint8Array

const LEAF = 0x00
const NODE = 0x01

/** Hash of a leaf: HASH(0x00 || data). RFC 6962 §2.1. */
export function leafHash(hash: Hash, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + data.length)
  bytes[0] = LEAF
  bytes.set(data, 1)
  return hash(bytes)
}

/** Hash of an inner node: HASH(0x01 || left || right). RFC 6962 §2.1. */
export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length)
  bytes[0] = NODE
  bytes.set(left, 1)
  bytes.set(right, 1 + left.length)
  return hash(bytes)
}

export function equalHashes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

/** The largest power of two smaller than n, for n > 1: where RFC 6962 §2.1 splits a list. */
export function splitAt(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}
