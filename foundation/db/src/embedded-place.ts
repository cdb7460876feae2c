import { createHash } from 'node:crypto'
import { access, chmod, chown, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Account, canEnter, canRun, chooseAccount, isRoot, ownerOf } from './embedded-account.ts'
import { copyBinaries, exists, findBinaries, type PostgresBinaries } from './embedded-binaries.ts'
import { databaseUnusable, hasCode } from './embedded-problem.ts'
import { readPidFile, stopServer } from './embedded-process.ts'

/** Where data and binaries go when the account of PostgreSQL cannot reach ours. */
const SYSTEM_FOLDER = '/var/lib/millrace'

/** Everything that is decided before PostgreSQL is started. */
export type Place = {
  /** Ours: password, port, log. */
  readonly dataDir: string
  /** PostgreSQL's own data folder. Usually inside `dataDir`. */
  readonly clusterDir: string
  readonly binaries: PostgresBinaries
  /** Undefined when PostgreSQL runs as ourselves. */
  readonly account: Account | undefined
}

/**
 * Decides where the database lives and as whom it runs. An ordinary user has everything in `dataDir`. For root,
 * PostgreSQL runs as another account; where that account cannot pass (a checkout in a folder closed to others),
 * the data and a copy of the binaries go below `/var/lib/millrace`.
 */
export async function preparePlace(dataDir: string, onLog: (line: string) => void): Promise<Place> {
  await makeDataDir(dataDir)
  const real = await realpath(dataDir)
  const binaries = await findBinaries()
  const inside = path.join(real, 'cluster')

  if (!isRoot()) {
    await refuseForeign(inside)
    return { dataDir: real, clusterDir: inside, binaries, account: undefined }
  }

  if (await exists(inside)) {
    const account = await ownerOf(inside)
    if (!(await canEnter(account, inside))) {
      throw databaseUnusable(
        `PostgreSQL, which runs as ${account.name}, can no longer reach its data in ${inside}: let it pass with chmod o+x on the folders above.`,
      )
    }
    return { dataDir: real, clusterDir: inside, binaries: await reachable(binaries, account, real), account }
  }

  const outside = path.join(systemFolder(real), 'cluster')
  if (await exists(outside)) await putAsideIfForgotten(real, outside)
  const account = (await exists(outside)) ? await ownerOf(outside) : await chooseAccount()
  // Passable, not readable: what lies in it has its own, narrower modes.
  await chmod(real, 0o711)
  const clusterDir = (await canEnter(account, real)) && !(await exists(outside)) ? inside : outside
  if (clusterDir === outside) {
    await makeSystemFolder(real)
    onLog(
      `The database runs as ${account.name}, who cannot enter this folder: its data are in ${path.dirname(outside)}.`,
    )
  }
  return { dataDir: real, clusterDir, binaries: await reachable(binaries, account, real), account }
}

/** Deletes everything of a database that is no longer wanted, wherever it was put. The server must have been stopped. */
export async function removePlace(place: Place): Promise<void> {
  await rm(place.dataDir, { recursive: true, force: true })
  if (isRoot()) await rm(systemFolder(place.dataDir), { recursive: true, force: true })
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir)
  } catch (error) {
    throw databaseUnusable(
      `The data folder ${dataDir} cannot be made or entered: correct its permissions, or choose another with --data.`,
      {},
      { cause: error },
    )
  }
}

async function refuseForeign(clusterDir: string): Promise<void> {
  try {
    await access(path.join(clusterDir, 'PG_VERSION'))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw databaseUnusable(
      `The database in ${clusterDir} belongs to another user: start Millrace as the user that made it, or choose another folder with --data.`,
      {},
      { cause: error },
    )
  }
}

async function reachable(binaries: PostgresBinaries, account: Account, dataDir: string): Promise<PostgresBinaries> {
  if ((await canRun(account, binaries.postgres)) && (await canEnter(account, path.join(binaries.folder, 'share')))) {
    return binaries
  }
  await makeSystemFolder(dataDir)
  const copy = await copyBinaries(binaries, systemFolder(dataDir))
  if (await canRun(account, copy.postgres)) return copy
  throw databaseUnusable(
    `PostgreSQL cannot be run as ${account.name}, neither here nor in ${SYSTEM_FOLDER}: start Millrace as an ordinary user, or set MILLRACE_DATABASE_URL.`,
  )
}

function systemFolder(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  return path.join(SYSTEM_FOLDER, name)
}

async function makeSystemFolder(dataDir: string): Promise<void> {
  const folder = systemFolder(dataDir)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  await chown(folder, 0, 0)
  await writeFile(path.join(folder, 'belongs-to'), `${dataDir}\n`)
}

// Whoever deletes the data folder means the data. They may also have deleted it by mistake, so the last one is kept.
async function putAsideIfForgotten(dataDir: string, clusterDir: string): Promise<void> {
  if (await exists(path.join(dataDir, 'password'))) return
  const running = await readPidFile(clusterDir)
  if (running) await stopServer(running.pid, clusterDir)
  const aside = `${clusterDir}.previous`
  await rm(aside, { recursive: true, force: true })
  await rename(clusterDir, aside)
}

/** The one line in a small file of ours, undefined when there is none. */
export async function readLine(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
