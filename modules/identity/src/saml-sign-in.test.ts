import { isProblem } from '@millrace/base'
import { test as base } from '@millrace/testing'
import { expect } from 'vitest'
import type { IdentityProvider, NewConnection } from './identity-provider-contract.ts'
import { readProviderMetadata } from './saml-metadata.ts'
import { Browser, type Page } from './testing/browser.ts'
import {
  assertionXml,
  ENTITY_ID,
  newSamlKey,
  providerMetadata,
  readRequest,
  responseXml,
  type SamlKey,
  type SamlRequest,
  type Saying,
  signed,
  signedResponse,
} from './testing/saml-provider.ts'
import { type SingleSignOnHouse, startHouse } from './testing/single-sign-on-house.ts'

interface Fixtures {
  house: SingleSignOnHouse
  key: SamlKey
  provider: IdentityProvider
}

const test = base.extend<Fixtures>({
  house: [
    async ({ runtime }, use) => {
      const house = await startHouse(runtime)
      await house.addPerson('Nadia Brunner', 'nadia@muster.example')
      await use(house)
      await house.stop()
    },
    { scope: 'file' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures from the pattern
  key: [async ({}, use) => use(await newSamlKey()), { scope: 'file' }],
  provider: [
    async ({ house, key }, use) => use(await house.addProvider({ connection: connectionWith(key), trustsMail: true })),
    { scope: 'file' },
  ],
})

function connectionWith(key: SamlKey, change: object = {}): NewConnection {
  return {
    ...{ kind: 'saml', mailAttribute: null, nameAttribute: null, allowsUnsolicited: false },
    ...{ metadata: providerMetadata(key) },
    ...change,
  } as NewConnection
}

const problemOf = ({ url }: Page) => new URL(url).searchParams.get('problem')
const encode = (xml: string) => Buffer.from(xml).toString('base64')

/** Begins a sign-in and goes as far as the provider. */
async function begin(
  house: SingleSignOnHouse,
  provider: IdentityProvider,
): Promise<{ browser: Browser; request: SamlRequest }> {
  const browser = new Browser()
  const { url } = await browser.go(house.startUrl(provider, '/overview'), { until: /idp\.muster\.example/ })
  return { browser, request: readRequest(url) }
}

/** Posts an answer, as the provider's page does. */
function post(browser: Browser, request: SamlRequest, xml: string): Promise<Page> {
  return browser.go(request.acsUrl, { form: { SAMLResponse: encode(xml), RelayState: request.relayState } })
}

test('a person of the company signs in with SAML and comes where the link led', async ({ house, key, provider }) => {
  const { browser, request } = await begin(house, provider)
  expect(request).toMatchObject({ issuer: provider.ours.entityId, acsUrl: provider.ours.assertionConsumerUrl })
  const page = await post(browser, request, signedResponse(request, key))
  expect(page.url).toBe(`${house.url}/overview`)
  expect(await house.whoIn(browser)).toMatchObject({ person: { name: 'Nadia Brunner' } })
  const links = (await house.call('GET', `/providers/${provider.id}/links`)).json
  expect(links).toMatchObject({ items: [{ personName: 'Nadia Brunner', subject: 'nadia' }] })
})

test('an answer that is signed as a whole as well is taken too', async ({ house, key, provider }) => {
  const { browser, request } = await begin(house, provider)
  const page = await post(browser, request, signed(signedResponse(request, key), 'Response', key))
  expect(page.url).toBe(`${house.url}/overview`)
})

/** The assertion's own text out of a response. */
const assertionIn = (xml: string) => /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''
const signatureIn = (xml: string) => /<Signature.*<\/Signature>/s.exec(xml)?.[0] ?? ''
const EVIL: Saying = { nameId: 'ada', attributes: { mail: ['ada@muster.example'] } }

type Forge = (request: SamlRequest, key: SamlKey) => string | Promise<string>
const forgeries: readonly [string, Forge, string][] = [
  [
    'meant for somebody else',
    (request, key) => signedResponse(request, key, { audience: 'https://else.example' }),
    'saml-audience-wrong',
  ],
  [
    'meant for our twin',
    (request, key) => signedResponse(request, key, { audience: `${request.issuer}x` }),
    'saml-audience-wrong',
  ],
  [
    'to be delivered elsewhere',
    (request, key) => signedResponse(request, key, { recipient: 'https://else.example/acs' }),
    'saml-recipient-wrong',
  ],
  [
    'of another issuer',
    (request, key) => signedResponse(request, key, { issuer: 'https://evil.example' }),
    'saml-issuer-wrong',
  ],
  ['expired', (request, key) => signedResponse(request, key, { notOnOrAfterMs: Date.now() - 120_000 }), 'saml-expired'],
  [
    'not valid yet',
    (request, key) => signedResponse(request, key, { notBeforeMs: Date.now() + 120_000 }),
    'saml-not-yet-valid',
  ],
  [
    'the answer to another request',
    (request, key) => signedResponse(request, key, { inResponseTo: '_another' }),
    'saml-request-unknown',
  ],
  [
    'the answer to nothing',
    (request, key) => signedResponse(request, key, { inResponseTo: null }),
    'saml-request-unknown',
  ],
  ['a failure', (request, key) => signedResponse(request, key, { status: 'Responder' }), 'provider-refused'],
  ['not signed', (request) => responseXml(request, assertionXml(request)), 'saml-signature-wrong'],
  [
    'signed as a whole but not itself',
    (request, key) => signed(responseXml(request, assertionXml(request)), 'Response', key),
    'saml-signature-wrong',
  ],
  ['signed by a stranger', async (request) => signedResponse(request, await newSamlKey()), 'saml-signature-wrong'],
  [
    'signed with SHA-1',
    (request, key) => signed(responseXml(request, assertionXml(request)), 'Assertion', key, 'sha1'),
    'saml-signature-wrong',
  ],
  [
    'changed after it was signed',
    (request, key) => signedResponse(request, key).replace('nadia@muster.example', 'ada@muster.example'),
    'saml-signature-wrong',
  ],
  // Signature wrapping (Somorovsky et al., "On Breaking SAML", 2012): the signed assertion is kept somewhere, another is read.
  [
    'wrapped: an evil assertion before the signed one (XSW 3)',
    (request, key) => {
      const honest = signedResponse(request, key)
      return honest.replace('<saml:Assertion', () => `${assertionXml(request, EVIL)}<saml:Assertion`)
    },
    'saml-signature-wrong',
  ],
  [
    'wrapped: the signed assertion within an evil one (XSW 4)',
    (request, key) => {
      const honest = signedResponse(request, key)
      const evil = assertionXml(request, EVIL).replace(
        '</saml:Assertion>',
        () => `${assertionIn(honest)}</saml:Assertion>`,
      )
      return honest.replace(assertionIn(honest), () => evil)
    },
    'saml-signature-wrong',
  ],
  [
    'wrapped: the evil assertion carries the signature, the signed one stands behind it (XSW 5)',
    (request, key) => {
      const honest = signedResponse(request, key)
      const signature = signatureIn(honest)
      const bare = assertionIn(honest).replace(signature, '')
      const evil = assertionXml(request, EVIL).replace('</saml:Issuer>', () => `</saml:Issuer>${signature}`)
      return honest.replace(assertionIn(honest), () => evil + bare)
    },
    'saml-signature-wrong',
  ],
  [
    'wrapped: the signed assertion hides within the signature of the evil one (XSW 8)',
    (request, key) => {
      const honest = signedResponse(request, key)
      const bare = assertionIn(honest).replace(signatureIn(honest), '')
      const signature = signatureIn(honest).replace('</Signature>', () => `<Object>${bare}</Object></Signature>`)
      const evil = assertionXml(request, EVIL).replace('</saml:Issuer>', () => `</saml:Issuer>${signature}`)
      return honest.replace(assertionIn(honest), () => evil)
    },
    'saml-signature-wrong',
  ],
  [
    'wrapped: the same id twice (XSW with equal ids)',
    (request, key) => {
      const honest = signedResponse(request, key)
      const id = /<saml:Assertion[^>]* ID="([^"]+)"/.exec(honest)?.[1]
      return honest.replace('<saml:Assertion', () => `${assertionXml(request, EVIL, id)}<saml:Assertion`)
    },
    'saml-signature-wrong',
  ],
  [
    'one that hides the evil one under another name',
    (request, key) => {
      const honest = signedResponse(request, key)
      const evil = assertionXml(request, EVIL).replaceAll('saml:Assertion', 'saml:Advice')
      return honest.replace('</saml:Assertion>', () => `${evil}</saml:Assertion>`)
    },
    'saml-signature-wrong',
  ],
  [
    'with a comment in the name, where readers have stopped reading',
    (request, key) =>
      signedResponse(request, key).replace('nadia@muster.example', 'ada@muster.example<!---->.evil.example'),
    'saml-response-invalid',
  ],
  [
    'with a comment in the name that was signed along',
    (request, key) =>
      signedResponse(request, key, { attributes: { mail: ['ada@muster.example<!---->.evil.example'] } }),
    'saml-response-invalid',
  ],
  [
    'encrypted',
    (request) => responseXml(request, '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'),
    'saml-encrypted',
  ],
  // proves: T-H3 (in part: where strangers post XML)
  [
    'one with a document type',
    (request, key) => `<!DOCTYPE a [<!ENTITY b "c">]>${signedResponse(request, key)}`,
    'saml-response-invalid',
  ],
  [
    'a billion laughs',
    (request) =>
      `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${responseXml(request, '&b;')}`,
    'saml-response-invalid',
  ],
  ['nested without end', () => '<a>'.repeat(10_000), 'saml-response-invalid'],
  ['too long', (request, key) => signedResponse(request, key) + ' '.repeat(300_000), 'saml-response-invalid'],
  ['no XML', () => 'hello', 'saml-response-invalid'],
  ['another document', () => '<html/>', 'saml-response-invalid'],
]

