import { createHmac, KeyObject } from 'node:crypto'
import { inContext, systemActor } from '@millrace/runtime'
import { test as base } from '@millrace/testing'
import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { sql } from 'kysely'
import { afterEach, expect } from 'vitest'
import type { IdentityProvider, NewConnection } from './identity-provider-contract.ts'
import { Browser, type Page } from './testing/browser.ts'
import { type Forgery, type OwnOidcProvider, startOwnOidcProvider } from './testing/own-oidc-provider.ts'
import { startRealOidcProvider } from './testing/real-oidc-provider.ts'
import { type SingleSignOnHouse, startHouse } from './testing/single-sign-on-house.ts'

interface Fixtures {
  house: SingleSignOnHouse
  own: OwnOidcProvider
}

const test = base.extend<Fixtures>({
  house: [
    async ({ runtime }, use) => {
      const house = await startHouse(runtime)
      await use(house)
      await house.stop()
    },
    { scope: 'file' },
  ],
  own: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures from the pattern
    async ({}, use) => {
      const own = await startOwnOidcProvider()
      await use(own)
      await own.stop()
    },
    { scope: 'file' },
  ],
})

const reset: (() => void)[] = []
afterEach(() => {
  for (const act of reset.splice(0)) act()
})

function connectionTo(issuer: string, port: number, change: object = {}): NewConnection {
  return {
    ...{ kind: 'oidc', issuer, clientId: 'millrace', scopes: 'openid email profile', algorithm: 'RS256' },
    ...{
      privateHost: { host: '127.0.0.1', port, reason: 'Runs in the plant' },
      clientSecret: 'a secret of the client',
    },
    ...change,
  } as NewConnection
}

function problemOf(page: Page): string | null {
  return new URL(page.url).searchParams.get('problem')
}

/** Signs in at the real provider, whose pages ask for a name and then for consent. */
async function signInAtReal(browser: Browser, url: string, login: string): Promise<Page> {
  let page = await browser.go(url)
  for (let step = 0; step < 4 && page.text.includes('<form'); step += 1) {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1] ?? ''
    const form = { prompt, ...(prompt === 'login' && { login, password: 'any' }) }
    page = await browser.go(new URL(action, page.url).href, { form })
  }
  return page
}

test('a person of the company signs in with a certified provider and comes where the link led', async ({ house }) => {
  await house.addPerson('Nadia Brunner', 'nadia@muster.example')
  const draft = await house.addProvider(
    { connection: connectionTo('http://127.0.0.1:1', 1, { algorithm: 'ES256' }) },
    'off',
  )
  const real = await startRealOidcProvider(draft.ours.redirectUri, {
    nadia: { name: 'Nadia B.', email: 'Nadia@Muster.example', email_verified: true },
  })
  try {
    const { name, origin, domains, trustsMail, newcomers, groupsClaim, groupRoles, provesSecondFactor } = draft
    const changed = await house.call('PUT', `/providers/${draft.id}`, {
      ...{ name, origin, domains, trustsMail, newcomers, groupsClaim, groupRoles, provesSecondFactor },
      connection: connectionTo(real.issuer, real.port, { algorithm: 'ES256' }),
    })
    expect(changed.status).toBe(200)
    const provider: IdentityProvider = changed.json
    expect((await new Browser().go(house.startUrl(provider))).url).toContain('problem=identity%2Fprovider-missing')

    // In another browser than the administrator's it comes to nothing, and the try stays open.
    let elsewhere: Page | undefined
    const open = await house.tryIn(new Browser(), provider, async (url) => {
      elsewhere = await signInAtReal(new Browser(), url, 'nadia')
    })
    expect(elsewhere && problemOf(elsewhere)).toBe('identity/started-elsewhere')
    expect(open).toMatchObject({ worked: false, finishedAt: null, checks: [] })
    const admins = new Browser()
    const worked = await house.tryIn(admins, provider, (url) => signInAtReal(admins, url, 'nadia'))
    expect(worked).toMatchObject({ worked: true, person: { name: 'Nadia Brunner' }, ofTheseSettings: true })
    expect(worked.received).toContainEqual({ name: 'email', value: 'Nadia@Muster.example' })
    expect(JSON.stringify(worked.received)).not.toMatch(/nonce|at_hash/)
    expect(JSON.stringify(worked)).not.toContain('a secret of the client')
    // A try signs in nobody, and links nobody.
    expect(await house.whoIn(admins)).toBeUndefined()
    expect((await house.call('GET', `/providers/${provider.id}/links`)).json).toEqual({ items: [] })

    await house.call('PUT', `/providers/${provider.id}/state`, { state: 'offered', reason: 'It works' })
    const browser = new Browser()
    const page = await signInAtReal(browser, house.startUrl(provider, '/plant/sursee?view=now'), 'nadia')
    expect(page.url).toBe(`${house.url}/plant/sursee?view=now`)
    expect(await house.whoIn(browser)).toMatchObject({ person: { name: 'Nadia Brunner' }, level: 2 })
    expect((await house.call('GET', `/providers/${provider.id}/links`)).json).toMatchObject({
      items: [{ personName: 'Nadia Brunner', subject: 'nadia' }],
    })
  } finally {
    await real.stop()
  }
})

