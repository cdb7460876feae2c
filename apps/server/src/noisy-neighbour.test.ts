import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { encodeBatch, QUALITY } from '@millrace/base'
import { createApp, defineModule } from '@millrace/http'
import { type Actor, createQuotas, holding, NO_QUOTAS, type QuotaAmounts } from '@millrace/runtime'
import { createTestDatabase, somebody, testRuntime, withModules } from '@millrace/testing'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { modules } from './modules.ts'
import { type Ids, makeTwoCompanies } from './testing/two-companies.ts'

const AMOUNTS: QuotaAmounts = { ...NO_QUOTAS, requests: 20, requestsEach: 20, samples: 200, sockets: 3, queries: 1 }
/** What may come at once after a quiet time: a minute of samples, two seconds of requests. */
const SAMPLES_AT_ONCE = AMOUNTS.samples * 60
const REQUESTS_AT_ONCE = AMOUNTS.requests * 2

interface Side {
  readonly gateway: string
  readonly person: string
  readonly series: number
  readonly enterpriseId: string
  readonly siteId: string
}

/** The whole server with ingest at work, two companies, and a clock for the quotas that is turned by hand. */
async function withServer(
  act: (given: { url: string; loud: Side; quiet: Side; admin: pg.Client; pass: (ms: number) => void }) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase()
  let nowMs = 0
  const runtime = {
    ...withModules(testRuntime(database.url), modules),
    quotas: createQuotas(
      () => AMOUNTS,
      () => nowMs,
    ),
  }
  const pass = (ms: number) => {
    nowMs += ms
  }
  const admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  const actors = new Map<string, Actor>()
  const door = defineModule({
    name: 'door',
    authenticators: [async ({ bearer }) => actors.get(bearer ?? '')],
  })
  const made = await makeTwoCompanies(runtime)
  const side = (enterpriseId: string, ids: Ids): Side => {
    const names = { gateway: randomUUID(), person: randomUUID() }
    actors.set(names.gateway, {
      ...{ kind: 'gateway', id: String(ids.gatewayId), name: 'Gateway', enterpriseId },
      permissions: new Map([['telemetry:batch:write', holding([String(ids.siteId)])]]),
    })
    actors.set(
      names.person,
      somebody(enterpriseId, { 'telemetry:signal:read': 'everywhere', 'plant:equipment:read': 'everywhere' }),
    )
    return { ...names, series: Number(ids.series), enterpriseId, siteId: String(ids.siteId) }
  }
  const loud = side(made.ours, made.own)
  const quiet = side(made.theirs, made.foreign)
  const started = []
  for (const module of modules.filter((one) => one.name === 'telemetry')) started.push(await module.start?.(runtime))
  const tried = modules.map(({ start: _, authenticators: __, ...module }) => module)
  const app = await createApp({ runtime, modules: [door, ...tried], version: 'test' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  try {
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1`
    await act({ url, loud, quiet, admin, pass })
  } finally {
    await app.close()
    for (const one of started) await one?.stop()
    await runtime.app.close()
    await admin.end()
    await database.drop()
  }
}

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly code: string | undefined
  readonly tookMs: number
}

async function answerOf(asked: Promise<Response>): Promise<Answer> {
  const beganMs = performance.now()
  const answer = await asked
  const body = (await answer.json().catch(() => ({}))) as { code?: string }
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    code: body.code,
    tookMs: performance.now() - beganMs,
  }
}

/** Sends batches of a gateway in order, as a gateway does: what is refused is kept and sent again. */
function gatewayOf(url: string, side: Side) {
  const journal = randomUUID()
  let sequence = 0
  let firstMs = Date.now() - 3_600_000
  return async (sampleCount: number): Promise<Answer> => {
    const times = Float64Array.from({ length: sampleCount }, (_, index) => firstMs + index)
    const column = {
      series: side.series,
      kind: 'number' as const,
      timestampsMs: times,
      values: new Float64Array(sampleCount).fill(1),
    }
    const batch = encodeBatch({
      sequence: sequence + 1,
      columns: [{ ...column, qualities: new Uint8Array(sampleCount).fill(QUALITY.good) }],
    })
    const headers = {
      authorization: `Bearer ${side.gateway}`,
      'content-type': 'application/vnd.millrace.batch',
      'millrace-journal': journal,
    }
    const answer = await answerOf(
      fetch(`${url}/telemetry/batches`, { method: 'POST', headers, body: Buffer.from(batch) }),
    )
    if (answer.status === 200) {
      sequence += 1
      firstMs += sampleCount
    }
    return answer
  }
}

const ask = (url: string, side: Side, path = '/plant/equipment') =>
  answerOf(fetch(url + path, { headers: { authorization: `Bearer ${side.person}` } }))

function p95(answers: readonly Answer[]): number {
  return answers.map((one) => one.tookMs).sort((a, b) => a - b)[Math.floor(answers.length * 0.95)] ?? Number.NaN
}

// proves: T-B8
test('a company at ten times its quota waits, and its neighbour loses nothing and is never told to wait', async () => {
  await withServer(async ({ url, loud, quiet, admin, pass }) => {
    const [sendLoud, sendQuiet] = [gatewayOf(url, loud), gatewayOf(url, quiet)]
    for (let index = 0; index < 10; index += 1) await ask(url, quiet) // to warm up
    const before: Answer[] = []
    for (let index = 0; index < 20; index += 1) before.push(await ask(url, quiet))
    pass(60_000)

    const heard = { loud: [] as Answer[], loudAsked: [] as Answer[], quiet: [] as Answer[], quietAsked: [] as Answer[] }
    let sentQuiet = 0
    for (let round = 0; round < 20; round += 1) {
      // Half of the loud one's whole minute in each round, and ten times its rate of requests.
      const noise = Promise.all(Array.from({ length: REQUESTS_AT_ONCE / 2 }, () => ask(url, loud)))
      heard.loud.push(await sendLoud(SAMPLES_AT_ONCE / 2))
      heard.quiet.push(await sendQuiet(AMOUNTS.samples / 2))
      sentQuiet += AMOUNTS.samples / 2
      heard.quietAsked.push(await ask(url, quiet))
      heard.loudAsked.push(...(await noise))
      pass(500)
    }

    expect(heard.quiet.map((one) => one.status)).toEqual(Array(20).fill(200))
    expect(heard.quietAsked.map((one) => one.status)).toEqual(Array(20).fill(200))
    const refused = [heard.loud, heard.loudAsked].map((answers) => answers.filter((one) => one.status === 429))
    for (const answers of refused) {
      expect(answers.length).toBeGreaterThan(10)
      for (const { retryAfter, code } of answers) {
        expect(Number(retryAfter)).toBeGreaterThanOrEqual(1)
        expect(code).toBe('runtime/limited')
      }
    }
    // Whatever was acknowledged is there, of both.
    const acknowledged = heard.loud.filter((one) => one.status === 200).length * (SAMPLES_AT_ONCE / 2)
    for (const [side, count] of [
      [quiet, sentQuiet],
      [loud, acknowledged],
    ] as const) {
      await vi.waitFor(
        async () => {
          const { rows } = await admin.query(
            'select coalesce(sum(count), 0)::int as count from telemetry.chunk where enterprise_id = $1',
            [side.enterpriseId],
          )
          expect(rows[0]?.count).toBe(count)
        },
        { timeout: 60_000, interval: 250 },
      )
    }
    // Kept and sent again after the wait it was told, the batch is taken.
    const wait = heard.loud.findLast((one) => one.status === 429)?.retryAfter
    pass(Number(wait) * 1000)
    expect((await sendLoud(10)).status).toBe(200)
    process.stderr.write(
      `The quiet company's reads: p95 ${p95(before).toFixed(1)} ms alone, ${p95(heard.quietAsked).toFixed(1)} ms beside the loud one.\n`,
    )
  })
}, 180_000)

