import type pg from 'pg'

/** Made by hand into SQL, so names are quoted there. */
export interface BackupTable {
  readonly schema: string
  readonly name: string
  readonly columns: readonly string[]
}

export interface BackupPartition {
  readonly schema: string
  readonly name: string
  readonly parent: string
  /** `FOR VALUES FROM (…) TO (…)`, as PostgreSQL writes it. */
  readonly bound: string
  readonly owner: string
  readonly hasRowSecurity: boolean
}

export interface BackupSequence {
  readonly schema: string
  readonly name: string
  readonly last: string
}

/** What a database of Millrace consists of, beyond what its migrations make. */
export interface BackupCatalogue {
  /** Names of those that were applied, in order. */
  readonly migrations: readonly string[]
  readonly partitions: readonly BackupPartition[]
  /** Each after those that it points to. */
  readonly tables: readonly BackupTable[]
  readonly sequences: readonly BackupSequence[]
}

const OURS = `n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`

/** @throws Error when tables point to each other in a circle: then no order fits. */
export async function readCatalogue(client: pg.Client): Promise<BackupCatalogue> {
  const migrations = await client.query<{ name: string }>('select name from runtime.migration order by name')
  const partitions = await client.query<BackupPartition>(
    `select n.nspname as schema, c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bound,
       c.relowner::regrole::text as owner, c.relrowsecurity as "hasRowSecurity"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent
     where c.relispartition and c.relkind = 'r' and ${OURS} order by 1, 2`,
  )
  const tables = await client.query<BackupTable & { oid: number }>(
    `select c.oid, n.nspname as schema, c.relname as name,
       array(select a.attname::text from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and ${OURS} order by 2, 3`,
  )
  const references = await client.query<{ source: number; target: number }>(
    `select distinct conrelid as source, confrelid as target from pg_constraint where contype = 'f' and conrelid <> confrelid`,
  )
  const sequences = await client.query<BackupSequence>(
    `select schemaname as schema, sequencename as name, last_value::text as last from pg_sequences
     where last_value is not null order by 1, 2`,
  )
  return {
    migrations: migrations.rows.map(({ name }) => name),
    partitions: partitions.rows,
    tables: inOrder(tables.rows, references.rows),
    sequences: sequences.rows,
  }
}

function inOrder(
  tables: readonly (BackupTable & { oid: number })[],
  references: readonly { source: number; target: number }[],
): BackupTable[] {
  const ordered: BackupTable[] = []
  const placed = new Set<number>()
  let waiting = tables
  while (waiting.length > 0) {
    const isFree = ({ oid }: { oid: number }) =>
      references.every(({ source, target }) => source !== oid || placed.has(target))
    const free = waiting.filter(isFree)
    if (free.length === 0) throw new Error(`Tables point to each other: ${waiting.map(({ name }) => name).join(', ')}.`)
    for (const { oid, schema, name, columns } of free) {
      ordered.push({ schema, name, columns })
      placed.add(oid)
    }
    waiting = waiting.filter(({ oid }) => !placed.has(oid))
  }
  return ordered
}

export function quoted(...names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')
}
