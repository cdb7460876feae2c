import { spawn } from 'node:child_process'
import { copyFile, open, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { POSTGRES_ENVIRONMENT, SUPERUSER } from './embedded-cluster.ts'
import { withConnection } from './embedded-connection.ts'
import type { Place } from './embedded-place.ts'
import { choosePort } from './embedded-port.ts'
import { databaseUnusable, diskFull, hasCode, isDiskFull } from './embedded-problem.ts'
import { commandLineOf, readPidFile, servesCluster, stopServer, waitUntil } from './embedded-process.ts'

/** A statement may outlive its killed server by its time limit (15 s), and holds the folder until then. */
const START_TRIES = 12
const START_PAUSE_MS = 400
const START_PAUSE_MS_MAX = 2000
/** Long enough for a recovery after a crash with all the log there may be (max_wal_size). */
const START_TIMEOUT_MS = 180_000
const HEALTH_TIMEOUT_MS = 8000
/** From here on a person wants to know why it takes so long. */
const SLOW_START_MS = 3000
/** The log is cut when it is longer; one older piece is kept. */
const LOG_BYTES_MAX = 4 * 1024 * 1024

const DATABASE = 'millrace'

// Modest in memory, never careless: fsync, full_page_writes and synchronous_commit stay as they are, on.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  jit: 'off', // compiling costs more than it saves for queries as short as ours
  io_method: 'sync', // saves three processes; the data fit into memory here
  max_worker_processes: '4',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  autovacuum_max_workers: '2',
  max_wal_senders: '2',
  max_logical_replication_workers: '0',
  max_locks_per_transaction: '256', // partitions: a query over a year of days locks them all
  min_wal_size: '80MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '10min',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
}

/** A PostgreSQL that runs and answers. */
export type RunningServer = { readonly pid: number; readonly url: string; readonly adopted: boolean }

/**
 * Brings the server of this place to answer: the one that a killed Millrace left behind if it is healthy and has
 * today's settings, else a new one.
 */
export async function runServer(place: Place, password: string, onLog: (line: string) => void): Promise<RunningServer> {
  const adopted = await adoptOrphan(place, password, onLog)
  if (adopted) return adopted

  for (let tries = 1; ; tries++) {
    const port = await choosePort(place.dataDir)
    const outcome = await launch(place, port, password, onLog)
    if ('pid' in outcome) return { ...outcome, adopted: false }
    if (await isDiskFull(place.clusterDir, outcome.log)) throw diskFull(place.clusterDir)
    // The port was taken in this moment, or the processes of a killed server are still leaving.
    const mayPass = /Address already in use|could not bind|still in use|lock file .* already exists/.test(outcome.log)
    if (!mayPass || tries === START_TRIES) {
      throw databaseUnusable(`PostgreSQL did not start: ${lastComplaint(outcome.log)} (${logFile(place)})`)
    }
    await pause(Math.min(START_PAUSE_MS * tries, START_PAUSE_MS_MAX))
  }
}

function serverArguments(place: Place, port: number): string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', place.clusterDir, '-p', String(port), ...settings]
}

