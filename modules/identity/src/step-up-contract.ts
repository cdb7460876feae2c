import { Instant, id, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { PasskeyRequest, PasskeyShown, TotpCode } from './factor-contract.ts'

const closed = { additionalProperties: false }

/**
 * How an act is confirmed: `passkey` by whoever has one and then in no other way, `password-totp` with both, `password`
 * only for the first factor of somebody, `break-glass-code` in the session that code opened, `press` by people of the demo
 * company, whose data are invented, and right after a sign-in for the first factor of somebody without a password.
 */
export const StepUpMethod = Type.Enum(['passkey', 'password-totp', 'password', 'break-glass-code', 'press'])
export type StepUpMethod = Static<typeof StepUpMethod>

/** What a person must have to confirm an act: the data of `identity/step-up-needed`. */
export const StepUpNeeded = Type.Object({
  stepUpId: id('StepUp'),
  /** SHA-256 of method, address and body of the act, base64url. */
  digest: Type.String(),
  methods: Type.Array(StepUpMethod),
  operationId: Type.String(),
  /** The act in words, as the API describes it. */
  summary: Type.String(),
  expiresAt: Instant,
  /** For `passkey`: what the browser signs. */
  passkey: Type.Optional(Type.Omit(PasskeyRequest, ['rpId'])),
  /** Whether what is confirmed concerns invented data only. */
  demo: Type.Boolean(),
})
export type StepUpNeeded = Static<typeof StepUpNeeded>

/** What a person shows to confirm an act. */
export const Confirmation = Type.Object(
  {
    passkey: Type.Optional(PasskeyShown),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    code: Type.Optional(TotpCode),
    breakGlassCode: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    press: Type.Optional(Type.Literal(true)),
  },
  closed,
)
export type Confirmation = Static<typeof Confirmation>

/** A confirmation: sent with the act in the header `millrace-step-up`, once. */
export const StepUpProof = Type.Object({ proof: Type.String(), expiresAt: Instant })
export type StepUpProof = Static<typeof StepUpProof>

export const stepUpNeeded = problemType('identity/step-up-needed', 'forbidden', 'Confirm this act')
export const stepUpImpossible = problemType('identity/step-up-impossible', 'forbidden', 'Nothing to confirm with')
export const stepUpInPerson = problemType('identity/step-up-in-person', 'forbidden', 'Only a person can confirm this')
export const stepUpReplayed = problemType('identity/step-up-replayed', 'forbidden', 'Confirmation was used already')
export const stepUpExpired = problemType('identity/step-up-expired', 'forbidden', 'Confirmation took too long')
export const stepUpMismatch = problemType('identity/step-up-mismatch', 'forbidden', 'Confirmed something else')
export const stepUpMissing = problemType('identity/step-up-missing', 'missing', 'Nothing to confirm')
export const stepUpRefused = problemType('identity/step-up-refused', 'forbidden', 'Not confirmed')
