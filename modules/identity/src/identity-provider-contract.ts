import { Instant, id, problemType, Uuid } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { EnterpriseId, PersonId } from './contract.ts'

const closed = { additionalProperties: false }

export const ProviderId = id('IdentityProvider')
export type ProviderId = Static<typeof ProviderId>
export const SignInTryId = id('SignInTry')
export type SignInTryId = Static<typeof SignInTryId>

/** Off: nobody signs in with it. Offered: whoever wants to. Required: people of its mail domains sign in no other way. */
export const ProviderState = Type.Enum(['off', 'offered', 'required'])
export type ProviderState = Static<typeof ProviderState>

/** One algorithm for a provider, pinned: never the one that a token names itself (THREATS T-A8). */
export const SigningAlgorithm = Type.Enum([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
])
export type SigningAlgorithm = Static<typeof SigningAlgorithm>

const ProviderName = Type.String({ minLength: 1, maxLength: 80 })
/** Scheme, host and port at which people open Millrace: the provider sends them back there. */
const Origin = Type.String({
  minLength: 8,
  maxLength: 300,
  pattern: '^https?://[A-Za-z0-9.\\-\\[\\]:]+$',
})
const WebAddress = Type.String({ minLength: 8, maxLength: 1000, pattern: '^https?://\\S+$' })
export const MailDomain = Type.String({
  maxLength: 253,
  pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$',
})
const ClaimName = Type.String({ minLength: 1, maxLength: 200 })
const Reason = Type.String({ minLength: 1, maxLength: 500 })
const RoleAt = { role: Type.String({ minLength: 1, maxLength: 60 }), placeId: Type.Union([Uuid, Type.Null()]) }

/** A provider within the company's own network: this one host may be called although it is private. */
const PrivateHost = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    reason: Reason,
  },
  closed,
)

const OIDC = {
  kind: Type.Literal('oidc'),
  issuer: WebAddress,
  clientId: Type.String({ minLength: 1, maxLength: 300 }),
  /** Separated by spaces. */
  scopes: Type.String({ minLength: 6, maxLength: 300, pattern: '^(.* )?openid( .*)?$' }),
  algorithm: SigningAlgorithm,
  privateHost: Type.Union([PrivateHost, Type.Null()]),
}
const SAML_CHOICES = {
  /** The attribute with the e-mail address; null = the usual names, or the name itself. */
  mailAttribute: Type.Union([ClaimName, Type.Null()]),
  nameAttribute: Type.Union([ClaimName, Type.Null()]),
  /** Whether an answer nobody asked for is taken: people begin at the provider's own portal. */
  allowsUnsolicited: Type.Boolean(),
}

export const OidcConnection = Type.Object({ ...OIDC, hasSecret: Type.Boolean() }, closed)
export type OidcConnection = Static<typeof OidcConnection>

export const SamlCertificate = Type.Object({
  /** Base64 of the DER, as the metadata give it. */
  base64: Type.String(),
  sha256: Type.String(),
  subject: Type.String(),
  validUntil: Instant,
})
export type SamlCertificate = Static<typeof SamlCertificate>

export const SamlConnection = Type.Object(
  {
    kind: Type.Literal('saml'),
    ...SAML_CHOICES,
    /** Of the provider, as its metadata say. */
    entityId: Type.String(),
    signInUrl: Type.String(),
    certificates: Type.Array(SamlCertificate),
  },
  closed,
)
export type SamlConnection = Static<typeof SamlConnection>

/** A value of the provider's groups, and the role it gives. */
export const GroupRole = Type.Object({ value: Type.String({ minLength: 1, maxLength: 300 }), ...RoleAt }, closed)
export type GroupRole = Static<typeof GroupRole>

/** What is decided about the people who come from a provider. */
const CHOICES = {
  /** E-mail addresses of other domains are refused; empty = any. */
  domains: Type.Array(MailDomain, { maxItems: 50, uniqueItems: true }),
  /** Whether addresses of these domains are believed without the provider saying that it checked them. */
  trustsMail: Type.Boolean(),
  /** What somebody new holds; null = only people who are here already may come. */
  newcomers: Type.Union([Type.Object(RoleAt, closed), Type.Null()]),
  /** The claim or attribute that lists groups; null = groups give nothing. */
  groupsClaim: Type.Union([ClaimName, Type.Null()]),
  groupRoles: Type.Array(GroupRole, { maxItems: 200 }),
  /** Whether whoever comes from this provider showed a second factor there, always; otherwise only when it says so. */
  provesSecondFactor: Type.Boolean(),
}
export const ProviderChoices = Type.Object(CHOICES, closed)
export type ProviderChoices = Static<typeof ProviderChoices>

