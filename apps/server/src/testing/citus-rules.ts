import { PLATFORM_TABLES } from '@millrace/db'

/** Asks the database. */
export type Ask = (query: string) => Promise<{ rows: unknown[] }>

const OURS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'`

/**
 * What would keep this schema from running sharded by enterprise on Citus: tenant tables are distributed by `enterprise_id` and
 * colocated, platform-wide ones are reference tables (docs/operations/scaling.md).
 *
 * @returns faults in words
 */
export async function citusFaults(ask: Ask): Promise<string[]> {
  const found = await Promise.all([
    tableFaults(ask),
    keyFaults(ask),
    referenceFaults(ask),
    sequenceFaults(ask),
    policyFaults(ask),
  ])
  return found.flat()
}

async function tableFaults(ask: Ask): Promise<string[]> {
  const { rows } = await ask(
    `select n.nspname || '.' || c.relname as name, c.relpersistence as persistence, c.relkind as kind,
       (select format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'enterprise_id') as tenant,
       exists (select from pg_index x where x.indrelid = c.oid and x.indisprimary) as keyed,
       exists (select from pg_inherits i join pg_class parent on parent.oid = i.inhparent
               where i.inhrelid = c.oid and parent.relkind <> 'p') as inherits,
       array(select tgname::text from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition and ${OURS}`,
  )
  return (
    rows as {
      name: string
      persistence: string
      kind: string
      tenant: string | null
      keyed: boolean
      inherits: boolean
      triggers: string[]
    }[]
  ).flatMap(({ name, persistence, kind, tenant, keyed, inherits, triggers }) => {
    const faults: string[] = []
    if (kind === 'm' || kind === 'f') faults.push(`${name} is no table: it cannot be distributed`)
    if (persistence !== 'p') faults.push(`${name} is not logged`)
    if (inherits) faults.push(`${name} inherits from another table`)
    if (!keyed && !(name in PLATFORM_TABLES)) faults.push(`${name} has no primary key`)
    // Of one type everywhere, so that rows of an enterprise lie together.
    if (!(name in PLATFORM_TABLES) && tenant !== 'uuid not null')
      faults.push(`${name} has no enterprise_id to be distributed by`)
    if (!(name in PLATFORM_TABLES)) faults.push(...triggers.map((trigger) => `${name} has the trigger ${trigger}`))
    return faults
  })
}

/** A shard can only see to its own rows: what is unique is so within an enterprise. */
async function keyFaults(ask: Ask): Promise<string[]> {
  const { rows } = await ask(
    `select i.relname as name, n.nspname || '.' || c.relname as "table", a.attname as first, x.indisexclusion as excludes
     from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
     where (x.indisunique or x.indisexclusion) and not c.relispartition and ${OURS}`,
  )
  return (rows as { name: string; table: string; first: string | null }[])
    .filter(({ table, first }) => !(table in PLATFORM_TABLES) && first !== 'enterprise_id')
    .map(({ name, table }) => `the key ${name} of ${table} does not begin with enterprise_id`)
}

async function referenceFaults(ask: Ask): Promise<string[]> {
  const { rows } = await ask(
    `select con.conname as name, n.nspname || '.' || c.relname as "from", rn.nspname || '.' || r.relname as "to",
       array(select a.attname::text from unnest(con.conkey) with ordinality k (num, at)
             join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.num order by k.at) as ours,
       array(select a.attname::text from unnest(con.confkey) with ordinality k (num, at)
             join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.num order by k.at) as theirs,
       con.confdeltype::text || con.confupdtype::text as acts,
       array(select a.attname::text from unnest(con.confdelsetcols) k (num)
             join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.num) as sets
     from pg_constraint con join pg_class c on c.oid = con.conrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_class r on r.oid = con.confrelid join pg_namespace rn on rn.oid = r.relnamespace
     where con.contype = 'f' and con.conparentid = 0 and ${OURS}`,
  )
  return (
    rows as { name: string; from: string; to: string; ours: string[]; theirs: string[]; acts: string; sets: string[] }[]
  ).flatMap(({ name, from, to, ours, theirs, acts, sets }) => {
    if (to in PLATFORM_TABLES) return []
    if (from in PLATFORM_TABLES) return [`${name} leads from a reference table to ${to}, which is distributed`]
    const place = ours.indexOf('enterprise_id')
    if (place < 0 || theirs[place] !== 'enterprise_id') return [`${name} does not lead from enterprise to enterprise`]
    // An enterprise of a row cannot become nobody.
    const changesTenant = /[nd]/.test(acts) && (sets.length === 0 || sets.includes('enterprise_id'))
    return changesTenant ? [`${name} sets enterprise_id when what it leads to goes`] : []
  })
}

/** Worker nodes give out numbers from ranges of their own, which only 64 bits have room for. */
async function sequenceFaults(ask: Ask): Promise<string[]> {
  const { rows } = await ask(
    `select n.nspname || '.' || c.relname as name from pg_sequence s join pg_class c on c.oid = s.seqrelid
     join pg_namespace n on n.oid = c.relnamespace where s.seqtypid <> 'bigint'::regtype and ${OURS}`,
  )
  return (rows as { name: string }[]).map(({ name }) => `the sequence ${name} is no bigint`)
}

/** Shards cannot look into other tables to judge a row. */
async function policyFaults(ask: Ask): Promise<string[]> {
  const { rows } = await ask(
    `select schemaname || '.' || tablename as name, coalesce(qual, '') || ' ' || coalesce(with_check, '') as text from pg_policies`,
  )
  return (rows as { name: string; text: string }[])
    .filter(({ text }) => /\bselect\b/i.test(text))
    .map(({ name }) => `a policy of ${name} looks into other tables`)
}