function urlOf(port: number, password: string, database = DATABASE): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`
}

async function adoptOrphan(
  place: Place,
  password: string,
  onLog: (line: string) => void,
): Promise<RunningServer | undefined> {
  const found = await readPidFile(place.clusterDir)
  if (!found) return undefined
  if (!(await servesCluster(found.pid, place.clusterDir))) {
    await disownPidFile(place.clusterDir)
    return undefined
  }

  const commandLine = await commandLineOf(found.pid)
  const ours = [place.binaries.postgres, ...serverArguments(place, found.port)]
  const url = urlOf(found.port, password)
  if (commandLine.join(' ') === ours.join(' ') && (await becomesHealthy(found.pid, place, found.port, password))) {
    onLog('Found the database still running from an earlier start and took it over.')
    return { pid: found.pid, url, adopted: true }
  }
  onLog('Stopping the database that an earlier start left behind.')
  await stopServer(found.pid, place.clusterDir)
  return undefined
}

function becomesHealthy(pid: number, place: Place, port: number, password: string): Promise<boolean> {
  return waitUntil(async () => {
    const url = urlOf(port, password)
    return (await servesCluster(pid, place.clusterDir)) && (await answers(url, place))
  }, HEALTH_TIMEOUT_MS)
}

/**
 * A process number is given again to somebody else, and PostgreSQL then believes that its folder is in use. The first
 * line is replaced by our own number, the parent of the server to come, which PostgreSQL takes for stale; deleting
 * the file would also take away its check that no shared memory of the old server is in use.
 */
async function disownPidFile(clusterDir: string): Promise<void> {
  const file = path.join(clusterDir, 'postmaster.pid')
  const lines = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, [String(process.pid), ...lines.slice(1)].join('\n'))
}

type Outcome = { pid: number; url: string } | { log: string }

async function launch(place: Place, port: number, password: string, onLog: (line: string) => void): Promise<Outcome> {
  await boundLog(place)
  const log = await open(logFile(place), 'a', 0o600)
  const logStart = (await log.stat()).size
  // Its own session: Ctrl-C in the terminal must not stop the database before those who write to it. And a file, not
  // a pipe, for its log: it has to outlive us if we are killed.
  const child = spawn(place.binaries.postgres, serverArguments(place, port), {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: '/',
    env: POSTGRES_ENVIRONMENT,
    ...(place.account && { uid: place.account.uid, gid: place.account.gid }),
  })
  let failure: string | undefined
  child.once('error', (error) => {
    failure = error.message
  })
  child.once('exit', () => {
    failure ??= ''
  })
  child.unref()
  await log.close()

  const slow = setTimeout(() => onLog('The database is recovering from an unclean end.'), SLOW_START_MS)
  const adminUrl = urlOf(port, password, SUPERUSER)
  const isDecided = await waitUntil(
    async () => failure !== undefined || (await answers(adminUrl, place)),
    START_TIMEOUT_MS,
  )
  clearTimeout(slow)
  if (failure !== undefined || child.pid === undefined) {
    return { log: `${await logSince(place, logStart)}${failure ?? ''}` }
  }
  if (!isDecided) {
    await stopServer(child.pid, place.clusterDir)
    return { log: `no answer within ${START_TIMEOUT_MS / 1000} s` }
  }
  await ensureDatabase(adminUrl)
  return { pid: child.pid, url: urlOf(port, password) }
}

/** Whether the server of this very folder answers there: its port may have gone to somebody else. */
async function answers(url: string, place: Place): Promise<boolean> {
  try {
    return await withConnection(url, async (client) => {
      const { rows } = await client.query('show data_directory')
      return rows[0]?.data_directory === place.clusterDir
    })
  } catch {
    return false // not yet; the time limit of whoever waits decides
  }
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  await withConnection(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  })
}

function logFile(place: Place): string {
  return path.join(place.dataDir, 'postgres.log')
}

/**
 * Keeps the log within its bound: the full one becomes `postgres.log.1`. PostgreSQL appends, so that emptying the file
 * under it is safe.
 */
export async function boundLog(place: Place): Promise<void> {
  const file = logFile(place)
  try {
    if ((await stat(file)).size <= LOG_BYTES_MAX) return
    await copyFile(file, `${file}.1`)
    await truncate(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

async function logSince(place: Place, start: number): Promise<string> {
  return (await readFile(logFile(place))).subarray(start).toString('utf8')
}

function lastComplaint(log: string): string {
  const complaints = log.split('\n').filter((line) => /FATAL|PANIC|ERROR|error/.test(line))
  const last = complaints.at(-1) ?? log.trim().split('\n').at(-1) ?? ''
  return last.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '')
}
