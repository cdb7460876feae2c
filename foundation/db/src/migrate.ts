import { globSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import pg from 'pg'

export interface Migration {
  /** `202611220915_job_orders`: unique over all modules, which are applied in this one order. */
  readonly name: string
  readonly sql: string
}

const NAME = /^\d{12}_[a-z0-9_]+\.sql$/
// Any number will do, as long as every Millrace uses the same one.
const LOCK = 4_680_001

/** The folders of a checkout that hold migrations. @param root with a slash at its end or not */
export function migrationFolders(root: string): string[] {
  return globSync(['foundation/*/migrations', 'modules/*/migrations'], { cwd: root }).map((folder) =>
    join(root, folder),
  )
}

/**
 * Reads the migrations of several folders, in their global order.
 *
 * @throws Error for a file whose name is not `<yyyymmddhhmm>_<what>.sql`, or a name used twice.
 */
export async function readMigrations(folders: readonly string[]): Promise<Migration[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const files = await readdir(folder).catch(() => [])
      return Promise.all(
        files.map(async (file) => {
          if (!NAME.test(file)) throw new Error(`${join(folder, file)} is not named <yyyymmddhhmm>_<what>.sql.`)
          return { name: basename(file, '.sql'), sql: await readFile(join(folder, file), 'utf8') }
        }),
      )
    }),
  )
  const migrations = found.flat().sort((a, b) => (a.name < b.name ? -1 : 1))
  migrations.forEach((migration, index) => {
    if (migrations[index + 1]?.name === migration.name) throw new Error(`Two migrations are named ${migration.name}.`)
  })
  return migrations
}

/**
 * Brings a database to the newest state: makes the roles if they are missing, then applies what is new, all in one
 * transaction, one server at a time. Nothing happens when nothing is new.
 *
 * @param url an account that may create roles, or that is a member of the four roles of a database made by hand.
 * @returns the names applied now.
 */
export async function migrate(url: string, migrations: readonly Migration[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    await client.query(ROLES)
    await client.query(`create schema if not exists runtime authorization millrace_owner`)
    await client.query('set local role millrace_owner')
    await client.query(
      `create table if not exists runtime.migration (name text primary key, applied_at timestamptz(3) not null default now())`,
    )
    const done = await client.query<{ name: string }>('select name from runtime.migration')
    const names = new Set(done.rows.map((row) => row.name))
    const missing = migrations.filter((migration) => !names.has(migration.name))
    for (const migration of missing) {
      try {
        await client.query(migration.sql)
      } catch (error) {
        throw new Error(`Migration ${migration.name} failed: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        })
      }
      // A migration may act as another role; the next one starts as the owner again.
      await client.query('set local role millrace_owner')
      await client.query('insert into runtime.migration (name) values ($1)', [migration.name])
    }
    await client.query('commit')
    return missing.map((migration) => migration.name)
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    await client.end()
  }
}

// The connecting account becomes a member of each role, to take it on; none of them can sign in by itself.
const ROLES = `
do $$
declare wanted text;
begin
  foreach wanted in array array['millrace_owner', 'millrace_app', 'millrace_ingest', 'millrace_audit'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin nosuperuser nobypassrls', wanted);
    end if;
    if not pg_has_role(current_user, wanted, 'member') then
      execute format('grant %I to current_user', wanted);
    end if;
  end loop;
  execute format('grant create on database %I to millrace_owner', current_database());
end $$;
-- The owner creates tables that belong to the ingest role, and moves rows into the audit trail as that role.
grant millrace_ingest, millrace_audit to millrace_owner;
`
