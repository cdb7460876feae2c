import { canonical } from './canonical.ts'
import type { Instant } from './instant.ts'

/** One event of a trail: everything that its hash covers, but for its place in the order. */
export interface TrailEvent {
  readonly id: string
  readonly enterpriseId: string
  readonly at: Instant
  /** `person`, `key`, `gateway` or `system`. */
  readonly actorKind: string
  readonly actorId: string
  readonly actor: string
  /** The peer's address; null for what the program does by itself. */
  readonly address: string | null
  /** The session it came through: `session 0199…`, `station-session 0199…`; null for keys, gateways and the program. */
  readonly via: string | null
  /** What the caller says it is: a browser, a program. */
  readonly device: string | null
  /** `module.noun.verb`. */
  readonly action: string
  /** A kind and an id: `command 0199…`. */
  readonly object: string
  /** Every object concerned, that one among them. */
  readonly objects: readonly string[]
  readonly siteId: string | null
  readonly before: unknown
  readonly after: unknown
  readonly detail: unknown
  readonly reason: string | null
  readonly outcome: 'done' | 'refused'
  /** Code of the problem with which it was refused. */
  readonly problem: string | null
  /** The request, as the `instance` of a problem names it. */
  readonly requestId: string | null
}

/** The fields of an event: whatever is not one of them is not part of it. */
/** The data of an event's leaf in the Merkle tree of its enterprise (RFC 6962 §2.1). @param sequence from 1, without gaps. */
export function trailText(event: TrailEvent, sequence: number): string {
  return canonical({ event, sequence })
}

/** What is signed now and then: the whole trail up to an event, in one hash. */
export interface TrailHead {
  readonly enterpriseId: string
  /** How many events it covers. */
  readonly size: number
  /** Root of the Merkle tree over them, hexadecimal. */
  readonly root: string
  readonly at: Instant
  /** Names the key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes. */
  readonly keyId: string
  /** Ed25519 over {@link headText}, base64url. */
  readonly signature: string
}

/** What a head's signature covers. */
export function headText({ enterpriseId, size, root, at, keyId }: Omit<TrailHead, 'signature'>): string {
  return canonical({ format: 'millrace-trail-head/1', enterpriseId, size, root, at, keyId })
}
