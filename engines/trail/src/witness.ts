import { headText, type TrailHead } from '@millrace/base'
import { append, EMPTY, equalHashes, type Frontier, frontierRoot, type Hash } from '@millrace/rfc6962'
import type { Finding } from './finding.ts'
import { HashList } from './hash-list.ts'
import { bytesOf, hexOf } from './hex.ts'
import type { WitnessLine } from './line.ts'

/** Whether a head was signed with the key that is trusted. */
export type HeadVerifier = (head: TrailHead, text: string) => boolean

/** What a witness saw: the hash of every leaf, and every head, as far as both are sound. */
export interface Testimony {
  readonly leaves: HashList
  readonly heads: readonly TrailHead[]
  readonly findings: readonly Finding[]
}

/** Reads a witness file and checks it against itself: leaves lead to the roots that were signed. */
export function readWitness(hash: Hash, isSigned: HeadVerifier, lines: Iterable<string>): Testimony {
  const leaves = new HashList()
  const heads: TrailHead[] = []
  const findings: Finding[] = []
  const fault = (sentence: string) => findings.push({ kind: 'witness', sentence: `The witness: ${sentence}` })
  let frontier: Frontier = EMPTY
  let place = 0
  for (const text of lines) {
    place += 1
    const line = parse(text)
    if (!line) {
      fault(`line ${place} cannot be read.`)
      continue
    }
    if ('leaves' in line) {
      if (line.from > leaves.length + 1) fault(`line ${place} continues at ${line.from}, after ${leaves.length}.`)
      line.leaves.forEach((hex, index) => {
        const leaf = bytesOf(hex)
        const known = leaves.at(line.from + index - 1)
        if (!leaf) fault(`line ${place} holds no hash of event ${line.from + index}.`)
        // Told twice after a crash: the same again.
        else if (known) {
          if (!equalHashes(known, leaf)) fault(`line ${place} holds another hash of event ${line.from + index}.`)
        } else {
          leaves.push(leaf)
          frontier = append(hash, frontier, leaf)
        }
      })
      continue
    }
    const { head } = line
    if (!isSigned(head, headText(head))) fault(`the head of ${head.at} in line ${place} is not signed with the key.`)
    else if (head.size !== frontier.size) {
      const before = heads.findLast((one) => one.size === head.size)
      if (before?.root !== head.root)
        fault(`the head of ${head.at} in line ${place} does not follow what is before it.`)
    } else if (hexOf(frontierRoot(hash, frontier)) !== head.root) {
      findings.push({
        kind: 'fork',
        sentence: `The witness: the head of ${head.at} over ${head.size} events is of another history than the hashes before it.`,
      })
    } else heads.push(head)
  }
  return { leaves, heads, findings }
}

function parse(text: string): WitnessLine | undefined {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line !== 'object' || line === null) return undefined
    if ('leaves' in line && Array.isArray(line.leaves) && 'from' in line && Number.isSafeInteger(line.from)) {
      return line as WitnessLine
    }
    return 'head' in line && isHead(line.head) ? (line as WitnessLine) : undefined
  } catch {
    return undefined
  }
}

export function isHead(value: unknown): value is TrailHead {
  if (typeof value !== 'object' || value === null) return false
  const { enterpriseId, size, root, at, keyId, signature } = value as Record<string, unknown>
  return (
    Number.isSafeInteger(size) && [enterpriseId, root, at, keyId, signature].every((one) => typeof one === 'string')
  )
}