interface Told {
  readonly action: string
  readonly object: string
  readonly detail: Record<string, unknown> & { readonly also?: readonly Told[] }
}

/** What the trail says of an action; a request leaves one event, with what else it did inside. */
async function trail(house: SingleSignOnHouse, action: string): Promise<Told[]> {
  return inContext(house.runtime, systemActor(house.enterpriseId, 'test'), async (ctx) => {
    const found = await sql<Told>`
      select action, object, detail from audit.event where enterprise_id = ${house.enterpriseId} order by id`.execute(
      ctx.db,
    )
    return found.rows.flatMap((one) => [one, ...(one.detail.also ?? [])]).filter((one) => one.action === action)
  })
}

/** Signs in at our own provider, which says what it is told to. */
async function attempt(
  { house, own }: Fixtures,
  forgery: Forgery,
  of: Parameters<SingleSignOnHouse['addProvider']>[0] | IdentityProvider = {
    connection: connectionTo(own.issuer, own.port),
  },
): Promise<{ browser: Browser; page: Page; provider: IdentityProvider }> {
  own.next = forgery
  reset.push(() => {
    own.next = {}
  })
  const provider = 'ours' in of ? of : await house.addProvider(of)
  const browser = new Browser()
  const page = await browser.go(house.startUrl(provider))
  return { browser, page, provider }
}

const verified = { email: 'olga@muster.example', email_verified: true }

test('what only the user info tells counts, and what the signed token says goes before it', async ({ house, own }) => {
  await house.addPerson('Olga', verified.email)
  const { browser, page } = await attempt(
    { house, own },
    { claims: { name: 'Olga' }, userinfo: { ...verified, name: 'Somebody' } },
  )
  expect(page.url).toBe(`${house.url}/`)
  expect(await house.whoIn(browser)).toMatchObject({ person: { email: verified.email } })
  // Every token is redeemed with the verifier that only we know (RFC 7636), by our client.
  expect(own.redeemed.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43,}$/)
  expect(own.redeemed.at(-1)?.get('redirect_uri')).toContain('/callback')
})

