import { randomUUID } from 'node:crypto'
import { epochMs, newId, now } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { type Actor, createOutbox, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Connection, Enrolled, Gateway, GatewayConfiguration, GatewayWithCode, PublicJwk } from './contract.ts'
import { announceSilence } from './gateway-report.ts'
import { createSite, plant, type Site, tellGateway } from './index.ts'
import { localGateways } from './local-gateways.ts'

const ALL = [
  'plant:equipment:read',
  'plant:equipment:write',
  'plant:gateway:read',
  'plant:gateway:write',
  'plant:connection:read',
  'plant:connection:write',
]

/** The company at work, and another one that must never see it. */
const OURS = newId<'Enterprise'>(1)
const THEIRS = newId<'Enterprise'>(2)
const person = (enterpriseId: string): Actor =>
  somebody(enterpriseId, Object.fromEntries(ALL.map((permission) => [permission, 'everywhere'])))
const people = new Map<string, Actor>([
  ['ours', person(OURS)],
  ['theirs', person(THEIRS)],
])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let site: Site
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  const base = testRuntime(database.url)
  const outbox = createOutbox(
    () => runtime,
    plant.listens ?? [],
    () => undefined,
  )
  runtime = { ...base, announced: (enterpriseId) => outbox.poke(enterpriseId) }
  app = await createApp({ runtime, modules: [signIn, plant], version: 'test' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (const id of [OURS, THEIRS]) {
    await sql`insert into runtime.tenant (enterprise_id) values (${id})`.execute(runtime.app.kysely)
  }
  site = await inContext(runtime, systemActor(OURS, 'test'), (ctx) =>
    createSite(ctx, { name: 'Sursee', timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }),
  )
  end = async () => {
    await app.close()
    await outbox.stop()
    await runtime.app.close()
    await database.drop()
  }
})
afterAll(() => end())

async function call(
  method: 'GET' | 'POST',
  path: string,
  options: { who?: string; token?: string; body?: object } = {},
) {
  const { who, token, body } = options
  const reply = await app.inject({
    method,
    url: `/api/v1/plant${path}`,
    headers: { ...(who && { cookie: `who=${who}` }), ...(token && { authorization: `Bearer ${token}` }) },
    ...(body && { payload: body }),
  })
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
}

interface Keys {
  publicKey: PublicJwk
  privateKey: CryptoKey
}

async function newKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const { x = '' } = await exportJWK(publicKey)
  return { publicKey: { kty: 'OKP', crv: 'Ed25519', x }, privateKey }
}

async function givenGateway(local = false): Promise<GatewayWithCode> {
  const { status, body } = await call('POST', '/gateways', {
    who: 'ours',
    body: { siteId: site.id, name: `Gateway ${randomUUID()}`, local },
  })
  expect(status).toBe(201)
  return body
}

const enrol = (code: string, { publicKey }: Keys) => call('POST', '/gateways/enrol', { body: { code, publicKey } })

/** An enrolled gateway that can sign tokens. */
async function givenEnrolled() {
  const { gateway, enrolmentCode } = await givenGateway()
  const keys = await newKeys()
  expect((await enrol(enrolmentCode, keys)).status).toBe(200)
  return { gateway, keys, token: await sign(keys, gateway.id) }
}

interface Claims {
  kid?: string
  iss?: string
  sub?: string
  aud?: string
  exp?: number
  jti?: string
}

function sign({ privateKey }: Pick<Keys, 'privateKey'>, gatewayId: string, claims: Claims = {}): Promise<string> {
  const { kid = gatewayId, iss = gatewayId, sub = OURS, aud = 'millrace', jti = randomUUID() } = claims
  return new SignJWT({ iss, sub, aud, jti, exp: claims.exp ?? seconds(60) })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .sign(privateKey)
}

const seconds = (ahead: number) => Math.floor(epochMs(now()) / 1000) + ahead

test('a code enrols one key once, and the same key again while it lives', async () => {
  const { gateway, enrolmentCode } = await givenGateway()
  expect(gateway.state).toBe('waiting')
  const keys = await newKeys()
  const first = await enrol(enrolmentCode, keys)
  expect(first).toMatchObject({ status: 200, body: { gatewayId: gateway.id, enterpriseId: OURS, siteId: site.id } })
  expect((first.body as Enrolled).commandKey).toEqual({ kty: 'OKP', crv: 'Ed25519', x: expect.any(String) })
  // The answer was lost: asking again does no harm.
  expect(await enrol(enrolmentCode, keys)).toEqual(first)
  expect(await enrol(enrolmentCode, await newKeys())).toMatchObject({
    status: 403,
    body: { code: 'plant/enrolment-refused' },
  })
})

