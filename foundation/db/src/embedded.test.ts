import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type EmbeddedPostgres, reachDatabase, startEmbeddedPostgres } from './embedded.ts'
import { copyBinaries, findBinaries } from './embedded-binaries.ts'
import { withConnection } from './embedded-connection.ts'
import { servesCluster, waitUntil } from './embedded-process.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534
const TIMEOUT_MS = 90_000

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function folder(name = 'database'): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), 'millrace-embedded-'))
  cleanups.push(() => rm(parent, { recursive: true, force: true }))
  await chmod(parent, 0o755)
  return path.join(parent, name)
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ dataDir })
  cleanups.push(() => database.remove())
  return database
}

function ask(url: string, sql: string): Promise<Record<string, unknown>> {
  return withConnection(url, async (client) => (await client.query(sql)).rows[0])
}

// Another process starts the database, says its number and leaves in the way it is told.
async function startElsewhere(dataDir: string, leave: string, options: SpawnOptions = {}): Promise<number> {
  const code = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(import.meta.resolve('./embedded.ts'))})
    const database = await startEmbeddedPostgres({ dataDir: process.argv[1] })
    process.stdout.write(String(database.pid), async () => { ${leave} })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, dataDir], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout?.on('data', (bytes) => {
    output += bytes
  })
  await once(child, 'close')
  return Number(output)
}
const KILLED = `process.kill(process.pid, 'SIGKILL')`

test(
  'a server starts in a folder with a space, answers, stops, and keeps its data, port and password',
  async () => {
    const dataDir = await folder('data base')
    const first = await start(dataDir)
    expect(await ask(first.url, 'create table kept as select 42 as answer')).toBeUndefined()
    await first.stop()
    await first.gone
    await expect(ask(first.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })

    const second = await start(dataDir)
    expect(second.adopted).toBe(false)
    expect(second.url).toBe(first.url)
    expect(await ask(second.url, 'select answer from kept')).toEqual({ answer: 42 })
  },
  TIMEOUT_MS,
)

test(
  'crash safety is on, the network is off, and the password is ours alone',
  async () => {
    const dataDir = await folder()
    const { url } = await start(dataDir)

    for (const [name, value] of [
      ['fsync', 'on'],
      ['full_page_writes', 'on'],
      ['synchronous_commit', 'on'],
      ['data_checksums', 'on'],
      ['listen_addresses', '127.0.0.1'],
      ['password_encryption', 'scram-sha-256'],
    ] as const) {
      expect(await ask(url, `show ${name}`)).toEqual({ [name]: value })
    }
    expect((await stat(path.join(dataDir, 'password'))).mode & 0o777).toBe(0o600)
    const wrong = new URL(url)
    wrong.password = 'postgres'
    await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  },
  TIMEOUT_MS,
)

test(
  'a server whose starter was killed with kill -9 is taken over with what it holds',
  async () => {
    const dataDir = await folder()
    const orphan = await startElsewhere(dataDir, KILLED)

    const adopted = await start(dataDir)
    expect(adopted).toMatchObject({ adopted: true, pid: orphan })
    expect(await ask(adopted.url, 'select 1 as one')).toEqual({ one: 1 })
    await adopted.stop()
    await adopted.gone
  },
  TIMEOUT_MS,
)

test(
  'an orphan that does not answer is stopped and a new server started',
  async () => {
    const dataDir = await folder()
    const orphan = await startElsewhere(dataDir, KILLED)
    // Who cannot sign in cannot know that it is healthy.
    await writeFile(path.join(dataDir, 'cluster', 'pg_hba.conf'), 'host all all 127.0.0.1/32 reject\n')
    process.kill(orphan, 'SIGHUP')
    const password = (await readFile(path.join(dataDir, 'password'), 'utf8')).trim()
    const port = (await readFile(path.join(dataDir, 'port'), 'utf8')).trim()
    const refuses = () =>
      ask(`postgres://postgres:${password}@127.0.0.1:${port}/millrace`, 'select 1').then(
        () => false,
        () => true,
      )
    expect(await waitUntil(refuses, 10_000)).toBe(true)
    const repair = writeFile.bind(undefined, path.join(dataDir, 'cluster', 'pg_hba.conf'))

    const lines: string[] = []
    const database = startEmbeddedPostgres({
      dataDir,
      onLog: (line) => {
        lines.push(line)
        void repair('host all all 127.0.0.1/32 scram-sha-256\n')
      },
    })
    const started = await database
    cleanups.push(() => started.remove())
    expect(started.adopted).toBe(false)
    expect(started.pid).not.toBe(orphan)
    expect(lines.join()).toContain('left behind')
    expect(await servesCluster(orphan, path.join(dataDir, 'cluster'))).toBe(false)
  },
  TIMEOUT_MS,
)

test(
  'a stale pid file that names a process of somebody else does not stop the start, nor that process',
  async () => {
    const dataDir = await folder()
    const first = await start(dataDir)
    const pidFile = path.join(dataDir, 'cluster', 'postmaster.pid')
    const text = await readFile(pidFile, 'utf8')
    await first.stop()
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
    cleanups.push(async () => stranger.kill())
    await writeFile(pidFile, text.replace(/^\d+/, String(stranger.pid)))

    const second = await start(dataDir)
    expect(second.adopted).toBe(false)
    expect(await ask(second.url, 'select 1 as one')).toEqual({ one: 1 })
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  },
  TIMEOUT_MS,
)

