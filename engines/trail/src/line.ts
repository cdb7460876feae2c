import type { TrailEvent, TrailHead } from '@millrace/base'

export const TRAIL_FORMAT = 'millrace-trail/1'

/** The public half of what heads are signed with. */
export interface TrailKey {
  /** First 16 hexadecimal digits of the SHA-256 of the 32 bytes. */
  readonly keyId: string
  /** Ed25519, 32 bytes, base64url. */
  readonly publicKey: string
}

/**
 * One line of an exported trail, as JSON. The first says what it is, then come heads by size, then the tree from its first
 * leaf to its last, then events that have no place yet, then the end.
 */
export type TrailLine =
  | {
      readonly format: typeof TRAIL_FORMAT
      readonly enterpriseId: string
      readonly exportedAt: string
      /** What was asked for; null for everything. */
      readonly filter: Readonly<Record<string, unknown>> | null
      readonly key: TrailKey
    }
  | { readonly head: TrailHead }
  /** An event in its place. `event` is null where the hash is there and the event is not. */
  | { readonly sequence: number; readonly hash: string; readonly event: TrailEvent | null }
  /** Events that were not asked for: a whole subtree of them, whose root stands for all. @see subtreesOf */
  | { readonly start: number; readonly leafCount: number; readonly root: string }
  /** An event too young to have a place. */
  | { readonly sequence: null; readonly event: TrailEvent }
  | { readonly end: { readonly events: number } }

/** One line of a witness file: hashes of leaves from a place on, and then the head that covers them. */
export type WitnessLine = { readonly from: number; readonly leaves: readonly string[] } | { readonly head: TrailHead }

const LEAVES_A_LINE = 500

/** What a witness is told of a head: the hashes of the events since the one before, so that each can be named later. */
export function witnessLines(head: TrailHead, from: number, leaves: readonly string[]): string[] {
  const lines: WitnessLine[] = []
  for (let start = 0; start < leaves.length; start += LEAVES_A_LINE) {
    lines.push({ from: from + start, leaves: leaves.slice(start, start + LEAVES_A_LINE) })
  }
  return [...lines, { head }].map((line) => JSON.stringify(line))
}
