import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AllowList } from './allow-list.ts'
import { Cloud } from './cloud.ts'
import { Collector } from './collector.ts'
import { CommandRunner } from './command-runner.ts'
import type { EdgeConfig } from './config.ts'
import { ConfigurationFollower } from './configuration.ts'
import { Connections } from './connections.ts'
import { driverFactory } from './drivers/index.ts'
import { enrol } from './enrolment.ts'
import { listen, type StreamEvent } from './event-stream.ts'
import { type Identity, loadIdentity, loadKey, TokenMaker } from './identity.ts'
import { Journal } from './journal.ts'
import { Counted, type Log } from './log.ts'
import { NonceStore } from './nonce-store.ts'
import { ReportQueue } from './report-queue.ts'
import { Reporter } from './reporter.ts'
import { ServerClock } from './server-clock.ts'
import { Uplink } from './uplink.ts'

/** How long a stopping gateway waits for the cloud to take the last samples; what is left goes out at the next start. */
const DRAIN_MS = 1_000

export type Edge = {
  readonly identity: Identity
  /** Resolves when a task that must run for ever has failed: a fault of ours, after which only a new process helps. */
  readonly failure: Promise<unknown>
  readonly journal: Journal
  /** Stops drivers, writes what is gathered, and closes every file. Safe to call twice. */
  close: () => Promise<void>
}

/**
 * Starts a gateway: enrols it if it must be, then reads, keeps, sends, and carries out commands until it is closed.
 *
 * @throws Error, in a sentence for the log, when it is not enrolled and cannot be.
 */
export async function startEdge(config: EdgeConfig, log: Log, signal: AbortSignal): Promise<Edge> {
  await mkdir(config.dir, { recursive: true, mode: 0o700 })
  const clock = new ServerClock()
  const key = await loadKey(config.dir)
  const identity = (await loadIdentity(config.dir)) ?? (await enrolWithCode(config, log, signal))
  const tokens = new TokenMaker(identity, key)
  const token = () => tokens.make(clock.nowMs())
  // Batches and commands have their own connections: neither waits behind the other.
  const dataCloud = new Cloud(config.cloudUrl, token, clock)
  const controlCloud = new Cloud(config.cloudUrl, token, clock)

  const counted = new Counted(log)
  const journal = await Journal.open(join(config.dir, 'journal'), { maxBytes: config.journalMaxBytes, log })
  const collector = new Collector(journal, counted, () => clock.nowMs())
  const allowList = new AllowList(config.dir)
  const nonces = await NonceStore.open(config.dir)
  const reports = await ReportQueue.open(config.dir, controlCloud, log)
  const connections = new Connections(driverFactory(config.dir, identity.gatewayId), log, counted, {
    readings: (id, readings) => collector.take(id, readings),
    lost: (id) => collector.lost(id),
    discovered: (id, tags) => reporter.discover(id, tags),
    changed: () => reporter.changed(),
  })
  const reporter = new Reporter(controlCloud, journal, () => connections.states(), log)
  const runner = new CommandRunner({
    identity,
    allowList,
    nonces,
    driverOf: (id) => connections.driverOf(id),
    report: (commandId, step) => reports.add({ commandId, step }),
    log,
    counted,
  })
  const follower = new ConfigurationFollower(config.dir, controlCloud, log, async (configuration) => {
    collector.setTags(configuration.tags)
    await connections.apply(configuration)
    const offered = await allowList.offer(configuration.setPoints, config.confirmFirst)
    if (offered === 'pending') {
      log.warn('The server offers a new allow-list. It takes effect after "millrace edge confirm" on this machine.')
    }
  })

  const stop = new AbortController()
  const uplinkStop = new AbortController()
  const handle = (event: StreamEvent) => handleEvent(event, follower, runner, counted)
  const tasks = [
    listen(controlCloud, { connected: () => follower.changed(), event: handle }, log, stop.signal),
    follower.run(stop.signal),
    reporter.run(stop.signal),
    reports.run(stop.signal),
  ]
  const uplink = new Uplink(dataCloud, journal, log).run(uplinkStop.signal)
  const failure = new Promise((resolve) => {
    for (const task of [...tasks, uplink]) task.catch(resolve)
  })
  let closing: Promise<void> | undefined
  const close = async () => {
    // Readings end first, then they are kept, then as many as possible are sent.
    await runner.close()
    stop.abort()
    await connections.close()
    await collector.close()
    await drained(journal)
    uplinkStop.abort()
    await Promise.allSettled([...tasks, uplink])
    await journal.close()
    await nonces.close()
    dataCloud.close()
    controlCloud.close()
  }
  return {
    identity,
    failure,
    journal,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

async function enrolWithCode(config: EdgeConfig, log: Log, signal: AbortSignal): Promise<Identity> {
  const { dir, cloudUrl, enrolmentCode } = config
  if (enrolmentCode === undefined) {
    throw new Error('This gateway is not enrolled. Make one in the web page of the plant and give its code here.')
  }
  const identity = await enrol(dir, cloudUrl, enrolmentCode, await loadKey(dir), log, signal)
  log.info('This gateway is enrolled.', { gatewayId: identity.gatewayId })
  return identity
}

function handleEvent(
  { event, data }: StreamEvent,
  follower: ConfigurationFollower,
  runner: CommandRunner,
  counted: Counted,
): void {
  const json = parseObject(data)
  if (event === 'configuration' && json) follower.changed(typeof json.revision === 'string' ? json.revision : undefined)
  else if (event === 'command' && typeof json?.token === 'string') void runner.take(json.token)
  else if (event !== 'beat') counted.add('The server sent an event that this gateway does not know.', event)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? { ...json } : undefined
  } catch {
    return undefined
  }
}

async function drained(journal: Journal): Promise<void> {
  const untilMs = performance.now() + DRAIN_MS
  while (journal.backlog > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20))
}
