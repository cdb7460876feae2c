import type { Db } from '@millrace/db'
import { sql } from 'kysely'

const OURS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' and n.nspname <> 'public'`

/**
 * The database as it is after all migrations, as readable SQL-like text in a fixed order: tables with columns, keys,
 * indexes, policies and rights. Partitions made at run time are left out. For comparing, not for running.
 */
export async function schemaText(db: Db): Promise<string> {
  const tables = await sql<{
    oid: string
    name: string
    owner: string
    enabled: boolean
    forced: boolean
    partitioned: string | null
  }>`
    select c.oid::text, n.nspname || '.' || c.relname as name, pg_get_userbyid(c.relowner) as owner, c.relrowsecurity as enabled,
      c.relforcerowsecurity as forced, pg_get_partkeydef(c.oid) as partitioned
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and ${sql.raw(OURS)} order by 2`.execute(db)
  const lines: string[] = [
    '-- The database after all migrations. Generated: run `npm test -- apps/server -u` after a change of a migration.',
  ]
  for (const table of tables.rows) {
    const partitioned = table.partitioned ? ` partition by ${table.partitioned}` : ''
    lines.push('', `table ${table.name} owner ${table.owner}${partitioned} (`)
    lines.push(...(await columnsOf(db, table.oid)), ')')
    if (table.enabled) lines.push(`row level security ${table.forced ? 'forced' : 'enabled'}`)
    for (const part of [constraintsOf, indexesOf, policiesOf, rightsOf]) lines.push(...(await part(db, table.oid)))
  }
  return `${lines.join('\n')}\n`
}

async function texts(db: Db, query: ReturnType<typeof sql<{ text: string }>>): Promise<string[]> {
  return (await query.execute(db)).rows.map((row) => row.text)
}

function columnsOf(db: Db, oid: string): Promise<string[]> {
  return texts(
    db,
    sql`select '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end ||
      case when a.attidentity <> '' then ' identity' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as text
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = ${oid}::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`,
  )
}

function constraintsOf(db: Db, oid: string): Promise<string[]> {
  return texts(
    db,
    sql`select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) as text from pg_constraint
      where conrelid = ${oid}::oid and contype <> 'n' order by conname`,
  )
}

function indexesOf(db: Db, oid: string): Promise<string[]> {
  return texts(
    db,
    sql`select pg_get_indexdef(x.indexrelid) as text from pg_index x join pg_class i on i.oid = x.indexrelid
      where x.indrelid = ${oid}::oid and not exists (select from pg_constraint k where k.conindid = x.indexrelid) order by i.relname`,
  )
}

function policiesOf(db: Db, oid: string): Promise<string[]> {
  return texts(
    db,
    sql`select 'policy ' || polname || ' using ' || pg_get_expr(polqual, polrelid) ||
      coalesce(' with check ' || pg_get_expr(polwithcheck, polrelid), '') as text
      from pg_policy where polrelid = ${oid}::oid order by polname`,
  )
}

function rightsOf(db: Db, oid: string): Promise<string[]> {
  return texts(
    db,
    sql`select 'grant ' || string_agg(lower(privilege_type), ', ' order by privilege_type) || ' to ' || pg_get_userbyid(grantee) as text
      from pg_class c, aclexplode(c.relacl) where c.oid = ${oid}::oid and grantee <> c.relowner group by grantee order by pg_get_userbyid(grantee)`,
  )
}
