import { Instant, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { Email, Password, Person, PersonId, Session } from './contract.ts'
import { PasskeyMade, PasskeyName } from './factor-contract.ts'

// Links that let somebody in once: invitations, and links to set a forgotten password anew.

const closed = { additionalProperties: false }
/** `mri_` or `mrr_`, the tenant, 256 random bits. Longer than any of ours, so that a cut one is told apart from a wrong form. */
const LinkToken = Type.String({ minLength: 1, maxLength: 200 })

/** A link just made. It is told this once: only its hash is kept. */
export const MadeLink = Type.Object({
  link: Type.String(),
  expiresAt: Instant,
  /** Whether it was mailed as well. Without a mail server somebody passes it on. */
  mailed: Type.Boolean(),
})
export type MadeLink = Static<typeof MadeLink>

/** A person who was invited, with the link. */
export const Invited = Type.Object({ person: Person, ...MadeLink.properties })
export type Invited = Static<typeof Invited>

export const LinkShown = Type.Object({ token: LinkToken }, closed)

/** What whoever has an invitation may know: who is meant, and by which company. */
export const InvitationFacts = Type.Object({
  enterpriseName: Type.String(),
  personId: PersonId,
  name: Type.String(),
  email: Type.String(),
  expiresAt: Instant,
})
export type InvitationFacts = Static<typeof InvitationFacts>

export const JoinWithPassword = Type.Object({ token: LinkToken, newPassword: Password }, closed)
export const JoinWithPasskey = Type.Object({ token: LinkToken, name: PasskeyName, passkey: PasskeyMade }, closed)

/** Somebody who joined with a passkey: the session, and codes for the day the device is lost, told this once. */
export const Joined = Type.Object({ session: Session, recoveryCodes: Type.Array(Type.String()) })
export type Joined = Static<typeof Joined>

/** What whoever has a link to a new password may know. */
export const ResetFacts = Type.Object({ name: Type.String(), email: Type.String(), expiresAt: Instant })
export type ResetFacts = Static<typeof ResetFacts>

export const ResetAsk = Type.Object({ email: Email }, closed)
export const ResetUse = Type.Object({ token: LinkToken, newPassword: Password }, closed)

/** What came of it: how many sessions ended. */
export const ResetDone = Type.Object({ endedCount: Type.Integer() })
export type ResetDone = Static<typeof ResetDone>

export const invitationUnknown = problemType('identity/invitation-unknown', 'missing', 'No such invitation')
export const invitationUsed = problemType('identity/invitation-used', 'conflict', 'Invitation was used')
export const invitationWithdrawn = problemType('identity/invitation-withdrawn', 'conflict', 'Invitation was withdrawn')
export const invitationExpired = problemType('identity/invitation-expired', 'conflict', 'Invitation has expired')
export const invitationNotOpen = problemType('identity/invitation-not-open', 'conflict', 'No invitation is open')
export const invitationNeedless = problemType(
  'identity/invitation-needless',
  'conflict',
  'Person has a way to sign in already',
)
export const invitationImpossible = problemType(
  'identity/invitation-impossible',
  'conflict',
  'Person cannot be invited',
)

export const resetUnknown = problemType('identity/reset-unknown', 'missing', 'No such link')
export const resetUsed = problemType('identity/reset-used', 'conflict', 'Link was used')
export const resetWithdrawn = problemType('identity/reset-withdrawn', 'conflict', 'Link is void')
export const resetExpired = problemType('identity/reset-expired', 'conflict', 'Link has expired')
export const resetNeedless = problemType('identity/reset-needless', 'conflict', 'Person has no password to reset')
export const mailMissing = problemType('identity/mail-missing', 'conflict', 'No mail is sent from here')