const NEW_OIDC = Type.Object(
  {
    ...OIDC,
    /** Left out: the one stored before, or none. */
    clientSecret: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  },
  closed,
)
const NEW_SAML = Type.Object(
  {
    kind: Type.Literal('saml'),
    ...SAML_CHOICES,
    /** The provider's metadata document; left out = as before. */
    metadata: Type.Optional(Type.String({ minLength: 1, maxLength: 900_000 })),
  },
  closed,
)
export const NewConnection = Type.Union([NEW_OIDC, NEW_SAML])
export type NewConnection = Static<typeof NewConnection>

const SETTINGS = { name: ProviderName, origin: Origin, ...CHOICES, connection: NewConnection }
export const ProviderChange = Type.Object(SETTINGS, closed)
export type ProviderChange = Static<typeof ProviderChange>

/** The id may be chosen beforehand: our addresses, which the provider wants to know first, contain it. */
export const NewProvider = Type.Object({ id: Type.Optional(ProviderId), ...SETTINGS }, closed)
export type NewProvider = Static<typeof NewProvider>

/** What the administrator enters at the provider. */
export const OurSide = Type.Object({
  redirectUri: Type.String(),
  entityId: Type.String(),
  assertionConsumerUrl: Type.String(),
  metadataUrl: Type.String(),
})
export type OurSide = Static<typeof OurSide>

export const IdentityProvider = Type.Object({
  id: ProviderId,
  name: Type.String(),
  origin: Type.String(),
  state: ProviderState,
  ...CHOICES,
  connection: Type.Union([OidcConnection, SamlConnection]),
  ours: OurSide,
  /** Counted up by every change of the settings: a try counts for the settings it was made with. */
  revision: Type.Integer(),
  linkedCount: Type.Integer(),
  lastTry: Type.Union([
    Type.Object({ id: SignInTryId, at: Instant, worked: Type.Boolean(), ofTheseSettings: Type.Boolean() }),
    Type.Null(),
  ]),
})
export type IdentityProvider = Static<typeof IdentityProvider>

export const ProviderStateChange = Type.Object({ state: ProviderState, reason: Reason }, closed)

/** A person known to a provider, by the name that stays the same there whatever happens to the address. */
export const ProviderLink = Type.Object({
  personId: PersonId,
  personName: Type.String(),
  subject: Type.String(),
  linkedAt: Instant,
  lastUsedAt: Instant,
})
export type ProviderLink = Static<typeof ProviderLink>

export const SignInCheck = Type.Object({
  passed: Type.Boolean(),
  sentence: Type.String(),
  /** The problem it would be for somebody who signs in. */
  code: Type.Optional(Type.String()),
})
export type SignInCheck = Static<typeof SignInCheck>

/** What came of trying a provider. */
export const SignInTry = Type.Object({
  id: SignInTryId,
  providerId: ProviderId,
  providerName: Type.String(),
  startedAt: Instant,
  /** Null while the answer is awaited. */
  finishedAt: Type.Union([Instant, Type.Null()]),
  worked: Type.Boolean(),
  ofTheseSettings: Type.Boolean(),
  checks: Type.Array(SignInCheck),
  /** What the provider told, without what is secret. */
  received: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  person: Type.Union([Type.Object({ id: Type.Union([PersonId, Type.Null()]), name: Type.String() }), Type.Null()]),
  /** In words: what groups would give. */
  roles: Type.Array(Type.Object(RoleAt)),
})
export type SignInTry = Static<typeof SignInTry>

export const StartedTry = Type.Object({
  tryId: SignInTryId,
  /** Where the browser goes next; null when that could not even be found out. */
  continueAt: Type.Union([Type.String(), Type.Null()]),
})
export type StartedTry = Static<typeof StartedTry>

/** Ways to sign in that a visitor is offered: names only. */
export const SignInOptions = Type.Object({
  providers: Type.Array(Type.Object({ name: Type.String(), startUrl: Type.String(), required: Type.Boolean() })),
})
export type SignInOptions = Static<typeof SignInOptions>

export const ProviderPath = Type.Object({ enterpriseId: EnterpriseId, providerId: ProviderId }, closed)
export type ProviderPath = Static<typeof ProviderPath>

