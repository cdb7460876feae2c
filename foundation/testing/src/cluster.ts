import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { environmentWith, programFolders } from './config.ts'
import { until } from './house.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const START_MS = 60_000
const STOP_MS = 20_000
/** As much of a log as tells why a process did not start. */
const LOG_TAIL = 3000

/** Where nats-server is on this machine; undefined = it is not installed. */
export function findNatsServer(): string | undefined {
  return programFolders()
    .map((folder) => path.join(folder, 'nats-server'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** A process that was started for a test. */
export interface Started {
  readonly process: ChildProcess
  /** Everything it printed so far. */
  output(): string
  /** Ends it at once, as a power cut does. Resolves when it is gone. */
  kill(): Promise<void>
  /** Asks it to end. @returns its exit code; null when it had to be killed */
  stop(): Promise<number | null>
}

function start(program: string, args: readonly string[], environment: Readonly<Record<string, string>>): Started {
  const child = spawn(program, args, { env: environmentWith(environment), stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  const collect = (text: Buffer) => {
    printed = (printed + text.toString()).slice(-1_000_000)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return {
    process: child,
    output: () => printed,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      const code = await gone
      clearTimeout(timer)
      return code
    },
  }
}

/** Below those that a system gives to outgoing connections: a port stays free while the one who had it is started again. */
const PORTS = [20_000, 30_000] as const

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(...PORTS)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** A node that only ever says so has all streams: 2.9 never finds a consumer current that works without a pause. */
const BUSY_LOOKS = 20

async function hasOnlyBusyConsumers(answer: Response): Promise<boolean> {
  return (await answer.text()).includes('JetStream consumer')
}

export interface NatsCluster {
  /** What MILLRACE_NATS_URL wants. */
  readonly url: string
  readonly nodes: readonly Started[]
  /** Starts a node that was killed, with what it had on its disk. Resolves when it works. */
  restart(at: number): Promise<void>
  stop(): Promise<void>
}

/** Starts a NATS cluster with JetStream on this machine. @param count of nodes: one, or three */
export async function startNats(program: string, count: 1 | 3): Promise<NatsCluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-nats-'))
  const ports = await freePorts(3 * count)
  const clients = ports.slice(0, count)
  const monitors = ports.slice(count, 2 * count)
  const routes = ports.slice(2 * count).map((port) => `nats-route://127.0.0.1:${port}`)
  const nodes: Started[] = []
  const fileOf = (at: number) => path.join(folder, `nats-${at}.conf`)
  const begin = (at: number) => {
    nodes[at] = start(program, ['-c', fileOf(at)], {})
  }
  const untilReady = (at: number) => {
    let inRow = 0
    return until(`node ${at} of NATS`, START_MS, async () => {
      const answer = await fetch(`http://127.0.0.1:${monitors[at]}/healthz`).catch(() => undefined)
      inRow = answer && (await hasOnlyBusyConsumers(answer)) ? inRow + 1 : 0
      return answer?.ok || inRow >= BUSY_LOOKS
    })
  }
  for (let at = 0; at < count; at += 1) {
    const cluster = `cluster { name: millrace, listen: "127.0.0.1:${ports[2 * count + at]}", routes: [${routes.map((one) => `"${one}"`).join()}] }`
    await writeFile(
      fileOf(at),
      `server_name: nats-${at}
listen: "127.0.0.1:${clients[at]}"
http: "127.0.0.1:${monitors[at]}"
max_payload: 2MB
jetstream { store_dir: "${path.join(folder, String(at))}", max_file_store: 8GB, max_memory_store: 64MB }
${count > 1 ? cluster : ''}
`,
    )
    begin(at)
  }
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (let at = 0; at < count; at += 1) await untilReady(at)
  } catch (error) {
    const said = nodes.map((node) => node.output().slice(-LOG_TAIL)).join('\n')
    await stop()
    throw new Error(`NATS does not start. It said:\n${said}`, { cause: error })
  }
  const restart = async (at: number) => {
    begin(at)
    try {
      await untilReady(at)
    } catch (error) {
      throw new Error(`A node of NATS does not come back. It said:\n${nodes[at]?.output().slice(-LOG_TAIL)}`, {
        cause: error,
      })
    }
  }
  return { url: clients.map((port) => `nats://127.0.0.1:${port}`).join(), nodes, restart, stop }
}

/** One server of several, in a process of its own. */
export interface ServerProcess extends Started {
  readonly url: string
}

/**
 * Starts a server as an installation does, and waits until it may be sent requests.
 *
 * @param environment `MILLRACE_…` variables; the port is chosen.
 */
export async function startServerProcess(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const [port = 0] = await freePorts(1)
  const server = start(process.execPath, [path.join(ROOT, 'apps/server/src/main.ts')], {
    ...{ MILLRACE_HOST: '127.0.0.1', MILLRACE_PORT: String(port), MILLRACE_DEMO: 'off' },
    ...environment,
  })
  const url = `http://127.0.0.1:${port}`
  const deadline = performance.now() + START_MS
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return { ...server, url }
    if (server.process.exitCode !== null || performance.now() > deadline) {
      await server.kill()
      throw new Error(`A server is not ready. It said:\n${server.output().slice(-LOG_TAIL)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
