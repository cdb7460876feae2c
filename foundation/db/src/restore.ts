import type { Readable } from 'node:stream'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { backupRefused, copyTable, hasMillrace, type TableCheck, withClient } from './backup.ts'
import { type BackupCatalogue, type BackupTable, quoted } from './backup-catalogue.ts'
import { type Migration, migrate } from './migrate.ts'

/** A database that is being filled. */
export interface RestoreDatabase {
  /** Adds the rows of a table. Tables come in the order of the catalogue. */
  fill(table: BackupTable, from: Readable): Promise<void>
}

/**
 * Makes an empty database what the catalogue says, lets it be filled, and compares every table with what it was. All of it
 * happens, or nothing: a database that could not be filled is left as its migrations made it, without a row.
 *
 * @param migrations those this version knows; a backup of an older version is brought to the newest at the next start.
 * @throws backupRefused  the database is not empty, or the backup is of a newer version, or a table is not what it was
 */
export async function restoreDatabase(
  url: string,
  catalogue: BackupCatalogue,
  migrations: readonly Migration[],
  fill: (database: RestoreDatabase) => Promise<readonly TableCheck[]>,
): Promise<void> {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  const wanted = catalogue.migrations.map((name) => {
    const migration = known.get(name)
    if (!migration) throw backupRefused(`The backup was made by a newer Millrace: ${name} is not known here.`)
    return migration
  })
  await withClient(url, async (client) => {
    await insistOnEmpty(client, catalogue)
    await migrate(url, wanted)
    await client.query('begin')
    try {
      await prepare(client, catalogue)
      const checks = await fill({ fill: (table, from) => fillTable(client, table, from) })
      for (const { schema, name, last } of catalogue.sequences) {
        await client.query('select setval($1::regclass, $2::bigint)', [quoted(schema, name), last])
      }
      await compare(client, catalogue, checks)
      await client.query('commit')
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      throw error
    }
    await client.query('analyze')
  })
}

/** Empty is also what an earlier try left: the same migrations, and no company. */
async function insistOnEmpty(client: pg.Client, { migrations }: BackupCatalogue): Promise<void> {
  if (!(await hasMillrace(client))) return
  const { rows } = await client.query<{ used: boolean }>(
    `select exists (select from runtime.migration where name <> all($1)) or exists (select from runtime.tenant) as used`,
    [migrations],
  )
  if (rows[0]?.used) throw backupRefused('The database holds a Millrace already: restore into an empty one.')
}

/** Partitions come with time, not with migrations; some migrations put rows into tables. */
async function prepare(client: pg.Client, { partitions, tables }: BackupCatalogue): Promise<void> {
  for (const { schema, name, parent, bound, owner, hasRowSecurity } of partitions) {
    // As its owner, so that it belongs to it.
    await client.query(`set local role ${quoted(owner)}`)
    await client.query(
      `create table if not exists ${quoted(schema, name)} partition of ${quoted(schema, parent)} ${bound}`,
    )
    if (hasRowSecurity) await client.query(`alter table ${quoted(schema, name)} enable row level security`)
    await client.query('reset role')
  }
  await client.query(`truncate ${tables.map(({ schema, name }) => quoted(schema, name)).join(', ')} cascade`)
}

async function fillTable(client: pg.Client, { schema, name, columns }: BackupTable, from: Readable): Promise<void> {
  const into = `${quoted(schema, name)} (${columns.map((column) => quoted(column)).join(', ')})`
  await pipeline(from, client.query(copyFrom(`copy ${into} from stdin (format binary)`)))
}

async function compare(client: pg.Client, { tables }: BackupCatalogue, checks: readonly TableCheck[]): Promise<void> {
  const expected = new Map(checks.map((check) => [quoted(check.schema, check.name), check]))
  for (const table of tables) {
    const nowhere = new Writable({ write: (_piece, _encoding, done) => done() })
    const is = await copyTable(client, table, nowhere)
    const was = expected.get(quoted(table.schema, table.name))
    if (was?.sha256 === is.sha256 && was.rows === is.rows) continue
    throw backupRefused(
      `${table.schema}.${table.name} is not what it was: ${is.rows} rows instead of ${was?.rows ?? 'none'}, or changed ones.`,
    )
  }
}
