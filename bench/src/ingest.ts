import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUR_MS } from '@millrace/base'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { startHouse } from '@millrace/testing/house'
import pg from 'pg'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import type { GeneratorOrder, GeneratorReport } from './ingest-generator.ts'
import { ingestMqtt } from './ingest-mqtt.ts'
import { ingestPeers } from './ingest-peers.ts'
import { makePlant } from './ingest-plant.ts'
import { untilSettled } from './ingest-settled.ts'
import { percentile } from './percentile.ts'
import { copyNarrowRows } from './raw-copy.ts'
import { runGenerator } from './run-generator.ts'

const GENERATOR = new URL('ingest-generator.ts', import.meta.url)
const GATEWAYS = 100
const SIGNALS_EACH = 500
const PER_SECOND = 10
const SECONDS = 60
/** The data begin this long before a full hour, so that an hour ends, and is settled, while they flow. */
const BEFORE_HOUR_MS = 100_000

/**
 * From the gateways to chunks and rollups: 50,000 signals at 10 Hz over 100 gateways, first in real time, then as fast as the
 * server takes them, through HTTP with acknowledgements after the commit. `--seconds N` for each of the two.
 *
 * samplesPerSecond counts from the start of the second part until the last sample is in a settled hour: inbox, chunks, merged
 * chunks and rollups are then written and what they took the place of is removed.
 *
 * `--mqtt` measures devices that speak MQTT instead; `--peers` compares with other databases for time series.
 */
export const ingest: Benchmark = {
  name: 'ingest',
  summary:
    '50,000 signals from 100 gateways into chunks and rollups, durably; --seconds N; --mqtt: from devices; --peers: beside others',
  run(args) {
    if (args.options.has('mqtt')) return ingestMqtt(args)
    return args.options.has('peers') ? ingestPeers(args, run) : run(args)
  },
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const lengthMs = Number(options.get('seconds') ?? SECONDS) * 1000
  const folder = await mkdtemp(join(tmpdir(), 'millrace-ingest-'))
  const database = await startEmbeddedPostgres({ dataDir: folder })
  process.env.MILLRACE_DATABASE_URL = database.url
  process.env.MILLRACE_QUOTAS = 'requests=unlimited, samples=unlimited'
  const house = await startHouse(['--no-demo'])
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    print('Making the plant.')
    const { gateways } = await makePlant(house.url, GATEWAYS, SIGNALS_EACH)
    const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const lengths = { pacedMs: lengthMs, fastMs: lengthMs }
    const order = { url: house.url, gateways, startMs: hourMs - BEFORE_HOUR_MS, perSecond: PER_SECOND, ...lengths }
    let fastAtMs = 0
    const { paced, fast, samplesEach } = await generate(order, () => {
      fastAtMs = performance.now()
      print('As fast as it goes.')
    })
    await untilSettled(client)
    const settledMs = performance.now() - fastAtMs
    const sent = paced.samples + fast.samples
    print(`${sent} samples sent; acknowledged at ${Math.round((fast.samples / fast.tookMs) * 1000)} a second.`)

    const expected = new Map(gateways.flatMap(({ series }, at) => series.map((one) => [one, samplesEach[at] ?? 0])))
    const { lost, duplicated, stored } = await countStored(client, expected, order.startMs)
    const rawPerSecond = await copyNarrowRows(client)
    const perSecond = fast.samples / (settledMs / 1000)
    return {
      samplesPerSecond: Math.round(perSecond),
      ackMsP99: Math.round(percentile([...paced.ackMs, ...fast.ackMs], 0.99)),
      bytesPerSample: Number(((await sizeOf(client)) / stored).toFixed(2)),
      signals: GATEWAYS * SIGNALS_EACH,
      ratioToRawCopy: Number((perSecond / rawPerSecond).toFixed(1)),
      lost,
      duplicated,
      acknowledgedPerSecond: Math.round(fast.samples / (fast.tookMs / 1000)),
      pacedPerSecond: Math.round(paced.samples / (paced.tookMs / 1000)),
      pacedAckMsP99: Math.round(percentile(paced.ackMs, 0.99)),
      refused: paced.refused + fast.refused,
    }
  } finally {
    await client.end()
    await house.stop()
    await database.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Plays the gateways in a process of their own. */
export function generate(order: GeneratorOrder, onFast: () => void): Promise<GeneratorReport> {
  return runGenerator(GENERATOR, order, (word) => {
    if (word === 'fast') onFast()
  })
}

/** Every sample has its place on a clock of 100 ms: a missing one leaves a gap, one too many an overlap. */
async function countStored(client: pg.Client, expected: ReadonlyMap<number, number>, startMs: number) {
  const { rows } = await client.query<{ series: number; count: string; places: string; overlaps: string }>(
    `select series, sum(count) as count, sum(case when first_ms > before then (last_ms - first_ms) / 100 + 1 else 0 end) as places,
       count(*) filter (where first_ms <= before) as overlaps
     from (select series, count, first_ms, last_ms, coalesce(lag(last_ms) over (partition by series order by first_ms), $1) as before
           from telemetry.chunk) as chunk
     group by series`,
    [startMs - 100],
  )
  let lost = 0
  let duplicated = 0
  let stored = 0
  const found = new Map(rows.map((row) => [row.series, row]))
  for (const [series, count] of expected) {
    const row = found.get(series)
    const places = Number(row?.places ?? 0)
    lost += Math.max(0, count - Math.min(places, Number(row?.count ?? 0)))
    duplicated += Number(row?.overlaps ?? 0) + Math.max(0, Number(row?.count ?? 0) - count)
    stored += Number(row?.count ?? 0)
  }
  return { lost, duplicated, stored }
}

/** Bytes of history and rollups with their indexes, without the free space that removed rows leave for later ones. */
async function sizeOf(client: pg.Client): Promise<number> {
  await client.query('vacuum full telemetry.chunk')
  await client.query('vacuum full telemetry.rollup')
  const { rows } = await client.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits
     where inhparent in ('telemetry.chunk'::regclass, 'telemetry.rollup'::regclass)`,
  )
  return Number(rows[0]?.bytes ?? 0)
}
