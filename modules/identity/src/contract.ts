import { eventType, Instant, id, problemType, Uuid } from '@millrace/base'
import { type Static, type TObject, Type } from 'typebox'
import { Grant, NewGrant } from './grant-contract.ts'

export { BUILT_IN_ROLES } from './grant-contract.ts'
export { type StationId, stationEnded, stationMissing, WhichStation } from './station-contract.ts'

export const EnterpriseId = id('Enterprise')
export type EnterpriseId = Static<typeof EnterpriseId>
export const PersonId = id('Person')
export type PersonId = Static<typeof PersonId>

export const PersonName = Type.String({ minLength: 1, maxLength: 200 })
export const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
export const Password = Type.String({ minLength: 12, maxLength: 200 })

/** The newest invitation of a person to join by a link. */
export const Invitation = Type.Object({
  state: Type.Enum(['open', 'used', 'expired', 'withdrawn']),
  madeBy: Type.String(),
  madeAt: Instant,
  expiresAt: Instant,
})
export type Invitation = Static<typeof Invitation>

export const Person = Type.Object({
  id: PersonId,
  name: Type.String(),
  email: Type.String(),
  /** What the person does, in the company's words: "Plant manager Sursee". */
  title: Type.String(),
  grants: Type.Array(Grant),
  /** Left then: can no longer sign in. */
  endedAt: Type.Union([Instant, Type.Null()]),
  /** Locked out since then for opening more than people at work do. */
  lockedAt: Type.Union([Instant, Type.Null()]),
  lockedReason: Type.Union([Type.String(), Type.Null()]),
  /** Looked after by the company's identity provider: name, address, title and end come from there. */
  provisioned: Type.Boolean(),
  /** Null when the person was never invited, or long ago. */
  invitation: Type.Union([Invitation, Type.Null()]),
})
export type Person = Static<typeof Person>

export const Enterprise = Type.Object({
  id: EnterpriseId,
  name: Type.String(),
  /** The demo company: may be removed and brought back with one button. */
  demo: Type.Boolean(),
})
export type Enterprise = Static<typeof Enterprise>

const closed = { additionalProperties: false }
const Title = Type.String({ maxLength: 200 })
const Reason = Type.String({ minLength: 1, maxLength: 500 })

export const NewPerson = Type.Object(
  { name: PersonName, email: Email, title: Title, grants: Type.Array(NewGrant, { maxItems: 100 }) },
  closed,
)
export type NewPerson = Static<typeof NewPerson>

export const PersonChange = Type.Object(
  { name: Type.Optional(PersonName), email: Type.Optional(Email), title: Type.Optional(Title) },
  closed,
)
export type PersonChange = Static<typeof PersonChange>

/** Which people a list holds. */
export const PersonFilter = {
  /** Part of the name, the e-mail address or what the person does. */
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** `active` can sign in; `locked` was locked out; `ended` has left. */
  state: Type.Optional(Type.Enum(['active', 'locked', 'ended'])),
  /** Holds this role somewhere: a built-in one by name, one of the company's own by id. */
  role: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  /** Holds something at this site or below it; not who holds it in the whole company only. */
  siteId: Type.Optional(Uuid),
  /** Holds something that counts from this network zone only. */
  zone: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
}
export type PersonFilter = Static<TObject<typeof PersonFilter>>

export const GrantsOfPerson = Type.Object(
  { grants: Type.Array(NewGrant, { maxItems: 100 }), reason: Type.Optional(Reason) },
  closed,
)

export const SignInMethod = Type.Enum([
  'password',
  'passkey',
  'totp',
  'recovery-code',
  'oidc',
  'saml',
  'badge',
  'pin',
  'break-glass',
  'demo',
  'founding',
  'invitation',
])
export type SignInMethod = Static<typeof SignInMethod>

/** Who is signed in, and what that person may do somewhere: permissions as `module:noun:verb`. */
export const Session = Type.Object({
  id: Type.String(),
  person: Person,
  /** 1: the second factor is still owed. */
  level: Type.Union([Type.Literal(1), Type.Literal(2)]),
  /** At a shared station: only what stations need. */
  station: Type.Boolean(),
  enterprise: Enterprise,
  permissions: Type.Array(Type.String()),
  /** Of those that are not held everywhere: the sites at which they are held as a whole. */
  bounded: Type.Array(Type.Object({ permission: Type.String(), siteIds: Type.Array(Type.String()) })),
  expiresAt: Instant,
})
export type Session = Static<typeof Session>

/** What a visitor may know before signing in. */
export const Welcome = Type.Object({
  /** False when nobody can sign in yet: show the first-run wizard. */
  setUp: Type.Boolean(),
  /** Whether a company of one's own may still be founded here. */
  mayFound: Type.Boolean(),
  /** Whether mail is sent from here: a forgotten password is then set anew by a link. */
  mail: Type.Boolean(),
  /** The people of the demo company, one click away from their sessions; empty without the demo. */
  demoPeople: Type.Array(Type.Object({ id: PersonId, name: Type.String(), title: Type.String(), role: Type.String() })),
})
export type Welcome = Static<typeof Welcome>

/** A key with which a program acts. */
export const ApiKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdBy: PersonId,
  /** The name of who made it. */
  createdByName: Type.String(),
  createdAt: Instant,
  expiresAt: Instant,
  endedAt: Type.Union([Instant, Type.Null()]),
  lastUsedAt: Type.Union([Instant, Type.Null()]),
  lastUsedAddress: Type.Union([Type.String(), Type.Null()]),
  grants: Type.Array(Grant),
})
export type ApiKey = Static<typeof ApiKey>

