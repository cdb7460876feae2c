import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { encodeBatch, HOUR_MS, QUALITY } from '@millrace/base'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { findNatsServer, type ServerProcess, startNats, startServerProcess } from '@millrace/testing/cluster'
import { until } from '@millrace/testing/house'
import pg from 'pg'
import { BatchSender } from './batch-sender.ts'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { makePlant, type PlayedGateway } from './ingest-plant.ts'

const KILLS = 20
const GATEWAYS = 8
const BATCH_SAMPLES = 10
const PAUSE_MS = 20
/** Batches of every gateway that have to be through after a kill: what was under way, and what came after it. */
const THROUGH = 3
const RECOVER_MS = 60_000
const DRAIN_MS = 60_000

/**
 * Kills workers and nodes of NATS in turn while gateways send, as a power cut does, and starts them again: `--kills N` of each.
 *
 * lost and duplicated: samples that were acknowledged against those in the chunks, as they were written. recoverMs: from a kill until three more batches of every
 * gateway are acknowledged. refused: how often a gateway was told to come again. inDoubt: how often it was told nothing.
 */
export const clusterKill: Benchmark = {
  name: 'cluster-kill',
  summary: 'workers and nodes of NATS killed while samples flow; --kills N of each',
  run,
}

/** Sends counted samples, a millisecond apart, until told to stop. */
class Counter {
  readonly series: number
  private readonly sender: BatchSender
  acknowledged = 0
  refused = 0
  inDoubt = 0
  isEnding = false
  readonly done: Promise<void>

  constructor(url: string, gateway: PlayedGateway, startMs: number) {
    this.series = gateway.series[0] ?? 0
    this.sender = new BatchSender(url, gateway)
    this.done = this.run(startMs)
  }

  private async run(startMs: number): Promise<void> {
    const qualities = new Uint8Array(BATCH_SAMPLES).fill(QUALITY.good)
    for (let sequence = 1; !this.isEnding; sequence += 1) {
      const numbers = Array.from({ length: BATCH_SAMPLES }, (_, at) => this.acknowledged + at)
      const timestampsMs = Float64Array.from(numbers, (number) => startMs + number)
      const column = {
        series: this.series,
        kind: 'number' as const,
        timestampsMs,
        values: Float64Array.from(numbers),
        qualities,
      }
      await this.send(encodeBatch({ sequence, columns: [column] }))
      this.acknowledged += BATCH_SAMPLES
      await pause(PAUSE_MS)
    }
    this.sender.close()
  }

  /** Also after a broken connection: then nobody knows, and it is sent again. */
  private async send(body: Uint8Array): Promise<void> {
    for (;;) {
      try {
        this.refused += await this.sender.send(body)
        return
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        this.inDoubt += 1
        await pause(PAUSE_MS)
      }
    }
  }
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const kills = Number(options.get('kills') ?? KILLS)
  const nats = findNatsServer()
  if (nats === undefined) throw new Error('nats-server is not installed.')
  const folder = await mkdtemp(join(tmpdir(), 'millrace-cluster-kill-'))
  const database = await startEmbeddedPostgres({ dataDir: join(folder, 'database') })
  const between = await startNats(nats, 3)
  const servers = new Set<ServerProcess>()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const serve = async (roles: string) => {
    const server = await startServerProcess({
      ...{ MILLRACE_DATABASE_URL: database.url, MILLRACE_DATA_DIR: join(folder, 'data'), MILLRACE_ROLES: roles },
      ...{ MILLRACE_NATS_URL: between.url, MILLRACE_QUOTAS: 'requests=unlimited, requestsEach=unlimited' },
    })
    servers.add(server)
    return server
  }
  try {
    const front = await serve('api,ingest')
    const workers = [await serve('worker'), await serve('worker')]
    const { gateways } = await makePlant(front.url, GATEWAYS, 1)
    const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS
    const counters = gateways.map((gateway) => new Counter(front.url, gateway, startMs))
    const untilThrough = async () => {
      const startedMs = performance.now()
      const goals = counters.map((counter) => counter.acknowledged + THROUGH * BATCH_SAMPLES)
      const isThrough = async () => counters.every((counter, at) => counter.acknowledged >= (goals[at] ?? 0))
      await until('samples to flow again', RECOVER_MS, isThrough, PAUSE_MS)
      return Math.round(performance.now() - startedMs)
    }
    const undisturbedMs = await untilThrough()
    const recoverMs: Record<'worker' | 'nats', number[]> = { worker: [], nats: [] }
    for (let round = 0; round < kills; round += 1) {
      const [worker] = workers.splice(0, 1)
      await worker?.kill()
      if (worker) servers.delete(worker)
      recoverMs.worker.push(await untilThrough())
      workers.push(await serve('worker'))

      const at = round % 3
      await between.nodes[at]?.kill()
      recoverMs.nats.push(await untilThrough())
      await between.restart(at)
      print(
        `${round + 1} of each: ${recoverMs.worker.at(-1)} ms after a worker, ${recoverMs.nats.at(-1)} ms after a node of NATS.`,
      )
    }
    for (const counter of counters) counter.isEnding = true
    await Promise.all(counters.map((counter) => counter.done))
    await until('an empty inbox', DRAIN_MS, async () => {
      const { rowCount } = await client.query('select 1 from telemetry.inbox limit 1')
      return rowCount === 0
    })
    const { rows } = await client.query<{ series: number; stored: number }>(
      'select series, sum(count)::int as stored from telemetry.chunk group by series',
    )
    const stored = new Map(rows.map((row) => [row.series, row.stored]))
    const surplus = counters.map((counter) => (stored.get(counter.series) ?? 0) - counter.acknowledged)
    return {
      kills: 2 * kills,
      lost: surplus.reduce((sum, one) => sum + Math.max(0, -one), 0),
      duplicated: surplus.reduce((sum, one) => sum + Math.max(0, one), 0),
      acknowledged: counters.reduce((sum, counter) => sum + counter.acknowledged, 0),
      refused: counters.reduce((sum, counter) => sum + counter.refused, 0),
      inDoubt: counters.reduce((sum, counter) => sum + counter.inDoubt, 0),
      undisturbedMs,
      workerRecoverMsMax: Math.max(...recoverMs.worker),
      natsRecoverMsMax: Math.max(...recoverMs.nats),
      recoverMsMax: Math.max(...recoverMs.worker, ...recoverMs.nats),
    }
  } finally {
    await client.end()
    await Promise.all([...servers].map((server) => server.kill()))
    await between.stop()
    await database.remove()
    await rm(folder, { recursive: true, force: true })
  }
}
