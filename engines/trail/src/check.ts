import { headText, type TrailEvent, type TrailHead, trailText } from '@millrace/base'
import {
  append,
  appendSubtree,
  EMPTY,
  equalHashes,
  type Frontier,
  frontierRoot,
  type Hash,
  leafHash,
} from '@millrace/rfc6962'
import { explain, type Odd } from './explain.ts'
import type { Finding } from './finding.ts'
import { bytesOf, hexOf } from './hex.ts'
import { TRAIL_FORMAT, type TrailKey, type TrailLine } from './line.ts'
import { type HeadVerifier, isHead, readWitness, type Testimony } from './witness.ts'

export interface TrailReport {
  /** Empty: nothing was changed, deleted, inserted, moved or cut, as far as heads and witness reach. */
  readonly findings: readonly Finding[]
  /** How many events were read. */
  readonly events: number
  /** How many events the tree has, those that were not asked for included. */
  readonly size: number
  /** The newest head that fits. Events after its size are not covered by any signature yet. */
  readonly head: TrailHead | undefined
  readonly headCount: number
  readonly witnessedHeadCount: number
  /** Events without a place yet. */
  readonly unplaced: number
  /** The key that heads were checked with, and whether whoever checks brought it. */
  readonly key: TrailKey | undefined
  readonly isKeyPinned: boolean
}

export interface TrailCheck {
  /** Takes the next line of an export. */
  take(line: TrailLine): void
  /** How many events were read so far. */
  readonly events: number
  finish(): TrailReport
}

/** More odd events than this are counted, not explained. */
const ODD_MAX = 2000
const BEYOND_MAX = 100
/** A gap of more events than this is not gone on behind: it says that the file is no trail. */
const GAP_MAX = 1_000_000
/** Events find their place within seconds: one that is this much older than the export and has none was put in by hand. */
const PLACE_MS = 10 * 60_000

/**
 * Checks an exported trail: recomputes every hash and every root, and holds them against heads and witness.
 *
 * @param verify whether Ed25519 of a text fits; pure code brings no cryptography of its own.
 * @param key    the public key that is trusted; left out, the one the export names is taken, which proves less.
 * @param witness lines of the witness file, kept outside the database; left out, changes are found between heads only.
 */
