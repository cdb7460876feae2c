import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'

const TIMEOUT_MS = 90_000
const WAIT_MS = 40_000
// Nothing else is inherited; without it each start turns all TypeScript into JavaScript again.
const { NODE_COMPILE_CACHE } = process.env
const COMPILE_CACHE = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }

// A program that behaves as the server, the simulator and the gateway do towards the supervisor, and writes down what
// happens to it. It misbehaves as the file `mode` says.
const PROGRAM = `
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
const [name, folder] = [process.env.MILLRACE_EDGE_DIR ? 'edge' : process.env.MILLRACE_SIMULATOR_DIR ? 'simulator' : 'server', process.env.FOLDER]
const note = (event, more) => appendFileSync(folder + '/events', JSON.stringify({ name, event, pid: process.pid, ...more }) + '\\n')
const mode = readFileSync(folder + '/mode', 'utf8')
const environment = Object.fromEntries(Object.entries(process.env).filter(([key]) => key.startsWith('MILLRACE_')))
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => { note('orphaned'); process.exit() })
note('started', { environment })
if (mode === 'crash' && name === 'server') throw new Error('the tables are upside down')
setInterval(() => {}, 1000)
process.on('message', (message) => {
  note('told', { message })
  if (message.type !== 'stop' || mode === 'deaf') return
  note('stopped')
  process.exit()
})
if (name === 'simulator') process.send({ type: 'ready', endpoints: { mill: 'opc.tcp://127.0.0.1:1' } })
if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 2000))
if (name === 'server') {
  const port = Number(process.env.MILLRACE_PORT)
  createServer((request, response) => response.end('here')).listen(port, '127.0.0.1', () => {
    const demo = process.env.MILLRACE_DEMO === 'on'
    process.send({ type: 'wants', simulator: demo ? { anchorMs: 1795345041000 } : null, gateways: demo ? [{ id: 'g-1', name: 'Sursee', enrolmentCode: 'abc' }, { id: '../evil', name: 'no' }] : [] })
    if (demo) process.send({ type: 'signIns', people: [{ name: 'Anna Keller', title: 'Plant manager' }] })
    process.send({ type: 'listening', url: 'http://localhost:' + port })
  })
}`

type Note = {
  name: string
  event: string
  pid: number
  environment?: Record<string, string>
  message?: { type: string; endpoints?: unknown }
}
type Run = { process: ChildProcessByStdio<null, Readable, Readable>; output: () => string; ended: Promise<number> }

let folder: string
let runs: Run[]
const seen = new Map<number, ProcessIdentity>()

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace start '))
  await chmod(folder, 0o755)
  await writeFile(path.join(folder, 'program.mjs'), PROGRAM)
  await setMode('good')
  runs = []
})

afterEach(async () => {
  for (const { process: child } of runs) child.kill('SIGKILL')
  for (const one of await everyoneAlive()) process.kill(one.pid, 'SIGKILL')
  seen.clear()
  await until(async () => (await everyoneAlive()).length === 0)
  // A database that was killed may still write its last words.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const setMode = (mode: string) => writeFile(path.join(folder, 'mode'), mode)

function start(args: readonly string[] = [], environment: Record<string, string> = {}): Run {
  const program = path.join(folder, 'program.mjs')
  const programs = { server: program, simulator: program, edge: program, webDir: '/nowhere' }
  const code = `
    import { readStartConfig } from ${JSON.stringify(import.meta.resolve('./config.ts'))}
    import { runStart } from ${JSON.stringify(import.meta.resolve('./start.ts'))}
    process.argv.splice(1, 0, 'start')
    try {
      process.exit(await runStart(readStartConfig(process.argv.slice(2)), ${JSON.stringify(programs)}))
    } catch (error) {
      console.error(error.name === 'Problem' ? error.message : error)
      process.exit(1)
    }`
  const data = ['--data', path.join(folder, 'data')]
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, '--', ...data, ...args], {
    env: { PATH: '/usr/bin:/bin', FOLDER: folder, ...COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      text += bytes
    })
  }
  const ended = once(child, 'close').then(([code]) => Number(code))
  const run: Run = { process: child, output: () => text, ended }
  runs.push(run)
  return run
}

async function notes(): Promise<Note[]> {
  const text = await readFile(path.join(folder, 'events'), 'utf8').catch(() => '')
  const all: Note[] = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
  for (const { pid } of all) if (!seen.has(pid)) await remember(pid)
  return all
}

