import { Writable } from 'node:stream'
import { createTestDatabase, MIGRATION_FOLDERS, type TestDatabase } from '@millrace/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backupRefused, readDatabase } from './backup.ts'
import { readMigrations } from './migrate.ts'
import { restoreDatabase } from './restore.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function asSuperuser<T>(act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

test('every table comes after those it points to, and partitions are not told twice', async () => {
  const { tables, partitions } = await readDatabase(database.url, async ({ catalogue }) => catalogue)
  const place = (name: string) => tables.findIndex((table) => `${table.schema}.${table.name}` === name)
  expect(place('runtime.tenant')).toBeGreaterThan(-1)
  expect(place('identity.person')).toBeLessThan(place('identity.session'))
  expect(place('telemetry.chunk')).toBeGreaterThan(-1)
  expect(partitions.filter(({ name }) => place(`telemetry.${name}`) >= 0)).toEqual([])
})

test('a table is read as it was when the reading began', async () => {
  const nowhere = () => new Writable({ write: (_piece, _encoding, done) => done() })
  await readDatabase(database.url, async ({ catalogue, copy }) => {
    const tenants = catalogue.tables.find(({ name }) => name === 'tenant')
    if (!tenants) throw new Error('There is no table of tenants.')
    const before = await copy(tenants, nowhere())
    await asSuperuser((client) => client.query('insert into runtime.tenant (enterprise_id) values (gen_random_uuid())'))
    expect(await copy(tenants, nowhere())).toEqual(before)
  })
})

test('a database that holds a company is not written over, and an older version refuses a newer backup', async () => {
  const catalogue = await readDatabase(database.url, async (source) => source.catalogue)
  const migrations = await readMigrations(MIGRATION_FOLDERS)
  const fill = () => Promise.reject(new Error('not reached'))
  await expect(restoreDatabase(database.url, catalogue, migrations, fill)).rejects.toBeProblem(backupRefused)
  const newer = { ...catalogue, migrations: [...catalogue.migrations, '209901010000_later'] }
  await expect(restoreDatabase(database.url, newer, migrations, fill)).rejects.toThrow(/newer Millrace/)
})

test('an account that row-level security binds is told so', async () => {
  await asSuperuser(async (client) => {
    await client.query(`create role backup_test_bound login password 'bound'`)
    try {
      const url = new URL(database.url)
      url.username = 'backup_test_bound'
      url.password = 'bound'
      await expect(readDatabase(url.href, async () => undefined)).rejects.toThrow(/row-level security binds it/)
    } finally {
      await client.query('drop role backup_test_bound')
    }
  })
})
