import { PLATFORM_TABLES } from '@millrace/db'
import { test } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'

/** Owned by the ingest role: enabled, but not forced there (COPY is refused under forced row-level security). */
const INGEST = 'millrace_ingest'

// proves: T-B2 (catalogue), T-B4
test('every tenant table is behind forced row-level security, with the tenant leading each key', async ({ ctx }) => {
  const tables = await sql<{
    name: string
    owner: string
    enabled: boolean
    forced: boolean
    partition: boolean
    first: string
  }>`
    select n.nspname || '.' || c.relname as name, pg_get_userbyid(c.relowner) as owner, c.relrowsecurity as enabled,
      c.relforcerowsecurity as forced, c.relispartition as partition,
      (select attname from pg_attribute a where a.attrelid = c.oid and a.attnum = 1) as first
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'`.execute(
    ctx.db,
  )
  expect(tables.rows.length).toBeGreaterThan(20)
  const faults: string[] = []
  for (const table of tables.rows) {
    if (table.name in PLATFORM_TABLES || table.partition) continue
    if (table.first !== 'enterprise_id') faults.push(`${table.name} does not begin with enterprise_id`)
    if (!table.enabled) faults.push(`${table.name} has no row-level security`)
    if (!table.forced && table.owner !== INGEST) faults.push(`${table.name} does not force row-level security`)
  }
  const keys = await sql<{ name: string; table: string; first: string }>`
    select i.relname as name, n.nspname || '.' || c.relname as "table", (
      select attname from pg_attribute a where a.attrelid = c.oid and a.attnum = x.indkey[0]) as first
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    where x.indisunique and not c.relispartition and n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')`.execute(
    ctx.db,
  )
  for (const key of keys.rows) {
    if (!(key.table in PLATFORM_TABLES) && key.first !== 'enterprise_id')
      faults.push(`unique index ${key.name} does not begin with the tenant`)
  }
  const references = await sql<{ name: string; columns: string[] }>`
    select con.conname as name, array(select attname::text from pg_attribute a where a.attrelid = con.conrelid and a.attnum = any(con.conkey)) as columns
    from pg_constraint con where con.contype = 'f' and con.connamespace::regnamespace::text !~ '^pg_'`.execute(ctx.db)
  expect(references.rows.length).toBeGreaterThan(10)
  for (const { name, columns } of references.rows) {
    if (!columns.includes('enterprise_id')) faults.push(`foreign key ${name} does not contain the tenant`)
  }
  const policies = await sql<{ name: string; using: string | null; check: string | null }>`
    select schemaname || '.' || tablename as name, qual as using, with_check as check from pg_policies`.execute(ctx.db)
  const plain = "(enterprise_id = (current_setting('millrace.enterprise_id'::text))::uuid)"
  for (const { name, using, check } of policies.rows) {
    if (using !== plain) faults.push(`${name} has another policy: ${using}`)
    if (check !== null && check !== plain) faults.push(`${name} has another check: ${check}`)
  }
  expect(faults).toEqual([])
})

// proves: T-B2 (roles), T-I1 (the server can only add)
test('the serving roles own nothing they should not, and can neither truncate nor step around row-level security', async ({
  ctx,
}) => {
  const roles = await sql<{ name: string; super: boolean; bypass: boolean; login: boolean }>`
    select rolname as name, rolsuper as super, rolbypassrls as bypass, rolcanlogin as login from pg_roles where rolname like 'millrace%'`.execute(
    ctx.db,
  )
  expect(roles.rows.map((role) => role.name).sort()).toEqual(
    expect.arrayContaining(['millrace_app', 'millrace_audit', 'millrace_ingest', 'millrace_owner']),
  )
  for (const role of roles.rows) expect(role).toMatchObject({ super: false, bypass: false })
  const owned = await sql<{ name: string; owner: string }>`
    select n.nspname || '.' || c.relname as name, pg_get_userbyid(c.relowner) as owner from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm') and
    pg_get_userbyid(c.relowner) in ('millrace_app', 'millrace_audit', 'millrace_ingest')`.execute(ctx.db)
  for (const { name, owner } of owned.rows) {
    expect(owner).toBe(INGEST)
    expect(name).toMatch(/^telemetry\./)
  }
  // From the catalogue itself: the information schema shows a role only what it may know of others.
  const rights = await sql<{ name: string; privilege: string; grantee: string; partition: boolean }>`
    select n.nspname || '.' || c.relname as name, g.privilege_type as privilege, pg_get_userbyid(g.grantee) as grantee,
      c.relispartition as partition
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) g
    where c.relkind in ('r', 'p') and g.grantee <> 0 and pg_get_userbyid(g.grantee) in ('millrace_app', 'millrace_audit')`.execute(
    ctx.db,
  )
  expect(new Set(rights.rows.map(({ grantee }) => grantee)).size).toBe(2)
  const adds = ['audit.event', 'audit.leaf', 'audit.head']
  const faults = rights.rows.filter(({ privilege, partition, grantee, name }) => {
    if (privilege === 'TRUNCATE' || privilege === 'TRIGGER' || privilege === 'REFERENCES' || partition) return true
    if (grantee === 'millrace_audit') return !(adds.includes(name) && privilege === 'INSERT')
    // The trail can be read by who serves, and added to by nobody else (THREATS T-I1).
    return name.startsWith('audit.') && privilege !== 'SELECT'
  })
  expect(faults).toEqual([])
  const columns = await sql<{
    name: string
  }>`select attrelid::regclass::text || '.' || attname as name from pg_attribute
    where attacl is not null and attrelid::regclass::text like 'audit.%'`.execute(ctx.db)
  expect(columns.rows).toEqual([])
  const risky = await sql<{ name: string }>`
    select n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
    union all select schemaname || '.' || matviewname from pg_matviews`.execute(ctx.db)
  expect(risky.rows).toEqual([])
})
