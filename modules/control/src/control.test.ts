import { randomUUID } from 'node:crypto'
import { encodeBatch, epochMs, newId, now, QUALITY } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import {
  createConnection,
  createEquipment,
  createGateway,
  createSite,
  type EquipmentId,
  type GatewayId,
  gatewayConfiguration,
  plant,
  revokeGateway,
} from '@millrace/plant'
import {
  type Actor,
  answering,
  type Context,
  createOutbox,
  inContext,
  type Runtime,
  systemActor,
} from '@millrace/runtime'
import { createSignals, telemetry } from '@millrace/telemetry'
import { createTestDatabase, somebody, testRuntime } from '@millrace/testing'
import { type CryptoKey, compactVerify, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { expireCommands } from './commands.ts'
import type { Command, CommandReport, NewCommand, SetPoint } from './contract.ts'
import { control, createSetPoints, requestCommand } from './index.ts'

const OURS = newId<'Enterprise'>(1)
const THEIRS = newId<'Enterprise'>(2)
const REACH = ['control:command:request', 'control:command:read', 'control:set-point:read', 'telemetry:signal:read']
const holding = (enterpriseId: string, permissions: readonly string[]) =>
  somebody(enterpriseId, Object.fromEntries(permissions.map((permission) => [permission, 'everywhere'])))
const people = new Map<string, Actor>([
  ['operator', holding(OURS, REACH)],
  [
    'engineer',
    holding(OURS, [
      ...['plant:connection:write', 'plant:equipment:write', 'plant:gateway:write', 'telemetry:signal:write'],
    ]),
  ],
  ['planner', holding(OURS, REACH.slice(1))],
  ['half-blind', holding(OURS, REACH.slice(0, 3))],
  ['stranger', holding(THEIRS, REACH)],
])
const signIn = defineModule({
  name: 'sign-in',
  authenticators: [async ({ cookie }) => people.get(cookie('who') ?? '')],
})
const modules = [signIn, plant, telemetry, control]

let runtime: Runtime
let app: Awaited<ReturnType<typeof createApp>>
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  const outbox = createOutbox(
    () => runtime,
    modules.flatMap((module) => module.listens ?? []),
    () => undefined,
  )
  runtime = {
    ...testRuntime(database.url),
    announced: (enterpriseId) => outbox.poke(enterpriseId),
    answer: answering(modules.flatMap((module) => module.extends ?? [])),
  }
  const ingest = await telemetry.start?.(runtime)
  app = await createApp({ runtime, modules, version: 'test' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (const id of [OURS, THEIRS]) {
    await sql`insert into runtime.tenant (enterprise_id) values (${id})`.execute(runtime.app.kysely)
  }
  end = async () => {
    await app.close()
    await ingest?.stop()
    await outbox.stop()
    await runtime.app.close()
    await database.drop()
  }
})
afterAll(() => end())

let machine: Awaited<ReturnType<typeof givenMachine>>
beforeEach(async () => {
  machine = await givenMachine()
})
afterEach(() => machine.close())

test('a command goes signed to the gateway at once, and its course is kept to the end', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const command = await machine.request({ value: 85 })
  expect(command).toMatchObject({ status: 201, body: { state: 'sent', value: 85, previousValue: 100, unit: '%' } })
  const [order] = await machine.orders(1)
  expect(order).toMatchObject({
    ...{ commandId: command.body.id, gatewayId: machine.gatewayId, enterpriseId: OURS, workUnitId: machine.workUnitId },
    ...{ connectionId: machine.connectionId, address: 'ns=1;s=Feed', value: 85, unit: '%', nonce: expect.any(String) },
  })
  const livesMs = epochMs(order?.expiresAt as never) - epochMs(now())
  expect(livesMs).toBeGreaterThan(0)
  expect(livesMs).toBeLessThanOrEqual(30_000)

  for (const step of ['received', 'written'] as const)
    expect((await machine.report(command.body, { step })).status).toBe(204)
  expect((await machine.report(command.body, { step: 'read-back', readBack: 85 })).status).toBe(204)
  const shown = await machine.command(command.body)
  expect(shown).toMatchObject({ state: 'read-back', readBackValue: 85 })
  expect(shown.steps.map((step) => step.state)).toEqual(['requested', 'sent', 'received', 'written', 'read-back'])
  expect(await trailOf(command.body.id)).toEqual(['request', 'report', 'report', 'report'])
})

