import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import { isProblem } from '@millrace/base'
import {
  type BackupCatalogue,
  type BackupDatabase,
  type BackupTable,
  backupRefused,
  type TableCheck,
} from '@millrace/db'
import { extract, type Pack, pack } from 'tar-stream'
import { undoing } from './interruption.ts'

// A backup is a tar file: `manifest.json`, what lies in the data folder as `files/…`, each table as
// `tables/SCHEMA.NAME.copy.zst`, and `checks.json`, which says what everything before it was.

const FORMAT = 1
/** Not of this installation's state, or made anew. */
const LEFT_OUT = ['database', 'logs', 'compile-cache']
const LEFT_OUT_FILE = /^running\.json/

export interface BackupManifest {
  readonly format: typeof FORMAT
  /** Of the Millrace that made it. */
  readonly version: string
  readonly madeAt: string
  readonly catalogue: BackupCatalogue
}

interface FileCheck {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

interface Checks {
  /** SHA-256 of the manifest's bytes, in hexadecimal. */
  readonly manifest: string
  readonly tables: readonly TableCheck[]
  readonly files: readonly FileCheck[]
}

/** What a backup holds. */
export interface BackupSummary {
  readonly madeAt: string
  readonly tables: number
  readonly rows: number
  readonly files: number
}

/**
 * Writes a backup: whole under its name, or not at all. Only its owner may read it, for it holds every secret.
 *
 * @throws backupRefused the file is there already
 */
export async function writeBackup(
  file: string,
  { catalogue, copy }: BackupDatabase,
  { dataDir, version, madeAt, say }: { dataDir: string; version: string; madeAt: string; say: (line: string) => void },
): Promise<BackupSummary> {
  if (await exists(file)) throw backupRefused(`${file} is there already: choose another name.`)
  const unfinished = `${file}.part`
  const spool = `${file}.part.d`
  const remove = async () => {
    await rm(unfinished, { force: true })
    await rm(spool, { recursive: true, force: true })
  }
  await remove()
  await mkdir(spool, { recursive: true, mode: 0o700 })
  return undoing(remove, async () => {
    const tar = pack()
    const writing = pipeline(tar, createWriteStream(unfinished, { mode: 0o600 }))
    // Whoever waits for an entry hears of a full disk by this.
    writing.catch((error: Error) => tar.destroy(error))
    const manifest = Buffer.from(
      JSON.stringify({ format: FORMAT, version, madeAt, catalogue } satisfies BackupManifest),
    )
    await addText(tar, 'manifest.json', manifest)
    const files: FileCheck[] = []
    for (const name of await filesBelow(dataDir)) {
      const bytes = await readFile(path.join(dataDir, name))
      await addText(tar, `files/${name}`, bytes)
      files.push({ name, bytes: bytes.length, sha256: sha256Of(bytes) })
    }
    const tables: TableCheck[] = []
    for (const table of catalogue.tables) {
      tables.push(await addTable(tar, table, copy, path.join(spool, 'table')))
      const { rows = 0 } = tables.at(-1) ?? {}
      if (rows > 0) say(`${table.schema}.${table.name}: ${rows} rows`)
    }
    await addText(tar, 'checks.json', JSON.stringify({ manifest: sha256Of(manifest), tables, files } satisfies Checks))
    tar.finalize()
    await writing
    await flush(unfinished)
    await rename(unfinished, file)
    await remove()
    return { madeAt, tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0), files: files.length }
  })
}

async function addTable(
  tar: Pack,
  table: BackupTable,
  copy: BackupDatabase['copy'],
  spool: string,
): Promise<TableCheck> {
  // A tar says the size of an entry before it.
  const compress = createZstdCompress()
  const spooled = pipeline(compress, createWriteStream(spool, { mode: 0o600 }))
  const [check] = await Promise.all([copy(table, compress), spooled])
  const { size } = await stat(spool)
  await pipeline(createReadStream(spool), tar.entry({ name: `tables/${table.schema}.${table.name}.copy.zst`, size }))
  return check
}

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer One> ? One : never

/** Who takes what a backup holds, in the order in which it lies. */
export interface BackupReader {
  manifest(manifest: BackupManifest): Promise<void> | void
  file(name: string, bytes: Buffer): Promise<void> | void
  /** Gets the rows uncompressed. */
  table(name: string, rows: Readable): Promise<void>
  checks(checks: readonly TableCheck[]): Promise<void> | void
}