// proves: T-A8
const forgeries: readonly [string, (own: OwnOidcProvider) => Forgery, string][] = [
  ['unsigned', () => ({ token: (claims) => new UnsecuredJWT(claims).encode() }), 'identity/oidc-token-invalid'],
  [
    'signed with our public key as a shared secret (HS256)',
    () => ({
      token: async (claims, { publicJwk }) => {
        const key = await exportSPKI((await importJWK(publicJwk, 'RS256', { extractable: true })) as CryptoKey)
        const body = [{ alg: 'HS256', kid: 'own' }, claims].map((part) => base64(JSON.stringify(part))).join('.')
        return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
      },
    }),
    'identity/oidc-token-invalid',
  ],
  [
    'signed with another algorithm than the pinned one',
    () => ({
      token: async (claims, { privateKey }) => {
        const jwk = KeyObject.from(privateKey).export({ format: 'jwk' })
        const key = await importJWK(jwk as never, 'RS512')
        return new SignJWT(claims).setProtectedHeader({ alg: 'RS512', kid: 'own' }).sign(key)
      },
    }),
    'identity/oidc-token-invalid',
  ],
  [
    'signed by a key of a stranger, who brings it along',
    () => ({
      token: async (claims) => {
        const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
        const jwk = KeyObject.from(publicKey).export({ format: 'jwk' })
        return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', jwk: jwk as never, kid: 'own' }).sign(privateKey)
      },
    }),
    'identity/oidc-token-invalid',
  ],
  ['changed after it was signed', () => ({ token: changed }), 'identity/oidc-token-invalid'],
  ['for another client', () => ({ claims: { aud: 'somebody-else' } }), 'identity/oidc-token-invalid'],
  ['of another issuer', () => ({ claims: { iss: 'https://evil.example' } }), 'identity/oidc-token-invalid'],
  ['for another sign-in', () => ({ claims: { nonce: 'another' } }), 'identity/oidc-nonce-wrong'],
  ['without a nonce', () => ({ claims: { nonce: undefined } }), 'identity/oidc-token-invalid'],
  ['expired', (_) => ({ claims: { exp: nowS() - 3600, iat: nowS() - 7200 } }), 'identity/oidc-token-expired'],
  ['not valid yet', () => ({ claims: { nbf: nowS() + 3600 } }), 'identity/oidc-token-expired'],
  ['no token', () => ({ token: () => 'not a token' }), 'identity/oidc-token-invalid'],
  ['a refusal', () => ({ error: 'access_denied' }), 'identity/provider-refused'],
]

test('a token is believed only when everything about it is right', async ({ house, own }) => {
  await house.addPerson('Rita', 'rita@muster.example')
  const claims = { email: 'rita@muster.example', email_verified: true, sub: 'rita' }
  const provider = await house.addProvider({ connection: connectionTo(own.issuer, own.port) })
  for (const [name, forge, code] of forgeries) {
    const forgery = forge(own)
    const { browser, page } = await attempt(
      { house, own },
      { ...forgery, claims: { ...claims, ...forgery.claims } },
      provider,
    )
    expect([name, problemOf(page)]).toEqual([name, code])
    expect(await house.whoIn(browser)).toBeUndefined()
  }
  // The same without a fault: it was for the fault that they were refused.
  const { page } = await attempt({ house, own }, { claims }, provider)
  expect(page.url).toBe(`${house.url}/`)
})

function nowS(): number {
  return Math.floor(Date.now() / 1000)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}

async function changed(claims: object, { privateKey }: OwnOidcProvider['keys']): Promise<string> {
  const token = await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(privateKey)
  const [head, , signature] = token.split('.')
  return [head, base64(JSON.stringify({ ...claims, email: 'ada@muster.example' })), signature].join('.')
}

test.for([
  [
    'an address the provider did not verify',
    { email: 'una@muster.example', email_verified: false },
    {},
    'mail-unverified',
  ],
  ['an address the provider says nothing of', { email: 'una@muster.example' }, {}, 'mail-unverified'],
  [
    'a false address however much it is trusted',
    { email: 'una@muster.example', email_verified: false },
    { trustsMail: true },
    'mail-unverified',
  ],
  ['no address', {}, {}, 'mail-missing'],
  ['an address of another domain', { email: 'una@evil.example', email_verified: true }, {}, 'mail-domain-refused'],
  [
    'a domain that only ends like ours',
    { email: 'una@not-muster.example', email_verified: true },
    {},
    'mail-domain-refused',
  ],
  ['somebody unknown', { email: 'nobody@muster.example', email_verified: true }, {}, 'person-unknown'],
] as const)('%s is refused', async ([, claims, choices, code], { house, own }) => {
  const { browser, page, provider } = await attempt(
    { house, own },
    { claims: { sub: crypto.randomUUID(), ...claims } },
    { connection: connectionTo(own.issuer, own.port), ...choices },
  )
  expect(problemOf(page)).toBe(`identity/${code}`)
  expect(await house.whoIn(browser)).toBeUndefined()
  const refusals = await trail(house, 'identity.single-sign-on.refuse')
  expect(refusals.at(-1)).toMatchObject({ object: `provider ${provider.id}`, detail: { code: `identity/${code}` } })
})