// proves: T-D1 (in part: enrolment codes)
test('a wrong, a used, an expired and a foreign code get the same answer', async () => {
  const used = (await givenGateway()).enrolmentCode
  await enrol(used, await newKeys())
  const expired = await givenExpiredCode()
  const foreign = expired.replace(/^mre_.{8}/, 'mre_AAAAAAAA')
  const answers = []
  for (const code of [used, expired, foreign, 'mre_short-but-long-enough', 'nothing of ours']) {
    const { status, body } = await enrol(code, await newKeys())
    answers.push({ status, title: body.title, detail: body.detail, code: body.code })
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]).toMatchObject({ status: 403, code: 'plant/enrolment-refused' })
})

test('a code runs out after ten minutes', async () => {
  const { enrolmentCode } = await givenGateway()
  await inContext(runtime, systemActor(OURS, 'test'), async (ctx) => {
    const { rows } = await sql<{ ms: number }>`
      select extract(epoch from max(expires_at) - ${ctx.now}) * 1000 as ms from plant.enrolment_code`.execute(ctx.db)
    expect(Number(rows[0]?.ms)).toBeLessThanOrEqual(600_000)
    expect(Number(rows[0]?.ms)).toBeGreaterThan(590_000)
  })
  expect((await enrol(enrolmentCode, await newKeys())).status).toBe(200)
})

// proves: T-A8 (in part: gateway tokens)
test('a token counts only when it is ours in every part', async () => {
  const { gateway, keys, token } = await givenEnrolled()
  const other = await givenEnrolled()
  const hmac = await new SignJWT({ iss: gateway.id, sub: OURS, aud: 'millrace', jti: 'x', exp: seconds(60) })
    .setProtectedHeader({ alg: 'HS256', kid: gateway.id })
    .sign(Buffer.from(keys.publicKey.x, 'base64url'))
  const { kid: _none, ...unsigned } = { kid: gateway.id, iss: gateway.id, sub: OURS, aud: 'millrace', exp: seconds(60) }
  const refused = {
    'alg none': new UnsecuredJWT({ ...unsigned, jti: 'x' }).encode(),
    'alg HS256 with the public key as secret': hmac,
    'another audience': await sign(keys, gateway.id, { aud: 'somewhere' }),
    expired: await sign(keys, gateway.id, { exp: seconds(-60) }),
    'living too long': await sign(keys, gateway.id, { exp: seconds(3600) }),
    'signed by another gateway': await sign(other.keys, gateway.id),
    'issued by another gateway': await sign(keys, gateway.id, { iss: other.gateway.id }),
    'of another enterprise': await sign(keys, gateway.id, { sub: THEIRS }),
    'of no enterprise': await sign(keys, gateway.id, { sub: 'x' }),
    'of an unknown gateway': await sign(keys, newId(3)),
    cut: token.slice(0, -4),
    garbage: 'a.b.c',
    'too long': `${'a'.repeat(3000)}.b.c`,
  }
  const tried = { token }
  expect((await call('GET', '/gateways/self/configuration', tried)).status).toBe(200)
  for (const [what, wrong] of Object.entries(refused)) {
    const { status, body } = await call('GET', '/gateways/self/configuration', { token: wrong })
    expect({ what, status, code: body.code }).toEqual({ what, status: 401, code: 'plant/gateway-refused' })
  }
})

test('a gateway does what gateways do and nothing else', async () => {
  const { token } = await givenEnrolled()
  for (const path of ['/equipment', '/gateways', '/connections']) {
    expect((await call('GET', path, { token })).status).toBe(403)
  }
  expect((await call('GET', '/gateways/self/configuration', { who: 'ours' })).status).toBe(403)
  expect((await call('GET', '/gateways/self/configuration')).status).toBe(401)
})

