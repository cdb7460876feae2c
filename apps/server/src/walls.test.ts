import { randomUUID } from 'node:crypto'
import { LeftTenantError, openPool, PLATFORM_TABLES } from '@millrace/db'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, test, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import pg from 'pg'
import { expect } from 'vitest'

const OURS = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b10'
const THEIRS = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'
const ZERO = '00000000-0000-0000-0000-000000000000'

/** A database of its own with a superuser's connection, for looking behind the walls. */
async function withDatabase(act: (admin: pg.Client, url: string) => Promise<void>): Promise<void> {
  const database = await createTestDatabase()
  const admin = new pg.Client({ connectionString: database.url })
  admin.on('error', () => undefined)
  await admin.connect()
  try {
    await act(admin, database.url)
  } finally {
    await admin.end()
    await database.drop()
  }
}

interface Column {
  readonly name: string
  readonly type: string
  readonly needed: boolean
}

interface ForeignKey {
  readonly name: string
  readonly child: string
  readonly parent: string
  readonly columns: readonly string[]
  readonly parentColumns: readonly string[]
}

async function columnsOf(admin: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await admin.query<Column>(
    `select attname as name, format_type(atttypid, null) as type, attnotnull and not atthasdef as needed from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''`,
    [table],
  )
  return rows
}

async function foreignKeys(admin: pg.Client): Promise<ForeignKey[]> {
  const names = (relation: string, keys: string) =>
    `array(select attname::text from unnest(${keys}) with ordinality k(n, i) join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.n order by i)`
  const { rows } = await admin.query<ForeignKey>(
    `select conname as name, conrelid::regclass::text as child, confrelid::regclass::text as parent,
       ${names('conrelid', 'conkey')} as columns, ${names('confrelid', 'confkey')} as "parentColumns"
     from pg_constraint where contype = 'f' and conparentid = 0 and connamespace::regnamespace::text !~ '^pg_' order by 1`,
  )
  return rows
}

/** Any value of a type: what a row needs to be there at all. */
function anyValue(type: string): unknown {
  if (type.endsWith('[]')) return []
  if (type === 'uuid') return randomUUID()
  if (type === 'bytea') return Buffer.alloc(32, randomUUID())
  if (type === 'date' || type.startsWith('timestamp')) return new Date()
  if (/int|numeric|double|real/.test(type)) return 1
  if (type === 'boolean') return false
  if (type.startsWith('json')) return '{}'
  if (type === 'inet' || type === 'cidr') return '10.0.0.0/8'
  return 'x'
}

/** Inserts a row in which only these values matter. */
async function insert(admin: pg.Client, table: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const columns = (await columnsOf(admin, table)).filter(({ name, needed }) => needed || name in given)
  const values = columns.map(({ name, type }) => (name in given ? given[name] : anyValue(type)))
  const list = columns.map(({ name }) => `"${name}"`).join(', ')
  await admin.query(
    `insert into ${table} (${list}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})`,
    values,
  )
}