async function remember(pid: number): Promise<void> {
  const one = await identify(pid)
  if (one) seen.set(pid, one)
}

async function databasePid(): Promise<number> {
  const text = await readFile(path.join(folder, 'data/database/cluster/postmaster.pid'), 'utf8')
  const pid = Number(text.split('\n')[0])
  await remember(pid)
  return pid
}

async function everyoneAlive(): Promise<ProcessIdentity[]> {
  const alive: ProcessIdentity[] = []
  for (const one of seen.values()) if (await isAlive(one)) alive.push(one)
  return alive
}

async function until(condition: () => boolean | Promise<boolean>, what = ''): Promise<void> {
  const deadlineMs = performance.now() + WAIT_MS
  while (!(await condition())) {
    if (performance.now() > deadlineMs)
      throw new Error(`never came: ${what}\n${runs.map((run) => run.output()).join('\n')}`)
    await pause(50)
  }
}

async function untilRunning(run: Run): Promise<void> {
  await until(() => run.output().includes('Press Ctrl-C'), 'the announcement')
  await until(async () => new Set((await notes()).map(({ name }) => name)).size === 3, 'all three programs')
  await databasePid()
}

function urlIn(output: string): string {
  return /http:\/\/localhost:\d+/.exec(output)?.[0] ?? ''
}

