import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  append,
  appendSubtree,
  consistencyProof,
  EMPTY,
  type Frontier,
  frontierLength,
  frontierRoot,
  inclusionProof,
  leafHash,
  rootOf,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex')

// The vectors of google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc, used by every implementation since.
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const leaves = INPUTS.map((input) => leafHash(sha256, bytes(input)))

test('the well-known trees have their well-known roots, whole and grown leaf by leaf', () => {
  expect(hex(rootOf(sha256, []))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  let frontier: Frontier = EMPTY
  expect(hex(frontierRoot(sha256, frontier))).toBe(hex(rootOf(sha256, [])))
  leaves.forEach((leaf, index) => {
    frontier = append(sha256, frontier, leaf)
    expect(hex(rootOf(sha256, leaves.slice(0, index + 1)))).toBe(ROOTS[index])
    expect(hex(frontierRoot(sha256, frontier))).toBe(ROOTS[index])
  })
})

// The same source: audit paths, by leaf and size (both from 1 there, the leaf from 0 here).
test.each([
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
] as const)('the audit path of leaf %i in a tree of %i is the known one and verifies', (index, size, path) => {
  const tree = leaves.slice(0, size)
  const proof = inclusionProof(sha256, tree, index)
  expect(proof.map(hex)).toEqual(path)
  const leaf = tree[index] as Uint8Array
  expect(verifyInclusion(sha256, { leaf, index, size, root: rootOf(sha256, tree), proof })).toBe(true)
})

// The same source: consistency proofs between sizes.
test.each([
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
] as const)('the proof from size %i to %i is the known one and verifies', (from, to, path) => {
  const proof = consistencyProof(sha256, leaves.slice(0, to), from)
  expect(proof.map(hex)).toEqual(path)
  const first = { size: from, root: bytes(ROOTS[from - 1] ?? '') }
  const second = { size: to, root: bytes(ROOTS[to - 1] ?? '') }
  expect(verifyConsistency(sha256, { first, second, proof })).toBe(true)
})

/** The definition of RFC 6962 §2.1 word for word, over the data itself. */
function naiveRoot(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return sha256(new Uint8Array())
  if (data.length === 1) return sha256(new Uint8Array([0, ...(data[0] ?? [])]))
  let k = 1
  while (k << 1 < data.length) k <<= 1
  return sha256(new Uint8Array([1, ...naiveRoot(data.slice(0, k)), ...naiveRoot(data.slice(k))]))
}

const trees = fc.array(fc.uint8Array({ maxLength: 12 }), { minLength: 1, maxLength: 70 })

test('for any data, tree and frontier agree with the definition, and every proof verifies and no other', () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), (data, indexSeed, sizeSeed) => {
      const tree = data.map((one) => leafHash(sha256, one))
      const size = tree.length
      const root = naiveRoot(data)
      expect(hex(rootOf(sha256, tree))).toBe(hex(root))
      const frontier = tree.reduce<Frontier>((grown, leaf) => append(sha256, grown, leaf), EMPTY)
      expect(hex(frontierRoot(sha256, frontier))).toBe(hex(root))
      expect(frontier.nodes).toHaveLength(frontierLength(size))

      const index = indexSeed % size
      const leaf = tree[index] as Uint8Array
      const proof = inclusionProof(sha256, tree, index)
      const claim = { leaf, index, size, root, proof }
      expect(verifyInclusion(sha256, claim)).toBe(true)
      expect(verifyInclusion(sha256, { ...claim, leaf: sha256(leaf) })).toBe(false)
      expect(verifyInclusion(sha256, { ...claim, proof: [...proof, leaf] })).toBe(false)
      if (proof.length > 0) expect(verifyInclusion(sha256, { ...claim, proof: proof.slice(1) })).toBe(false)
      expect(verifyInclusion(sha256, { ...claim, index: size })).toBe(false)

      const earlier = 1 + (sizeSeed % size)
      const first = { size: earlier, root: naiveRoot(data.slice(0, earlier)) }
      const steps = consistencyProof(sha256, tree, earlier)
      expect(verifyConsistency(sha256, { first, second: { size, root }, proof: steps })).toBe(true)
      const forged = { size: earlier, root: sha256(first.root) }
      expect(verifyConsistency(sha256, { first: forged, second: { size, root }, proof: steps })).toBe(false)
      expect(verifyConsistency(sha256, { first, second: { size, root: sha256(root) }, proof: steps })).toBe(false)
    }),
  )
})

test('a run of leaves can be given as whole subtrees, and the tree is the same', () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), (data, one, other) => {
      const tree = data.map((datum) => leafHash(sha256, datum))
      const [from, to] = [one % (tree.length + 1), other % (tree.length + 1)].sort((a, b) => a - b) as [number, number]
      let frontier: Frontier = EMPTY
      for (const leaf of tree.slice(0, from)) frontier = append(sha256, frontier, leaf)
      for (const { start, leafCount } of subtreesOf(from, to)) {
        const root = rootOf(sha256, tree.slice(start, start + leafCount))
        frontier = appendSubtree(sha256, frontier, root, leafCount)
      }
      for (const leaf of tree.slice(to)) frontier = append(sha256, frontier, leaf)
      expect(hex(frontierRoot(sha256, frontier))).toBe(hex(rootOf(sha256, tree)))
    }),
  )
})

test('a subtree that is no node of the tree is refused', () => {
  const [leaf] = leaves as [Uint8Array]
  const three = leaves.slice(0, 3).reduce<Frontier>((grown, one) => append(sha256, grown, one), EMPTY)
  expect(() => appendSubtree(sha256, three, leaf, 2)).toThrow(RangeError)
  expect(() => appendSubtree(sha256, EMPTY, leaf, 3)).toThrow(RangeError)
  expect(() => inclusionProof(sha256, leaves, 8)).toThrow(RangeError)
  expect(() => consistencyProof(sha256, leaves, 0)).toThrow(RangeError)
})
