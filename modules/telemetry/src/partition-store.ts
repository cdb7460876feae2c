import { DAY_MS, instant } from '@millrace/base'
import type { IngestClient } from './ingest-store.ts'
import { DEFAULT_RULES, type RetentionRule } from './retention-contract.ts'

const WEEK_MS = 7 * DAY_MS

/** The partitioned tables, and how much time one partition of each holds. Multiples of an hour: no chunk lies in two. */
const WIDTHS_MS = { chunk: WEEK_MS, vector: WEEK_MS, rollup: 4 * WEEK_MS } as const

export type PartitionedTable = keyof typeof WIDTHS_MS

/** A partition's start and name. */
export interface Partition {
  readonly table: PartitionedTable
  readonly fromMs: number
}

/** The partition in which a time lies. */
export function partitionOf(table: PartitionedTable, timeMs: number): Partition {
  return { table, fromMs: Math.floor(timeMs / WIDTHS_MS[table]) * WIDTHS_MS[table] }
}

export function partitionName({ table, fromMs }: Partition): string {
  return `${table}_${instant(fromMs).slice(0, 10).replaceAll('-', '')}`
}

export function endOf({ table, fromMs }: Partition): number {
  return fromMs + WIDTHS_MS[table]
}

export async function listPartitions(client: IngestClient): Promise<Partition[]> {
  const { rows } = await client.query<{ name: string }>(
    `select child.relname as name from pg_inherits i
     join pg_class parent on parent.oid = i.inhparent join pg_class child on child.oid = i.inhrelid
     where parent.relnamespace = 'telemetry'::regnamespace and parent.relkind = 'p' and child.relkind = 'r'`,
  )
  return rows.flatMap(({ name }) => {
    const [, table, year, month, day] = /^(chunk|vector|rollup)_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? []
    if (!table) return []
    return [{ table: table as PartitionedTable, fromMs: Date.parse(`${year}-${month}-${day}T00:00:00Z`) }]
  })
}

// Any number will do, as long as every Millrace uses the same one, and for nothing else.
const LOCK = 4_680_011

/** Makes a partition unless it is there. Nobody but its owner can see into it other than through the parent. */
export async function createPartition(client: IngestClient, partition: Partition): Promise<void> {
  const name = partitionName(partition)
  // One server at a time: another may make the same one now.
  await client.query('select pg_advisory_xact_lock($1)', [LOCK])
  // Asked first: creating takes the parent for itself even when there is nothing to create.
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass($1) is not null as there`, [
    `telemetry.${name}`,
  ])
  if (rows[0]?.there) return
  await client.query(
    `create table if not exists telemetry.${name} partition of telemetry.${partition.table}
     for values from (${partition.fromMs}) to (${endOf(partition)})`,
  )
  await client.query(`alter table telemetry.${name} enable row level security`)
}

export async function dropPartition(client: IngestClient, partition: Partition): Promise<void> {
  await client.query(`drop table if exists telemetry.${partitionName(partition)}`)
}

/**
 * For how many days each table holds anything at all, by the rules of all companies, and what is held beyond: a partition that
 * nobody needs any more is dropped as a whole.
 */
export interface Keep {
  readonly days: Readonly<Record<PartitionedTable, number>>
  readonly held: readonly { readonly fromMs: number; readonly toMs: number }[]
}

export async function findKeep(client: IngestClient): Promise<Keep> {
  const { rows } = await client.query<{ chunk: number | null; vector: number | null; rollup: number | null }>(
    `select max(minute_days) as chunk, max(hour_days) filter (where class = 'vibration') as vector, max(hour_days) as rollup
     from telemetry.retention`,
  )
  const { rows: held } = await client.query<{ fromMs: number; toMs: number }>(
    `select from_ms as "fromMs", to_ms as "toMs" from telemetry.hold where released_at is null`,
  )
  const longest = (days: (rule: RetentionRule) => number) => Math.max(...DEFAULT_RULES.map(days))
  return {
    days: {
      chunk: Math.max(
        rows[0]?.chunk ?? 0,
        longest((rule) => rule.minuteDays),
      ),
      vector: Math.max(
        rows[0]?.vector ?? 0,
        longest((rule) => (rule.class === 'vibration' ? rule.hourDays : 0)),
      ),
      rollup: Math.max(
        rows[0]?.rollup ?? 0,
        longest((rule) => rule.hourDays),
      ),
    },
    held,
  }
}

/** Every table of this role that holds rows of an enterprise. */
const TABLES = [
  ...(['inbox', 'receipt', 'unsettled_hour', 'latest', 'import_chunk', 'chunk', 'vector', 'rollup'] as const),
  ...(['retention', 'hold', 'thinned', 'volume'] as const),
]

export async function removeEnterprise(client: IngestClient, enterpriseId: string): Promise<void> {
  for (const table of TABLES)
    await client.query(`delete from telemetry.${table} where enterprise_id = $1`, [enterpriseId])
}

/** Enterprises that have receipts or newest samples here, but are gone. */
export async function listGoneEnterprises(client: IngestClient): Promise<string[]> {
  const { rows } = await client.query<{ enterpriseId: string }>(
    `select distinct enterprise_id as "enterpriseId" from
       (select enterprise_id from telemetry.latest union all select enterprise_id from telemetry.receipt) as kept
     where not exists (select from runtime.tenant t where t.enterprise_id = kept.enterprise_id)`,
  )
  return rows.map((row) => row.enterpriseId)
}
