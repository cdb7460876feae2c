import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { exists } from './embedded-binaries.ts'
import { type Place, readLine } from './embedded-place.ts'
import { databaseUnusable, diskFull, isDiskFull } from './embedded-problem.ts'

const run = promisify(execFile)
const INITDB_TIMEOUT_MS = 120_000
const PASSWORD_BYTES = 32

/** The one superuser. It is used to create the four roles of the application and for nothing else. */
export const SUPERUSER = 'postgres'

/** The environment of PostgreSQL: nothing inherited, so that no PG… variable of the person changes what it does. */
export const POSTGRES_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * Makes PostgreSQL's data folder unless it is there, and returns the superuser's password, which is drawn at random
 * and kept in a file only we can read. A folder gets its name last: one that was cut short is made again.
 */
export async function ensureCluster(place: Place, onLog: (line: string) => void): Promise<string> {
  const passwordFile = path.join(place.dataDir, 'password')
  const known = await readLine(passwordFile)
  const isThere = await exists(place.clusterDir)
  if (isThere && known) return known
  if (isThere) {
    throw databaseUnusable(
      `The file ${passwordFile} with the database's password is gone: restore it, or remove ${place.clusterDir} to begin with an empty database.`,
    )
  }

  onLog('Preparing the database (only the first time).')
  const password = known ?? randomBytes(PASSWORD_BYTES).toString('hex')
  try {
    if (!known) {
      const unfinished = `${passwordFile}.new`
      await rm(unfinished, { force: true })
      await writeFile(unfinished, `${password}\n`, { mode: 0o600, flush: true })
      await rename(unfinished, passwordFile)
    }
    await initialize(place, password)
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    if (await isDiskFull(path.dirname(place.clusterDir), output)) throw diskFull(place.clusterDir, error)
    const last = output.trim().split('\n').at(-1)
    throw databaseUnusable(`The database could not be made in ${place.clusterDir}: ${last}`, {}, { cause: error })
  }
  return password
}

async function initialize(place: Place, password: string): Promise<void> {
  const unfinished = `${place.clusterDir}.new`
  const passwordFile = path.join(unfinished, 'password')
  const clusterDir = path.join(unfinished, 'cluster')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (place.account) {
    await chown(unfinished, place.account.uid, place.account.gid)
    await chown(passwordFile, place.account.uid, place.account.gid)
  }

  // The built-in locale sorts by code point on every system alike: an index never depends on the machine's libraries.
  const args = [
    '-D',
    clusterDir,
    '-U',
    SUPERUSER,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--data-checksums',
  ]
  args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
  await run(place.binaries.initdb, args, {
    ...(place.account && { uid: place.account.uid, gid: place.account.gid }),
    cwd: '/',
    env: POSTGRES_ENVIRONMENT,
    timeout: INITDB_TIMEOUT_MS,
  })
  await rename(clusterDir, place.clusterDir)
  await rm(unfinished, { recursive: true, force: true })
}