// proves: T-A8, T-H3 (in part: through the assertion consumer service)
test('an assertion is believed only when everything about it is right', async ({ house, key, provider }) => {
  for (const [name, forge, code] of forgeries) {
    const { browser, request } = await begin(house, provider)
    const page = await post(browser, request, await forge(request, key))
    expect([name, problemOf(page)]).toEqual([name, `identity/${code}`])
    expect(await house.whoIn(browser)).toBeUndefined()
  }
}, 60_000)

test('an assertion is good once', async ({ house, key, provider }) => {
  const { browser, request } = await begin(house, provider)
  const answer = signedResponse(request, key)
  expect((await post(browser, request, answer)).url).toBe(`${house.url}/overview`)
  expect(problemOf(await post(browser, request, answer))).toBe('identity/saml-replayed')
  // Two at the same time: one of them.
  const second = await begin(house, provider)
  const twice = signedResponse(second.request, key)
  const pages = await Promise.all([1, 2].map(() => post(second.browser, second.request, twice)))
  expect(pages.map(problemOf).filter((problem) => problem === null)).toHaveLength(1)
})

test('an answer posted twice does not end the sign-in that waits to be collected', async ({ house, key, provider }) => {
  const { browser, request } = await begin(house, provider)
  const form = { SAMLResponse: encode(signedResponse(request, key)), RelayState: request.relayState }
  const { url } = await browser.go(request.acsUrl, { form, until: /\/collect\?/ })
  expect(problemOf(await browser.go(request.acsUrl, { form }))).toBe('identity/saml-replayed')
  expect((await browser.go(url)).url).toBe(`${house.url}/overview`)
})

