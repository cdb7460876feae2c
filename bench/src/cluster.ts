import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUR_MS } from '@millrace/base'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { findNatsServer, type ServerProcess, startNats, startServerProcess } from '@millrace/testing/cluster'
import { until } from '@millrace/testing/house'
import pg from 'pg'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import type { GeneratorOrder, GeneratorReport } from './ingest-generator.ts'
import { makePlant } from './ingest-plant.ts'
import { percentile } from './percentile.ts'
import { processorSeconds } from './processor-time.ts'
import { runGenerator } from './run-generator.ts'

const GENERATOR = new URL('ingest-generator.ts', import.meta.url)
const GATEWAYS = 32
const SIGNALS_EACH = 250
const SECONDS = 10
const DRAIN_MS = 120_000

/** What each process does; the first is the one that answers and takes samples. */
const HOUSES: readonly (readonly string[])[] = [
  ['api,ingest,worker'],
  ['api,ingest', 'worker'],
  ['api,ingest', 'worker', 'worker'],
]

/**
 * Samples a second through one, two and three server processes on this machine, from 32 gateways with 250 signals each, as fast as
 * they are taken: until all are in chunks. One process is alone; more share the work through three nodes of NATS, which run on this
 * machine, too. `--seconds N` for each.
 *
 * `…CpuSPerMillion…` is the processor time of each part for a million samples; what the cost of a larger installation is
 * computed from (docs/operations/scaling.md).
 */
export const cluster: Benchmark = {
  name: 'cluster',
  summary: 'samples a second through 1, 2 and 3 server processes, with NATS between them; --seconds N',
  run,
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const lengthMs = Number(options.get('seconds') ?? SECONDS) * 1000
  const nats = findNatsServer()
  const result: BenchmarkResult = { signals: GATEWAYS * SIGNALS_EACH }
  let lost = 0
  let duplicated = 0
  for (const [at, roles] of HOUSES.entries()) {
    const count = at + 1
    if (count > 1 && nats === undefined) {
      print('nats-server is not installed: one process is measured alone.')
      result[`samplesPerSecond${count}`] = null
      continue
    }
    print(`${count} ${count === 1 ? 'process' : 'processes'}.`)
    const one = await measure(roles, count > 1 ? nats : undefined, lengthMs)
    result[`samplesPerSecond${count}`] = one.samplesPerSecond
    result[`ackMsP50With${count}`] = one.ackMsP50
    result[`ackMsP99With${count}`] = one.ackMsP99
    for (const [part, seconds] of Object.entries(one.cpuS)) result[`${part}CpuSPerMillionWith${count}`] = seconds
    lost += one.lost
    duplicated += one.duplicated
  }
  return { ...result, lost, duplicated }
}

async function measure(roles: readonly string[], nats: string | undefined, lengthMs: number) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-cluster-bench-'))
  const database = await startEmbeddedPostgres({ dataDir: join(folder, 'database') })
  const between = nats === undefined ? undefined : await startNats(nats, 3)
  const servers: ServerProcess[] = []
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    for (const role of roles) {
      servers.push(
        await startServerProcess({
          ...{ MILLRACE_DATABASE_URL: database.url, MILLRACE_DATA_DIR: join(folder, 'data'), MILLRACE_ROLES: role },
          MILLRACE_QUOTAS: 'requests=unlimited, requestsEach=unlimited, samples=unlimited',
          ...(between && { MILLRACE_NATS_URL: between.url }),
        }),
      )
    }
    const url = servers[0]?.url ?? ''
    const { gateways } = await makePlant(url, GATEWAYS, SIGNALS_EACH)
    const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const [first, ...rest] = servers.map((server) => server.process.pid ?? 0)
    const parts = [[first ?? 0], rest, between?.nodes.map((node) => node.process.pid ?? 0) ?? [], [database.pid]]
    const processorTimes = () => Promise.all(parts.map(processorSeconds))
    const before = await processorTimes()
    const startedMs = performance.now()
    const { fast, samplesEach } = await generate({
      url,
      gateways,
      startMs,
      perSecond: 10,
      pacedMs: 0,
      fastMs: lengthMs,
    })
    await until('an empty inbox', DRAIN_MS, async () => {
      const { rowCount } = await client.query('select 1 from telemetry.inbox limit 1')
      return rowCount === 0
    })
    const tookMs = performance.now() - startedMs
    const used = await processorTimes()
    const expected = gateways.reduce((sum, { series }, at) => sum + series.length * (samplesEach[at] ?? 0), 0)
    const { rows } = await client.query<{ stored: string }>(
      'select coalesce(sum(count), 0) as stored from telemetry.chunk',
    )
    const stored = Number(rows[0]?.stored ?? 0)
    const perMillion = (at: number) => Number((((used[at] ?? 0) - (before[at] ?? 0)) / (expected / 1e6)).toFixed(3))
    return {
      cpuS: { ingest: perMillion(0), worker: perMillion(1), nats: perMillion(2), database: perMillion(3) },
      samplesPerSecond: Math.round(expected / (tookMs / 1000)),
      ackMsP50: Math.round(percentile([...fast.ackMs], 0.5)),
      ackMsP99: Math.round(percentile([...fast.ackMs], 0.99)),
      lost: Math.max(0, expected - stored),
      duplicated: Math.max(0, stored - expected),
    }
  } finally {
    await client.end()
    await Promise.all(servers.map((server) => server.stop()))
    await between?.stop()
    await database.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

function generate(order: GeneratorOrder): Promise<GeneratorReport> {
  return runGenerator(GENERATOR, order)
}
