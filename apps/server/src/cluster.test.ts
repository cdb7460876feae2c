import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@millrace/db/embedded'
import {
  findNatsServer,
  type NatsCluster,
  type ServerProcess,
  startNats,
  startServerProcess,
} from '@millrace/testing/cluster'
import { type Caller, foundEnterprise, until } from '@millrace/testing/house'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterPlant, makeClusterPlant } from './testing/cluster-gateway.ts'

// The whole as it runs on several machines: three nodes of NATS, a PostgreSQL that is not our own, and servers of each role.

const nats = findNatsServer()
const GATEWAYS = 6
/** It takes a few seconds, and longer where everything else is tested at the same time. */
const REPLACED_MS = 30_000

describe.skipIf(nats === undefined)('several servers (skipped where nats-server is not installed)', () => {
  let folder: string
  let postgres: EmbeddedPostgres
  let database: pg.Client
  let cluster: NatsCluster
  let api: ServerProcess
  let ingest: ServerProcess
  let workers: ServerProcess[]
  const started: ServerProcess[] = []
  let founder: Caller
  let plant: ClusterPlant

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-cluster-'))
    ;[postgres, cluster] = await Promise.all([
      startEmbeddedPostgres({ dataDir: path.join(folder, 'database') }),
      startNats(nats ?? '', 3),
    ])
    database = new pg.Client({ connectionString: postgres.url })
    await database.connect()
    const serve = async (roles: string, more = {}) => {
      const server = await startServerProcess({
        ...{ MILLRACE_DATABASE_URL: postgres.url, MILLRACE_NATS_URL: cluster.url, MILLRACE_ROLES: roles },
        ...{ MILLRACE_DATA_DIR: path.join(folder, 'data'), MILLRACE_QUOTAS: 'requestsEach=unlimited', ...more },
      })
      started.push(server)
      return server
    }
    // The first makes the tables; with the others it is as whenever several start at once.
    ;[api, ingest, ...workers] = await Promise.all([
      serve('api'),
      serve('ingest', { MILLRACE_DRAIN_S: '3' }),
      serve('worker'),
      serve('worker'),
    ])
    founder = await foundEnterprise(api.url, 'Cluster Ltd')
    plant = await makeClusterPlant(founder, GATEWAYS)
  }, 120_000)

  afterAll(async () => {
    await Promise.all(started.map((server) => server.kill()))
    await database?.end().catch(() => undefined)
    await cluster?.stop()
    await postgres?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  test('each server answers what is its own', async () => {
    const status = async (url: string, method = 'GET') => (await fetch(url, { method })).status
    expect(await status(`${api.url}/api/v1/telemetry/batches`, 'POST')).toBe(404)
    expect(await status(`${ingest.url}/api/v1/telemetry/batches`, 'POST')).not.toBe(404)
    expect(await status(`${ingest.url}/api/v1/identity/welcome`)).toBe(404)
    expect(await status(`${workers[0]?.url}/api/v1/identity/welcome`)).toBe(404)
    for (const server of [api, ingest, ...workers]) expect(await status(`${server.url}/readyz`)).toBe(200)
  })

  test('samples that one server takes are on the screens of another, newest there, and in the history', async () => {
    const [gateway] = plant.gateways
    if (!gateway) throw new Error('There is no gateway.')
    const stream = await fetch(`${api.url}/api/v1/live?watch=telemetry.machine/${gateway.machineId}`, {
      headers: { cookie: founder.cookie },
      signal: AbortSignal.timeout(30_000),
    })
    expect(stream.status).toBe(200)
    let heard = ''
    const reading = (async () => {
      for await (const piece of stream.body ?? []) {
        heard += new TextDecoder().decode(piece)
        if (heard.includes(`[[${gateway.series},`)) return
      }
    })()

    await gateway.send(ingest.url)

    await reading
    const { items } = await founder.get<{ items: { series: number; latest: { value: number } | null }[] }>(
      `/telemetry/signals?workUnitId=${gateway.machineId}`,
    )
    expect(items.find((one) => one.series === gateway.series)?.latest?.value).toBe(gateway.acknowledged - 1)
    await until('the history', 10_000, async () => (await stored(gateway.series)) === gateway.acknowledged)
  })

  test('a worker and a node of NATS that are killed are replaced, and nothing is lost or doubled', async () => {
    let isEnding = false
    const sending = plant.gateways.map(async (gateway) => {
      while (!isEnding) {
        await gateway.send(ingest.url)
        await pause(20)
      }
    })
    // Twenty batches of each: what was under way when something died is through, and much that came after it.
    const untilAllGoOn = async (what: string) => {
      const goals = plant.gateways.map((gateway) => gateway.acknowledged + 200)
      await until(what, REPLACED_MS, async () =>
        plant.gateways.every((gateway, at) => gateway.acknowledged >= (goals[at] ?? 0)),
      )
    }
    await untilAllGoOn('samples')
    await workers[0]?.kill()
    await untilAllGoOn('samples after the loss of a worker')
    await cluster.nodes[0]?.kill()
    await untilAllGoOn('samples after the loss of a node of NATS')
    isEnding = true
    await Promise.all(sending)

    await until('the history', 20_000, async () => {
      const { rows } = await database.query('select count(*)::int as left from telemetry.inbox')
      return rows[0].left === 0
    })
    for (const gateway of plant.gateways) expect(await stored(gateway.series)).toBe(gateway.acknowledged)
  }, 120_000)

  test('a server that is told to stop says so first, and ends in order', async () => {
    const stopping = ingest.stop()
    await until('the word', 5000, async () => (await fetch(`${ingest.url}/readyz`)).status === 503, 50)
    expect((await fetch(`${ingest.url}/healthz`)).status).toBe(200)
    expect(await stopping).toBe(0)
  })

  /** Samples in the chunks of a series as they were written. More than there are times: some are there twice. */
  async function stored(series: number): Promise<number> {
    const { rows } = await database.query(
      'select coalesce(sum(count), 0)::int as count from telemetry.chunk where series = $1',
      [series],
    )
    return rows[0].count
  }
})