// proves: T-A6 (in part: nobody is signed in by a link that another browser began)
test('a sign-in belongs to the browser that began it, once, for its own provider', async ({ house, own }) => {
  await house.addPerson('Sven', 'sven@muster.example')
  own.next = { claims: { sub: 'sven', email: 'sven@muster.example', email_verified: true } }
  reset.push(() => {
    own.next = {}
  })
  const provider = await house.addProvider({ connection: connectionTo(own.issuer, own.port) })
  const other = await house.addProvider({ connection: connectionTo(own.issuer, own.port) })
  const callback = async (browser: Browser) =>
    (await browser.go(house.startUrl(provider), { until: /\/callback\?/ })).url

  const begun = new Browser()
  const stolen = await callback(begun)
  expect(problemOf(await new Browser().go(stolen))).toBe('identity/started-elsewhere')
  // It was used by that: the one who began it begins again.
  expect(problemOf(await begun.go(stolen))).toBe('identity/oidc-state-unknown')

  const once = await callback(begun)
  expect((await begun.go(once)).url).toBe(`${house.url}/`)
  expect(problemOf(await begun.go(once))).toBe('identity/oidc-state-unknown')

  const crossed = (await callback(begun)).replace(provider.id, other.id)
  expect(problemOf(await begun.go(crossed))).toBe('identity/oidc-state-unknown')

  const tenant = (await callback(begun)).replace(house.enterpriseId, crypto.randomUUID())
  expect(problemOf(await begun.go(tenant))).toBe('identity/provider-missing')

  const late = await callback(begun)
  await inContext(house.runtime, systemActor(house.enterpriseId, 'test'), (ctx) =>
    sql`update identity.sign_in_attempt set expires_at = now() - interval '1 second'`.execute(ctx.db),
  )
  expect(problemOf(await begun.go(late))).toBe('identity/oidc-state-unknown')
  expect(problemOf(await begun.go(`${once}&code=another&code=twice`))).toBe('identity/oidc-state-unknown')
})

test('a program that comes by the callback gets a problem, not a page', async ({ house, own }) => {
  const provider = await house.addProvider({ connection: connectionTo(own.issuer, own.port) })
  const answer = await fetch(`${provider.ours.redirectUri}?state=x&code=y`, { headers: { accept: 'application/json' } })
  expect(await answer.json()).toMatchObject({ status: 401, code: 'identity/oidc-state-unknown' })
})

test('the database holds neither states nor client secrets that could be used', async ({ house, own }) => {
  const provider = await house.addProvider({ connection: connectionTo(own.issuer, own.port) })
  const { url } = await new Browser().go(house.startUrl(provider), { until: /\/authorize\?/ })
  const state = new URL(url).searchParams.get('state') ?? ''
  const dump = await inContext(house.runtime, systemActor(house.enterpriseId, 'test'), async (ctx) => {
    const attempts = await sql<{ row: string }>`select one::text as row from identity.sign_in_attempt one`.execute(
      ctx.db,
    )
    const providers = await sql<{ row: string }>`select one::text as row from identity.provider one`.execute(ctx.db)
    return [...attempts.rows, ...providers.rows].map(({ row }) => row).join('\n')
  })
  expect(dump).toContain(provider.id)
  expect(dump).not.toContain(state)
  for (const form of ['a secret of the client', Buffer.from('a secret of the client').toString('hex')]) {
    expect(dump).not.toContain(form)
  }
  expect(JSON.stringify((await house.call('GET', '/providers')).json)).not.toContain('a secret of the client')
  expect(JSON.stringify(await trail(house, 'identity.provider.create'))).not.toContain('a secret of the client')
})

