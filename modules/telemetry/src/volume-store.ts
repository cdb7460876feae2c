import { DAY_MS } from '@millrace/base'
import type { IngestClient, IngestPool } from './ingest-store.ts'
import { type Partition, partitionName } from './partition-store.ts'
import type { SignalClass } from './retention-contract.ts'
import type { VolumeTier } from './retention-rules.ts'

const WEEK_MS = 7 * DAY_MS
/** Pages of a partition that are read at most: 16 MB. A larger one is judged by a sample of its pages. */
const SAMPLED_PAGES = 2000
/** What PostgreSQL keeps beside the values of a row: its header, its place in the page and in the index. */
const ROW_BYTES = 80

/** What was found of one series in one week of one partition. */
export interface FoundVolume {
  readonly enterpriseId: string
  readonly series: number
  readonly weekMs: number
  readonly tier: VolumeTier
  readonly sampleCount: number
  readonly bytes: number
}

/** What a partition takes on disk, and of whom: from a sample of its pages, made up to the whole. */
export interface PartitionVolume {
  readonly diskBytes: number
  readonly found: FoundVolume[]
}

/** By table: what its rows amount to by series and week. Sizes are of the values as stored; nothing is unpacked. */
const MEASURES: Readonly<Record<Partition['table'], (table: string) => string>> = {
  chunk: (table) => `
    select enterprise_id, series, first_ms - first_ms % ${WEEK_MS} as week_ms,
      case when kind = 0 and count <= 120 then 'sparse' else 'raw' end as tier,
      sum(count) as samples, sum(octet_length(data) + ${ROW_BYTES}) as bytes
    from ${table} group by 1, 2, 3, 4`,
  vector: (table) => `
    select enterprise_id, series, timestamp_ms - timestamp_ms % ${WEEK_MS}, 'vector',
      count(*), sum(coalesce(pg_column_size("values"), 0) + ${ROW_BYTES})
    from ${table} group by 1, 2, 3`,
  // The hour itself, and its minutes.
  rollup: (table) => `
    select enterprise_id, series, hour_ms - hour_ms % ${WEEK_MS}, tier.name, sum(tier.samples), sum(tier.bytes)
    from (select *, coalesce(pg_column_size(minutes) + pg_column_size(counts) + pg_column_size(mins) + pg_column_size(maxs)
        + pg_column_size(sums) + pg_column_size(lasts), 0) as minute_bytes from ${table}) r
      cross join lateral (values ('hour', 1, 80 + ${ROW_BYTES}), ('minute', cardinality(r.minutes), r.minute_bytes))
        as tier (name, samples, bytes)
    where tier.bytes > 0 group by 1, 2, 3, 4`,
}

/** Measures one partition. */
export async function measurePartition(client: IngestClient, partition: Partition): Promise<PartitionVolume> {
  const name = `telemetry.${partitionName(partition)}`
  const {
    rows: [size],
  } = await client.query<{ pages: number; diskBytes: number }>(
    `select (pg_relation_size($1::regclass) / current_setting('block_size')::int)::int as pages,
       pg_total_relation_size($1::regclass)::bigint as "diskBytes"`,
    [name],
  )
  const { pages = 0, diskBytes = 0 } = size ?? {}
  if (pages === 0) return { diskBytes, found: [] }
  const percent = Math.min(100, (100 * SAMPLED_PAGES) / pages)
  const table = percent === 100 ? name : `(select * from ${name} tablesample system (${percent.toFixed(6)}))`
  const { rows } = await client.query<Omit<FoundVolume, 'enterpriseId'> & { enterpriseId: string }>(
    `select enterprise_id as "enterpriseId", series, week_ms as "weekMs", tier, samples::bigint as "sampleCount",
       bytes::bigint as bytes
     from (${MEASURES[partition.table](percent === 100 ? table : `${table} as sampled`)})
       as measured (enterprise_id, series, week_ms, tier, samples, bytes)`,
  )
  const scale = 100 / percent
  const found = rows.map((row) => ({ ...row, sampleCount: row.sampleCount * scale, bytes: row.bytes * scale }))
  return { diskBytes, found }
}

/** What one class of one site takes in one week in one form. */
export interface NewVolume {
  readonly enterpriseId: string
  readonly siteId: string
  readonly class: SignalClass
  readonly tier: VolumeTier
  readonly weekMs: number
  readonly seriesCount: number
  readonly sampleCount: number
  readonly bytes: number
}

/** Puts new measurements in the place of all before. */
export async function replaceVolumes(
  client: IngestClient,
  volumes: readonly NewVolume[],
  nowMs: number,
): Promise<void> {
  // Another server may measure, too: who comes later replaces what the first one wrote.
  await client.query(`lock table telemetry.volume in share row exclusive mode`)
  await client.query(`delete from telemetry.volume`)
  await client.query(
    `insert into telemetry.volume
       (enterprise_id, site_id, class, tier, week_ms, series_count, sample_count, bytes, measured_at)
     select *, to_timestamp($9::float8 / 1000)
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[], $8::bigint[])`,
    [
      volumes.map((one) => one.enterpriseId),
      volumes.map((one) => one.siteId),
      volumes.map((one) => one.class),
      volumes.map((one) => one.tier),
      volumes.map((one) => one.weekMs),
      volumes.map((one) => one.seriesCount),
      volumes.map((one) => Math.round(one.sampleCount)),
      volumes.map((one) => Math.round(one.bytes)),
      nowMs,
    ],
  )
}

/** Rewrites a partition without what was removed from it, unless somebody uses it: then later. */
export async function compactPartition(pool: IngestPool, partition: Partition): Promise<void> {
  await pool.alone(
    [
      `set lock_timeout = '2s'`,
      `set statement_timeout = '10min'`,
      `vacuum (full, analyze) telemetry.${partitionName(partition)}`,
    ],
    ['reset lock_timeout', 'reset statement_timeout'],
  )
}
