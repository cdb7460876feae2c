import { createHash } from 'node:crypto'
import { Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { problemType } from '@millrace/base'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type BackupCatalogue, type BackupTable, quoted, readCatalogue } from './backup-catalogue.ts'

export type { BackupCatalogue, BackupTable } from './backup-catalogue.ts'

/** The detail is one sentence that says what to do. */
export const backupRefused = problemType('db/backup-refused', 'conflict', 'This cannot be backed up or restored')

/** What a table's rows are in COPY's binary format. */
export interface TableCheck {
  readonly schema: string
  readonly name: string
  readonly rows: number
  readonly bytes: number
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string
}

export interface BackupDatabase {
  readonly catalogue: BackupCatalogue
  /** Writes the rows of a table; ends the stream. */
  copy(table: BackupTable, into: Writable): Promise<TableCheck>
}

/**
 * Reads a database as it is at one moment, while it goes on working.
 *
 * @param url of an account that row-level security does not bind.
 * @throws backupRefused  it is bound, or the database is none of Millrace
 */
export async function readDatabase<T>(url: string, read: (database: BackupDatabase) => Promise<T>): Promise<T> {
  return withClient(url, async (client) => {
    await client.query('begin isolation level repeatable read, read only')
    if (!(await hasMillrace(client))) throw backupRefused('This database holds no Millrace yet: nothing to back up.')
    const catalogue = await readCatalogue(client)
    return read({ catalogue, copy: (table, into) => copyTable(client, table, into) })
  })
}

export async function hasMillrace(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('runtime.migration') is not null as there`,
  )
  return rows[0]?.there === true
}

/** Copies a table's rows, in the order in which they lie, and says what they were. */
export async function copyTable(client: pg.Client, table: BackupTable, into: Writable): Promise<TableCheck> {
  const name = quoted(table.schema, table.name)
  const columns = table.columns.map((column) => quoted(column)).join(', ')
  const hash = createHash('sha256')
  let bytes = 0
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece)
      bytes += piece.length
      done(null, piece)
    },
  })
  const source = client.query(copyTo(`copy (select ${columns} from ${name}) to stdout (format binary)`))
  await pipeline(source, counted, into)
  return { schema: table.schema, name: table.name, rows: source.rowCount, bytes, sha256: hash.digest('hex') }
}

/** Opens a connection that sees every row, whoever it belongs to. @throws backupRefused */
export async function withClient<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rows } = await client.query<{ sees: boolean }>(
      'select rolsuper or rolbypassrls as sees from pg_roles where rolname = current_user',
    )
    if (!rows[0]?.sees) {
      throw backupRefused(
        'The account of MILLRACE_DATABASE_URL sees no company: row-level security binds it. Use one that may pass it (alter role … bypassrls), or the backup of the database service.',
      )
    }
    // The order in which rows lie is the order in which they are read.
    await client.query(`set synchronize_seqscans = off; set timezone = 'UTC'`)
    return await act(client)
  } finally {
    await client.end()
  }
}