test('reports lead forward only, and a repeated or late one changes nothing', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const { body } = await machine.request({ value: 85 })
  const steps: CommandReport['step'][] = ['written', 'written', 'received', 'failed', 'read-back']
  for (const step of steps) expect((await machine.report(body, { step, detail: `said ${step}` })).status).toBe(204)
  const shown = await machine.command(body)
  expect(shown.state).toBe('failed')
  expect(shown.steps.map((step) => step.detail)).toEqual([null, null, 'said written', 'said failed'])
})

test('only the gateway of the machine may report, and with a clock that makes sense', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const { body } = await machine.request({ value: 85 })
  const other = await givenMachine()
  expect(await other.report(body, { step: 'received' })).toMatchObject({ status: 404 })
  const byPerson = await call('POST', `/control/commands/${body.id}/reports`, {
    who: 'operator',
    body: { step: 'received', at: now() },
  })
  expect(byPerson.status).toBe(403)
  for (const at of ['2026-99-99T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
    expect((await machine.report(body, { step: 'received', at: at as never })).status).toBe(204)
  }
  const step = (await machine.command(body)).steps.find((one) => one.state === 'received')
  expect(epochMs(step?.at as never)).toBeGreaterThanOrEqual(epochMs(body.requestedAt))
  other.close()
})

// proves: T-C1, T-C3 (in part: the guard of the cloud)
test('every refusal names its cause, is kept in the trail, and sends nothing', async () => {
  const refusals: string[] = []
  const refused = async (change: Partial<NewCommand>, who = 'operator') => {
    const { status, body } = await machine.request(change, who)
    refusals.push(`${status} ${body.code}`)
  }
  await refused({ value: 85 }) // nothing is known of the machine
  await machine.shows({ feed: 100, state: 'running' })
  await refused({ value: 85 }) // its gateway is away
  await machine.connect()
  await refused({ value: 200 })
  await refused({ value: 70 })
  await refused({ value: 85 }, 'planner')
  await refused({ value: 85 }, 'half-blind')
  await refused({ value: 85 }, 'stranger')
  await machine.shows({ feed: 100, state: 'off' })
  await refused({ value: 85 })
  expect(refusals).toEqual([
    '409 control/machine-interlocked',
    '503 control/gateway-offline',
    '422 control/value-out-of-bounds',
    '422 control/step-too-large',
    '403 runtime/forbidden',
    '403 runtime/forbidden',
    '404 control/set-point-missing',
    '409 control/machine-interlocked',
  ])
  expect(await machine.orders(0)).toEqual([])
  // The planner is stopped at the route and the stranger sees no set-point: the others got as far as the guard.
  expect(await refusalsOf(machine.setPoint)).toEqual([
    'control/machine-interlocked',
    'control/gateway-offline',
    'control/value-out-of-bounds',
    'control/step-too-large',
    'runtime/forbidden',
    'control/machine-interlocked',
  ])
})

test('a set-point takes so many commands a minute', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  for (const value of [99, 98, 97]) expect((await machine.request({ value })).status).toBe(201)
  expect(await machine.request({ value: 96 })).toMatchObject({
    status: 503,
    body: { code: 'control/too-many-commands' },
  })
})

test('the same key asks for the same command, however often and parallel, and for no other', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const idempotencyKey = randomUUID()
  const answers = await Promise.all(Array.from({ length: 5 }, () => machine.request({ value: 85, idempotencyKey })))
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 201])
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
  expect(await machine.request({ value: 90, idempotencyKey })).toMatchObject({
    status: 409,
    body: { code: 'control/key-reused' },
  })
  expect(await machine.orders(1)).toHaveLength(1)
})

test('a gateway that comes back hears what it has not confirmed, and nothing that is over', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const confirmed = await machine.request({ value: 95 })
  const sent = await machine.request({ value: 90 })
  await machine.orders(2)
  await machine.report(confirmed.body, { step: 'received' })
  machine.close()
  // Heard a moment ago, so still online: what is asked for now waits for the next stream.
  await vi.waitFor(async () => expect((await machine.gateway()).listens).toBe(false))
  const waiting = await machine.request({ value: 85 })
  expect(waiting.body.state).toBe('requested')

  await machine.connect()
  const orders = await machine.orders(2)
  expect(orders.map((order) => order.commandId)).toEqual([sent.body.id, waiting.body.id])
  expect((await machine.command(waiting.body)).state).toBe('sent')
})