export function createTrailCheck(options: {
  hash: Hash
  verify: (publicKey: string, text: string, signature: string) => boolean
  key?: TrailKey
  witness?: Iterable<string>
}): TrailCheck {
  const { hash } = options
  const findings: Finding[] = []
  const heads: TrailHead[] = []
  const odd: Odd[] = []
  /** The first events after what the witness saw: some of it may stand here. */
  const beyond: Odd[] = []
  const encoder = new TextEncoder()
  let header: Extract<TrailLine, { format: string }> | undefined
  let key = options.key
  let testimony: Testimony | undefined
  let frontier: Frontier = EMPTY
  let events = 0
  let unplaced = 0
  let isEnded = false
  /** Heads whose place was reached, and the newest of them that fitted. */
  let headIndex = 0
  let fitting: TrailHead | undefined
  const misfits: { head: TrailHead; from: number }[] = []
  const isSigned: HeadVerifier = (head, text) =>
    key !== undefined &&
    head.keyId === key.keyId &&
    head.enterpriseId === header?.enterpriseId &&
    options.verify(key.publicKey, text, head.signature)
  const hashOf = (event: TrailEvent, sequence: number) => leafHash(hash, encoder.encode(trailText(event, sequence)))
  const refuse = (sentence: string) => findings.push({ kind: 'file', sentence })

  function begin(line: Extract<TrailLine, { format: string }>): void {
    if (header) return void refuse('The export begins twice.')
    if (line.format !== TRAIL_FORMAT) return void refuse(`The export has another format: ${line.format}.`)
    header = line
    key ??= line.key
    if (options.witness) {
      testimony = readWitness(hash, isSigned, options.witness)
      findings.push(...testimony.findings)
    }
  }

  function takeHead(head: TrailHead): void {
    if (!isHead(head)) return void refuse('A head cannot be read.')
    if (!isSigned(head, headText(head))) {
      findings.push({
        kind: 'head',
        sentence: `The head of ${head.at} over ${head.size} events was changed: its signature does not fit.`,
      })
    } else heads.push(head)
  }

  function takeEvent(line: Extract<TrailLine, { hash: string }>): void {
    const { sequence, event } = line
    const kept = bytesOf(line.hash)
    if (sequence !== frontier.size + 1) {
      const from = frontier.size + 1
      if (sequence > from) {
        const many = sequence - from
        findings.push({
          ...{ kind: 'deleted', sequence: from },
          sentence: many === 1 ? `Event ${from} is missing.` : `Events ${from} to ${sequence - 1} are missing.`,
        })
        // Goes on as if they were there, so that what follows is checked by its own hashes.
        for (let gap = from; gap < sequence && many <= GAP_MAX; gap += 1) grow(testimony?.leaves.at(gap - 1) ?? NOTHING)
      } else {
        findings.push({ kind: 'inserted', sequence, sentence: `There are two events ${sequence}${nameOf(event)}.` })
        return
      }
    }
    events += 1
    const expected = testimony?.leaves.at(sequence - 1) ?? kept
    if (event === null) {
      findings.push({ kind: 'deleted', sequence, sentence: `Event ${sequence} was deleted: only its hash is there.` })
      grow(expected ?? NOTHING)
      return
    }
    const computed = hashOf(event, sequence)
    if (event.enterpriseId !== header?.enterpriseId || !expected || !equalHashes(computed, expected)) {
      if (odd.length < ODD_MAX) odd.push({ sequence, event })
    } else if (odd.length > 0 && testimony && sequence > testimony.leaves.length && beyond.length < BEYOND_MAX) {
      beyond.push({ sequence, event })
    }
    grow(computed)
  }

  function grow(leaf: Uint8Array): void {
    frontier = append(hash, frontier, leaf)
    meetHeads()
  }

  function takeSubtree(line: Extract<TrailLine, { root: string }>): void {
    const root = bytesOf(line.root)
    if (!root || line.start !== frontier.size || line.leafCount > 2 ** 40) {
      return void refuse(`The hash over events from ${line.start + 1} does not follow event ${frontier.size}.`)
    }
    try {
      frontier = appendSubtree(hash, frontier, root, line.leafCount)
    } catch (error) {
      return void refuse(error instanceof RangeError ? error.message : String(error))
    }
    meetHeads()
  }

  /** Holds the tree against the heads over exactly as many events as were read. */
  function meetHeads(): void {
    for (; headIndex < heads.length; headIndex += 1) {
      const head = heads[headIndex]
      if (!head || head.size > frontier.size) return
      if (head.size < frontier.size) continue
      if (hexOf(frontierRoot(hash, frontier)) === head.root) {
        fitting = head
        continue
      }
      misfits.push({ head, from: (fitting?.size ?? 0) + 1 })
    }
  }

  function finish(): TrailReport {
    if (!header) refuse('This is no exported trail: its first line is missing.')
    else if (!isEnded) refuse('The export was cut short: its last line is missing.')
    const explained = explain({ odd, beyond, leaves: testimony?.leaves, hashOf, oddMax: ODD_MAX })
    findings.push(...explained)
    const isExplained = findings.some(({ kind }) => kind !== 'witness' && kind !== 'file' && kind !== 'head')
    const [misfit] = misfits
    if (misfit && !isExplained) {
      const { head, from } = misfit
      findings.push({
        kind: 'fork',
        sentence: `Events ${from} to ${head.size} are not those that were signed at ${head.at}.`,
      })
    }
    compareHeads()
    const { length: headCount } = heads
    return {
      ...{ findings, events, size: frontier.size, head: fitting, headCount, unplaced, key },
      witnessedHeadCount: testimony?.heads.length ?? 0,
      isKeyPinned: options.key !== undefined,
    }
  }

  /** Every head has its tree, and every head the witness saw is still there. */
  function compareHeads(): void {
    const newest = heads.at(-1)
    if (newest && newest.size > frontier.size) cut(newest, frontier.size)
    if (!testimony) return
    const bySize = new Map(heads.map((head) => [head.size, head]))
    const witnessed = testimony.heads.at(-1)
    if (witnessed && witnessed.size > frontier.size && !(newest && newest.size > frontier.size)) {
      cut(witnessed, frontier.size)
    }
    for (const head of testimony.heads) {
      const other = bySize.get(head.size)
      if (other && other.root !== head.root) {
        findings.push({
          kind: 'fork',
          sentence: `Two histories were signed over ${head.size} events: the witness saw another one at ${head.at}.`,
        })
        return
      }
      // A part of a trail comes with its newest head only.
      if (!other && header?.filter === null && head.size <= frontier.size) {
        findings.push({
          kind: 'head',
          sentence: `The head of ${head.at} over ${head.size} events, which the witness saw, is missing.`,
        })
        return
      }
    }
  }

  function cut(head: TrailHead, size: number): void {
    findings.push({
      ...{ kind: 'cut', sequence: size + 1 },
      sentence: `Events ${size + 1} to ${head.size} were cut off: they were signed at ${head.at}.`,
    })
  }

  function takeUnplaced(event: TrailEvent): void {
    unplaced += 1
    events += 1
    const ageMs = Date.parse(header?.exportedAt ?? '') - Date.parse(event.at)
    if (ageMs < PLACE_MS) return
    const who = `${event.at}, ${event.actor}: ${event.action} ${event.object}`
    findings.push({ kind: 'inserted', sentence: `An event has no place in the tree (${who}): it was put in by hand.` })
  }

  return {
    get events() {
      return events
    },
    take(line) {
      if ('format' in line) begin(line)
      else if (!header) return
      else if ('head' in line) takeHead(line.head)
      else if ('end' in line) isEnded = line.end.events === events
      else if ('root' in line) takeSubtree(line)
      else if (line.sequence === null) takeUnplaced(line.event)
      else takeEvent(line)
    },
    finish,
  }
}

const NOTHING = new Uint8Array(32)

function nameOf(event: TrailEvent | null): string {
  return event === null ? '' : ` (${event.action} ${event.object})`
}