// proves: T-A6 (in part: a form posted by another site signs nobody in)
test('what a provider proves is collected by the browser that began, once', async ({ house, key, provider }) => {
  const { browser, request } = await begin(house, provider)
  const victim = new Browser()
  const collect = async (by: Browser, asked: SamlRequest) =>
    (
      await by.go(asked.acsUrl, {
        form: { SAMLResponse: encode(signedResponse(asked, key)), RelayState: asked.relayState },
        until: /\/collect\?/,
      })
    ).url
  const url = await collect(browser, request)
  expect(problemOf(await victim.go(url))).toBe('identity/started-elsewhere')
  expect(await house.whoIn(victim)).toBeUndefined()
  expect(problemOf(await browser.go(url))).toBe('identity/saml-request-unknown')

  const again = await begin(house, provider)
  const once = await collect(again.browser, again.request)
  expect((await again.browser.go(once)).url).toBe(`${house.url}/overview`)
  expect(problemOf(await again.browser.go(once))).toBe('identity/saml-request-unknown')
})

test('an answer nobody asked for is refused, unless the provider may begin', async ({ house, key, provider }) => {
  const { ours } = provider
  const unasked = { id: '', issuer: ours.entityId, acsUrl: ours.assertionConsumerUrl, relayState: '' }
  const saying: Saying = { inResponseTo: null }
  expect(problemOf(await post(new Browser(), unasked, signedResponse(unasked, key, saying)))).toBe(
    'identity/saml-unsolicited',
  )

  const open = await house.addProvider({
    connection: connectionWith(key, { allowsUnsolicited: true }),
    trustsMail: true,
  })
  const here = { ...unasked, issuer: open.ours.entityId, acsUrl: open.ours.assertionConsumerUrl }
  const browser = new Browser()
  const answer = signedResponse(here, key, saying)
  expect((await post(browser, here, answer)).url).toBe(`${house.url}/`)
  expect(await house.whoIn(browser)).toMatchObject({ person: { name: 'Nadia Brunner' } })
  expect(problemOf(await post(new Browser(), here, answer))).toBe('identity/saml-replayed')
  // The answer to a sign-in that ran out is not one that nobody asked for.
  const late = signedResponse(here, key, { inResponseTo: '_gone' })
  expect(problemOf(await post(new Browser(), here, late))).toBe('identity/saml-request-unknown')
})

