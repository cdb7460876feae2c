import { spawn } from 'node:child_process'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUR_MS } from '@millrace/base'
import { until } from '@millrace/testing/house'
import type { BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import type { LineOrder, LineReport } from './line-protocol-generator.ts'
import { runGenerator } from './run-generator.ts'

const GENERATOR = new URL('line-protocol-generator.ts', import.meta.url)
const SIGNALS = 50_000
const START_MS = 30_000
const LENGTH_MS = 60_000

/** A database for time series as Debian has it, started with its usual settings on an empty folder. */
interface Peer {
  readonly program: string
  /** Its arguments, after what it needs was put into the folder. */
  arguments(folder: string): Promise<string[]>
  readonly healthUrl: string
  readonly writeUrl: string
  /** Before anything is written. */
  readonly firstUrl?: string
}

const PEERS: Readonly<Record<'victoriaMetrics' | 'influxDb', Peer>> = {
  victoriaMetrics: {
    program: '/usr/bin/victoria-metrics',
    arguments: async (folder) => [
      '-httpListenAddr=127.0.0.1:18428',
      `-storageDataPath=${folder}`,
      '-retentionPeriod=12',
    ],
    healthUrl: 'http://127.0.0.1:18428/health',
    writeUrl: 'http://127.0.0.1:18428/write?precision=ms',
  },
  influxDb: {
    program: '/usr/bin/influxd',
    async arguments(folder) {
      const file = join(folder, 'influxdb.conf')
      await writeFile(
        file,
        `reporting-disabled = true
bind-address = "127.0.0.1:18088"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:18086"
  log-enabled = false
`,
      )
      return ['-config', file]
    },
    healthUrl: 'http://127.0.0.1:18086/ping',
    firstUrl: 'http://127.0.0.1:18086/query?q=CREATE%20DATABASE%20bench',
    writeUrl: 'http://127.0.0.1:18086/write?db=bench&precision=ms',
  },
}

/**
 * The same samples into other databases for time series, one after the other on this machine: theirs as line protocol in batches
 * of 10,000, accepted without waiting for the disk; ours durable and settled, as `ingest` counts it. Lines come by time, as agents
 * read and send their signals; what the peers take when somebody has sorted the lines by signal is told beside it.
 *
 * @param ours the benchmark of our own.
 * @returns a ratio is null where the peer is not installed.
 */
export async function ingestPeers(
  args: BenchmarkArguments,
  ours: (args: BenchmarkArguments) => Promise<BenchmarkResult>,
): Promise<BenchmarkResult> {
  const lengthMs = args.options.has('seconds') ? Number(args.options.get('seconds')) * 1000 : LENGTH_MS
  const victoriaMetrics = await perSecond('victoriaMetrics', 'by-time', lengthMs, args)
  const victoriaMetricsBySignal = await perSecond('victoriaMetrics', 'by-signal', lengthMs, args)
  const influxDb = await perSecond('influxDb', 'by-time', lengthMs, args)
  const influxDbBySignal = await perSecond('influxDb', 'by-signal', lengthMs, args)
  const options = new Map([...args.options, ['seconds', String(lengthMs / 1000)]])
  const { samplesPerSecond = null, acknowledgedPerSecond = null, ackMsP99 = null } = await ours({ ...args, options })
  const ratioTo = (peer: number | null) => (peer === null ? null : Number((Number(samplesPerSecond) / peer).toFixed(2)))
  return {
    ratioToVictoriaMetrics: ratioTo(victoriaMetrics),
    ratioToInfluxDB: ratioTo(influxDb),
    ratioToVictoriaMetricsBySignal: ratioTo(victoriaMetricsBySignal),
    ratioToInfluxDBBySignal: ratioTo(influxDbBySignal),
    samplesPerSecond,
    acknowledgedPerSecond,
    ackMsP99,
    victoriaMetricsPerSecond: victoriaMetrics,
    influxDbPerSecond: influxDb,
  }
}

async function perSecond(
  name: keyof typeof PEERS,
  arrangement: LineOrder['arrangement'],
  lengthMs: number,
  { print }: BenchmarkArguments,
): Promise<number | null> {
  const peer = PEERS[name]
  if (
    !(await access(peer.program).then(
      () => true,
      () => false,
    ))
  ) {
    console.error(`${peer.program} is not installed: it is not compared.`)
    return null
  }
  const folder = await mkdtemp(join(tmpdir(), 'millrace-peer-'))
  const server = spawn(peer.program, await peer.arguments(folder), { stdio: 'ignore' })
  try {
    await until(peer.program, START_MS, () =>
      fetch(peer.healthUrl).then(
        (answer) => answer.ok,
        () => false,
      ),
    )
    if (peer.firstUrl) await fetch(peer.firstUrl, { method: 'POST' })
    const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS
    const { samples, tookMs } = await generate({ url: peer.writeUrl, signals: SIGNALS, startMs, lengthMs, arrangement })
    const rate = Math.round(samples / (tookMs / 1000))
    print(`${name}, lines ${arrangement}: ${rate} samples a second.`)
    return rate
  } finally {
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true, force: true })
  }
}

function generate(order: LineOrder): Promise<LineReport> {
  return runGenerator(GENERATOR, order)
}
