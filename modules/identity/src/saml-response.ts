import { isProblem } from '@millrace/base'
import { attributeOf, childrenOf, elementsOf, parseXml, textOf, type XmlElement, xmlInvalid } from '@millrace/base/xml'
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import {
  type OurSide,
  providerRefused,
  type SamlConnection,
  samlEncrypted,
  samlResponseInvalid,
  samlSignatureWrong,
} from './identity-provider-contract.ts'
import { assertsSecondFactor, type Received } from './identity-provider-rules.ts'
import { type Assertion, lastingSubject, mailIn, nameIn, type SubjectConfirmation } from './saml-rules.ts'

const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'

/** Nothing with SHA-1, and nothing with a shared secret. */
const SIGNATURE_METHODS = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
])
const DIGEST_METHODS = new Set(['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'])

/** Answers of providers are a few kilobytes; groups may make them longer. */
export const RESPONSE_BYTES = 256 * 1024
const VALUES_SHOWN = 60
const VALUE_LENGTH = 500

/** A provider and our side of it, as its answers are judged by. */
export interface SamlParty {
  readonly connection: SamlConnection
  readonly ours: OurSide
}

function samlOf({ connection, ours }: SamlParty, requestId = ''): SAML {
  return new SAML({
    entryPoint: connection.signInUrl,
    issuer: ours.entityId,
    callbackUrl: ours.assertionConsumerUrl,
    idpCert: connection.certificates.map((certificate) => certificate.base64),
    generateUniqueId: () => requestId,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: true,
    // Many sign the assertion alone. What is not signed is not looked at.
    wantAuthnResponseSigned: false,
    // The library checks signatures; what they say is judged in saml-rules.ts, each fault by its own name.
    audience: false,
    acceptedClockSkewMs: -1,
    validateInResponseTo: ValidateInResponseTo.never,
  })
}

/** Where the browser goes to sign in (HTTP-Redirect binding). @param relayState at most 80 bytes. */
export function requestUrl(party: SamlParty, requestId: string, relayState: string): Promise<string> {
  return samlOf(party, requestId).getAuthorizeUrlAsync(relayState, undefined, {})
}

/**
 * The assertion of an answer, when it is signed by the provider. What is returned comes from the signed bytes alone, read
 * anew: signatures that cover something else than what would be read (XSW) come to nothing.
 *
 * @param encoded the base64 text of the HTTP-POST binding.
 * @throws samlResponseInvalid, samlEncrypted, samlSignatureWrong
 * @throws providerRefused the provider says that it did not sign anybody in
 */
export async function signedAssertion(encoded: string, party: SamlParty): Promise<Assertion> {
  const response = readXml(decoded(encoded))
  if (response.local !== 'Response' || response.namespace !== PROTOCOL) {
    throw samlResponseInvalid('What the provider sent is no SAML response.')
  }
  refuseFailure(response)
  const elements = [...elementsOf(response)]
  if (elements.some((one) => one.local === 'EncryptedAssertion' || one.local === 'EncryptedID')) {
    throw samlEncrypted(
      'The assertion is encrypted. Let the provider send it signed and unencrypted; the connection is.',
    )
  }
  // Wherever it stands: a second one is how a signature is made to stand beside what was not signed.
  if (elements.filter((one) => one.local === 'Assertion').length !== 1) {
    throw samlSignatureWrong('There has to be exactly one assertion.')
  }
  insistOnMethods(elements)
  return assertionFrom(readXml(await verified(encoded, party)))
}

async function verified(encoded: string, party: SamlParty): Promise<string> {
  try {
    const { profile } = await samlOf(party).validatePostResponseAsync({ SAMLResponse: encoded })
    const text = profile?.getAssertionXml?.()
    if (text !== undefined) return text
  } catch (error) {
    throw samlSignatureWrong(
      'The assertion is not signed by this provider, or it was changed on the way.',
      {},
      { cause: error },
    )
  }
  throw samlSignatureWrong('The assertion is not signed.')
}

function decoded(encoded: string): Uint8Array {
  if (encoded.length > RESPONSE_BYTES * 1.4) throw samlResponseInvalid('The answer of the provider is too long.')
  if (!/^[A-Za-z0-9+/\s]+=*\s*$/.test(encoded)) throw samlResponseInvalid('The answer of the provider is not base64.')
  return Buffer.from(encoded, 'base64')
}

function readXml(source: Uint8Array | string): XmlElement {
  try {
    return parseXml(source, { bytes: RESPONSE_BYTES, comments: 'refused' })
  } catch (error) {
    if (!isProblem(error, xmlInvalid)) throw error
    throw samlResponseInvalid(error.message, error.data, { cause: error })
  }
}

function refuseFailure(response: XmlElement): void {
  const [status] = childrenOf(response, 'Status', PROTOCOL)
  const [code] = status ? childrenOf(status, 'StatusCode', PROTOCOL) : []
  if (!status || !code) throw samlResponseInvalid('The answer of the provider has no status.')
  if (attributeOf(code, 'Value') === SUCCESS) return
  const [inner] = childrenOf(code, 'StatusCode', PROTOCOL)
  const word = attributeOf(inner ?? code, 'Value')?.match(/[\w-]{1,60}$/)?.[0] ?? 'unnamed'
  throw providerRefused(`The provider did not sign you in (${word}).`)
}