test("another provider's answer is not taken, also of the same key", async ({ house, key, provider }) => {
  const other = await house.addProvider({ connection: connectionWith(key), trustsMail: true })
  const { browser, request } = await begin(house, provider)
  const crossed = { ...request, acsUrl: other.ours.assertionConsumerUrl }
  const page = await post(browser, crossed, signedResponse(request, key))
  expect(problemOf(page)).toBe('identity/saml-audience-wrong')
  const tenant = { ...request, acsUrl: request.acsUrl.replace(house.enterpriseId, crypto.randomUUID()) }
  expect(problemOf(await post(browser, tenant, signedResponse(request, key)))).toBe('identity/provider-missing')
})

test('a name made up for one sign-in is not kept, and an address alone finds the person', async ({ house, key }) => {
  const provider = await house.addProvider({ connection: connectionWith(key), trustsMail: true })
  const { browser, request } = await begin(house, provider)
  const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
  await post(browser, request, signedResponse(request, key, { nameIdFormat, nameId: '_once' }))
  expect(await house.whoIn(browser)).toMatchObject({ person: { name: 'Nadia Brunner' } })
  expect((await house.call('GET', `/providers/${provider.id}/links`)).json).toEqual({ items: [] })
})

test('a try tells every fault there is, in words', async ({ house, key }) => {
  const provider = await house.addProvider({ connection: connectionWith(key), trustsMail: true }, 'off')
  const browser = new Browser()
  const saying = { audience: 'https://else.example', notOnOrAfterMs: Date.now() - 120_000 }
  const tried = await house.tryIn(browser, provider, (url) => {
    const request = readRequest(url)
    return post(browser, request, signedResponse(request, key, saying))
  })
  expect(tried.worked).toBe(false)
  expect(new Set(tried.checks.map((check) => check.code))).toEqual(
    new Set(['identity/saml-audience-wrong', 'identity/saml-expired']),
  )
  expect(tried.received).toContainEqual({ name: 'mail', value: 'nadia@muster.example' })
  expect(tried.checks.map((check) => check.sentence).join(' ')).toContain('https://else.example')

  const worked = await house.tryIn(browser, provider, (url) => {
    const request = readRequest(url)
    return post(browser, request, signedResponse(request, key))
  })
  expect(worked).toMatchObject({ worked: true, person: { name: 'Nadia Brunner' } })
  expect(await house.whoIn(browser)).toBeUndefined()
})

test('our metadata name what the provider has to know, and nothing of theirs', async ({ house, key, provider }) => {
  const answer = await fetch(provider.ours.metadataUrl)
  expect(answer.headers.get('content-type')).toContain('application/samlmetadata+xml')
  const text = await answer.text()
  expect(text).toContain(`entityID="${provider.ours.entityId}"`)
  expect(text).toContain(`Location="${provider.ours.assertionConsumerUrl}"`)
  expect(text).toContain('WantAssertionsSigned="true"')
  expect(text).not.toContain(key.certificate)
  const missing = await fetch(
    `${house.url}/api/v1/identity/single-sign-on/${house.enterpriseId}/${crypto.randomUUID()}/metadata`,
  )
  expect(missing.status).toBe(404)
})

// proves: T-H3 (in part: metadata that an administrator was sent)
test.for([
  ['no XML', () => 'hello'],
  ['a document type', (text: string) => `<!DOCTYPE a SYSTEM "http://127.0.0.1:1/">${text}`],
  [
    'our own',
    () =>
      '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"><SPSSODescriptor/></EntityDescriptor>',
  ],
  [
    'of several',
    (text: string) => `<a xmlns="urn:x">${[text, text].map((one) => one.replace(/<\?xml[^>]*\?>/, '')).join('')}</a>`,
  ],
  ['without a certificate', (text: string) => text.replace(/<md:KeyDescriptor.*<\/md:KeyDescriptor>/s, '')],
  ['with a broken certificate', (text: string) => text.replace(/X509Certificate>[^<]+</, 'X509Certificate>AAAA<')],
  ['without an address for redirects', (text: string) => text.replace('HTTP-Redirect', 'SOAP')],
  [
    'with an address that runs something',
    (text: string) => text.replaceAll('https://idp.muster.example/sign-in', 'javascript:alert(1)'),
  ],
] as const)('metadata are refused: %s', async ([, change], { house, key }) => {
  const text = providerMetadata(key)
  expect(readProviderMetadata(text)).toMatchObject({
    entityId: ENTITY_ID,
    signInUrl: 'https://idp.muster.example/sign-in',
  })
  const refused = await house.call('POST', '/providers', {
    ...{ name: 'X', origin: house.url, domains: [], trustsMail: false, newcomers: null, groupsClaim: null },
    ...{ groupRoles: [], provesSecondFactor: false, connection: connectionWith(key, { metadata: change(text) }) },
  })
  expect(refused.json).toMatchObject({ status: 422, code: 'identity/metadata-invalid' })
  expect(() => readProviderMetadata(change(text))).toThrow(expect.toSatisfy((error: unknown) => isProblem(error)))
})