test('what a gateway reports is shown, and only of its own connections', async () => {
  const { gateway, token } = await givenEnrolled()
  const other = await givenEnrolled()
  const connection = await givenConnection(gateway)
  const foreign = await givenConnection(other.gateway)
  const report = {
    connections: [connection, foreign].map(({ id }) => ({
      ...{ connectionId: id, state: 'failed', detail: 'Nothing listens there.', sinceAt: '2026-99-99T00:00:00.000Z' },
    })),
    journal: { bytes: 4096, oldestAt: null, droppedSamples: 0 },
    clockAheadMs: -7_200_000,
    discovered: [
      { connectionId: connection.id, address: 'ns=1;s=Power', name: 'Power', kind: 'number', unit: 'kW' },
      { connectionId: connection.id, address: 'ns=1;s=State', name: 'State', kind: 'text' },
      { connectionId: foreign.id, address: 'ns=1;s=Foreign', name: 'Foreign', kind: 'text' },
    ],
  }
  expect((await call('POST', '/gateways/self/reports', { token, body: report })).status).toBe(204)
  expect((await call('POST', '/gateways/self/reports', { token, body: report })).status).toBe(204)

  const { body } = await call('GET', '/connections', { who: 'ours' })
  const shown = (id: string) => body.items.find((one: Connection) => one.id === id)
  expect(shown(connection.id)).toMatchObject({ state: 'failed', detail: 'Nothing listens there.' })
  expect(shown(foreign.id)).toMatchObject({ state: 'unknown', detail: null })
  const tags = await call('GET', `/connections/${connection.id}/discovered-tags`, { who: 'ours' })
  expect(tags.body.items).toEqual(report.discovered.slice(0, 2))
  expect((await call('GET', `/connections/${foreign.id}/discovered-tags`, { who: 'ours' })).body.items).toEqual([])
  expect(await shownGateway(gateway)).toMatchObject({
    ...{ state: 'online', journal: { bytes: 4096 }, clockAheadMs: -7_200_000 },
  })
  expect((await call('GET', `/connections/${connection.id}/discovered-tags`, { who: 'theirs' })).status).toBe(404)
})

test('discovered tags are bounded, and known ones are still corrected at the bound', async () => {
  const { gateway, token } = await givenEnrolled()
  const { id: connectionId } = await givenConnection(gateway)
  const tagged = (from: number, name: string) =>
    Array.from({ length: 1000 }, (_, index) => {
      const address = `tag ${String(from + index).padStart(5, '0')}`
      return { connectionId, address, name, kind: 'number' }
    })
  const journal = { bytes: 0, oldestAt: null, droppedSamples: 0 }
  for (const from of [0, 1000, 2000, 3000, 4500, 4000, 0]) {
    const body = { connections: [], journal, discovered: tagged(from, `round ${from}`) }
    expect((await call('POST', '/gateways/self/reports', { token, body })).status).toBe(204)
  }
  const { items } = (await call('GET', `/connections/${connectionId}/discovered-tags`, { who: 'ours' })).body
  expect(items).toHaveLength(5000)
  expect(items[0]).toMatchObject({ address: 'tag 00000', name: 'round 0' })
})

test('text that cannot be stored is refused as the caller’s fault', async () => {
  const body = { siteId: site.id, name: 'a\u0000b', local: false }
  expect(await call('POST', '/gateways', { who: 'ours', body })).toMatchObject({
    status: 422,
    body: { code: 'http/body-malformed' },
  })
})

test('another enterprise sees no gateway and no connection, and can make none here', async () => {
  const { gateway } = await givenGateway()
  expect((await call('GET', '/gateways', { who: 'theirs' })).body.items).toEqual([])
  expect((await call('GET', '/connections', { who: 'theirs' })).body.items).toEqual([])
  expect((await call('POST', `/gateways/${gateway.id}/revoke`, { who: 'theirs' })).status).toBe(404)
  const made = { gatewayId: gateway.id, name: 'x', protocol: 'opc-ua', endpoint: 'opc.tcp://10.0.0.1:4840' }
  expect((await call('POST', '/connections', { who: 'theirs', body: made })).status).toBe(404)
})

test('a local gateway gets a code until it has enrolled, and each start another one', async () => {
  const { gateway } = await givenGateway(true)
  const find = async () => (await localGateways(runtime)).find((one) => one.id === gateway.id)
  const first = await find()
  const second = await find()
  expect(second?.enrolmentCode).not.toBe(first?.enrolmentCode)
  expect((await enrol(first?.enrolmentCode ?? '', await newKeys())).status).toBe(200)
  expect((await enrol(second?.enrolmentCode ?? '', await newKeys())).status).toBe(403)
  expect(await find()).toEqual({ id: gateway.id, name: gateway.name })
})

