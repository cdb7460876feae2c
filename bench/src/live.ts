import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { serverPidOf, startHouse } from '@millrace/testing/house'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { makePlant } from './ingest-plant.ts'
import type { Acknowledgement, LiveGeneratorOrder } from './live-generator.ts'
import type { LiveScreensOrder, LiveScreensReport, PlayedScreen } from './live-screens.ts'
import { percentile } from './percentile.ts'

const GATEWAYS = 50
const SIGNALS_EACH = 100
const SUBSCRIBERS = 500
const RETURNING = 50
const STUCK = 20
const SCREEN_PROCESSES = 2
const SECONDS = 60
/** Until all streams are open and the server's code is warm. */
const WARM_UP_MS = 10_000
const TOPICS_MAX = 50
const TICKS_PER_SECOND = 100
const ANSWER_MS = 60_000
const QUOTAS = ['requests', 'requestsEach', 'samples', 'sockets', 'socketsEach']
  .map((name) => `${name}=unlimited`)
  .join(', ')

/**
 * 500 screens that watch machines and sites while gateways send 100 signals each, half of them ten times a second, half once.
 * 50 more screens whose line breaks every few seconds, and 20 that never read. `--seconds N`, `--subscribers N`.
 *
 * publishToReceipt is from when a gateway has its acknowledgement until a screen has the batch's last sample; sentToReceipt from
 * when the gateway sent it. Every sample of one signal must come to each machine's screen once and in order.
 */