test('what nobody confirmed in time expires with a sentence, and a late truth corrects it', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const { body } = await machine.request({ value: 85 })
  await inSystem(expireCommands)
  expect((await machine.command(body)).state).toBe('sent')
  await inSystem((ctx) =>
    sql`update control.command set expires_at = now() - interval '3 seconds' where id = ${body.id}`.execute(ctx.db),
  )
  await inSystem(expireCommands)
  const expired = await machine.command(body)
  expect(expired.state).toBe('expired')
  expect(expired.steps.at(-1)?.detail).toBe('The gateway did not answer in time and refuses the command from now on.')

  await machine.report(body, { step: 'written' })
  await machine.report(body, { step: 'read-back', readBack: 80 })
  const corrected = await machine.command(body)
  expect(corrected).toMatchObject({ state: 'read-back', readBackValue: 80 })
  expect(corrected.steps.at(-1)?.detail).toBe('The machine shows 80 instead of 85.')
})

test('a revoked gateway gets no command', async () => {
  await machine.shows({ feed: 100, state: 'running' })
  await inSystem((ctx) => revokeGateway(ctx, machine.gatewayId))
  expect(await machine.request({ value: 85 })).toMatchObject({ status: 503, body: { code: 'control/gateway-offline' } })
})

test('commands are listed newest first, page by page, and to nobody else', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const ids: string[] = []
  for (const value of [99, 98, 97]) ids.unshift((await machine.request({ value })).body.id)
  const path = `/control/commands?workUnitId=${machine.workUnitId}&limit=2`
  const first = await call('GET', path, { who: 'planner' })
  const second = await call('GET', `${path}&cursor=${first.body.nextCursor}`, { who: 'planner' })
  expect([...first.body.items, ...second.body.items].map((command: Command) => command.id)).toEqual(ids)
  expect(second.body.nextCursor).toBeUndefined()
  expect((await call('GET', '/control/commands', { who: 'stranger' })).body).toEqual({ items: [] })
  expect((await call('GET', `/control/commands/${ids[0]}`, { who: 'stranger' })).status).toBe(404)
  expect((await call('GET', '/control/set-points', { who: 'stranger' })).body).toEqual({ items: [] })
  expect((await call('GET', '/control/commands?cursor=garbage', { who: 'planner' })).status).toBe(422)
})

test('a finding is remembered with the command that answers it', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  const findingId = newId<'Finding'>(4)
  const command = await inSystem((ctx) =>
    requestCommand(ctx, {
      ...{ setPointId: machine.setPoint.id, value: 85, reason: 'Vibration rises.', idempotencyKey: randomUUID() },
      findingId,
    }),
  )
  expect(command.findingId).toBe(findingId)
})

test('the gateway is offered exactly the set-points of its connections', async () => {
  const { body } = await call('GET', '/plant/gateways/self/configuration', { token: await machine.token() })
  expect(body.setPoints).toEqual([
    {
      ...{ connectionId: machine.connectionId, address: 'ns=1;s=Feed', kind: 'number', min: 50, max: 110, maxStep: 20 },
      maxPerMinute: 3,
    },
  ])
  expect(body.tags).toHaveLength(2)
})

test('a recorded file gets a machine, its signals and a gateway that may send them', async () => {
  const replay = { siteId: machine.setPoint.siteId, machineName: 'Pump', signals: [{ name: 'flow', unit: 'l/min' }] }
  const made = await call('POST', '/plant/replays', { who: 'engineer', body: replay })
  expect(made).toMatchObject({ status: 201, body: { tags: [{ name: 'flow', series: expect.any(Number) }] } })
  const { workUnitId, gatewayId, connectionId, tags } = made.body
  const signals = await call('GET', `/telemetry/signals?workUnitId=${workUnitId}`, { who: 'operator' })
  expect(signals.body.items).toMatchObject([{ series: tags[0].series, connectionId, address: 'flow', unit: 'l/min' }])
  const configuration = await inSystem((ctx) => configurationFor(ctx, gatewayId))
  expect(configuration).toEqual([{ tags: [expect.objectContaining({ series: tags[0].series })] }, { setPoints: [] }])
  expect(await call('POST', '/plant/replays', { who: 'engineer', body: replay })).toMatchObject({
    status: 409,
    body: { code: 'plant/name-taken' },
  })
})