/** Whether a key still works: neither ended nor past its day. */
export const ApiKeyState = Type.Enum(['working', 'ended'])
export type ApiKeyState = Static<typeof ApiKeyState>

export const NewApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    expiresAt: Instant,
    grants: Type.Array(NewGrant, { minItems: 1, maxItems: 50 }),
  },
  closed,
)
export type NewApiKey = Static<typeof NewApiKey>

/** A name for address ranges in CIDR notation. */
export const NetworkZone = Type.Object({
  id: Type.String(),
  name: Type.String(),
  ranges: Type.Array(Type.String()),
  /** How many people and keys hold something that counts from here only. */
  people: Type.Integer(),
  keys: Type.Integer(),
})
export type NetworkZone = Static<typeof NetworkZone>
const Ranges = Type.Array(Type.String({ minLength: 3, maxLength: 50 }), { minItems: 1, maxItems: 50 })
export const NewNetworkZone = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 60 }), ranges: Ranges },
  closed,
)
export const NetworkZoneChange = Type.Object({ ranges: Ranges }, closed)
export type NetworkZoneChange = Static<typeof NetworkZoneChange>
export type NewNetworkZone = Static<typeof NewNetworkZone>

/** The one site in which somebody controls machines now; null before the first command. */
export const ControlSeat = Type.Object({
  siteId: Type.Union([Type.String(), Type.Null()]),
  since: Type.Union([Instant, Type.Null()]),
})
export type ControlSeat = Static<typeof ControlSeat>

/** A person or a key. */
export interface HolderRef {
  readonly personId?: PersonId
  readonly keyId?: string
}

/** What somebody can see and do, grant by grant. */
export const Access = Type.Object({
  name: Type.String(),
  ended: Type.Boolean(),
  controlSiteId: Type.Union([Type.String(), Type.Null()]),
  grants: Type.Array(
    Type.Object({
      grant: Grant,
      roleName: Type.String(),
      placeName: Type.Union([Type.String(), Type.Null()]),
      /** Whether it counts now; `unmet` says why not. */
      counts: Type.Boolean(),
      unmet: Type.Optional(Type.Enum(['expired', 'zone', 'shift', 'place-gone'])),
      permissions: Type.Array(Type.String()),
    }),
  ),
})
export type Access = Static<typeof Access>

export const AccessQuestion = Type.Object(
  {
    personId: Type.Optional(PersonId),
    keyId: Type.Optional(id('ApiKey')),
    permission: Type.String({ minLength: 1, maxLength: 120 }),
    placeId: Type.Union([id('Equipment'), Type.Null()]),
  },
  closed,
)
export type AccessQuestion = Static<typeof AccessQuestion>

/** May somebody do something somewhere, and why. */
export const AccessAnswer = Type.Object({
  allowed: Type.Boolean(),
  name: Type.String(),
  title: Type.String(),
  placeName: Type.Union([Type.String(), Type.Null()]),
  sentences: Type.Array(Type.String()),
  grants: Type.Array(
    Type.Object({
      grantId: Type.String(),
      outcome: Type.Enum([
        'allows',
        'not-in-role',
        'other-place',
        'expired',
        'zone',
        'shift',
        'classification',
        'ruled-out',
      ]),
      sentence: Type.String(),
    }),
  ),
})
export type AccessAnswer = Static<typeof AccessAnswer>

/** An account was locked for opening too much. */
export const accountLocked = eventType(
  'identity.account-locked',
  Type.Object({
    holderId: Type.String(),
    name: Type.String(),
    reason: Type.String(),
    /** The people who are told. */
    told: Type.Array(PersonId),
  }),
)

export const personLocked = problemType('identity/person-locked', 'forbidden', 'Account is locked')
export const personMissing = problemType('identity/person-missing', 'missing', 'No such person')
export const personProvisioned = problemType(
  'identity/person-provisioned',
  'conflict',
  'Person is looked after by the identity provider',
)
export const keyMissing = problemType('identity/key-missing', 'missing', 'No such key')
export const keyNameTaken = problemType('identity/key-name-taken', 'conflict', 'Name of a key in use')
export const expiryInvalid = problemType('identity/expiry-invalid', 'invalid', 'Expiry makes no sense')
export const keyControlsPlants = problemType(
  'identity/key-controls-plants',
  'conflict',
  'A key controls machines in one plant only',
)
export const zoneMissing = problemType('identity/zone-missing', 'missing', 'No such network zone')
export const zoneNameTaken = problemType('identity/zone-name-taken', 'conflict', 'Name of a zone in use')
export const rangeInvalid = problemType('identity/range-invalid', 'invalid', 'Address range makes no sense')
export const controlElsewhere = problemType('identity/control-elsewhere', 'conflict', 'You control another plant')
export const signInRefused = problemType('identity/sign-in-refused', 'unauthenticated', 'Sign-in refused')
export const signInPaused = problemType('identity/sign-in-paused', 'limited', 'Too many sign-in attempts')
export const enterpriseExists = problemType('identity/enterprise-exists', 'conflict', 'A company exists already')
export const emailTaken = problemType('identity/email-taken', 'conflict', 'E-mail address already in use')
export const notADemo = problemType(
  'identity/not-a-demo',
  'forbidden',
  'Only people of the demo company sign in this way',
)
