import { createHash, X509Certificate } from 'node:crypto'
import { instant, isProblem } from '@millrace/base'
import { attributeOf, childrenOf, elementsOf, parseXml, textOf, type XmlElement, xmlInvalid } from '@millrace/base/xml'
import { generateServiceProviderMetadata } from '@node-saml/node-saml'
import { metadataInvalid, type OurSide, type SamlCertificate } from './identity-provider-contract.ts'

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const CERTIFICATES = 10

export interface ProviderMetadata {
  readonly entityId: string
  readonly signInUrl: string
  readonly certificates: SamlCertificate[]
}

/** What a provider's metadata document says of it (SAML 2.0 Metadata §2.4.3). @throws metadataInvalid */
export function readProviderMetadata(text: string): ProviderMetadata {
  const root = readXml(text)
  const described = [...elementsOf(root)].filter(
    (one) =>
      one.local === 'EntityDescriptor' &&
      one.namespace === METADATA &&
      childrenOf(one, 'IDPSSODescriptor', METADATA).length > 0,
  )
  const [entity, ...others] = described
  if (!entity) throw metadataInvalid('The document does not describe an identity provider (IDPSSODescriptor).')
  if (others.length > 0)
    throw metadataInvalid('The document describes several identity providers. Give the one of yours.')
  const entityId = attributeOf(entity, 'entityID') ?? ''
  if (entityId === '' || entityId.length > 1024)
    throw metadataInvalid('The provider has no name of its own (entityID).')
  const descriptors = childrenOf(entity, 'IDPSSODescriptor', METADATA)
  const signInUrl = descriptors
    .flatMap((one) => childrenOf(one, 'SingleSignOnService', METADATA))
    .find((one) => attributeOf(one, 'Binding') === REDIRECT)
  const url = signInUrl && attributeOf(signInUrl, 'Location')
  if (!url || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw metadataInvalid('The provider names no address to sign in at by redirect (HTTP-Redirect).')
  }
  const certificates = descriptors
    .flatMap((one) => childrenOf(one, 'KeyDescriptor', METADATA))
    // Without a use it is for signing as well.
    .filter((one) => (attributeOf(one, 'use') ?? 'signing') === 'signing')
    .flatMap((one) => [...elementsOf(one)])
    .filter((one) => one.local === 'X509Certificate' && one.namespace === SIGNATURE)
    .map(readCertificate)
  if (certificates.length === 0)
    throw metadataInvalid('The provider names no certificate to check its signatures with.')
  if (certificates.length > CERTIFICATES)
    throw metadataInvalid(`The provider names more than ${CERTIFICATES} certificates.`)
  return { entityId, signInUrl: url, certificates }
}

function readXml(text: string): XmlElement {
  try {
    return parseXml(text)
  } catch (error) {
    if (!isProblem(error, xmlInvalid)) throw error
    throw metadataInvalid(error.message, error.data, { cause: error })
  }
}

function readCertificate(element: XmlElement): SamlCertificate {
  const base64 = textOf(element).replaceAll(/\s/g, '')
  const der = Buffer.from(base64, 'base64')
  try {
    const certificate = new X509Certificate(der)
    return {
      base64: der.toString('base64'),
      sha256: createHash('sha256').update(der).digest('hex'),
      subject: certificate.subject.replaceAll('\n', ', ').slice(0, 300),
      validUntil: instant(certificate.validToDate.getTime()),
    }
  } catch (error) {
    throw metadataInvalid('A certificate in the document cannot be read.', {}, { cause: error })
  }
}

/** Our own metadata document, to be given to the provider. */
export function ourMetadata(ours: OurSide): string {
  return generateServiceProviderMetadata({
    issuer: ours.entityId,
    callbackUrl: ours.assertionConsumerUrl,
    wantAssertionsSigned: true,
    identifierFormat: null,
    // The same document every time it is asked for.
    generateUniqueId: () => `_${createHash('sha256').update(ours.entityId).digest('hex').slice(0, 40)}`,
  })
}