/** Leaves nothing but primary and foreign keys to refuse a row. */
async function dropOtherConstraints(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ statement: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as statement from pg_constraint
       where contype in ('c', 'u') and conrelid <> 0 and conparentid = 0 and conislocal and connamespace::regnamespace::text !~ '^(pg_|information)'
       and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = pg_constraint.conindid)
     union all select format('drop index %s', indexrelid::regclass) from pg_index x join pg_class c on c.oid = x.indexrelid
       where indisunique and not indisprimary and c.relnamespace::regnamespace::text !~ '^pg_'
       and not exists (select from pg_constraint where conindid = indexrelid)`,
  )
  for (const { statement } of rows) await admin.query(statement)
  const triggers = await admin.query<{ statement: string }>(
    `select format('drop trigger %I on %s', tgname, tgrelid::regclass) as statement from pg_trigger where not tgisinternal`,
  )
  for (const { statement } of triggers.rows) await admin.query(statement)
}

async function refusalOf(admin: pg.Client, act: () => Promise<void>): Promise<{ code: string; constraint: string }> {
  await admin.query('savepoint attempt')
  try {
    await act()
    return { code: '', constraint: '' }
  } catch (error) {
    const { code = '', constraint = '' } = error as { code?: string; constraint?: string }
    return { code, constraint }
  } finally {
    await admin.query('rollback to savepoint attempt')
  }
}

// proves: T-B4
test('a row that points at another company’s fails as one that points at nothing, for every foreign key', async () => {
  await withDatabase(async (admin) => {
    await dropOtherConstraints(admin)
    const keys = await foreignKeys(admin)
    const ofTenants = keys.filter((key) => key.parent !== 'runtime.tenant' && !(key.child in PLATFORM_TABLES))
    expect(ofTenants.length).toBeGreaterThan(20)
    for (const key of ofTenants) {
      await admin.query('begin')
      // Only this key may refuse: the others of both tables are gone for the moment.
      for (const other of keys) {
        if (other.name !== key.name || other.child !== key.child) {
          if ([key.child, key.parent].includes(other.child))
            await admin.query(`alter table ${other.child} drop constraint "${other.name}"`)
        }
      }
      const at = key.columns.indexOf('enterprise_id')
      expect(at, key.name).toBeGreaterThanOrEqual(0)
      const types = new Map((await columnsOf(admin, key.parent)).map(({ name, type }) => [name, type]))
      const rowOf = (enterpriseId: string) =>
        Object.fromEntries(
          key.parentColumns.map((name) => [
            name,
            name === 'enterprise_id' ? enterpriseId : anyValue(types.get(name) ?? ''),
          ]),
        )
      const [own, foreign, absent] = [rowOf(OURS), rowOf(THEIRS), rowOf(OURS)]
      // Numbers count up in each company: the foreign one must be nobody's here.
      for (const [name, type] of types) if (/int/.test(type) && name in foreign) foreign[name] = 7
      for (const [name, type] of types) if (/int/.test(type) && name in absent) absent[name] = 9
      await insert(admin, key.parent, own)
      await insert(admin, key.parent, foreign)
      const pointing = (row: Readonly<Record<string, unknown>>) => () =>
        insert(admin, key.child, {
          ...Object.fromEntries(key.columns.map((name, index) => [name, row[key.parentColumns[index] ?? '']])),
          enterprise_id: OURS,
        })
      const points = key.columns.length > 1
      expect(await refusalOf(admin, pointing(own)), key.name).toEqual({ code: '', constraint: '' })
      if (points) {
        const refused = { code: '23503', constraint: key.name }
        expect(await refusalOf(admin, pointing(absent)), key.name).toEqual(refused)
        expect(await refusalOf(admin, pointing(foreign)), key.name).toEqual(refused)
      }
      await admin.query('rollback')
    }
  })
}, 120_000)

// proves: T-B5
test('an unset, empty, zero or malformed tenant sees no row of any table', async () => {
  await withDatabase(async (admin, url) => {
    const { rows: tables } = await admin.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c where relkind in ('r', 'p') and relrowsecurity and not relispartition
       and has_table_privilege('millrace_app', c.oid, 'select')`,
    )
    expect(tables.length).toBeGreaterThan(20)
    await dropOtherConstraints(admin)
    await admin.query(`set session_replication_role = replica`)
    for (const { name } of tables) await insert(admin, name, { enterprise_id: OURS }).catch(() => undefined)
    const pool = openPool({ url, role: 'millrace_app', max: 1, onError: () => undefined })
    const seen: string[] = []
    let filled = 0
    for (const { name } of tables) {
      for (const setting of [
        undefined,
        "''",
        `'${ZERO}'`,
        "'x'",
        "'%'",
        'default',
        "'null'",
        `'${OURS} '`,
        `'{${ZERO}}'`,
      ]) {
        const count = await pool.kysely
          .transaction()
          .execute(async (db) => {
            if (setting !== undefined) await sql.raw(`set local millrace.enterprise_id = ${setting}`).execute(db)
            const { rows } = await sql.raw<{ count: number }>(`select count(*)::int as count from ${name}`).execute(db)
            return rows[0]?.count
          })
          .catch((error: { code?: string }) => {
            // invalid_text_representation, undefined_object: refused, which shows nothing either.
            expect(['22P02', '42704'], `${name} ${setting}`).toContain(error.code)
            return 0
          })
        // PostgreSQL reads a UUID with spaces or braces as one: that is the tenant, and not another.
        if (count !== 0 && !setting?.startsWith(`'${OURS}`)) seen.push(`${name} with ${setting}`)
      }
      const own = await admin.query(`select from ${name} where enterprise_id = $1`, [OURS])
      if ((own.rowCount ?? 0) > 0) filled += 1
    }
    await pool.close()
    expect(seen).toEqual([])
    expect(filled).toBeGreaterThan(tables.length * 0.8)
    // And no row can be written without a tenant: it is not null, and a uuid.
    const loose = await admin.query(
      `select attrelid::regclass::text as name from pg_attribute where attname = 'enterprise_id' and attnum > 0
       and attrelid::regclass::text = any($1) and (not attnotnull or format_type(atttypid, null) <> 'uuid')`,
      [tables.map((one) => one.name)],
    )
    expect(loose.rows).toEqual([])
  })
}, 120_000)

