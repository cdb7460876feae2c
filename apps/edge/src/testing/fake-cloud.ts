import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Batch, decodeBatch } from '@millrace/base'
import type { CommandReport } from '@millrace/control/contract'
import type { GatewayConfiguration } from '@millrace/plant/contract'
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose'

type Reply = { status: number; json?: unknown; headers?: Record<string, string> }

export type ReceivedBatch = { journalId: string; batch: Batch; atMs: number }

/**
 * A small working server as the gateway sees it: enrolment, configuration, batches with their sequence, events, reports.
 * It checks every token with the key that was enrolled.
 */
export async function startFakeCloud() {
  const commandKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const ids = { gatewayId: randomUUID(), enterpriseId: randomUUID(), siteId: randomUUID() }
  const code = `code-${randomUUID()}`
  const cloud = {
    ids,
    code,
    url: new URL('http://127.0.0.1'),
    batches: [] as ReceivedBatch[],
    reports: [] as Record<string, unknown>[],
    steps: [] as { commandId: string; step: CommandReport }[],
    refusedTokens: 0,
    /** How far this server's clock is ahead of everybody else's here. */
    clockAheadMs: 0,
    streams: new Set<ServerResponse>(),
    configuration: emptyConfiguration(ids),
    /** Decides over the next batches instead of the server; undefined lets it. */
    batchReply: undefined as ((journalId: string, batch: Batch) => Reply | undefined) | undefined,
    stepReply: undefined as (() => Reply | undefined) | undefined,
    configure(change: Partial<GatewayConfiguration>): void {
      cloud.configuration = { ...cloud.configuration, ...change, revision: randomUUID() }
      cloud.say('configuration', { revision: cloud.configuration.revision })
    },
    say(event: string, data: unknown): void {
      for (const stream of cloud.streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    signCommand: (payload: Record<string, unknown>) => sign(commandKey, { ...ids, ...payload }),
    async close(): Promise<void> {
      for (const stream of cloud.streams) stream.end()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  const expected = new Map<string, number>()
  let gatewayKey: JWK | undefined

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      response.writeHead(500).end()
    })
  })

  const nowMs = () => Date.now() + cloud.clockAheadMs

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('date', new Date(nowMs()).toUTCString())
    const body = await readBody(request)
    const path = (request.url ?? '').replace('/api/v1', '')
    if (path === '/plant/gateways/enrol') {
      answer(response, enrol(JSON.parse(body.toString('utf8'))))
      return
    }
    if (!(await isGateway(request))) {
      cloud.refusedTokens += 1
      answer(response, { status: 401, json: { code: 'plant/gateway-refused' } })
    } else if (path === '/plant/gateways/self/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': hello\n\n')
      cloud.streams.add(response)
      response.on('close', () => cloud.streams.delete(response))
    } else answer(response, take(path, request, body))
  }

  function take(path: string, request: IncomingMessage, body: Buffer): Reply {
    if (path === '/plant/gateways/self/configuration') return { status: 200, json: cloud.configuration }
    if (path === '/telemetry/batches') return takeBatch(String(request.headers['millrace-journal']), body)
    if (path === '/plant/gateways/self/reports') {
      cloud.reports.push(JSON.parse(body.toString('utf8')))
      return { status: 204 }
    }
    const command = /^\/control\/commands\/([^/]+)\/reports$/.exec(path)
    if (!command) return { status: 404 }
    const reply = cloud.stepReply?.()
    if (reply) return reply
    cloud.steps.push({ commandId: command[1] ?? '', step: JSON.parse(body.toString('utf8')) })
    return { status: 204 }
  }

  function takeBatch(journalId: string, body: Buffer): Reply {
    const batch = decodeBatch(body)
    const reply = cloud.batchReply?.(journalId, batch)
    if (reply) return reply
    const next = expected.get(journalId) ?? 1
    if (batch.sequence > next) {
      return { status: 409, json: { code: 'telemetry/sequence-gap', expected: next } }
    }
    if (batch.sequence === next) {
      cloud.batches.push({ journalId, batch, atMs: Date.now() })
      expected.set(journalId, next + 1)
    }
    return { status: 200, json: { sequence: batch.sequence } }
  }

  function enrol(json: { code?: string; publicKey?: JWK }): Reply {
    if (json.code !== code) return { status: 403, json: { code: 'plant/enrolment-refused', detail: 'No such code.' } }
    gatewayKey = json.publicKey
    const { kty, crv, x } = commandKey
    return { status: 200, json: { ...ids, commandKey: { kty, crv, x } } }
  }

  async function isGateway(request: IncomingMessage): Promise<boolean> {
    try {
      const token = (request.headers.authorization ?? '').replace('Bearer ', '')
      const options = {
        ...{ algorithms: ['EdDSA'], audience: 'millrace', issuer: ids.gatewayId, subject: ids.enterpriseId },
        ...{ currentDate: new Date(nowMs()), maxTokenAge: '5 min', clockTolerance: 5 },
      }
      await jwtVerify(token, await importJWK(gatewayKey ?? {}, 'EdDSA'), options)
      return true
    } catch {
      return false
    }
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  cloud.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return cloud
}

export type FakeCloud = Awaited<ReturnType<typeof startFakeCloud>>

/** All samples of one series in the order of their arrival: [time, value, quality]. */
export function samplesOf(cloud: FakeCloud, series: number): [number, unknown, number][] {
  return cloud.batches.flatMap(({ batch }) =>
    batch.columns
      .filter((column) => column.series === series)
      .flatMap(({ timestampsMs, values, qualities }) =>
        Array.from(timestampsMs, (at, index): [number, unknown, number] => [at, values[index], qualities[index] ?? 0]),
      ),
  )
}

function emptyConfiguration(ids: { gatewayId: string; siteId: string }): GatewayConfiguration {
  return {
    revision: randomUUID(),
    gatewayId: ids.gatewayId as GatewayConfiguration['gatewayId'],
    siteId: ids.siteId as GatewayConfiguration['siteId'],
    connections: [],
    tags: [],
    setPoints: [],
  }
}

/** A compact JWS as the control module signs it. */
async function sign(key: JWK, payload: Record<string, unknown>): Promise<string> {
  return await new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA' }).sign(await importJWK(key, 'EdDSA'))
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function answer(response: ServerResponse, { status, json, headers }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(json === undefined ? undefined : JSON.stringify(json))
}