function insistOnMethods(elements: readonly XmlElement[]): void {
  for (const element of elements) {
    if (element.namespace !== SIGNATURE) continue
    const method = attributeOf(element, 'Algorithm') ?? ''
    const weak =
      (element.local === 'SignatureMethod' && !SIGNATURE_METHODS.has(method)) ||
      (element.local === 'DigestMethod' && !DIGEST_METHODS.has(method))
    if (weak)
      throw samlSignatureWrong('The signature uses a method that is not accepted. Let the provider use SHA-256.')
  }
}

function assertionFrom(element: XmlElement): Assertion {
  if (element.local !== 'Assertion' || element.namespace !== ASSERTION) {
    throw samlResponseInvalid('What is signed is no assertion.')
  }
  const id = attributeOf(element, 'ID')
  const issuer = only(element, 'Issuer')
  if (!id || attributeOf(element, 'Version') !== '2.0' || !issuer) {
    throw samlResponseInvalid('The assertion has no id, no issuer, or is not of SAML 2.0.')
  }
  const subject = only(element, 'Subject')
  const nameId = subject && only(subject, 'NameID')
  const conditions = only(element, 'Conditions')
  return {
    id,
    issuer: textOf(issuer),
    subject: nameId && {
      value: textOf(nameId),
      format: attributeOf(nameId, 'Format') ?? '',
      qualifier: attributeOf(nameId, 'NameQualifier') ?? '',
    },
    confirmations: subject ? childrenOf(subject, 'SubjectConfirmation', ASSERTION).flatMap(confirmationFrom) : [],
    notBeforeMs: conditions && timeMs(conditions, 'NotBefore'),
    notOnOrAfterMs: conditions && timeMs(conditions, 'NotOnOrAfter'),
    audiences: (conditions ? childrenOf(conditions, 'AudienceRestriction', ASSERTION) : []).map((restriction) =>
      childrenOf(restriction, 'Audience', ASSERTION).map(textOf),
    ),
    attributes: attributesOf(element),
    classes: childrenOf(element, 'AuthnStatement', ASSERTION)
      .flatMap((statement) => childrenOf(statement, 'AuthnContext', ASSERTION))
      .flatMap((context) => childrenOf(context, 'AuthnContextClassRef', ASSERTION))
      .map(textOf),
  }
}

/** The child of this name; two are no answer. */
function only(element: XmlElement, local: string): XmlElement | undefined {
  const found = childrenOf(element, local, ASSERTION)
  if (found.length > 1) throw samlResponseInvalid(`The assertion has more than one ${local}.`)
  return found[0]
}

function confirmationFrom(element: XmlElement): SubjectConfirmation[] {
  if (attributeOf(element, 'Method') !== BEARER) return []
  return childrenOf(element, 'SubjectConfirmationData', ASSERTION).map((data) => ({
    recipient: attributeOf(data, 'Recipient'),
    inResponseTo: attributeOf(data, 'InResponseTo'),
    notBeforeMs: timeMs(data, 'NotBefore'),
    notOnOrAfterMs: timeMs(data, 'NotOnOrAfter'),
  }))
}

/** NaN for a time that cannot be read: SAML's are in UTC (Core §1.3.3). */
function timeMs(element: XmlElement, name: string): number | undefined {
  const text = attributeOf(element, name)
  if (text === undefined) return undefined
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN
}

function attributesOf(assertion: XmlElement): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const statement of childrenOf(assertion, 'AttributeStatement', ASSERTION)) {
    for (const attribute of childrenOf(statement, 'Attribute', ASSERTION)) {
      const name = attributeOf(attribute, 'Name') ?? ''
      const values = childrenOf(attribute, 'AttributeValue', ASSERTION).map(textOf)
      found.set(name, [...(found.get(name) ?? []), ...values])
    }
  }
  return found
}

/** What an assertion says of a person. */
export function receivedFrom(assertion: Assertion, connection: SamlConnection, groupsClaim: string | null): Received {
  const { subject, attributes, classes } = assertion
  const told = [
    ...(subject ? [{ name: 'NameID', value: subject.value }] : []),
    { name: 'Issuer', value: assertion.issuer },
    ...classes.map((value) => ({ name: 'AuthnContextClassRef', value })),
    ...[...attributes].map(([name, values]) => ({ name, value: values.join(', ') })),
  ]
  return {
    subject: lastingSubject(assertion),
    email: mailIn(assertion, connection.mailAttribute),
    emailVerified: null,
    name: nameIn(assertion, connection.nameAttribute),
    groups: groupsClaim === null ? [] : (attributes.get(groupsClaim) ?? []),
    secondFactor: assertsSecondFactor([], classes),
    told: told.slice(0, VALUES_SHOWN).map(({ name, value }) => ({
      name: name.slice(0, VALUE_LENGTH),
      value: value.slice(0, VALUE_LENGTH),
    })),
    passed: [
      'The answer is readable XML with one assertion.',
      `The assertion is signed by ${connection.entityId}.`,
      'It is meant for us, answers this sign-in and is in time.',
    ],
  }
}