// proves: T-B3
test('a connection on which somebody left a tenant is thrown away, and never answers', async () => {
  await withDatabase(async (_, url) => {
    const pool = openPool({ url, role: 'millrace_app', max: 1, onError: () => undefined })
    const leave = async () => {
      const client = await pool.pg.connect()
      await client.query(`set millrace.enterprise_id = '${OURS}'`)
      const { rows } = await client.query('select pg_backend_pid() as pid')
      client.release()
      return rows[0]?.pid
    }
    const now = async () =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(pool.kysely)).rows[0]?.pid
    const first = await leave()
    await expect(pool.kysely.transaction().execute((db) => sql`select 1`.execute(db))).rejects.toThrow(LeftTenantError)
    const second = await now()
    expect(second).not.toBe(first)
    expect(await leave()).toBe(second)
    await expect(sql`select 1`.execute(pool.kysely)).rejects.toThrow(LeftTenantError)
    expect(await leave()).not.toBe(second)
    await expect(pool.pg.query('select 1')).rejects.toThrow(LeftTenantError)
    await pool.close()
  })
})

/** A request as the server makes it, that says which company's rows it saw. */
async function look(
  runtime: Runtime,
  enterpriseId: string,
  then: 'end' | 'throw' | 'break' | 'sleep',
): Promise<string[]> {
  return inContext(runtime, systemActor(enterpriseId, 'test'), async (ctx) => {
    const seen = await sql<{
      tenant: string
    }>`select distinct enterprise_id::text as tenant from runtime.outbox`.execute(ctx.db)
    if (then === 'throw') throw new Error('changed my mind')
    if (then === 'break') await sql`select 1 / 0`.execute(ctx.db)
    if (then === 'sleep') {
      await sql`set local statement_timeout = 5`.execute(ctx.db)
      await sql`select pg_sleep(1)`.execute(ctx.db)
    }
    return seen.rows.map((row) => row.tenant)
  })
}

// proves: T-B3
test('ten thousand requests of two companies, broken off, timed out and killed in between, never see the other', async () => {
  await withDatabase(async (admin, url) => {
    const runtime = testRuntime(url)
    for (const id of [OURS, THEIRS]) {
      await admin.query('insert into runtime.tenant (enterprise_id) values ($1)', [id])
      await admin.query(`insert into runtime.outbox (enterprise_id, type, data) values ($1, 'test.here', '{}')`, [id])
    }
    const foreign: string[] = []
    const outcomes = { seen: 0, failed: 0, killed: 0 }
    const COUNT = 10_000
    const AT_ONCE = 25
    for (let begun = 0; begun < COUNT; begun += AT_ONCE) {
      const wave = Array.from({ length: AT_ONCE }, async (_, more) => {
        const index = begun + more
        const mine = index % 2 === 0 ? OURS : THEIRS
        const then = index % 97 === 0 ? 'sleep' : index % 11 === 0 ? 'throw' : index % 13 === 0 ? 'break' : 'end'
        try {
          const seen = await look(runtime, mine, then)
          outcomes.seen += 1
          if (seen.join() !== mine) foreign.push(`${mine} saw ${seen.join()}`)
        } catch {
          outcomes.failed += 1
        }
      })
      if (begun % 500 === 0) {
        const { rowCount } = await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
           and application_name like 'millrace%' limit 2`,
        )
        outcomes.killed += rowCount ?? 0
      }
      await Promise.all(wave)
    }
    // Whatever is left in the pool has no tenant on it.
    const left = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const client = await runtime.app.pg.connect()
        const { rows } = await client.query(`select current_setting('millrace.enterprise_id', true) as tenant`)
        return { client, tenant: rows[0]?.tenant || '' }
      }),
    )
    for (const { client } of left) client.release()
    await runtime.app.close()
    expect(foreign).toEqual([])
    expect(left.map((one) => one.tenant)).toEqual(['', '', '', '', ''])
    expect(outcomes.seen).toBeGreaterThan(COUNT / 2)
    expect(outcomes.failed).toBeGreaterThan(COUNT / 10)
    expect(outcomes.killed).toBeGreaterThan(10)
  })
}, 240_000)
