import { inContext, systemActor } from '@millrace/runtime'
import { test as base } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { IdentityProvider, NewProvider, ProviderId } from './identity-provider-contract.ts'
import { hashPassword } from './password.ts'
import { type SingleSignOnHouse, startHouse } from './testing/single-sign-on-house.ts'

const test = base.extend<{ house: SingleSignOnHouse }>({
  house: [
    async ({ runtime }, use) => {
      const house = await startHouse(runtime)
      await use(house)
      await house.stop()
    },
    { scope: 'file' },
  ],
})

const CONNECTION = {
  ...{ kind: 'oidc' as const, issuer: 'https://idp.muster.example', clientId: 'millrace', scopes: 'openid email' },
  ...{ algorithm: 'RS256' as const, privateHost: null },
}

function asked(house: SingleSignOnHouse, change: Partial<NewProvider> = {}): NewProvider {
  return {
    ...{ name: crypto.randomUUID(), origin: house.url, domains: ['muster.example'], trustsMail: false },
    ...{ newcomers: null, groupsClaim: null, groupRoles: [], provesSecondFactor: false, connection: CONNECTION },
    ...change,
  }
}

const put = (house: SingleSignOnHouse, provider: IdentityProvider, change: Partial<NewProvider>) =>
  house.call('PUT', `/providers/${provider.id}`, asked(house, { name: provider.name, ...change }))

test('what makes no sense is refused, each by its own name', async ({ house }) => {
  const create = async (change: Partial<NewProvider>) =>
    (await house.call('POST', '/providers', asked(house, change))).json
  const at = (issuer: string, privateHost: object | null = null) => ({
    connection: { ...CONNECTION, issuer, privateHost } as never,
  })
  // proves: T-H2 (in part: the issuer goes through the outbound guard)
  for (const issuer of ['https://10.0.0.1', 'https://169.254.169.254', 'https://idp.example:22']) {
    expect([issuer, await create(at(issuer))]).toMatchObject([
      issuer,
      { status: 422, code: 'runtime/outbound-refused' },
    ])
  }
  const elsewhere = { host: 'other.example', port: 8080, reason: 'Plant' }
  expect(await create(at('http://10.0.0.1:8080', elsewhere))).toMatchObject({ code: 'runtime/outbound-refused' })
  expect(await create({ domains: [], trustsMail: true })).toMatchObject({ code: 'identity/provider-needs-domains' })
  expect(await create({ domains: [], newcomers: { role: 'operator', placeId: null } })).toMatchObject({
    code: 'identity/provider-needs-domains',
  })
  expect(await create({ newcomers: { role: 'emperor', placeId: null } })).toMatchObject({
    code: 'identity/role-unknown',
  })
  expect(await create({ groupRoles: [{ value: 'x', role: 'operator', placeId: crypto.randomUUID() }] })).toMatchObject({
    code: 'identity/place-unknown',
  })
  expect(await create({ origin: 'https://[:::]' })).toMatchObject({ code: 'identity/origin-invalid' })
  expect(await create({ connection: { ...CONNECTION, algorithm: 'HS256' } as never })).toMatchObject({
    code: 'http/request-invalid',
  })
  expect(await create({ connection: { ...CONNECTION, scopes: 'email' } })).toMatchObject({
    code: 'http/request-invalid',
  })
  for (const domain of ['Muster.example', '*.example', 'example', 'a@b.example', '']) {
    expect(await create({ domains: [domain] })).toMatchObject({ code: 'http/request-invalid' })
  }
  expect(await create({ name: 'One' })).toMatchObject({ name: 'One', state: 'off', connection: { hasSecret: false } })
  expect(await create({ name: 'oNE' })).toMatchObject({ status: 409, code: 'identity/provider-name-taken' })
})

test('a provider that was added in the same words is not added twice, and its addresses are known beforehand', async ({
  house,
}) => {
  const id = crypto.randomUUID() as ProviderId
  const first = await house.call('POST', '/providers', asked(house, { id }))
  expect(first.json).toMatchObject({ id, ours: { redirectUri: expect.stringContaining(`/${id}/callback`) } })
  expect((await house.call('POST', '/providers', asked(house, { id }))).json).toMatchObject({
    code: 'identity/provider-exists',
  })
})