test(
  'everything starts, is announced with address and people, and stops in order on Ctrl-C',
  async () => {
    const run = start()
    await untilRunning(run)
    expect(await (await fetch(urlIn(run.output()))).text()).toBe('here')
    expect(run.output()).toContain('Anna Keller  Plant manager')
    await until(
      async () => (await notes()).some(({ message }) => message?.type === 'simulator'),
      'endpoints for the server',
    )

    const started = (await notes()).filter(({ event }) => event === 'started')
    const environmentOf = (name: string) => started.find((note) => note.name === name)?.environment
    const data = path.join(folder, 'data')
    expect(environmentOf('server')).toMatchObject({
      MILLRACE_DEMO: 'on',
      MILLRACE_DATA_DIR: data,
      MILLRACE_WEB_DIR: '/nowhere',
    })
    expect(environmentOf('edge')).toEqual({
      MILLRACE_EDGE_DIR: path.join(data, 'edge/g-1'),
      MILLRACE_CLOUD_URL: urlIn(run.output()),
      MILLRACE_ENROLMENT_CODE: 'abc',
      MILLRACE_EDGE_CONFIRM: 'first',
    })
    expect(started.filter(({ name }) => name === 'edge')).toHaveLength(1) // the one with the hostile id was not started

    run.process.kill('SIGINT')
    run.process.kill('SIGINT') // npm passes the same Ctrl-C on a second time
    expect(await run.ended).toBe(0)
    const stops = (await notes()).filter(({ event }) => event === 'stopped').map(({ name }) => name)
    expect(stops).toEqual(['edge', 'simulator', 'server'])
    expect(await everyoneAlive()).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'a second start on the same data says that it runs already, and where',
  async () => {
    const run = start(['--no-demo'])
    await until(() => run.output().includes('Press Ctrl-C'))
    await databasePid()

    const second = start()
    expect(await second.ended).toBe(0)
    expect(second.output()).toContain(`already running at ${urlIn(run.output())} (process ${run.process.pid}`)

    run.process.kill('SIGTERM')
    expect(await run.ended).toBe(0)
    expect(await everyoneAlive()).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'a second Ctrl-C ends everything at once, also a program that does not listen',
  async () => {
    await setMode('deaf')
    const run = start()
    await untilRunning(run)
    run.process.kill('SIGINT')
    await until(async () => (await notes()).some(({ message }) => message?.type === 'stop'), 'the word to stop')
    await pause(800) // later than what counts as the same press
    run.process.kill('SIGINT')

    expect(await run.ended).toBe(1)
    expect(await everyoneAlive()).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'kill -9 leaves nobody but the database, which the next start takes over',
  async () => {
    const run = start()
    await untilRunning(run)
    const database = await databasePid()
    run.process.kill('SIGKILL')
    await run.ended
    await until(async () => (await everyoneAlive()).length === 1, 'the children to leave')
    expect((await everyoneAlive())[0]?.pid).toBe(database)

    const second = start()
    await until(() => second.output().includes('Press Ctrl-C'))
    expect(second.output()).toContain('took it over')
    expect(await databasePid()).toBe(database)
    second.process.kill('SIGHUP')
    expect(await second.ended).toBe(0)
    await notes()
    expect(await everyoneAlive()).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'a program that ends unexpectedly is started again',
  async () => {
    const run = start()
    await untilRunning(run)
    const first = (await notes()).find(({ name, event }) => name === 'server' && event === 'started')
    process.kill(first?.pid ?? 0, 'SIGKILL')

    await until(
      async () => (await notes()).filter(({ name, event }) => name === 'server' && event === 'started').length === 2,
    )
    expect(run.output()).toContain('The server stopped unexpectedly (ended by SIGKILL): starting it again in 0.5 s.')
    run.process.kill('SIGINT')
    expect(await run.ended).toBe(0)
    await notes()
    expect(await everyoneAlive()).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'a server that never lives is given up with one sentence that says why',
  async () => {
    await setMode('crash')
    const run = start()
    await until(() => run.output().includes('Starting the server'))
    await databasePid()

    expect(await run.ended).toBe(1)
    expect(run.output()).toContain('The server stops as soon as it is started: the tables are upside down (see ')
    expect((await notes()).filter(({ event }) => event === 'started')).toHaveLength(5)
    expect(await everyoneAlive()).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'a database that is killed comes back at the same address',
  async () => {
    const run = start(['--no-demo'])
    await until(() => run.output().includes('Press Ctrl-C'))
    const first = await databasePid()
    process.kill(first, 'SIGKILL')

    await until(() => run.output().includes('The database stopped unexpectedly'))
    await until(async () => (await databasePid().catch(() => first)) !== first, 'the new database')
    expect((await notes()).filter(({ event }) => event === 'started')).toHaveLength(1) // the server keeps running
    run.process.kill('SIGINT')
    expect(await run.ended).toBe(0)
    expect(await everyoneAlive()).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'without the demo, nothing but server and database is started',
  async () => {
    const run = start(['--no-demo'])
    await until(() => run.output().includes('Press Ctrl-C'))
    await databasePid()
    expect(run.output()).toContain('Open it to set up your company.')
    run.process.kill('SIGINT')
    expect(await run.ended).toBe(0)
    expect(new Set((await notes()).map(({ name }) => name))).toEqual(new Set(['server']))
  },
  TIMEOUT_MS,
)

test(
  'a port that was asked for and is taken is refused in one sentence, without a trace',
  async () => {
    const thief = createServer().listen(0, '127.0.0.1')
    await once(thief, 'listening')
    const { port } = thief.address() as { port: number }

    const run = start(['--port', String(port)])
    expect(await run.ended).toBe(1)
    expect(run.output().trim()).toBe(
      `Port ${port} is taken by another program: stop it, or choose another with --port N.`,
    )
    thief.close()
  },
  TIMEOUT_MS,
)

test(
  'an external database that does not answer is refused in one sentence',
  async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as { port: number }
    closed.close()

    const run = start([], { MILLRACE_DATABASE_URL: `postgres://me:secret@127.0.0.1:${port}/factory` })
    expect(await run.ended).toBe(1)
    expect(run.output()).toContain(`The database 127.0.0.1:${port}/factory cannot be used: nothing listens there`)
    expect(run.output()).not.toContain('secret')
  },
  TIMEOUT_MS,
)

test(
  'a data folder that is a file is refused in one sentence',
  async () => {
    await appendFile(path.join(folder, 'data'), 'not a folder')
    const run = start()
    expect(await run.ended).toBe(1)
    expect(run.output().trim()).toBe(
      `${path.join(folder, 'data')} is a file, not a folder: choose another with --data DIR.`,
    )
  },
  TIMEOUT_MS,
)

test(
  'a port that somebody else takes while the server starts is given up for the next one',
  async () => {
    await setMode('slow')
    const run = start()
    const started = async () => (await notes()).find(({ name, event }) => name === 'server' && event === 'started')
    await until(async () => (await started()) !== undefined, 'the server')
    await setMode('good')
    const taken = Number((await started())?.environment?.MILLRACE_PORT)
    const other = createServer().listen(taken, '127.0.0.1')
    try {
      await until(() => urlIn(run.output()) !== '', 'the announcement')
      expect(Number(new URL(urlIn(run.output())).port)).toBeGreaterThan(taken)
      expect(run.output()).toContain(`Port ${taken} is taken by another program`)
      run.process.kill('SIGINT')
      expect(await run.ended).toBe(0)
    } finally {
      other.close()
    }
  },
  TIMEOUT_MS,
)