// proves: T-B8
test('live screens and long reads of one company leave the other its own', async () => {
  await withServer(async ({ url, loud, quiet, pass }) => {
    const open: AbortController[] = []
    const watch = async (side: Side) => {
      const controller = new AbortController()
      open.push(controller)
      const answer = await fetch(`${url}/live?watch=telemetry.site/${side.siteId}`, {
        ...{ headers: { authorization: `Bearer ${side.person}` }, signal: controller.signal },
      })
      return answer.status
    }
    for (let index = 0; index < 5; index += 1) expect(await watch(loud)).toBe(index < 3 ? 200 : 429)
    expect(await watch(quiet)).toBe(200)
    // A screen that is closed leaves its place to another.
    open[0]?.abort()
    await vi.waitFor(async () => expect(await watch(loud)).toBe(200), { timeout: 10_000 })

    const read = (side: Side) =>
      ask(
        url,
        side,
        `/telemetry/envelopes?series=${side.series}&fromMs=${Date.now() - 3_600_000}&toMs=${Date.now()}&points=100`,
      )
    // More at once than may wait: the rest is told to come back, and the neighbour is served.
    pass(60_000)
    const many = Promise.all(Array.from({ length: 40 }, () => read(loud)))
    const own = await read(quiet)
    const statuses = (await many).map((one) => one.status)
    expect(own.status).toBe(200)
    expect(new Set(statuses).difference(new Set([200, 429])).size).toBe(0)
    expect(statuses).toContain(200)
    expect(statuses).toContain(429)
    for (const controller of open) controller.abort()
  })
}, 60_000)