test('a provider within the own network is opened by name, with a reason that stays in the trail', async ({
  house,
}) => {
  const privateHost = { host: '10.1.2.3', port: 8080, reason: 'The identity provider of the plant' }
  const made = await house.call(
    'POST',
    '/providers',
    asked(house, { connection: { ...CONNECTION, issuer: 'http://10.1.2.3:8080', privateHost } }),
  )
  expect(made).toMatchObject({ status: 201, json: { connection: { privateHost } } })
  const written = await inContext(house.runtime, systemActor(house.enterpriseId, 'test'), (ctx) =>
    sql<{ after: unknown }>`select after from audit.event where enterprise_id = ${house.enterpriseId}
      and action = 'identity.provider.create' and object = ${`provider ${(made.json as IdentityProvider).id}`}`.execute(
      ctx.db,
    ),
  )
  expect(written.rows).toMatchObject([{ after: { connection: { privateHost } } }])
})

test('only who administers the whole company sets up its way in, and gives no roles beyond the own', async ({
  house,
}) => {
  const auditor = await house.addPerson('Auditor', 'auditor@muster.example', [{ role: 'auditor', placeId: null }])
  const operator = await house.addPerson('Operator', 'operator@muster.example', [{ role: 'operator', placeId: null }])
  expect((await house.call('GET', '/providers', undefined, auditor)).status).toBe(200)
  expect((await house.call('GET', '/providers', undefined, operator)).json).toMatchObject({ code: 'runtime/forbidden' })
  for (const person of [auditor, operator]) {
    expect((await house.call('POST', '/providers', asked(house), person)).json).toMatchObject({
      code: 'runtime/forbidden',
    })
  }
  // A role of the company's own that may set up providers, but not give roles.
  const role = (
    await house.call('POST', '/roles', {
      name: 'Door',
      permissions: ['identity:provider:write', 'identity:provider:read'],
    })
  ).json as { id: string }
  const door = await house.addPerson('Door', 'door@muster.example', [{ role: role.id, placeId: null }])
  expect((await house.call('POST', '/providers', asked(house), door)).status).toBe(201)
  const escalation = asked(house, { newcomers: { role: 'it-admin', placeId: null } })
  expect((await house.call('POST', '/providers', escalation, door)).json).toMatchObject({ code: 'runtime/forbidden' })
})

test('a client secret stays with the issuer it was entered for', async ({ house }) => {
  const connection = { ...CONNECTION, clientSecret: 'secret of the first issuer' }
  const provider = await house.addProvider({ connection }, 'off')
  expect(provider.connection).toMatchObject({ hasSecret: true })
  expect((await put(house, provider, { connection: CONNECTION })).json).toMatchObject({
    connection: { hasSecret: true },
  })
  const moved = { ...CONNECTION, issuer: 'https://evil.example' }
  expect((await put(house, provider, { connection: moved })).json).toMatchObject({ connection: { hasSecret: false } })
  const saml = { kind: 'saml', mailAttribute: null, nameAttribute: null, allowsUnsolicited: false }
  expect((await put(house, provider, { connection: saml as never })).json).toMatchObject({
    code: 'identity/provider-kind-fixed',
  })
})

/** As if the present settings had been tried with success. */
function pretendTried(house: SingleSignOnHouse, provider: IdentityProvider, revision: number) {
  return inContext(house.runtime, systemActor(house.enterpriseId, 'test'), (ctx) =>
    sql`insert into identity.sign_in_try (id, provider_id, revision, started_at, finished_at, worked, result)
      values (${crypto.randomUUID()}, ${provider.id}, ${revision}, now(), now(), true,
      '{"checks": [], "received": [], "person": null, "roles": []}')`.execute(ctx.db),
  )
}

test('a provider is required only after its present settings worked, and with a way in beside it', async ({
  house,
}) => {
  const require = async (provider: IdentityProvider) =>
    (await house.call('PUT', `/providers/${provider.id}/state`, { state: 'required', reason: 'Policy' })).json
  const bare = await house.addProvider({ connection: CONNECTION, domains: [] })
  expect(await require(bare)).toMatchObject({ code: 'identity/provider-needs-domains' })
  const provider = await house.addProvider({ connection: CONNECTION })
  expect(await require(provider)).toMatchObject({ code: 'identity/provider-not-tried' })
  await pretendTried(house, provider, provider.revision)
  await put(house, provider, { connection: CONNECTION })
  // Other settings than the ones that were tried.
  expect(await require(provider)).toMatchObject({ code: 'identity/provider-not-tried' })
  await pretendTried(house, provider, provider.revision + 1)
  expect(await require(provider)).toMatchObject({ code: 'identity/break-glass-needed' })
  expect((await house.call('POST', '/break-glass', { name: 'Red envelope' })).status).toBeLessThan(300)
  expect(await require(provider)).toMatchObject({ state: 'required' })
  // Leaves the others of this file as they were.
  await house.call('DELETE', `/providers/${provider.id}`)
})