test('with its enterprise everything of a plant goes, commands included', async () => {
  await machine.connect()
  await machine.shows({ feed: 100, state: 'running' })
  expect((await machine.request({ value: 85 })).status).toBe(201)
  const count = () =>
    inSystem(async ({ db }) => {
      const tables = ['plant.equipment', 'plant.gateway', 'plant.connection', 'plant.command_key', 'control.set_point']
      const counts = [...tables, 'control.command', 'control.command_step'].map(
        (table) => `(select count(*) from ${table})`,
      )
      const { rows } = await sql.raw<{ counts: string[] }>(`select array[${counts.join(', ')}] as counts`).execute(db)
      return rows[0]?.counts.map(Number)
    })
  expect(Math.min(...((await count()) ?? []))).toBeGreaterThan(0)
  await inSystem(({ db }) => sql`delete from runtime.tenant where enterprise_id = ${OURS}`.execute(db))
  expect(await count()).toEqual([0, 0, 0, 0, 0, 0, 0])
})

const configurationFor = (ctx: Context, gatewayId: GatewayId) => ctx.ask(gatewayConfiguration, gatewayId)

function inSystem<T>(act: Parameters<typeof inContext<T>>[2]): Promise<T> {
  return inContext(runtime, systemActor(OURS, 'test'), act)
}

async function call(
  method: 'GET' | 'POST',
  path: string,
  options: { who?: string; token?: string; body?: object | Buffer; headers?: Record<string, string> } = {},
) {
  const { who, token, body, headers } = options
  const reply = await app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...headers, ...(who && { cookie: `who=${who}` }), ...(token && { authorization: `Bearer ${token}` }) },
    ...(body && { payload: body }),
  })
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
}

interface Trail {
  action: string
  detail: { code?: string }
}

async function trail(object: string): Promise<Trail[]> {
  const { rows } = await inSystem(({ db }) =>
    sql<Trail>`select action, detail from audit.event where object = ${object} order by id`.execute(db),
  )
  return rows
}

const trailOf = async (commandId: string) =>
  (await trail(`command ${commandId}`)).map(({ action }) => action.split('.').at(-1))
const refusalsOf = async (setPoint: SetPoint) =>
  (await trail(`set-point ${setPoint.id}`)).flatMap(({ detail }) => detail.code ?? [])

/** A mill with a feed that may be set, behind a gateway of its own that is enrolled and can be connected. */
async function givenMachine() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const { x } = await exportJWK(publicKey)
  const name = randomUUID()
  const made = await inSystem(async (ctx) => {
    const site = await createSite(ctx, {
      ...{ name, timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] },
    })
    const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Milling' })
    const mill = await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name: 'Mill 1', kind: 'mill' })
    const { gateway, enrolmentCode } = await createGateway(ctx, { siteId: site.id, name, local: false })
    const connection = await createConnection(ctx, {
      ...{ gatewayId: gateway.id, name: 'Mill 1', protocol: 'opc-ua', endpoint: 'opc.tcp://127.0.0.1:4840' },
    })
    const place = { workUnitId: mill.id, connectionId: connection.id }
    const [feed, state] = await createSignals(ctx, [
      { ...place, name: 'Feed', kind: 'number', measurand: 'feed-override', unit: '%', address: 'ns=1;s=Feed' },
      { ...place, name: 'State', kind: 'text', measurand: 'state', address: 'ns=1;s=State' },
    ])
    if (!feed || !state) throw new Error('no signals')
    const [setPoint] = await createSetPoints(ctx, [
      {
        ...{ ...place, name: 'Feed', title: 'Feed override', unit: '%', min: 50, max: 110, maxStep: 20 },
        ...{ maxPerMinute: 3, address: 'ns=1;s=Feed', series: feed.series },
      },
    ])
    if (!setPoint) throw new Error('no set-point')
    return {
      workUnitId: mill.id,
      gatewayId: gateway.id,
      connectionId: connection.id,
      enrolmentCode,
      feed,
      state,
      setPoint,
    }
  })
  const enrolled = await call('POST', '/plant/gateways/enrol', {
    body: { code: made.enrolmentCode, publicKey: { kty: 'OKP', crv: 'Ed25519', x } },
  })
  expect(enrolled.status).toBe(200)
  return machineOf(made, privateKey, enrolled.body.commandKey)
}

