import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { decodeSamples, HOUR_MS, QUALITY } from '@millrace/base'
import { type Caller, foundEnterprise, type House, serverPidOf, startHouse, until } from '@millrace/testing/house'
import pg from 'pg'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { clockMs } from './clock.ts'
import { type CountClock, Counts, countAt } from './kill-count.ts'
import { journalledBatches } from './kill-journal.ts'
import type { KillMachineOrder, KillMachineReady } from './kill-machine.ts'
import { Middleman } from './kill-middle.ts'

const EDGE = fileURLToPath(new URL('../../apps/edge/src/main.ts', import.meta.url))
const KILLS = 20
const CONTROL_KILLS = 3
const METRICS = Array.from({ length: 10 }, (_, at) => `count ${at + 1}`)
const DEVICE = { groupId: 'Bench', edgeNodeId: 'cell', deviceId: 'counter' }
const PERIOD_MS = 20
/** A kill comes at some moment within this after samples flow. */
const WITHIN_MS = 800
/** Longer than a supervisor calls quick. */
const CONTROL_PAUSE_MS = 5500
/** Beyond any figure that would be good: a slow recovery is a figure, not a failure of the benchmark. */
const RECOVER_MS = 180_000
const PROBE_MS = 25
const CALM_MS = 1500
const CONNECT_MS = 1000
const QUERY_MS = 20_000
/** A birth may put the machine a count ahead of its clock. */
const AHEAD_COUNTS = 3

const TARGETS = ['edge', 'cloud', 'database'] as const
type Target = (typeof TARGETS)[number]

/**
 * Kills the gateway, the cloud's server and the database, again and again, while a machine counts: MQTT broker and Sparkplug edge
 * node → gateway with its journal → server → embedded database, which the supervisor brings back. `--kills N` of each.
 *
 * - lost: counts that were in the gateway's journal or acknowledged and are not in the history, and counts the machine sent to a
 *   living gateway that are missing.
 * - duplicated: counts that are in the history more than once, before settling would hide it.
 * - inDoubt: batches whose acknowledgement a kill cut off.
 * - controlLost: what is lost when somebody in between acknowledges before the commit, so that the count can be trusted to see it.
 */
export const kill: Benchmark = {
  name: 'kill',
  summary: 'kill -9 of gateway, server and database while samples flow; --kills N of each',
  run,
}