test('over its stream a gateway hears its revision, new configurations and messages once', async () => {
  const { gateway, token } = await givenEnrolled()
  const stream = await openStream(token)
  const { body } = await call('GET', '/gateways/self/configuration', { token })
  await vi.waitFor(() => expect(stream.heard('configuration')).toEqual([{ revision: body.revision }]))
  expect(await shownGateway(gateway)).toMatchObject({ state: 'online' })

  await givenConnection(gateway)
  await vi.waitFor(() => expect(stream.heard('configuration')).toHaveLength(2), { timeout: 5000 })
  const changed: GatewayConfiguration = (await call('GET', '/gateways/self/configuration', { token })).body
  expect(stream.heard('configuration')[1]).toEqual({ revision: changed.revision })
  expect(changed.revision).not.toBe(body.revision)
  expect(changed.connections).toHaveLength(1)

  const line = { live: runtime.live, enterpriseId: OURS as string }
  for (const id of ['one', 'one', 'two']) tellGateway(line, gateway.id, { event: 'command', id, data: { token: id } })
  await vi.waitFor(() => expect(stream.heard('command')).toEqual([{ token: 'one' }, { token: 'two' }]))
  stream.close()
})

test('a second stream ends the first, and revoking ends the last and refuses the key', async () => {
  const { gateway, keys, token } = await givenEnrolled()
  const first = await openStream(token)
  const second = await openStream(await sign(keys, gateway.id))
  await first.ended
  expect(await call('POST', `/gateways/${gateway.id}/revoke`, { who: 'ours' })).toMatchObject({
    status: 200,
    body: { state: 'revoked' },
  })
  await second.ended
  await vi.waitFor(
    async () => expect((await call('GET', '/gateways/self/configuration', { token })).status).toBe(401),
    { timeout: 10_000, interval: 250 },
  )
})

/** A code as it is after ten minutes: the serving role can add and remove codes, not change them. */
async function givenExpiredCode(): Promise<string> {
  const { gateway, enrolmentCode } = await givenGateway()
  await inContext(runtime, systemActor(OURS, 'test'), async ({ db }) => {
    const gone = await sql<{ codeHash: Buffer }>`
      delete from plant.enrolment_code where gateway_id = ${gateway.id} returning code_hash`.execute(db)
    await sql`insert into plant.enrolment_code (code_hash, gateway_id, expires_at)
      values (${gone.rows[0]?.codeHash}, ${gateway.id}, now() - interval '1 millisecond')`.execute(db)
  })
  return enrolmentCode
}

test('a gateway that says nothing for a minute is shown offline, and its broken stream is ended', async () => {
  const { gateway, token } = await givenEnrolled()
  const stream = await openStream(token)
  const lastSeen = (secondsAgo: number) =>
    inContext(runtime, systemActor(OURS, 'test'), (ctx) =>
      sql`update plant.gateway set last_seen_at = now() - make_interval(secs => ${secondsAgo})
        where id = ${gateway.id}`.execute(ctx.db),
    )
  const told: string[] = []
  const unsubscribe = runtime.live.subscribe(OURS, ['plant.gateways'], { send: ({ data }) => told.push(data) })
  await lastSeen(27)
  await inContext(runtime, systemActor(OURS, 'test'), announceSilence)
  expect(told).toContain(JSON.stringify({ gatewayId: gateway.id }))
  expect(await shownGateway(gateway)).toMatchObject({ state: 'online' })
  await lastSeen(62)
  expect(await shownGateway(gateway)).toMatchObject({ state: 'offline' })
  await inContext(runtime, systemActor(OURS, 'test'), announceSilence)
  await stream.ended
  unsubscribe()
})

async function givenConnection(gateway: Gateway): Promise<Connection> {
  const body = { gatewayId: gateway.id, name: 'Line 4', protocol: 'opc-ua', endpoint: 'opc.tcp://127.0.0.1:4840' }
  const reply = await call('POST', '/connections', { who: 'ours', body })
  expect(reply.status).toBe(201)
  return reply.body
}

async function shownGateway({ id }: Gateway): Promise<Gateway | undefined> {
  const { body } = await call('GET', '/gateways', { who: 'ours' })
  return body.items.find((one: Gateway) => one.id === id)
}

/** A gateway's end of its event stream, over a real socket. */
async function openStream(token: string) {
  const address = app.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const abort = new AbortController()
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/plant/gateways/self/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  })
  expect(reply.status).toBe(200)
  const events: { event: string; data: unknown }[] = []
  const read = async () => {
    let rest = ''
    for await (const text of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string) =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2) ?? ''
        events.push({ event: field('event'), data: JSON.parse(field('data')) })
      }
    }
  }
  const ended = read().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error
  })
  return {
    heard: (event: string) => events.filter((one) => one.event === event).map((one) => one.data),
    close: () => abort.abort(),
    ended,
  }
}
