import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, readMigrations } from '@millrace/db'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { MIGRATION_FOLDERS } from './migrations.ts'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}

/** The migrated database every test file gets a copy of. */
const TEMPLATE = 'millrace_template'

/** Vitest global set-up: one PostgreSQL for the whole run, with a migrated template in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  const postgres = await startEmbeddedPostgres({ dataDir, onLog: () => undefined })
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  // What a test database holds is thrown away: nothing waits for the disk. Tests of durability start a PostgreSQL of their own.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await client.query(`alter system set ${setting} = off`)
  }
  await client.query('select pg_reload_conf()')
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  const url = new URL(postgres.url)
  url.pathname = `/${TEMPLATE}`
  await migrate(url.href, await readMigrations(MIGRATION_FOLDERS))
  project.provide('databaseUrl', postgres.url)
  return async () => {
    await postgres.remove()
    await rm(dataDir, { recursive: true, force: true })
  }
}
