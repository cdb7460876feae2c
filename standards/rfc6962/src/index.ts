export { append, appendSubtree, EMPTY, type Frontier, frontierLength, frontierRoot, subtreesOf } from './frontier.ts'
export { equalHashes, type Hash, leafHash, nodeHash } from './hashing.ts'
export { consistencyProof, inclusionProof, rootOf } from './tree.ts'
export { verifyConsistency, verifyInclusion } from './verification.ts'
