import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY_MS, encodeBatch, HOUR_MS, QUALITY } from '@millrace/base'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { type Caller, startHouse } from '@millrace/testing/house'
import pg from 'pg'
import { BatchSender } from './batch-sender.ts'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { makePlant, type PlayedGateway } from './ingest-plant.ts'
import { untilSettled } from './ingest-settled.ts'
import { percentile } from './percentile.ts'

const MACHINES = 100
const SIGNALS_EACH = 10
/** With 1,000 signals over seven days: 100.8 million samples. */
const PERIOD_MS = 6000
const DAYS = 7
/** Of each signal in one batch: 100,000 in all. */
const BATCH_SAMPLES = 10_000
const TIMES = 40

/** What a screen asks for, over a history of 100 million samples. `--days N` for less than seven days of them. */
export const query: Benchmark = {
  name: 'query',
  summary: 'charts, newest values and totals over 100 million samples; --days N',
  run,
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const days = Number(options.get('days') ?? DAYS)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-query-'))
  const database = await startEmbeddedPostgres({ dataDir: folder })
  process.env.MILLRACE_DATABASE_URL = database.url
  process.env.MILLRACE_QUOTAS = 'requests=unlimited, samples=unlimited, queries=unlimited'
  const house = await startHouse(['--no-demo'])
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const { founder, gateways } = await makePlant(house.url, MACHINES, SIGNALS_EACH)
    const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const startMs = endMs - days * DAY_MS
    print('Writing the history.')
    await Promise.all(gateways.map((gateway) => writePast(house.url, gateway, startMs, endMs)))
    await untilSettled(client)
    await client.query('vacuum analyze telemetry.chunk, telemetry.rollup')
    const { rows } = await client.query<{ stored: number }>('select sum(count)::float8 as stored from telemetry.chunk')

    print('Asking.')
    const series = gateways.flatMap((gateway) => gateway.series)
    const some = (count: number, at: number) =>
      series.filter((_, index) => (index + at * 7) % 125 === 0).slice(0, count)
    const week = (at: number) => `series=${some(8, at)}&fromMs=${startMs}&toMs=${endMs}&points=1200`
    const charts = await timeEach(founder, (at) => `/telemetry/envelopes?${week(at)}`)
    const latest = await timeEach(founder, () => '/telemetry/signals')
    const totals = (at: number) =>
      `fromMs=${endMs - DAY_MS - (at % days) * HOUR_MS}&toMs=${endMs - (at % days) * HOUR_MS}`
    const fleet = await timeEach(founder, (at) => `/telemetry/totals?measurand=power&by=hour&${totals(at)}`)
    const rawMs = 8 * HOUR_MS
    const raw = await timeEach(founder, (at) => {
      const fromMs = startMs + (at % (days * 2)) * 8 * HOUR_MS
      return `/telemetry/envelopes?series=${series.slice(at, at + 20)}&fromMs=${fromMs}&toMs=${fromMs + rawMs}&points=1200`
    })
    return {
      sevenDayChartMsP95: Math.round(percentile(charts, 0.95)),
      latest1000MsP95: Math.round(percentile(latest, 0.95)),
      fleetDayMsP95: Math.round(percentile(fleet, 0.95)),
      rawScanSamplesPerSecond: Math.round((20 * (rawMs / PERIOD_MS)) / (percentile(raw, 0.5) / 1000)),
      storedSamples: Number(rows[0]?.stored ?? 0),
    }
  } finally {
    await client.end()
    await house.stop()
    await database.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A slow swing with noise in the second decimal, as a gateway sends it that was cut off for long. */
async function writePast(url: string, gateway: PlayedGateway, startMs: number, endMs: number): Promise<void> {
  const sender = new BatchSender(url, gateway)
  let sequence = 0
  for (let fromMs = startMs; fromMs < endMs; fromMs += BATCH_SAMPLES * PERIOD_MS) {
    const count = Math.min(BATCH_SAMPLES, (endMs - fromMs) / PERIOD_MS)
    const timestampsMs = Float64Array.from({ length: count }, (_, at) => fromMs + at * PERIOD_MS)
    const qualities = new Uint8Array(count).fill(QUALITY.good)
    const columns = gateway.series.map((series) => {
      const level = 20 + (series % 60)
      const values = Float64Array.from(
        timestampsMs,
        (timeMs) => Math.round(100 * (level + 2 * Math.sin(series + timeMs / 240_000) + Math.random() * 0.2)) / 100,
      )
      return { series, kind: 'number' as const, timestampsMs, values, qualities }
    })
    sequence += 1
    await sender.send(encodeBatch({ sequence, columns }))
  }
  sender.close()
}

/** One after the other, the first few not counted. @returns how long each took, in milliseconds */
async function timeEach(caller: Caller, path: (at: number) => string): Promise<number[]> {
  const tookMs: number[] = []
  for (let at = -3; at < TIMES; at += 1) {
    const startMs = performance.now()
    await caller.get(path(Math.max(0, at)))
    if (at >= 0) tookMs.push(performance.now() - startMs)
  }
  return tookMs
}