test('people of a required provider come in no other way, and visitors are told where to go', async ({
  house,
  runtime,
}) => {
  const password = 'correct horse battery'
  const personId = await house.addPerson('Petra', 'petra@required.example')
  await house.addPerson('Quirin', 'quirin@other.example')
  const passwordHash = await hashPassword(password)
  await inContext(runtime, systemActor(house.enterpriseId, 'test'), (ctx) =>
    sql`update identity.person set password_hash = ${passwordHash} where email in ('petra@required.example', 'quirin@other.example')`.execute(
      ctx.db,
    ),
  )
  const provider = await house.addProvider({ connection: CONNECTION, domains: ['required.example'] })
  const signIn = async (email: string, word = password) => {
    const answer = await fetch(`${house.url}/api/v1/identity/sessions`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ email, password: word }),
    })
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  const options = async (query = '') =>
    (await (await fetch(`${house.url}/api/v1/identity/sign-in-options${query}`)).json()) as {
      providers: { name: string; required: boolean }[]
    }
  expect(await signIn('petra@required.example')).toMatchObject({ status: 201 })
  expect((await options()).providers.map(({ name }) => name)).toContain(provider.name)
  expect(await options('?domain=nowhere.example')).toEqual({ providers: [] })

  await inContext(runtime, systemActor(house.enterpriseId, 'test'), (ctx) =>
    sql`update identity.provider set state = 'required' where id = ${provider.id}`.execute(ctx.db),
  )
  expect(await signIn('petra@required.example')).toMatchObject({
    status: 403,
    code: 'identity/provider-required',
    providerName: provider.name,
  })
  // Whoever does not know the password learns nothing.
  expect(await signIn('petra@required.example', 'wrong')).toMatchObject({ code: 'identity/sign-in-refused' })
  expect(await signIn('quirin@other.example')).toMatchObject({ status: 201 })
  expect(await options('?domain=required.example')).toMatchObject({ providers: [{ required: true }] })
  expect(Object.keys((await options()).providers[0] ?? {}).sort()).toEqual(['name', 'required', 'startUrl'])
  // A station opens a station's rights only: badge and PIN stay.
  expect((await house.call('GET', '/session', undefined, personId)).status).toBe(200)

  // Changed settings were not tried: they are offered, not required.
  expect((await put(house, provider, { connection: CONNECTION, domains: ['required.example'] })).json).toMatchObject({
    state: 'offered',
  })
  expect(await signIn('petra@required.example')).toMatchObject({ status: 201 })
})

test('what is not there is missing, whatever is asked of it', async ({ house }) => {
  const id = crypto.randomUUID()
  const provider = await house.addProvider({ connection: CONNECTION })
  const cases = [
    ['PUT', `/providers/${id}`, asked(house), 'provider-missing'],
    ['PUT', `/providers/${id}/state`, { state: 'off', reason: 'x' }, 'provider-missing'],
    ['DELETE', `/providers/${id}`, undefined, 'provider-missing'],
    ['GET', `/providers/${id}/links`, undefined, 'provider-missing'],
    ['POST', `/providers/${id}/tries`, undefined, 'provider-missing'],
    ['GET', `/providers/${provider.id}/tries/${id}`, undefined, 'try-missing'],
  ] as const
  for (const [method, path, body, code] of cases) {
    expect([path, (await house.call(method, path, body)).json]).toMatchObject([
      path,
      { status: 404, code: `identity/${code}` },
    ])
  }
  expect((await house.call('DELETE', `/providers/${provider.id}`)).status).toBe(204)
})

test('a provider that cannot be reached is a failed check of a try, and a page for who signs in', async ({ house }) => {
  const privateHost = { host: '127.0.0.1', port: 1, reason: 'Test' }
  const connection = { ...CONNECTION, issuer: 'http://127.0.0.1:1', privateHost }
  const provider = await house.addProvider({ connection })
  const started = await house.call('POST', `/providers/${provider.id}/tries`)
  const { tryId, continueAt } = started.json as { tryId: string; continueAt: string | null }
  expect(continueAt).toBeNull()
  expect((await house.call('GET', `/providers/${provider.id}/tries/${tryId}`)).json).toMatchObject({
    worked: false,
    checks: [{ passed: false, code: 'identity/provider-away' }],
  })
  const answer = await fetch(house.startUrl(provider), { redirect: 'manual', headers: { accept: 'text/html' } })
  expect(answer.headers.get('location')).toBe('/sign-in?problem=identity%2Fprovider-away')
})