/**
 * Reads a backup from its beginning to its end.
 *
 * @throws backupRefused it is none, ends too early, is of another format, or a file in it is not what it was
 */
export async function readBackup(file: string, reader: BackupReader): Promise<void> {
  const tar = extract()
  const reading = pipeline(createReadStream(file), tar)
  // Waited for at the end; until then whoever takes an entry hears of it.
  reading.catch(() => undefined)
  const files = new Map<string, FileCheck>()
  const seen = { manifest: '', all: false }
  const take = async (entry: Entry) => {
    const { name } = entry.header
    if (name === 'manifest.json') {
      const bytes = await bytesOf(entry)
      const manifest = parse<BackupManifest>(bytes, file)
      if (manifest.format !== FORMAT) throw backupRefused(`The backup is of format ${manifest.format}, not ${FORMAT}.`)
      seen.manifest = sha256Of(bytes)
      await reader.manifest(manifest)
    } else if (seen.manifest === '') throw backupRefused(`${file} is no backup of Millrace.`)
    else if (name.startsWith('files/')) {
      const bytes = await bytesOf(entry)
      const own = name.slice('files/'.length)
      files.set(own, { name: own, bytes: bytes.length, sha256: sha256Of(bytes) })
      await reader.file(own, bytes)
    } else if (name.startsWith('tables/')) {
      const rows = createZstdDecompress()
      const unpacking = pipeline(entry, rows)
      await Promise.all([unpacking, reader.table(name.slice('tables/'.length, -'.copy.zst'.length), rows)])
    } else if (name === 'checks.json') {
      const checks = parse<Checks>(await bytesOf(entry), file)
      if (checks.manifest !== seen.manifest) throw backupRefused('The manifest of the backup is not what it was.')
      for (const check of checks.files) {
        const is = files.get(check.name)
        if (is?.sha256 !== check.sha256) throw backupRefused(`The file ${check.name} in the backup is not what it was.`)
      }
      seen.all = true
      await reader.checks(checks.tables)
    }
  }
  try {
    for await (const entry of tar) {
      await take(entry)
      entry.resume()
    }
    await reading
  } catch (error) {
    // What the system or the database said is said as it is; all else is about what was read.
    if (isProblem(error) || (error instanceof Error && ('syscall' in error || 'severity' in error))) throw error
    throw backupRefused(`${file} is damaged, or no backup of Millrace.`, {}, { cause: error })
  }
  if (!seen.all) throw backupRefused(`${file} ends too early: it was not written to its end.`)
}

/** Reads a backup and compares everything in it with what it was. @throws backupRefused */
export async function checkBackup(file: string): Promise<BackupSummary & { catalogue: BackupCatalogue }> {
  const found = new Map<string, string>()
  const none: BackupCatalogue = { migrations: [], partitions: [], tables: [], sequences: [] }
  let summary = { madeAt: '', tables: 0, rows: 0, files: 0, catalogue: none }
  await readBackup(file, {
    manifest: ({ madeAt, catalogue }) => {
      summary = { ...summary, madeAt, catalogue }
    },
    file: () => {
      summary = { ...summary, files: summary.files + 1 }
    },
    table: async (name, rows) => {
      const hash = createHash('sha256')
      for await (const piece of rows) hash.update(piece)
      found.set(name, hash.digest('hex'))
    },
    checks: (checks) => {
      for (const { schema, name, sha256, rows } of checks) {
        if (found.get(`${schema}.${name}`) !== sha256) {
          throw backupRefused(`The table ${schema}.${name} in the backup is not what it was.`)
        }
        summary = { ...summary, tables: summary.tables + 1, rows: summary.rows + rows }
      }
    },
  })
  return summary
}

async function filesBelow(folder: string, below = ''): Promise<string[]> {
  const names: string[] = []
  const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => [])
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (below === '' && (LEFT_OUT.includes(entry.name) || LEFT_OUT_FILE.test(entry.name))) continue
    if (entry.isDirectory()) names.push(...(await filesBelow(folder, name)))
    else if (entry.isFile()) names.push(name)
  }
  return names
}

function addText(tar: Pack, name: string, content: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ name, mode: 0o600 }, content, (error) => (error ? reject(error) : resolve()))
  })
}

function parse<T>(bytes: Buffer, file: string): T {
  try {
    return JSON.parse(bytes.toString()) as T
  } catch (error) {
    throw backupRefused(`${file} is damaged.`, {}, { cause: error })
  }
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
