import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const LISTEN_MS = 90_000
const STOP_MS = 30_000
/** As much of a log as tells why something did not start. */
const LOG_TAIL = 3000
const ASK_MS = 20_000

/** The whole program, running as `npm start` runs it. */
export interface House {
  readonly url: string
  readonly dataDir: string
  readonly process: ChildProcess
  /** Everything it printed. */
  output(): string
  /** The end of each log. */
  logs(): Promise<string>
  /** Stops it as Ctrl-C does, and deletes its data unless it is to be started again. */
  stop(options?: { keepData: boolean }): Promise<void>
}

/**
 * Starts the program on a free port, with data of its own.
 *
 * @param args further arguments of `start`, such as `--no-demo`.
 * @throws Error with what it printed when it does not listen within 90 s.
 */
export async function startHouse(args: readonly string[] = [], dataDir?: string): Promise<House> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'millrace-house-')))
  const child = spawn(process.execPath, [join(ROOT, 'apps/cli/src/main.ts'), 'start', '--data', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const collect = (text: Buffer) => {
    printed += text.toString()
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  async function stop(options: { keepData: boolean } = { keepData: false }): Promise<void> {
    if (child.exitCode === null) child.kill('SIGINT')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
    if (!options.keepData) await rm(folder, { recursive: true, force: true })
  }

  const deadline = performance.now() + LISTEN_MS
  for (;;) {
    const url = /Millrace is running: (\S+)/.exec(printed)?.[1]
    if (url) return { url, dataDir: folder, process: child, output: () => printed, logs: () => logsIn(folder), stop }
    if (child.exitCode !== null || performance.now() > deadline) {
      const logs = await logsIn(folder)
      await stop()
      throw new Error(`The program does not listen. It printed:\n${printed}\n${logs}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function logsIn(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'logs')).catch(() => [])
  const logs = names.map(async (name) => {
    const text = await readFile(join(folder, 'logs', name), 'utf8').catch(() => '')
    return `${name} ends:\n${text.slice(-LOG_TAIL)}`
  })
  return (await Promise.all(logs)).join('\n')
}

/** The process of the server in a house, so that it can be killed. @param supervisor the process of the house */
export async function serverPidOf(supervisor: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='])
  for (const line of stdout.split('\n')) {
    const [pid, parent, ...args] = line.trim().split(/\s+/)
    if (Number(parent) === supervisor && args.some((arg) => arg.endsWith('apps/server/src/main.ts'))) return Number(pid)
  }
  throw new Error(`Process ${supervisor} has no server.`)
}

/** The API of a running house, as one signed-in person. */
export interface Caller {
  readonly cookie: string
  get<T>(path: string): Promise<T>
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>
}

/** Signs in as a person of the demo company, found by the beginning of the name. */
export async function signInToDemo(url: string, name: string): Promise<Caller> {
  const welcome = await ask<{ demoPeople: { id: string; name: string }[] }>(url, '', 'GET', '/identity/welcome')
  const person = welcome.demoPeople.find((one) => one.name.startsWith(name))
  if (!person) throw new Error(`The demo company has nobody named ${name}.`)
  const answer = await fetch(`${url}/api/v1/identity/demo-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personId: person.id }),
    signal: AbortSignal.timeout(ASK_MS),
  })
  if (!answer.ok) throw new Error(`Signing in as ${name} was answered ${answer.status}: ${await answer.text()}`)
  return callerOf(url, answer)
}

/** Founds the company of a house without one, and is its first person. */
export async function foundEnterprise(url: string, enterpriseName: string): Promise<Caller> {
  const answer = await fetch(`${url}/api/v1/identity/enterprises`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      enterpriseName,
      person: { name: 'Ida Founder', email: 'ida@founder.example', password: randomUUID() },
    }),
    signal: AbortSignal.timeout(ASK_MS),
  })
  if (!answer.ok) throw new Error(`Founding ${enterpriseName} was answered ${answer.status}: ${await answer.text()}`)
  return callerOf(url, answer)
}

function callerOf(url: string, answer: Response): Caller {
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  return {
    cookie,
    get: (path) => ask(url, cookie, 'GET', path),
    send: (method, path, body) => ask(url, cookie, method, path, body),
  }
}

async function ask<T>(url: string, cookie: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ASK_MS),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** Waits until `probe` gives something. @throws Error naming `what` when it takes longer than `withinMs`. */
export async function until<T>(
  what: string,
  withinMs: number,
  probe: () => Promise<T | undefined | false>,
  everyMs = 100,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await probe()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

/** Waits until the demo company is there and its machines report. */
export async function untilDemoLives(url: string, withinMs = 180_000): Promise<Caller> {
  await until('the demo company', withinMs, async () => {
    const { state } = await ask<{ state: string }>(url, '', 'GET', '/demo/company')
    return state === 'present'
  })
  const caller = await signInToDemo(url, 'Jonas')
  await until('live samples from every connection', withinMs, async () => {
    const { items } = await caller.get<{ items: { state: string }[] }>('/plant/connections')
    return items.length > 0 && items.every((one) => one.state === 'connected')
  })
  return caller
}