export const providerMissing = problemType('identity/provider-missing', 'missing', 'No such identity provider')
export const providerNameTaken = problemType('identity/provider-name-taken', 'conflict', 'Name of a provider in use')
export const providerExists = problemType('identity/provider-exists', 'conflict', 'Provider was added already')
export const providerKindFixed = problemType('identity/provider-kind-fixed', 'invalid', 'Kind of a provider stays')
export const providerLimit = problemType('identity/provider-limit', 'conflict', 'Too many identity providers')
export const providerNotTried = problemType('identity/provider-not-tried', 'conflict', 'Try the present settings first')
export const providerNeedsDomains = problemType(
  'identity/provider-needs-domains',
  'invalid',
  'Mail domains have to be named',
)
export const breakGlassNeeded = problemType(
  'identity/break-glass-needed',
  'conflict',
  'Break-glass account needed first',
)
export const originInvalid = problemType('identity/origin-invalid', 'invalid', 'Address of Millrace makes no sense')
export const metadataInvalid = problemType(
  'identity/metadata-invalid',
  'invalid',
  'Metadata of a provider make no sense',
)
export const tryMissing = problemType('identity/try-missing', 'missing', 'No such try')
export const linkMissing = problemType('identity/link-missing', 'missing', 'No such link')

export const signInBusy = problemType('identity/sign-in-busy', 'unavailable', 'Too many sign-ins have been started')
export const providerAway = problemType('identity/provider-away', 'unavailable', 'Identity provider does not answer')
export const providerRefused = problemType('identity/provider-refused', 'unauthenticated', 'Provider did not sign in')
export const oidcMisconfigured = problemType('identity/oidc-misconfigured', 'conflict', 'Provider does not know us')
export const oidcStateUnknown = problemType('identity/oidc-state-unknown', 'unauthenticated', 'Sign-in is not known')
export const oidcTokenInvalid = problemType('identity/oidc-token-invalid', 'unauthenticated', 'Token is not valid')
export const oidcTokenExpired = problemType('identity/oidc-token-expired', 'unauthenticated', 'Token is too old')
export const oidcNonceWrong = problemType(
  'identity/oidc-nonce-wrong',
  'unauthenticated',
  'Token is for another sign-in',
)
export const startedElsewhere = problemType(
  'identity/started-elsewhere',
  'unauthenticated',
  'Sign-in was started in another browser',
)
export const samlResponseInvalid = problemType(
  'identity/saml-response-invalid',
  'unauthenticated',
  'Answer of the provider cannot be read',
)
export const samlEncrypted = problemType('identity/saml-encrypted', 'unauthenticated', 'Assertion is encrypted')
export const samlSignatureWrong = problemType(
  'identity/saml-signature-wrong',
  'unauthenticated',
  'Signature of the assertion is not right',
)
export const samlIssuerWrong = problemType(
  'identity/saml-issuer-wrong',
  'unauthenticated',
  'Assertion of another issuer',
)
export const samlAudienceWrong = problemType(
  'identity/saml-audience-wrong',
  'unauthenticated',
  'Assertion is for another',
)
export const samlRecipientWrong = problemType(
  'identity/saml-recipient-wrong',
  'unauthenticated',
  'Assertion was meant for another address',
)
export const samlExpired = problemType('identity/saml-expired', 'unauthenticated', 'Assertion is too old')
export const samlNotYetValid = problemType(
  'identity/saml-not-yet-valid',
  'unauthenticated',
  'Assertion is not valid yet',
)
export const samlReplayed = problemType('identity/saml-replayed', 'unauthenticated', 'Assertion was used before')
export const samlUnsolicited = problemType(
  'identity/saml-unsolicited',
  'unauthenticated',
  'Nobody asked for this answer',
)
export const samlRequestUnknown = problemType(
  'identity/saml-request-unknown',
  'unauthenticated',
  'Answer to a sign-in that is not known',
)
export const mailMissing = problemType('identity/mail-missing', 'forbidden', 'Provider told no e-mail address')
export const mailUnverified = problemType('identity/mail-unverified', 'forbidden', 'E-mail address is not verified')
export const mailDomainRefused = problemType('identity/mail-domain-refused', 'forbidden', 'Mail domain is not accepted')
export const personUnknown = problemType('identity/person-unknown', 'forbidden', 'Nobody here has this address')
export const linkedOtherwise = problemType(
  'identity/linked-otherwise',
  'conflict',
  'Person is linked to another account of the provider',
)
export const providerRequired = problemType(
  'identity/provider-required',
  'forbidden',
  'Sign in with the identity provider',
)
