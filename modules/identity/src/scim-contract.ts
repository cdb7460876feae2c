import { Instant, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { PersonId } from './contract.ts'
import { Grant, NewGrant } from './grant-contract.ts'

const closed = { additionalProperties: false }

/** Where an identity provider finds us, below the address of this installation. */
export const SCIM_PATH = '/api/v1/identity/scim/v2'

/** What an identity provider acts with. */
export const ProvisioningToken = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdBy: PersonId,
  createdAt: Instant,
  expiresAt: Instant,
  endedAt: Type.Union([Instant, Type.Null()]),
  lastUsedAt: Type.Union([Instant, Type.Null()]),
  lastUsedAddress: Type.Union([Type.String(), Type.Null()]),
})
export type ProvisioningToken = Static<typeof ProvisioningToken>

export const NewProvisioningToken = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 120 }), expiresAt: Instant },
  closed,
)
export type NewProvisioningToken = Static<typeof NewProvisioningToken>

/** A group of the identity provider, with the roles its people get here. */
export const ProvisionedGroup = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  memberCount: Type.Integer(),
  roles: Type.Array(Grant),
  /** One of the roles can administer: whoever is put into the group there, administers here. */
  administers: Type.Boolean(),
})
export type ProvisionedGroup = Static<typeof ProvisionedGroup>

export const RolesOfGroup = Type.Object(
  {
    roles: Type.Array(NewGrant, { maxItems: 20 }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  closed,
)
export type RolesOfGroup = Static<typeof RolesOfGroup>

/** Something an identity provider asked for and did not get; each kind once. */
export const ProvisioningRefusal = Type.Object({
  tokenName: Type.String(),
  /** Such as `PATCH Users`. */
  act: Type.String(),
  /** Whom or what it was about, as the identity provider names it. */
  subject: Type.String(),
  code: Type.String(),
  detail: Type.String(),
  count: Type.Integer(),
  firstAt: Instant,
  lastAt: Instant,
})
export type ProvisioningRefusal = Static<typeof ProvisioningRefusal>

/** How it stands with provisioning. */
export const Provisioning = Type.Object({
  /** Below the address of this installation. */
  path: Type.String(),
  people: Type.Integer(),
  /** Of them, who may sign in. */
  active: Type.Integer(),
  groups: Type.Integer(),
  lastUsedAt: Type.Union([Instant, Type.Null()]),
  refusals: Type.Array(ProvisioningRefusal),
})
export type Provisioning = Static<typeof Provisioning>

export const provisioningTokenUnknown = problemType(
  'identity/provisioning-token-unknown',
  'unauthenticated',
  'No such provisioning token',
)
export const provisioningTokenExpired = problemType(
  'identity/provisioning-token-expired',
  'unauthenticated',
  'Provisioning token has expired',
)
export const provisioningTokenEnded = problemType(
  'identity/provisioning-token-ended',
  'unauthenticated',
  'Provisioning token was ended',
)
export const provisioningTokenMissing = problemType(
  'identity/provisioning-token-missing',
  'missing',
  'No such provisioning token',
)
export const provisioningTokenNameTaken = problemType(
  'identity/provisioning-token-name-taken',
  'conflict',
  'Name of a provisioning token in use',
)
export const userMissing = problemType('identity/user-missing', 'missing', 'No such user')
export const userNameTaken = problemType('identity/user-name-taken', 'conflict', 'User name in use')
export const madeByHand = problemType('identity/made-by-hand', 'conflict', 'Somebody made by hand has this address')
export const groupMissing = problemType('identity/group-missing', 'missing', 'No such group')
export const groupNameTaken = problemType('identity/group-name-taken', 'conflict', 'Name of a group in use')
export const breakGlassStays = problemType('identity/break-glass-stays', 'conflict', 'Break-glass account stays here')
export const personNotProvisioned = problemType(
  'identity/person-not-provisioned',
  'conflict',
  'Person is looked after by hand',
)