async function run({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const kills = Number(options.get('kills') ?? KILLS)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-kill-'))
  // The database's account must be able to pass.
  await chmod(folder, 0o711)
  delete process.env.MILLRACE_DATABASE_URL
  const house = await startHouse(['--no-demo'], join(folder, 'house'))
  const world = new World(house, folder)
  try {
    await world.prepare()
    const recoverMs: Record<Target, number[]> = { edge: [], cloud: [], database: [] }
    for (let round = 1; round <= kills; round += 1) {
      for (const target of TARGETS) {
        await pause(Math.random() * WITHIN_MS)
        const tookMs = await world.kill(target)
        recoverMs[target].push(tookMs)
        print(`Round ${round}: ${target} killed, samples in the history again after ${Math.round(tookMs)} ms.`)
      }
    }
    const { lost, duplicated, checked } = await world.check()
    print(`${checked} counts checked: ${lost} lost, ${duplicated} doubled.`)
    const { inDoubt } = world.middleman
    const controlLost = await world.control()
    const most = (target: Target) => Math.round(Math.max(...recoverMs[target]))
    return {
      ...{ kills, lost, duplicated, inDoubt, controlLost },
      recoverMsMax: Math.max(...TARGETS.map(most)),
      edgeRecoverMsMax: most('edge'),
      cloudRecoverMsMax: most('cloud'),
      databaseRecoverMsMax: most('database'),
      countsChecked: checked,
    }
  } finally {
    world.close()
    await house.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Everything from the machine to the database. */
class World {
  readonly middleman: Middleman
  private readonly house: House
  private readonly edgeDir: string
  private readonly killedAt: number[] = []
  private series: readonly number[] = []
  private clock: CountClock = { baseMs: 0, periodMs: PERIOD_MS, startedAtMs: 0 }
  private machine: ChildProcess | undefined
  private edge: ChildProcess | undefined
  private edgeEnvironment: Record<string, string> = {}
  /** What was acknowledged, or in the journal. */
  private taken = new Counts(this.clock, [])

  constructor(house: House, folder: string) {
    this.house = house
    this.edgeDir = join(folder, 'edge')
    this.middleman = new Middleman(house.url, (batch) => this.taken.addBatch(batch))
  }

  async prepare(): Promise<void> {
    const founder = await foundEnterprise(this.house.url, 'Kill Ltd')
    // In an hour that has not ended: settling, which keeps one sample of each time, would hide a double.
    const baseMs = Math.ceil(clockMs() / HOUR_MS) * HOUR_MS
    this.machine = fork(new URL('kill-machine.ts', import.meta.url), { execArgv: [] })
    this.machine.send({ ...DEVICE, metrics: METRICS, baseMs, periodMs: PERIOD_MS } satisfies KillMachineOrder)
    const ready = await readyOf(this.machine)
    const { enrolmentCode, series } = await makeGateway(founder, `mqtt://127.0.0.1:${ready.port}`)
    this.series = series
    this.clock = { baseMs, periodMs: PERIOD_MS, startedAtMs: ready.startedAtMs }
    this.taken = new Counts(this.clock, series)
    this.edgeEnvironment = {
      PATH: process.env.PATH ?? '',
      MILLRACE_EDGE_DIR: this.edgeDir,
      MILLRACE_CLOUD_URL: await this.middleman.listen(),
      MILLRACE_ENROLMENT_CODE: enrolmentCode,
      // As the supervisor has it.
      NODE_COMPILE_CACHE: join(this.house.dataDir, 'compile-cache'),
    }
    this.startEdge()
    await this.untilFlowing(clockMs())
  }

  /** @returns how long it took from the kill until the history had a count from after it. */
  async kill(target: Target): Promise<number> {
    const pid = await this.pidOf(target)
    const atMs = clockMs()
    process.kill(pid, 'SIGKILL')
    this.middleman.killed()
    if (target === 'edge') {
      this.killedAt.push(countAt(this.clock, atMs))
      await once(this.edge as ChildProcess, 'exit')
      await this.readJournal()
      this.startEdge()
    }
    return this.untilFlowing(atMs)
  }

  /** What the machine counted until now comes to rest, and is counted in the history. */
  async check(): Promise<{ lost: number; duplicated: number; checked: number }> {
    await pause(CALM_MS)
    await this.tellMachine('pause')
    await pause(CALM_MS)
    await this.readJournal()
    const deadlineMs = clockMs() + RECOVER_MS
    for (;;) {
      const { found, stored } = await this.readHistory()
      const lost = this.taken.missingIn(found) + found.unexplainedGaps(this.killedAt)
      if (lost === 0 || clockMs() > deadlineMs) return { lost, duplicated: stored - found.size, checked: found.size }
      await pause(CALM_MS)
    }
  }

  /** The unsafe way, for comparison. @returns how many counts that were acknowledged are not in the history. */
  async control(): Promise<number> {
    await this.tellMachine('go on')
    this.middleman.isUnsafe = true
    this.taken = new Counts(this.clock, this.series)
    await this.untilFlowing(clockMs())
    for (let round = 0; round < CONTROL_KILLS; round += 1) {
      await pause(CONTROL_PAUSE_MS + Math.random() * WITHIN_MS)
      await this.kill('cloud')
    }
    await this.tellMachine('pause')
    await pause(2 * CALM_MS)
    return this.taken.missingIn((await this.readHistory()).found)
  }

  close(): void {
    this.edge?.kill('SIGKILL')
    this.machine?.kill('SIGKILL')
    this.middleman.close()
  }

  private async tellMachine(word: 'pause' | 'go on'): Promise<void> {
    this.machine?.send(word)
    const { startedAtMs } = await readyOf(this.machine)
    this.clock = { ...this.clock, startedAtMs }
  }

  private startEdge(): void {
    this.edge = fork(EDGE, { execArgv: [], env: this.edgeEnvironment, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  }

  private async readJournal(): Promise<void> {
    for (const batch of await journalledBatches(join(this.edgeDir, 'journal'))) this.taken.addBatch(batch)
  }

  private async readHistory(): Promise<{ found: Counts; stored: number }> {
    const found = new Counts(this.clock, this.series)
    let stored = 0
    const rows = await this.query<{ series: number; first: number; count: number; data: Buffer }>(
      `select series, first_ms::float8 as first, count, data from telemetry.chunk
       where kind = 0 and last_ms >= ${this.clock.baseMs}`,
    )
    for (const { series, first, count, data } of rows) {
      const { timestampsMs, qualities } = decodeSamples('number', count, data, first)
      timestampsMs.forEach((timeMs, at) => {
        if (qualities[at] === QUALITY.bad || timeMs < this.clock.baseMs) return
        stored += 1
        found.add(series, timeMs)
      })
    }
    return { found, stored }
  }

  /** @returns the time from then until a count from after then is in the history. */
  private async untilFlowing(atMs: number): Promise<number> {
    const wanted = this.clock.baseMs + (countAt(this.clock, atMs) + AHEAD_COUNTS) * PERIOD_MS
    const isThere = async () => {
      try {
        const sql = `select 1 from telemetry.chunk where series = ${this.series[0]} and last_ms >= ${wanted} limit 1`
        return (await this.query(sql)).length > 0
      } catch {
        return false // the database is away
      }
    }
    await until('samples in the history', RECOVER_MS, isThere, PROBE_MS)
    return clockMs() - atMs
  }

  private async pidOf(target: Target): Promise<number> {
    if (target === 'edge' && this.edge?.pid) return this.edge.pid
    if (target === 'cloud') return serverPidOf(this.house.process.pid ?? 0)
    return (await this.database()).pid
  }

  private async database(): Promise<{ pid: number; port: number }> {
    const lines = await readFile(join(this.house.dataDir, 'database', 'cluster', 'postmaster.pid'), 'utf8')
    const [pid, , , port] = lines.split('\n').map(Number)
    return { pid: pid ?? 0, port: port ?? 0 }
  }

  private async query<Row>(text: string): Promise<Row[]> {
    const { port } = await this.database()
    const password = (await readFile(join(this.house.dataDir, 'database', 'password'), 'utf8')).trim()
    const client = new pg.Client({
      ...{ host: '127.0.0.1', port, user: 'postgres', password, database: 'millrace' },
      ...{ connectionTimeoutMillis: CONNECT_MS, query_timeout: QUERY_MS },
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return (await client.query(text)).rows as Row[]
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

async function readyOf(machine: ChildProcess | undefined): Promise<KillMachineReady> {
  if (!machine) throw new Error('The machine was not started.')
  const [answer] = (await once(machine, 'message')) as [KillMachineReady | { failure: string }]
  if ('failure' in answer) throw new Error(answer.failure)
  return answer
}

/** A plant with one gateway that reads the counting machine. */
async function makeGateway(founder: Caller, endpoint: string): Promise<{ enrolmentCode: string; series: number[] }> {
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  const site = await founder.send<{ id: string }>('POST', '/plant/sites', { name: 'Plant', ...place })
  const area = await founder.send<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: site.id, level: 'area', name: 'Machines' },
  })
  const machine = await founder.send<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: area.id, level: 'work-unit', name: 'Counter', kind: 'mill' },
  })
  const { gateway, enrolmentCode } = await founder.send<{ gateway: { id: string }; enrolmentCode: string }>(
    'POST',
    '/plant/gateways',
    { siteId: site.id, name: 'Gateway', local: false },
  )
  const connection = await founder.send<{ id: string }>('POST', '/plant/connections', {
    ...{ gatewayId: gateway.id, name: 'Counter', protocol: 'sparkplug', endpoint },
  })
  const signals = METRICS.map((name) => ({
    ...{ workUnitId: machine.id, connectionId: connection.id, kind: 'number', name },
    address: `${DEVICE.edgeNodeId}/${DEVICE.deviceId}/${name}`,
  }))
  const { items } = await founder.send<{ items: { series: number }[] }>('POST', '/telemetry/signals', { signals })
  return { enrolmentCode, series: items.map((one) => one.series) }
}
