import { eventType, Instant, id, PageQuery, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(one: T) => Type.Union([one, Type.Null()])

/** One event of the trail: who did what to which thing, from where, and how it ended. */
export const AuditEvent = Type.Object({
  id: id('AuditEvent'),
  at: Instant,
  actorKind: Type.Enum(['person', 'key', 'gateway', 'system']),
  actorId: Type.String(),
  /** A person's name, a gateway's, or the system's task. */
  actor: Type.String(),
  address: OrNull(Type.String()),
  /** The session it came through: `session 0199…`, `station-session 0199…`. */
  via: OrNull(Type.String()),
  device: OrNull(Type.String()),
  action: Type.String(),
  object: Type.String(),
  /** Every object concerned. */
  objects: Type.Array(Type.String()),
  siteId: OrNull(Type.String()),
  before: Type.Unknown(),
  after: Type.Unknown(),
  detail: Type.Unknown(),
  reason: OrNull(Type.String()),
  outcome: Type.Enum(['done', 'refused']),
  /** Code of the problem a refusal was told with. */
  problem: OrNull(Type.String()),
  /** The request, as the `instance` of a problem names it: `urn:uuid:` and this. */
  requestId: OrNull(Type.String()),
  /** Its place in the order, from 1; null in the seconds before it has one. */
  sequence: OrNull(Type.Integer()),
})
export type AuditEvent = Static<typeof AuditEvent>

const Word = (maxLength: number) => Type.Optional(Type.String({ minLength: 1, maxLength }))

/** What may be asked of the trail. Everything given must hold. */
export const AuditFilter = {
  /** Id of a person, key or gateway. */
  actor: Word(100),
  /** A kind and an id: `person 0199…`; also an object named beside the main one. */
  object: Word(300),
  /** Beginning of an action: `identity.` or `control.command.`. */
  action: Word(100),
  siteId: Type.Optional(id('Equipment')),
  outcome: Type.Optional(Type.Enum(['done', 'refused'])),
  /** Anywhere in names, actions, reasons and details. Looks at the newest 20,000 events that fit the rest. */
  text: Word(100),
  /** The `instance` of a problem. */
  request: Type.Optional(Type.String({ pattern: '^(urn:uuid:)?[0-9a-f-]{36}$', maxLength: 45 })),
  from: Type.Optional(Instant),
  /** Not included. */
  to: Type.Optional(Instant),
}
export const AuditQuery = Type.Object({ ...PageQuery, ...AuditFilter }, { additionalProperties: false })
export type AuditFilter = Omit<Static<typeof AuditQuery>, 'limit' | 'cursor'>

export const TrailHead = Type.Object({
  enterpriseId: Type.String(),
  /** How many events it covers. */
  size: Type.Integer(),
  /** Root of the Merkle tree (RFC 6962), hexadecimal. */
  root: Type.String(),
  at: Instant,
  keyId: Type.String(),
  /** Ed25519 over the canonical text (RFC 8785) of the others and of `format`, base64url. */
  signature: Type.String(),
})

export const TrailKey = Type.Object({
  keyId: Type.String(),
  /** Ed25519, 32 bytes, base64url. */
  publicKey: Type.String(),
})

/** How the trail stands. */
export const TrailState = Type.Object({
  /** Events that have their place. */
  size: Type.Integer(),
  head: OrNull(TrailHead),
  key: TrailKey,
  /** The newest head that is kept outside the database. */
  witnessed: OrNull(Type.Object({ size: Type.Integer(), at: Instant })),
  /** Why no head is signed any more: the trail was rewritten. Null while all is well. */
  fault: OrNull(Type.String()),
})
export type TrailState = Static<typeof TrailState>

/** A verification of the whole trail, at work in the background. */
export const TrailCheck = Type.Object({
  id: id('TrailCheck'),
  state: Type.Enum(['running', 'done', 'cancelled', 'failed']),
  progressRatio: Type.Number(),
  startedAt: Instant,
  endedAt: OrNull(Instant),
  events: Type.Integer(),
  size: Type.Integer(),
  head: OrNull(TrailHead),
  headCount: Type.Integer(),
  witnessedHeadCount: Type.Integer(),
  /** What was done to the trail, at most a hundred; empty when nothing was. */
  findings: Type.Array(
    Type.Object({ kind: Type.String(), sequence: Type.Optional(Type.Integer()), sentence: Type.String() }),
  ),
})
export type TrailCheck = Static<typeof TrailCheck>

/** Somebody changed the trail in the database. */
export const trailBroken = eventType('identity.trail-broken', Type.Object({ fault: Type.String() }))

export const checkMissing = problemType('identity/trail-check-missing', 'missing', 'No such verification')
export const checkRunning = problemType('identity/trail-check-running', 'conflict', 'A verification is running')
export const exportsSpent = problemType('identity/trail-exports-spent', 'unavailable', 'Too many exports')