export const live: Benchmark = {
  name: 'live',
  summary: '500 screens while ingest runs, with slow ones and such that come back; --seconds N, --subscribers N',
  run,
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const lengthMs = Number(options.get('seconds') ?? SECONDS) * 1000
  const subscribers = Number(options.get('subscribers') ?? SUBSCRIBERS)
  process.env.MILLRACE_QUOTAS = QUOTAS
  const house = await startHouse(['--no-demo'])
  const children: ChildProcess[] = []
  const start = (file: string) => {
    const child = fork(new URL(file, import.meta.url), { execArgv: [], serialization: 'advanced' })
    children.push(child)
    return child
  }
  try {
    print('Making the plant.')
    const { founder, gateways } = await makePlant(house.url, GATEWAYS, SIGNALS_EACH)
    const { items } = await founder.get<{ items: { id: string; level: string; name: string }[] }>('/plant/equipment')
    const site = items.find((one) => one.level === 'site')?.id ?? ''
    const machines = gateways.map((_, at) => items.find((one) => one.name === `Machine ${at + 1}`)?.id ?? '')

    const played = gateways.map((gateway, at) => ({ gateway, periodMs: at % 2 === 0 ? 100 : 1000 }))
    const machineScreen = (number: number, way: PlayedScreen['way']): PlayedScreen => {
      const at = number % GATEWAYS
      const { gateway, periodMs } = played[at] ?? { periodMs: 0 }
      const follows = { at, series: gateway?.series[0] ?? 0, periodMs }
      return { topics: [`telemetry.machine/${machines[at]}`], way, follows }
    }
    const siteScreen: PlayedScreen = { topics: [`telemetry.site/${site}`], way: 'reads', follows: undefined }
    const screens = [
      ...Array.from({ length: subscribers }, (_, at) => (at % 5 === 4 ? siteScreen : machineScreen(at, 'reads'))),
      ...Array.from({ length: RETURNING }, (_, at) => machineScreen(at, 'returns')),
      ...Array.from({ length: STUCK }, () => ({
        topics: machines.slice(0, TOPICS_MAX).map((id) => `telemetry.machine/${id}`),
        ...{ way: 'stuck' as const, follows: undefined },
      })),
    ]

    const generator = start('live-generator.ts')
    generator.send({ url: house.url, gateways: played } satisfies LiveGeneratorOrder)
    const watching = await Promise.all(
      Array.from({ length: SCREEN_PROCESSES }, async (_, part) => {
        const child = start('live-screens.ts')
        const mine = screens.filter((_one, at) => at % SCREEN_PROCESSES === part)
        child.send({ url: house.url, cookie: founder.cookie, screens: mine } satisfies LiveScreensOrder)
        await answerOf(child)
        return child
      }),
    )
    await pause(WARM_UP_MS)
    const fromMs = Date.now()
    const server = await serverPidOf(house.process.pid ?? 0)
    const cpuBefore = await cpuSecondsOf(server)
    print(`${screens.length} screens watch for ${lengthMs / 1000} s.`)
    await pause(lengthMs)
    const toMs = Date.now()
    const cpuSeconds = (await cpuSecondsOf(server)) - cpuBefore

    const reports = await Promise.all(watching.map((child) => ask<LiveScreensReport>(child)))
    const acknowledged = await ask<Acknowledgement[]>(generator)
    const { publishToReceipt, sentToReceipt } = latencies(acknowledged, reports, fromMs, toMs)
    const sum = (name: Exclude<keyof LiveScreensReport, 'received'>) =>
      reports.reduce((total, report) => total + report[name], 0)
    const inTime = acknowledged.filter(({ sentMs }) => sentMs >= fromMs && sentMs < toMs)
    return {
      subscribers,
      publishToReceiptMsP99: Math.round(percentile(publishToReceipt, 0.99)),
      publishToReceiptMsP50: Math.round(percentile(publishToReceipt, 0.5)),
      sentToReceiptMsP99: Math.round(percentile(sentToReceipt, 0.99)),
      ackMsP99: Math.round(
        percentile(
          inTime.map(({ acknowledgedMs, sentMs }) => acknowledgedMs - sentMs),
          0.99,
        ),
      ),
      missed: sum('missed'),
      doubled: sum('doubled'),
      unordered: sum('unordered'),
      returned: sum('returned'),
      resumed: sum('resumed'),
      stuckDropped: sum('dropped'),
      messagesPerSecond: Math.round(sum('messages') / ((toMs - fromMs + WARM_UP_MS) / 1000)),
      receiptsMeasured: publishToReceipt.length,
      serverCpuRatio: Number((cpuSeconds / ((toMs - fromMs) / 1000)).toFixed(2)),
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await house.stop()
  }
}

async function ask<T>(child: ChildProcess): Promise<T> {
  child.send('end')
  return answerOf<T>(child)
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  if (child.exitCode !== null) throw new Error('A process of the benchmark has ended.')
  const signal = AbortSignal.timeout(ANSWER_MS)
  const ended = once(child, 'exit', { signal }).then(() => [{ failure: 'A process of the benchmark has ended.' }])
  const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T | { failure: string }]
  ended.catch(() => undefined)
  if (typeof answer === 'object' && answer !== null && 'failure' in answer) throw new Error(answer.failure)
  return answer as T
}

function latencies(
  acknowledged: readonly Acknowledgement[],
  reports: readonly LiveScreensReport[],
  fromMs: number,
  toMs: number,
): { publishToReceipt: number[]; sentToReceipt: number[] } {
  const batches = new Map(acknowledged.map((one) => [`${one.at} ${one.timestampMs}`, one]))
  const publishToReceipt: number[] = []
  const sentToReceipt: number[] = []
  for (const { received } of reports) {
    for (let at = 0; at < received.length; at += 3) {
      const batch = batches.get(`${received[at]} ${received[at + 1]}`)
      if (!batch || batch.sentMs < fromMs || batch.sentMs >= toMs) continue
      const receivedMs = received[at + 2] ?? 0
      // A screen may hear before the gateway does.
      publishToReceipt.push(Math.max(0, receivedMs - batch.acknowledgedMs))
      sentToReceipt.push(receivedMs - batch.sentMs)
    }
  }
  return { publishToReceipt, sentToReceipt }
}

/** User and system time of a process, from Linux; NaN elsewhere. */
async function cpuSecondsOf(pid: number): Promise<number> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return Number.NaN
  }
}
