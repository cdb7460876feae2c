import type { Problem } from '@millrace/base'
import {
  samlAudienceWrong,
  samlExpired,
  samlIssuerWrong,
  samlNotYetValid,
  samlRecipientWrong,
  samlRequestUnknown,
  samlResponseInvalid,
} from './identity-provider-contract.ts'

/** How the subject is confirmed (SAML 2.0 Core §2.4.1.1). */
export interface SubjectConfirmation {
  readonly recipient: string | undefined
  readonly inResponseTo: string | undefined
  readonly notBeforeMs: number | undefined
  readonly notOnOrAfterMs: number | undefined
}

/** What of an assertion counts, taken from the signed text alone. */
export interface Assertion {
  readonly id: string
  readonly issuer: string
  readonly subject: { readonly value: string; readonly format: string; readonly qualifier: string } | undefined
  /** Of the method `bearer`; others are left out. */
  readonly confirmations: readonly SubjectConfirmation[]
  readonly notBeforeMs: number | undefined
  readonly notOnOrAfterMs: number | undefined
  /** One list for each restriction: all must name us (Core §2.5.1.4). */
  readonly audiences: readonly (readonly string[])[]
  readonly attributes: ReadonlyMap<string, readonly string[]>
  /** Classes of authentication. */
  readonly classes: readonly string[]
}

/** Clocks of others may be wrong by this much. */
const SKEW_MS = 60_000

/**
 * What is wrong with an assertion whose signature is right, everything of it (SAML 2.0 Profiles §4.1.4.2 and §4.1.4.3).
 *
 * @param expected.requestId of our request; undefined when the answer came unasked, and may.
 */
export function assertionFaults(
  assertion: Assertion,
  expected: { issuer: string; audience: string; recipient: string; requestId: string | undefined; nowMs: number },
): Problem[] {
  const { issuer, audience, recipient, requestId, nowMs } = expected
  const faults: Problem[] = []
  if (assertion.issuer !== issuer) {
    faults.push(samlIssuerWrong(`The assertion comes from ${quoted(assertion.issuer)}, not from ${quoted(issuer)}.`))
  }
  if (assertion.audiences.length === 0 || !assertion.audiences.every((named) => named.includes(audience))) {
    const named = assertion.audiences.flat().map(quoted).join(', ')
    faults.push(
      samlAudienceWrong(
        `The assertion is meant for ${named === '' ? 'nobody in particular' : named}, not for ${audience}.`,
      ),
    )
  }
  faults.push(...timeFaults(assertion, nowMs))
  const judged = assertion.confirmations.map((one) => confirmationFaults(one, { recipient, requestId, nowMs }))
  if (judged.length === 0) faults.push(samlResponseInvalid('The assertion does not say how its subject is confirmed.'))
  // One that holds is enough.
  else if (!judged.some((found) => found.length === 0)) faults.push(...(judged[0] ?? []))
  return faults
}

function confirmationFaults(
  one: SubjectConfirmation,
  expected: { recipient: string; requestId: string | undefined; nowMs: number },
): Problem[] {
  const faults: Problem[] = []
  if (one.recipient !== expected.recipient) {
    faults.push(samlRecipientWrong(`The assertion was to be delivered to ${quoted(one.recipient ?? 'no address')}.`))
  }
  if (one.inResponseTo !== expected.requestId) {
    faults.push(samlRequestUnknown('The assertion answers another request than the one of this sign-in.'))
  }
  if (one.notOnOrAfterMs === undefined) faults.push(samlExpired('The assertion does not say until when it is good.'))
  faults.push(...timeFaults(one, expected.nowMs))
  return faults
}

function timeFaults(
  { notBeforeMs, notOnOrAfterMs }: { notBeforeMs: number | undefined; notOnOrAfterMs: number | undefined },
  nowMs: number,
): Problem[] {
  // A time that cannot be read is no time.
  if (Number.isNaN(notBeforeMs) || Number.isNaN(notOnOrAfterMs)) {
    return [samlResponseInvalid('The assertion holds a time that cannot be read.')]
  }
  if (notBeforeMs !== undefined && nowMs + SKEW_MS < notBeforeMs) {
    return [samlNotYetValid('The assertion is not valid yet. Compare the clocks.')]
  }
  if (notOnOrAfterMs !== undefined && nowMs - SKEW_MS >= notOnOrAfterMs) {
    return [samlExpired('The assertion is no longer valid. Compare the clocks, or sign in again.')]
  }
  return []
}

/** Until when an assertion has to be remembered, so that it is not used twice. */
export function rememberedUntilMs({ confirmations, notOnOrAfterMs }: Assertion): number {
  const ends = confirmations.map((one) => one.notOnOrAfterMs ?? 0)
  return Math.max(notOnOrAfterMs ?? 0, ...ends) + 2 * SKEW_MS
}

const MAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const TRANSIENT_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const MAIL_ATTRIBUTES = [
  'mail',
  'email',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
]
const NAME_ATTRIBUTES = [
  'displayName',
  'name',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'http://schemas.microsoft.com/identity/claims/displayname',
]

/** The name of a subject that stays the same; null for one made up for this sign-in. */
export function lastingSubject({ subject }: Assertion): string | null {
  if (!subject || subject.value === '' || subject.format === TRANSIENT_FORMAT) return null
  return subject.qualifier === '' ? subject.value : `${subject.qualifier} ${subject.value}`
}

export function mailIn(assertion: Assertion, attribute: string | null): string | null {
  const { subject } = assertion
  if (attribute !== null) return firstOf(assertion, [attribute])
  return firstOf(assertion, MAIL_ATTRIBUTES) ?? (subject?.format === MAIL_FORMAT ? subject.value : null)
}

export function nameIn(assertion: Assertion, attribute: string | null): string | null {
  return firstOf(assertion, attribute === null ? NAME_ATTRIBUTES : [attribute])
}

function firstOf({ attributes }: Assertion, names: readonly string[]): string | null {
  for (const name of names) {
    const value = attributes.get(name)?.find((one) => one !== '')
    if (value !== undefined) return value
  }
  return null
}

function quoted(text: string): string {
  return text.length > 120 ? `"${text.slice(0, 120)}…"` : `"${text}"`
}
