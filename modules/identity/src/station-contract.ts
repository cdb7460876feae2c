import { Instant, id, problemType, Uuid } from '@millrace/base'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }

// The same as in contract.ts, which stands above this file.
const PersonId = id('Person')

export const StationId = id('Station')
export type StationId = Static<typeof StationId>

const StationName = Type.String({ minLength: 1, maxLength: 80 })
const IdleMinutes = Type.Integer({ minimum: 1, maximum: 120 })

/** A shared terminal: a browser at a place of the plant in which operators take turns. */
export const Station = Type.Object({
  id: StationId,
  name: Type.String(),
  placeId: Type.String(),
  siteId: Type.String(),
  /** Null when the place is gone. */
  placeName: Type.Union([Type.String(), Type.Null()]),
  state: Type.Enum(['waiting', 'enrolled', 'revoked']),
  /** A session ends after this long without anybody. */
  idleMinutes: Type.Integer(),
  enrolledAt: Type.Union([Instant, Type.Null()]),
  lastSeenAt: Type.Union([Instant, Type.Null()]),
  revokedAt: Type.Union([Instant, Type.Null()]),
})
export type Station = Static<typeof Station>

export const NewStation = Type.Object(
  { name: StationName, placeId: Uuid, idleMinutes: Type.Optional(IdleMinutes) },
  closed,
)
export type NewStation = Static<typeof NewStation>

export const StationChange = Type.Object(
  { name: Type.Optional(StationName), idleMinutes: Type.Optional(IdleMinutes) },
  closed,
)
export type StationChange = Static<typeof StationChange>

/** A station with the code that makes one browser this station, once, within ten minutes. */
export const StationWithCode = Type.Object({ station: Station, code: Type.String(), codeExpiresAt: Instant })
export type StationWithCode = Static<typeof StationWithCode>

export const StationEnrolment = Type.Object({ code: Type.String({ minLength: 10, maxLength: 120 }) }, closed)

/** What a browser may know about the station it is, before anybody signs in. */
export const StationHere = Type.Object({
  id: StationId,
  name: Type.String(),
  placeId: Type.String(),
  siteId: Type.String(),
  placeName: Type.Union([Type.String(), Type.Null()]),
  enterpriseName: Type.String(),
  demo: Type.Boolean(),
  idleMinutes: Type.Integer(),
})
export type StationHere = Static<typeof StationHere>

/** The station this browser is; null when it is none, or no more. */
export const WhichStation = Type.Object({ station: Type.Union([StationHere, Type.Null()]) })

/** Somebody who may sign in at a station with a PIN. */
export const StationPerson = Type.Object({ id: PersonId, name: Type.String(), title: Type.String() })
export type StationPerson = Static<typeof StationPerson>

/** The most names a station offers at once; typing a part of the name finds the others. */
export const STATION_PEOPLE_LIMIT = 100

const Pin = Type.String({ pattern: '^[0-9]{4,8}$', minLength: 4, maxLength: 8 })

/** What an operator shows: what a badge says, or a name and its PIN. */
export const StationSignIn = Type.Union([
  Type.Object({ badge: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
  Type.Object({ personId: PersonId, pin: Type.String({ minLength: 1, maxLength: 20 }) }, closed),
])
export type StationSignIn = Static<typeof StationSignIn>

/** Whether somebody has a PIN. */
export const OwnPin = Type.Object({ isSet: Type.Boolean() })
export type OwnPin = Static<typeof OwnPin>

/** A new PIN of one's own; `current` is needed while there is one. */
export const PinChange = Type.Object(
  { pin: Pin, current: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })) },
  closed,
)
export type PinChange = Static<typeof PinChange>

/** With what somebody can sign in at stations. */
export const BadgeHolder = Type.Object({
  personId: PersonId,
  name: Type.String(),
  title: Type.String(),
  /** When the badge that works now was issued; null without one. */
  badgeIssuedAt: Type.Union([Instant, Type.Null()]),
  /** When the last badge was blocked, if none works now. */
  badgeBlockedAt: Type.Union([Instant, Type.Null()]),
  hasPin: Type.Boolean(),
})
export type BadgeHolder = Static<typeof BadgeHolder>

/** A badge just issued. What it says is in this answer and nowhere else afterwards. */
export const IssuedBadge = Type.Object({
  personId: PersonId,
  name: Type.String(),
  title: Type.String(),
  enterpriseName: Type.String(),
  badge: Type.String(),
})
export type IssuedBadge = Static<typeof IssuedBadge>

export const stationMissing = problemType('identity/station-missing', 'missing', 'No such station')
export const stationNameTaken = problemType('identity/station-name-taken', 'conflict', 'Name of a station in use')
export const stationEnded = problemType('identity/station-ended', 'conflict', 'Station was revoked')
export const notAStation = problemType('identity/not-a-station', 'forbidden', 'This browser is no station')
export const codeUnknown = problemType('identity/station-code-unknown', 'forbidden', 'Station code is wrong')
export const codeUsed = problemType('identity/station-code-used', 'forbidden', 'Station code was used already')
export const codeExpired = problemType('identity/station-code-expired', 'forbidden', 'Station code has expired')
export const badgeUnknown = problemType('identity/badge-unknown', 'unauthenticated', 'Badge is not known here')
export const badgeBlocked = problemType('identity/badge-blocked', 'unauthenticated', 'Badge is blocked')
export const badgeMissing = problemType('identity/badge-missing', 'missing', 'No badge to block')
export const personEnded = problemType('identity/person-ended', 'conflict', 'Person has left')
export const pinRefused = problemType('identity/pin-refused', 'unauthenticated', 'Name and PIN do not fit')
export const pinTrivial = problemType('identity/pin-trivial', 'invalid', 'PIN is too easy to guess')
export const notAtThisStation = problemType(
  'identity/not-at-this-station',
  'forbidden',
  'Nothing to do at this station',
)