interface Made {
  workUnitId: EquipmentId
  gatewayId: GatewayId
  connectionId: string
  feed: { series: number }
  state: { series: number }
  setPoint: SetPoint
}

function machineOf(made: Made, privateKey: CryptoKey, commandKey: JWK) {
  const { gatewayId, setPoint } = made
  const journal = randomUUID()
  let sequence = 0
  let stream: { tokens: string[]; close: () => void } | undefined

  const token = () =>
    new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA', kid: gatewayId })
      .setIssuer(gatewayId)
      .setSubject(OURS)
      .setAudience('millrace')
      .setExpirationTime('1 minute')
      .sign(privateKey)

  return {
    ...made,
    token,
    /** Opens the gateway's event stream. */
    async connect() {
      stream = await openStream(await token())
    },
    close: () => stream?.close(),
    async gateway() {
      return { listens: runtime.live.watched(OURS, `plant.gateway/${gatewayId}`) }
    },
    /** Sends samples as the gateway does. */
    async shows({ feed, state }: { feed: number; state: string }) {
      sequence += 1
      const timestampsMs = Float64Array.of(epochMs(now()))
      const qualities = Uint8Array.of(QUALITY.good)
      const body = encodeBatch({
        sequence,
        columns: [
          { series: made.feed.series, kind: 'number', timestampsMs, values: Float64Array.of(feed), qualities },
          { series: made.state.series, kind: 'text', timestampsMs, values: [state], qualities },
        ],
      })
      const headers = { 'content-type': 'application/vnd.millrace.batch', 'millrace-journal': journal }
      const answer = await call('POST', '/telemetry/batches', {
        token: await token(),
        headers,
        body: Buffer.from(body),
      })
      expect(answer).toEqual({ status: 200, body: { sequence } })
      await vi.waitFor(async () => {
        const signals = await call('GET', `/telemetry/signals?workUnitId=${made.workUnitId}`, { who: 'operator' })
        expect(signals.body.items.map((signal: { latest: { value: unknown } | null }) => signal.latest?.value)).toEqual(
          [...[feed, state]],
        )
      })
    },
    request(change: Partial<NewCommand>, who = 'operator') {
      const body = {
        setPointId: setPoint.id,
        value: 0,
        reason: 'Spindle wears.',
        idempotencyKey: randomUUID(),
        ...change,
      }
      return call('POST', '/control/commands', { who, body })
    },
    async report({ id }: Command, report: Partial<CommandReport>) {
      return call('POST', `/control/commands/${id}/reports`, { token: await token(), body: { at: now(), ...report } })
    },
    async command({ id }: Command): Promise<Command> {
      return (await call('GET', `/control/commands/${id}`, { who: 'operator' })).body
    },
    /** Waits for so many commands on the open stream, verified with the key of the enrolment. */
    async orders(count: number): Promise<Record<string, unknown>[]> {
      await vi.waitFor(() => expect(stream?.tokens.length ?? 0).toBeGreaterThanOrEqual(count))
      const key = await importJWK(commandKey, 'EdDSA')
      return Promise.all(
        (stream?.tokens ?? []).map(async (text) => {
          const { payload } = await compactVerify(text, key, { algorithms: ['EdDSA'] })
          return JSON.parse(new TextDecoder().decode(payload))
        }),
      )
    },
  }
}

/** The commands a gateway hears over a real socket. */
async function openStream(bearer: string): Promise<{ tokens: string[]; close: () => void }> {
  const address = app.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const abort = new AbortController()
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/plant/gateways/self/events`, {
    headers: { authorization: `Bearer ${bearer}` },
    signal: abort.signal,
  })
  expect(reply.status).toBe(200)
  const tokens: string[] = []
  const read = async () => {
    let rest = ''
    for await (const text of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = block.startsWith('event: command\n') && block.split('\ndata: ')[1]
        if (data) tokens.push(JSON.parse(data).token)
      }
    }
  }
  read().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error
  })
  return { tokens, close: () => abort.abort() }
}
