import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { now } from '@millrace/base'
import {
  type BackupCatalogue,
  backupRefused,
  migrationFolders,
  readDatabase,
  readMigrations,
  restoreDatabase,
  type TableCheck,
} from '@millrace/db'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { type BackupSummary, checkBackup, exists, readBackup, writeBackup } from './backup-file.ts'
import { CHECKOUT, readStartConfig } from './config.ts'
import { undoing } from './interruption.ts'
import { commandInvalid } from './problems.ts'
import { takeRunningLock } from './running-lock.ts'
import type { Verb } from './verb.ts'

const say = (line: string) => console.log(line)

export const backup: Verb = {
  usage: 'backup FILE [--data DIR] | backup check FILE',
  summary: 'save everything of this installation in one file, while it runs or not',
  async run(args) {
    if (args[0] === 'check') {
      const { file } = read(args.slice(1), backup)
      say(`${file} is whole: ${inWords(await checkBackup(file))}.`)
      return 0
    }
    const { file, data } = read(args, backup)
    const { dataDir, databaseUrl } = readStartConfig(data === undefined ? [] : ['--data', data])
    if (databaseUrl === undefined && !(await exists(path.join(dataDir, 'database')))) {
      throw backupRefused(`There is no installation in ${dataDir}: name its folder with --data DIR.`)
    }
    const summary = await withDatabase(data, (url) =>
      readDatabase(url, async (database) =>
        writeBackup(file, database, { dataDir, version: await versionHere(), madeAt: now(), say }),
      ),
    )
    say(`Saved in ${file}: ${inWords(summary)}.`)
    say('It holds every secret of this installation: keep it where only you can read it.')
    return 0
  },
}

export const restore: Verb = {
  usage: 'restore FILE [--data DIR]',
  summary: 'make an installation what it was when it was saved, in an empty data folder',
  async run(args) {
    const { file, data } = read(args, restore)
    const { dataDir } = readStartConfig(data === undefined ? [] : ['--data', data])
    const left = await readdir(dataDir).catch(() => [])
    if (left.length > 0) throw backupRefused(`${dataDir} is not empty: choose another folder with --data DIR.`)
    await mkdir(dataDir, { recursive: true, mode: 0o711 })
    const lock = await takeRunningLock(dataDir)
    if ('heldBy' in lock) throw backupRefused(`Millrace is being started in ${dataDir}.`)
    const empty = async () => {
      await lock.release()
      for (const name of await readdir(dataDir)) await rm(path.join(dataDir, name), { recursive: true })
    }
    await undoing(empty, async () => {
      // Before anything is written: a damaged file is found here.
      const { catalogue, madeAt } = await checkBackup(file)
      await withDatabase(data, (url) => restoreInto(url, dataDir, file, catalogue))
      await lock.release()
      say(`Restored from ${file}, as of ${madeAt}. Start it with: npm start -- --data ${dataDir}`)
    })
    return 0
  },
}

async function restoreInto(url: string, dataDir: string, file: string, catalogue: BackupCatalogue): Promise<void> {
  const migrations = await readMigrations(migrationFolders(CHECKOUT))
  await restoreDatabase(url, catalogue, migrations, async (database) => {
    let checks: readonly TableCheck[] = []
    await readBackup(file, {
      manifest: () => undefined,
      file: (name, bytes) => writeInto(dataDir, name, bytes),
      table: async (name, rows) => {
        const table = catalogue.tables.find((one) => `${one.schema}.${one.name}` === name)
        if (!table) throw backupRefused(`The backup holds a table ${name} that it does not name.`)
        await database.fill(table, rows)
      },
      checks: (read) => {
        checks = read
      },
    })
    return checks
  })
}

async function writeInto(dataDir: string, name: string, bytes: Buffer): Promise<void> {
  const file = path.resolve(dataDir, name)
  if (!file.startsWith(dataDir + path.sep))
    throw backupRefused(`The backup holds a file outside the data folder: ${name}.`)
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, bytes, { mode: 0o600 })
}

/** Reaches the database of an installation; starts the built-in one for as long as needed unless it runs already. */
async function withDatabase<T>(data: string | undefined, act: (url: string) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl } = readStartConfig(data === undefined ? [] : ['--data', data])
  if (databaseUrl !== undefined) return act(databaseUrl)
  const isNew = !(await exists(path.join(dataDir, 'database')))
  const embedded = await startEmbeddedPostgres({ dataDir: path.join(dataDir, 'database'), onLog: say })
  // What was made for this alone goes with it, wherever it lies.
  const leave = async () => {
    if (isNew) await embedded.remove()
    else if (!embedded.adopted) await embedded.stop()
  }
  return undoing(leave, async () => {
    const result = await act(embedded.url)
    if (!embedded.adopted) await embedded.stop()
    return result
  })
}

function read(args: readonly string[], verb: Verb): { file: string; data: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      ...{ args: [...args], allowPositionals: true },
      options: { data: { type: 'string' } },
    })
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) throw new Error('Name one file.')
    return { file: path.resolve(file), data: values.data }
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw commandInvalid(`${sentence} (millrace ${verb.usage})`, {}, { cause: error })
  }
}

async function versionHere(): Promise<string> {
  return JSON.parse(await readFile(path.join(CHECKOUT, 'package.json'), 'utf8')).version
}

function inWords({ tables, rows, files, madeAt }: BackupSummary): string {
  return `${rows} rows of ${tables} tables and ${files} files, as of ${madeAt}`
}
