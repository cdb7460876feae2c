import type { Problem } from '@millrace/base'
import type { Person } from './contract.ts'
import {
  type GroupRole,
  linkedOtherwise,
  mailDomainRefused,
  mailMissing,
  mailUnverified,
  type OurSide,
  type ProviderChoices,
  type ProviderPath,
  type ProviderState,
  personUnknown,
} from './identity-provider-contract.ts'

/** What a provider said of somebody, after everything that can be checked without looking into the company was. */
export interface Received {
  /** The name that stays the same at the provider; null when it gives one for this sign-in only. */
  readonly subject: string | null
  readonly email: string | null
  /** Whether the provider says that it checked the address; null when it says nothing. */
  readonly emailVerified: boolean | null
  readonly name: string | null
  readonly groups: readonly string[]
  /** Whether the provider says that a second factor was shown. */
  readonly secondFactor: boolean
  /** For the page of a try: everything, without what is secret. */
  readonly told: readonly { readonly name: string; readonly value: string }[]
  /** For the page of a try: what was checked so far. */
  readonly passed: readonly string[]
}

/** The addresses that are entered at the provider. Each provider has its own, so that no answer is taken for another's. */
export function ourSide(origin: string, { enterpriseId, providerId }: ProviderPath): OurSide {
  const base = `${origin}/api/v1/identity/single-sign-on/${enterpriseId}/${providerId}`
  return {
    redirectUri: `${base}/callback`,
    entityId: `${base}/metadata`,
    assertionConsumerUrl: `${base}/acs`,
    metadataUrl: `${base}/metadata`,
  }
}

/** The domain of an address in lower case; empty when it has none. */
function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}

const MAIL = /^[^\s@]+@[^\s@]+$/

/** The address as it may be matched, or why it may not. */
export function mailOf(received: Received, choices: ProviderChoices): { email: string } | { fault: Problem } {
  const { email, emailVerified } = received
  if (email === null || !MAIL.test(email) || email.length > 254) {
    return { fault: mailMissing('The provider told no e-mail address. Let it send one.') }
  }
  const domain = domainOf(email)
  // The break-glass account's own kind of address (RFC 2606 §2): no provider speaks for it.
  if (domain.endsWith('.invalid')) return { fault: mailDomainRefused('There is no such address.', { domain }) }
  const listed = choices.domains.includes(domain)
  if (choices.domains.length > 0 && !listed) {
    return { fault: mailDomainRefused(`Addresses of ${domain} are not accepted from this provider.`, { domain }) }
  }
  // What the provider denies is denied, whatever was configured.
  if (emailVerified === false || (emailVerified === null && !(choices.trustsMail && listed))) {
    return { fault: mailUnverified('The provider does not say that it verified the e-mail address.') }
  }
  return { email }
}

/** Who is found by the link of a provider, and who by the address. */
export interface Found {
  readonly linked: Person | undefined
  readonly byMail: Person | undefined
  /** Whether the one found by address is another account at the provider. */
  readonly linkedOtherwise: boolean
}

export type Match =
  | { readonly kind: 'known'; readonly person: Person; readonly linkNow: boolean }
  | { readonly kind: 'new'; readonly email: string }

/**
 * Whom an answer of a provider means. A link goes before an address: addresses are given to somebody else in time.
 */
export function matchOf(received: Received, choices: ProviderChoices, found: Found): Match | { fault: Problem } {
  if (found.linked) return { kind: 'known', person: found.linked, linkNow: false }
  const mail = mailOf(received, choices)
  if ('fault' in mail) return mail
  if (found.byMail) {
    if (found.linkedOtherwise) {
      const detail = `${found.byMail.name} is linked to another account of the provider. An administrator can undo that.`
      return { fault: linkedOtherwise(detail) }
    }
    return { kind: 'known', person: found.byMail, linkNow: received.subject !== null }
  }
  if (choices.newcomers === null) {
    return { fault: personUnknown('Nobody here has this e-mail address. Ask an administrator to add you.') }
  }
  return { kind: 'new', email: mail.email }
}

/** The roles that groups give, each once. */
export function rolesOf(groups: readonly string[], groupRoles: readonly GroupRole[]): Omit<GroupRole, 'value'>[] {
  const found = new Map<string, Omit<GroupRole, 'value'>>()
  for (const { value, role, placeId } of groupRoles) {
    if (groups.includes(value)) found.set(`${role} ${placeId}`, { role, placeId })
  }
  return [...found.values()]
}

// RFC 8176 §2: what only a second factor is, and the word for several.
const SECOND = new Set([
  'mfa',
  'otp',
  'hwk',
  'sms',
  'tel',
  'fpt',
  'face',
  'iris',
  'retina',
  'vbm',
  'swk',
  'sc',
  'fido',
  'pop',
])
const FIRST = new Set(['pwd', 'pin', 'kba'])
/** Classes of authentication that stand for several factors. */
const STRONG_CLASSES = new Set([
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
  'http://schemas.microsoft.com/claims/multipleauthn',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI',
  'phr',
  'phrh',
])

/**
 * Whether a provider asserts several factors: by the methods it names (RFC 8176), or by the class it names. A method
 * that may stand alone, such as a fingerprint, counts only beside another.
 */
export function assertsSecondFactor(methods: readonly string[], classes: readonly string[]): boolean {
  if (methods.includes('mfa') || classes.some((one) => STRONG_CLASSES.has(one))) return true
  const known = new Set(methods.filter((method) => SECOND.has(method) || FIRST.has(method)))
  return known.size > 1 && [...known].some((method) => SECOND.has(method))
}

/**
 * The level of a session that a provider's answer opens. Level 1 lets a person show the own second factor; whoever has none
 * cannot be asked for it.
 */
export function levelOf(received: Received, choices: ProviderChoices, hasOwnSecondFactor: boolean): 1 | 2 {
  return received.secondFactor || choices.provesSecondFactor || !hasOwnSecondFactor ? 2 : 1
}

/** A place of ours to go to after signing in; the start page for anything else (a link must not lead elsewhere). */
export function placeWithin(origin: string, next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) || !URL.canParse(next, origin)) return '/'
  const url = new URL(next, origin)
  return url.origin === new URL(origin).origin ? url.pathname + url.search + url.hash : '/'
}

/** The providers by which alone people with this address may sign in. */
export function requiredFor<P extends { readonly state: ProviderState; readonly domains: readonly string[] }>(
  email: string,
  providers: readonly P[],
): P[] {
  const domain = domainOf(email)
  return providers.filter((provider) => provider.state === 'required' && provider.domains.includes(domain))
}
