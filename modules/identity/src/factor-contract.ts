import { Instant, id, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const Base64Url = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' })
/** What a browser adds about extensions: taken and not looked at. */
const Extensions = Type.Optional(Type.Object({}, { additionalProperties: true }))
const Attachment = Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Null()]))

/** What somebody can show besides a password. */
export const Factors = Type.Object({
  password: Type.Boolean(),
  /** Whether an authenticator app was set up and has shown one code. */
  totp: Type.Boolean(),
  passkeyCount: Type.Integer(),
  recoveryCodesLeft: Type.Integer(),
})
export type Factors = Static<typeof Factors>

export const PasskeyId = id('Passkey')
export type PasskeyId = Static<typeof PasskeyId>

export const Passkey = Type.Object({
  id: PasskeyId,
  name: Type.String(),
  /** The host name it works at. */
  rpId: Type.String(),
  createdAt: Instant,
  lastUsedAt: Type.Union([Instant, Type.Null()]),
})
export type Passkey = Static<typeof Passkey>

export const PasskeyName = Type.String({ minLength: 1, maxLength: 80 })

/** What a browser answers to `navigator.credentials.create`, as JSON (WebAuthn Level 3 §5.1). */
export const PasskeyMade = Type.Object(
  {
    id: Base64Url(1400),
    rawId: Base64Url(1400),
    type: Type.Literal('public-key'),
    response: Type.Object(
      {
        clientDataJSON: Base64Url(8000),
        attestationObject: Base64Url(40_000),
        authenticatorData: Type.Optional(Base64Url(20_000)),
        publicKey: Type.Optional(Base64Url(8000)),
        publicKeyAlgorithm: Type.Optional(Type.Integer()),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 })),
      },
      closed,
    ),
    clientExtensionResults: Extensions,
    authenticatorAttachment: Attachment,
  },
  closed,
)
export type PasskeyMade = Static<typeof PasskeyMade>

/** What a browser answers to `navigator.credentials.get`, as JSON (WebAuthn Level 3 §5.1). */
export const PasskeyShown = Type.Object(
  {
    id: Base64Url(1400),
    rawId: Base64Url(1400),
    type: Type.Literal('public-key'),
    response: Type.Object(
      {
        clientDataJSON: Base64Url(8000),
        authenticatorData: Base64Url(4000),
        signature: Base64Url(4000),
        userHandle: Type.Optional(Type.Union([Base64Url(100), Type.Null()])),
      },
      closed,
    ),
    clientExtensionResults: Extensions,
    authenticatorAttachment: Attachment,
  },
  closed,
)
export type PasskeyShown = Static<typeof PasskeyShown>

/** What a browser is asked to sign (PublicKeyCredentialRequestOptionsJSON, WebAuthn Level 3 §5.10). */
export const PasskeyRequest = Type.Object({
  challenge: Type.String(),
  rpId: Type.String(),
  timeout: Type.Integer(),
  userVerification: Type.Literal('required'),
  allowCredentials: Type.Array(
    Type.Object({
      id: Type.String(),
      type: Type.Literal('public-key'),
      transports: Type.Optional(Type.Array(Type.String())),
    }),
  ),
})
export type PasskeyRequest = Static<typeof PasskeyRequest>

/** How a browser is to make a passkey (PublicKeyCredentialCreationOptionsJSON, WebAuthn Level 3 §5.4). */
export const PasskeyOffer = Type.Object(
  {
    challenge: Type.String(),
    rp: Type.Object({ id: Type.Optional(Type.String()), name: Type.String() }),
    user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  },
  { additionalProperties: true },
)
export type PasskeyOffer = Static<typeof PasskeyOffer>

export const TotpCode = Type.String({ pattern: '^[0-9]{6}$' })
export const RecoveryCode = Type.String({ minLength: 16, maxLength: 40 })

/** A new secret for an authenticator app, shown once. */
export const TotpOffer = Type.Object({
  /** What the QR code says: `otpauth://totp/…`. */
  uri: Type.String(),
  /** The same secret in base 32, for typing. */
  secret: Type.String(),
})
export type TotpOffer = Static<typeof TotpOffer>

/** Recovery codes, shown once; null when there are some already. */
export const NewRecoveryCodes = Type.Object({ recoveryCodes: Type.Union([Type.Array(Type.String()), Type.Null()]) })
export type NewRecoveryCodes = Static<typeof NewRecoveryCodes>

export const passkeyRefused = problemType('identity/passkey-refused', 'forbidden', 'Passkey not accepted')
export const passkeyCopied = problemType('identity/passkey-copied', 'forbidden', 'Passkey counts backwards')
export const passkeyKnown = problemType('identity/passkey-known', 'conflict', 'Passkey is known already')
export const passkeyInvalid = problemType('identity/passkey-invalid', 'invalid', 'Passkey cannot be used')
export const passkeyMissing = problemType('identity/passkey-missing', 'missing', 'No such passkey')
export const passkeysTooMany = problemType('identity/passkeys-too-many', 'conflict', 'Too many passkeys')
export const passkeyNeedsName = problemType('identity/passkey-needs-name', 'conflict', 'Passkeys need a host name')
export const challengeUnknown = problemType('identity/challenge-unknown', 'forbidden', 'Challenge is not ours')
export const challengeExpired = problemType('identity/challenge-expired', 'forbidden', 'Took too long')
export const codeWrong = problemType('identity/code-wrong', 'forbidden', 'Code is wrong')
export const codeUsed = problemType('identity/code-used', 'forbidden', 'Code was used already')
export const totpMissing = problemType('identity/totp-missing', 'missing', 'No authenticator app')
export const recoveryCodeWrong = problemType('identity/recovery-code-wrong', 'forbidden', 'No such recovery code')
export const recoveryCodeUsed = problemType('identity/recovery-code-used', 'forbidden', 'Recovery code was used')
export const factorNotOwed = problemType('identity/factor-not-owed', 'conflict', 'No second factor is owed')