test('a link stays with the account whatever becomes of the address, and goes before it', async ({ house, own }) => {
  const old = await house.addPerson('Tamara Old', 'tamara@muster.example')
  const provider = await house.addProvider({ connection: connectionTo(own.issuer, own.port) })
  const say = (sub: string, email: string) =>
    attempt({ house, own }, { claims: { sub, email, email_verified: true } }, provider)

  await say('tamara', 'tamara@muster.example')
  // She married; the provider tells the new address.
  const renamed = await say('tamara', 'tamara.new@muster.example')
  expect(await house.whoIn(renamed.browser)).toMatchObject({ person: { name: 'Tamara Old' } })
  // Her old address was given to somebody else: that is another account, and not she.
  const successor = await say('tamara-2', 'tamara@muster.example')
  expect(problemOf(successor.page)).toBe('identity/linked-otherwise')

  expect((await house.call('DELETE', `/providers/${provider.id}/links/${old}`)).status).toBe(204)
  expect((await house.call('DELETE', `/providers/${provider.id}/links/${old}`)).json).toMatchObject({
    code: 'identity/link-missing',
  })
  const again = await say('tamara-2', 'tamara@muster.example')
  expect(await house.whoIn(again.browser)).toMatchObject({ person: { name: 'Tamara Old' } })
})

test('newcomers are added with the chosen role when the provider may, and groups give and take roles', async ({
  house,
  own,
}) => {
  const provider = await house.addProvider({
    connection: connectionTo(own.issuer, own.port),
    ...{ newcomers: { role: 'operator', placeId: null }, groupsClaim: 'groups' },
    groupRoles: [
      { value: 'planners', role: 'planner', placeId: null },
      { value: 'quality', role: 'quality', placeId: null },
      { value: 'everybody', role: 'operator', placeId: null },
    ],
  })
  const say = async (groups: readonly string[]) => {
    const email = 'uwe@muster.example'
    const claims = { sub: 'uwe', name: 'Uwe Neu', email, email_verified: true, groups: [...groups] }
    const { browser } = await attempt({ house, own }, { claims }, provider)
    const who = (await house.whoIn(browser)) as unknown as { person: { name: string; grants: { role: string }[] } }
    expect(who.person.name).toBe('Uwe Neu')
    return who.person.grants.map((grant) => grant.role).sort()
  }
  expect(await say(['planners', 'everybody', 'strangers'])).toEqual(['operator', 'planner'])
  expect(await say(['quality'])).toEqual(['operator', 'quality'])
  // Unchanged: nothing is written.
  const before = (await trail(house, 'identity.grant.set')).length
  expect(await say(['quality'])).toEqual(['operator', 'quality'])
  expect((await trail(house, 'identity.grant.set')).length).toBe(before)
  expect(await say([])).toEqual(['operator'])
  expect((await trail(house, 'identity.grant.set')).at(-1)).toMatchObject({
    detail: { provider: provider.name, taken: [{ role: 'quality' }] },
  })
  // What the groups gave goes with the provider.
  expect(await say(['quality'])).toEqual(['operator', 'quality'])
  await house.call('DELETE', `/providers/${provider.id}`)
  const people = (await house.call('GET', '/people?text=uwe')).json as unknown as {
    items: { grants: { role: string }[] }[]
  }
  expect(people.items[0]?.grants.map((grant) => grant.role)).toEqual(['operator'])
})

test('groups never take the last administrator away', async ({ house, own }) => {
  const provider = await house.addProvider({
    connection: connectionTo(own.issuer, own.port),
    ...{ newcomers: { role: 'auditor', placeId: null }, groupsClaim: 'groups' },
    groupRoles: [{ value: 'admins', role: 'it-admin', placeId: null }],
  })
  const claims = { sub: 'vera', email: 'vera@muster.example', email_verified: true }
  await attempt({ house, own }, { claims: { ...claims, groups: ['admins'] } }, provider)
  await inContext(house.runtime, systemActor(house.enterpriseId, 'test'), (ctx) =>
    sql`update identity.person set ended_at = now() where id = ${house.administrator}`.execute(ctx.db),
  )
  const { browser } = await attempt({ house, own }, { claims: { ...claims, groups: [] } }, provider)
  expect(JSON.stringify(await house.whoIn(browser))).toContain('"role":"it-admin"')
  await inContext(house.runtime, systemActor(house.enterpriseId, 'test'), (ctx) =>
    sql`update identity.person set ended_at = null where id = ${house.administrator}`.execute(ctx.db),
  )
  const later = await attempt({ house, own }, { claims: { ...claims, groups: [] } }, provider)
  expect(JSON.stringify(await house.whoIn(later.browser))).not.toContain('"role":"it-admin"')
})
