import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { HOUR_MS } from '@millrace/base'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { serverPidOf, startHouse } from '@millrace/testing/house'
import pg from 'pg'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { Heap } from './heap.ts'
import { generate } from './ingest.ts'
import { makePlant } from './ingest-plant.ts'
import { percentile } from './percentile.ts'

const MINUTES = 20
const RATE = 1_000_000
const GATEWAYS = 100
const SIGNALS_EACH = 500
const MEASURE_MS = 5000
const MINUTE_MS = 60_000
const MIB = 1024 * 1024
/** More than this of the disk is not taken: the run ends then. */
const DISK_MIB_MAX = 5 * 1024

/**
 * The memory of the server while gateways send in real time, at half of what it can take. `--minutes N`, `--rate N` samples a second.
 *
 * slopeMbPerMinute is the line of least squares through the resident memory after collections, over the second half of the time.
 */
export const soak: Benchmark = {
  name: 'soak',
  summary: 'memory of the server under a steady load; --minutes N, --rate N samples a second',
  run,
}

interface Point {
  readonly minute: number
  readonly residentMib: number
  readonly heapMib: number
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const lengthMs = Number(options.get('minutes') ?? MINUTES) * MINUTE_MS
  const rate = Number(options.get('rate') ?? RATE)
  const perSecond = Math.max(1, Math.round(rate / GATEWAYS / SIGNALS_EACH))
  const folder = await mkdtemp(join(tmpdir(), 'millrace-soak-'))
  const database = await startEmbeddedPostgres({ dataDir: folder })
  process.env.MILLRACE_DATABASE_URL = database.url
  process.env.MILLRACE_QUOTAS = 'requests=unlimited, samples=unlimited'
  process.env.NODE_OPTIONS = '--inspect-port=0'
  const house = await startHouse(['--no-demo'])
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const stop = new AbortController()
  let heap: Heap | undefined
  try {
    print('Making the plant.')
    const { gateways } = await makePlant(house.url, GATEWAYS, SIGNALS_EACH)
    const pid = await serverPidOf(house.process.pid ?? 0)
    heap = await Heap.open(pid, join(house.dataDir, 'logs', 'server.log'))
    const points: Point[] = []
    const watching = watch(heap, client, stop.signal, (point, diskMib) => {
      points.push(point)
      const { minute, residentMib, heapMib } = point
      print(
        `${minute.toFixed(1)} min: ${Math.round(residentMib)} MiB resident, ${Math.round(heapMib)} MiB of objects, ` +
          `${Math.round(diskMib)} MiB on disk.`,
      )
    })
    const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const sending = generate({ url: house.url, gateways, startMs, perSecond, pacedMs: lengthMs, fastMs: 0 }, () =>
      stop.abort(),
    )
    // The disk ends it early.
    await Promise.race([sending, watching])
    stop.abort()
    const diskMib = await watching
    const sent = diskMib > DISK_MIB_MAX ? undefined : await sending
    const half = points.slice(Math.floor(points.length / 2))
    return {
      slopeMbPerMinute: Number(slope(half.map(({ minute, residentMib }) => [minute, residentMib])).toFixed(2)),
      residentMiB: Math.round(
        percentile(
          half.map(({ residentMib }) => residentMib),
          0.5,
        ),
      ),
      heapSlopeMbPerMinute: Number(slope(half.map(({ minute, heapMib }) => [minute, heapMib])).toFixed(2)),
      heapMiB: Math.round(
        percentile(
          half.map(({ heapMib }) => heapMib),
          0.5,
        ),
      ),
      minutes: Number((points.at(-1)?.minute ?? 0).toFixed(1)),
      samplesPerSecond: sent ? Math.round(sent.paced.samples / (sent.paced.tookMs / 1000)) : null,
      refused: sent ? sent.paced.refused : null,
      diskMiB: Math.round(diskMib),
    }
  } finally {
    stop.abort()
    heap?.close()
    await client.end()
    await house.stop()
    await database.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Measures until it is told to stop, or the disk has taken enough. @returns what the database takes at the end. */
async function watch(
  heap: Heap,
  client: pg.Client,
  signal: AbortSignal,
  onPoint: (point: Point, diskMib: number) => void,
): Promise<number> {
  const startMs = performance.now()
  for (;;) {
    await pause(MEASURE_MS, undefined, { signal }).catch(() => undefined)
    const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
    const diskMib = Number(rows[0]?.bytes ?? 0) / MIB
    if (signal.aborted || diskMib > DISK_MIB_MAX) return diskMib
    onPoint({ minute: (performance.now() - startMs) / MINUTE_MS, ...(await heap.measure()) }, diskMib)
  }
}

/** Of the line of least squares through points; 0 for fewer than two. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
}
