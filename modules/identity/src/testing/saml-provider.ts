import { createPrivateKey, randomUUID, type webcrypto } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import 'reflect-metadata'
import { X509CertificateGenerator } from '@peculiar/x509'
import { SignedXml } from 'xml-crypto'

export interface SamlKey {
  readonly privateKey: string
  /** Base64 of the DER. */
  readonly certificate: string
}

export async function newSamlKey(): Promise<SamlKey> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Identity provider of the test',
    notBefore: new Date(Date.now() - 1000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
  })
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey as webcrypto.CryptoKey))
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    certificate: Buffer.from(certificate.rawData).toString('base64'),
  }
}

export const ENTITY_ID = 'https://idp.muster.example/saml'
const SIGN_IN_URL = 'https://idp.muster.example/sign-in'

/** The metadata of a provider with this key. */
export function providerMetadata({ certificate }: SamlKey, entityId = ENTITY_ID): string {
  return `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
        <ds:X509Certificate>${certificate}</ds:X509Certificate>
      </ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${SIGN_IN_URL}/post"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${SIGN_IN_URL}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`
}

/** A request of ours, as the provider gets it with the browser. */
export interface SamlRequest {
  readonly id: string
  readonly issuer: string
  readonly acsUrl: string
  readonly relayState: string
}

export function readRequest(url: string): SamlRequest {
  const { searchParams } = new URL(url)
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  const found = (pattern: RegExp) => pattern.exec(xml)?.[1] ?? ''
  return {
    id: found(/ ID="([^"]+)"/),
    issuer: found(/<saml:Issuer[^>]*>([^<]+)</),
    acsUrl: found(/AssertionConsumerServiceURL="([^"]+)"/),
    relayState: searchParams.get('RelayState') ?? '',
  }
}

/** What an assertion says; a hostile or broken provider changes something in it. */
export interface Saying {
  readonly nameId?: string
  readonly nameIdFormat?: string
  readonly audience?: string
  readonly recipient?: string
  readonly inResponseTo?: string | null
  readonly issuer?: string
  readonly notBeforeMs?: number
  readonly notOnOrAfterMs?: number
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  readonly authnContext?: string
  readonly status?: string
}

const iso = (ms: number) => new Date(ms).toISOString()

/** An assertion, not signed yet. */
export function assertionXml(request: SamlRequest, saying: Saying = {}, id = `_${randomUUID()}`): string {
  const nowMs = Date.now()
  const { nameId = 'nadia', audience = request.issuer, recipient = request.acsUrl, issuer = ENTITY_ID } = saying
  const format = saying.nameIdFormat ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
  const notBefore = iso(saying.notBeforeMs ?? nowMs - 1000)
  const notOnOrAfter = iso(saying.notOnOrAfterMs ?? nowMs + 60_000)
  const answered = saying.inResponseTo === undefined ? request.id : saying.inResponseTo
  const attributes = Object.entries(saying.attributes ?? { mail: ['nadia@muster.example'] }).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  )
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${iso(nowMs)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${format}">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData${answered === null ? '' : ` InResponseTo="${answered}"`} Recipient="${recipient}" NotOnOrAfter="${notOnOrAfter}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${iso(nowMs)}"><saml:AuthnContext><saml:AuthnContextClassRef>${saying.authnContext ?? 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement></saml:Assertion>`
}

/** A response around something. */
export function responseXml(request: SamlRequest, inner: string, { status = 'Success' }: Saying = {}): string {
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_${randomUUID()}" Version="2.0" IssueInstant="${iso(Date.now())}" Destination="${request.acsUrl}" InResponseTo="${request.id}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${ENTITY_ID}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status>${inner}</samlp:Response>`
}

const METHODS = {
  sha256: ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmlenc#sha256'],
  sha1: ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#sha1'],
} as const

/** Signs the element of this name, its signature behind the issuer. */
export function signed(
  xml: string,
  element: 'Assertion' | 'Response',
  key: SamlKey,
  method: keyof typeof METHODS = 'sha256',
): string {
  const [signatureAlgorithm, digestAlgorithm] = METHODS[method]
  const signer = new SignedXml({
    privateKey: key.privateKey,
    signatureAlgorithm,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  signer.addReference({
    xpath: `//*[local-name(.)='${element}']`,
    digestAlgorithm,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  signer.computeSignature(xml, {
    location: { reference: `//*[local-name(.)='${element}']/*[local-name(.)='Issuer']`, action: 'after' },
  })
  return signer.getSignedXml()
}

/** An honest answer, signed as most providers do: the assertion. */
export function signedResponse(request: SamlRequest, key: SamlKey, saying: Saying = {}): string {
  return signed(responseXml(request, assertionXml(request, saying), saying), 'Assertion', key)
}