test(
  'a server killed with kill -9 is noticed, and started again it has all that was committed',
  async () => {
    const dataDir = await folder()
    const first = await start(dataDir)
    await ask(first.url, 'create table kept as select 7 as answer')
    process.kill(first.pid, 'SIGKILL')
    await first.gone

    const second = await start(dataDir)
    expect(await ask(second.url, 'select answer from kept')).toEqual({ answer: 7 })
  },
  TIMEOUT_MS,
)

test(
  'a port taken by somebody else in the meantime is exchanged for a free one',
  async () => {
    const dataDir = await folder()
    const first = await start(dataDir)
    await first.stop()
    const thief = await listen(Number(new URL(first.url).port))
    cleanups.push(async () => thief.close())

    const second = await start(dataDir)
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port)
    expect(await ask(second.url, 'select 1 as one')).toEqual({ one: 1 })
  },
  TIMEOUT_MS,
)

test(
  'a start that was cut short while making the data folder is begun again',
  async () => {
    const dataDir = await folder()
    await mkdir(path.join(dataDir, 'cluster.new', 'cluster'), { recursive: true })
    await writeFile(path.join(dataDir, 'cluster.new', 'cluster', 'PG_VERSION'), '18\n')

    const database = await start(dataDir)
    expect(await ask(database.url, 'select 1 as one')).toEqual({ one: 1 })
  },
  TIMEOUT_MS,
)

test.runIf(isRoot)(
  'root in a folder closed to others: the data lie where PostgreSQL can reach them',
  async () => {
    const parent = path.dirname(await folder())
    await chmod(parent, 0o700)
    const lines: string[] = []
    const dataDir = path.join(parent, 'database')
    const database = await startEmbeddedPostgres({ dataDir, onLog: (line) => lines.push(line) })
    cleanups.push(() => database.remove())
    const { data_directory: clusterDir } = await ask(database.url, 'show data_directory')

    expect(clusterDir).toMatch(/^\/var\/lib\/millrace\/[0-9a-f]{16}\/cluster$/)
    expect(lines.filter((line) => line.includes('/var/lib/millrace/'))).toHaveLength(1)
    expect((await stat(`/proc/${database.pid}`)).uid).not.toBe(0)

    await ask(database.url, 'create table kept as select 1 as one')
    await database.stop()
    const again = await start(dataDir)
    expect(await ask(again.url, 'select one from kept')).toEqual({ one: 1 })

    // Who deletes the data folder begins anew; who deleted it by mistake finds the last one put aside.
    await again.stop()
    await rm(dataDir, { recursive: true })
    const anew = await start(dataDir)
    await expect(ask(anew.url, 'select one from kept')).rejects.toMatchObject({ code: '42P01' })
    expect((await stat(`${clusterDir}.previous`)).isDirectory()).toBe(true)
  },
  TIMEOUT_MS,
)

test.runIf(isRoot)(
  'binaries in a folder closed to others are copied whole, and run as another user',
  async () => {
    const parent = path.dirname(await folder())
    const copy = await copyBinaries(await findBinaries(), parent)
    expect(await copyBinaries(await findBinaries(), parent)).toEqual(copy)

    const child = spawn(copy.postgres, ['--version'], { uid: NOBODY, gid: NOBODY, cwd: '/' })
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  },
  TIMEOUT_MS,
)

test.runIf(isRoot)(
  'an ordinary user has everything in the data folder and no other account',
  async () => {
    const dataDir = await folder()
    await chown(path.dirname(dataDir), NOBODY, NOBODY)
    await startElsewhere(dataDir, `await database.stop(); process.exit()`, { uid: NOBODY, gid: NOBODY })

    expect((await stat(path.join(dataDir, 'cluster', 'PG_VERSION'))).uid).toBe(NOBODY)
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
  },
  TIMEOUT_MS,
)

test.runIf(isRoot)(
  'the database of another user is refused with a sentence',
  async () => {
    const dataDir = await folder()
    await (await start(dataDir)).stop()
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { startEmbeddedPostgres } = await import(${JSON.stringify(import.meta.resolve('./embedded.ts'))})
     process.setgid(${NOBODY}); process.setuid(${NOBODY})
     await startEmbeddedPostgres({ dataDir: process.argv[1] }).catch((error) => console.log(error.message))`,
      dataDir,
    ])
    let output = ''
    child.stdout.on('data', (bytes) => {
      output += bytes
    })
    await once(child, 'close')
    expect(output).toContain('belongs to another user')
  },
  TIMEOUT_MS,
)

test('an external database that cannot be reached is refused with a sentence without the password', async () => {
  const closed = await listen(0)
  const { port } = closed.address() as { port: number }
  closed.close()

  const attempt = reachDatabase(`postgres://somebody:secret@127.0.0.1:${port}/factory`)
  await expect(attempt).rejects.toThrow(
    `The database 127.0.0.1:${port}/factory cannot be used: nothing listens there; start PostgreSQL or correct MILLRACE_DATABASE_URL.`,
  )
})

test(
  'an external database that answers is taken, with a wrong password it is not',
  async () => {
    const { url } = await start(await folder())
    await reachDatabase(url)
    const wrong = new URL(url)
    wrong.password = 'wrong'
    await expect(reachDatabase(wrong.href)).rejects.toThrow('it refused the password')
  },
  TIMEOUT_MS,
)

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
