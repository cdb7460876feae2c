import { HOUR_MS } from '@millrace/base'
import type { Samples } from './chunk-rules.ts'
import { type ChunkRow, packSamples, type StoredChunk, unpackChunk } from './chunk-store.ts'
import type { IngestClient } from './ingest-store.ts'

/** Samples of one hour of a series that an import added, or that had to make way for it. */
export interface ImportChunk {
  readonly series: number
  readonly hourMs: number
  readonly replaced: boolean
  readonly kind: 'number' | 'text'
  readonly samples: Samples
}

/** An hour of a series. */
export interface SeriesHour {
  readonly series: number
  readonly hourMs: number
}

interface Owner {
  readonly enterpriseId: string
  readonly importId: string
}

const KINDS = ['number', 'text'] as const

/** Remembers what an import does to the history, in the transaction that does it. */
export async function saveImportChunks(
  client: IngestClient,
  { enterpriseId, importId }: Owner,
  chunks: readonly ImportChunk[],
  writtenMs: number,
): Promise<void> {
  if (chunks.length === 0) return
  await client.query(
    `insert into telemetry.import_chunk (enterprise_id, import_id, series, hour_ms, replaced, first_ms, kind, count, data, written_at)
     select $1, $2, s, h, r, f, k, c, d, to_timestamp($10::float8 / 1000)
     from unnest($3::int[], $4::bigint[], $5::bool[], $6::bigint[], $7::smallint[], $8::int[], $9::bytea[])
       as one (s, h, r, f, k, c, d)`,
    [
      ...[enterpriseId, importId],
      chunks.map((chunk) => chunk.series),
      chunks.map((chunk) => chunk.hourMs),
      chunks.map((chunk) => chunk.replaced),
      chunks.map((chunk) => chunk.samples.timesMs[0] ?? 0),
      chunks.map((chunk) => KINDS.indexOf(chunk.kind)),
      chunks.map((chunk) => chunk.samples.timesMs.length),
      chunks.map((chunk) => packSamples(chunk.kind, chunk.samples)),
      writtenMs,
    ],
  )
}

/** What an import did to some hours of some series, in the order in which it did it. */
export async function listImportChunks(
  client: IngestClient,
  { enterpriseId, importId }: Owner,
  hours: readonly SeriesHour[],
): Promise<ImportChunk[]> {
  const { rows } = await client.query<ChunkRow & SeriesHour & { replaced: boolean }>(
    `select c.series, c.hour_ms as "hourMs", c.replaced, c.first_ms as "firstMs", c.count, c.kind, c.data
     from telemetry.import_chunk c join unnest($3::int[], $4::bigint[]) as hour (s, h) on c.series = hour.s and c.hour_ms = hour.h
     where c.enterprise_id = $1 and c.import_id = $2 order by c.id`,
    [enterpriseId, importId, hours.map((hour) => hour.series), hours.map((hour) => hour.hourMs)],
  )
  return rows.map((row) => ({
    ...{ series: row.series, hourMs: row.hourMs, replaced: row.replaced },
    kind: KINDS[row.kind] ?? 'number',
    samples: unpackChunk(row),
  }))
}

/** Some of the hours that an import has written to and still holds. */
export async function listImportHours(
  client: IngestClient,
  { enterpriseId, importId }: Owner,
  limit: number,
): Promise<SeriesHour[]> {
  const { rows } = await client.query<SeriesHour>(
    `select distinct series, hour_ms as "hourMs" from telemetry.import_chunk
     where enterprise_id = $1 and import_id = $2 order by hour_ms, series limit $3`,
    [enterpriseId, importId, limit],
  )
  return rows
}

export async function removeImportChunks(
  client: IngestClient,
  { enterpriseId, importId }: Owner,
  hours: readonly SeriesHour[],
): Promise<void> {
  await client.query(
    `delete from telemetry.import_chunk c using unnest($3::int[], $4::bigint[]) as hour (s, h)
     where c.enterprise_id = $1 and c.import_id = $2 and c.series = hour.s and c.hour_ms = hour.h`,
    [enterpriseId, importId, hours.map((hour) => hour.series), hours.map((hour) => hour.hourMs)],
  )
}

/** Forgets what imports did before a moment: from then on they cannot be undone. */
export async function forgetImports(client: IngestClient, beforeMs: number): Promise<void> {
  await client.query('delete from telemetry.import_chunk where written_at < to_timestamp($1::float8 / 1000)', [
    beforeMs,
  ])
}

/** All chunks of some hours of some series, in the order of arrival. */
export async function listChunksOfHours(
  client: IngestClient,
  enterpriseId: string,
  hours: readonly SeriesHour[],
): Promise<StoredChunk[]> {
  if (hours.length === 0) return []
  const times = hours.map((hour) => hour.hourMs)
  const { rows } = await client.query<ChunkRow & { series: number; id: number }>(
    `select c.series, c.id, c.first_ms as "firstMs", c.count, c.kind, c.data
     from telemetry.chunk c join unnest($2::int[], $3::bigint[]) as hour (s, h)
       on c.series = hour.s and c.first_ms >= hour.h and c.first_ms < hour.h + 3600000
     where c.enterprise_id = $1 and c.series = any($2::int[]) and c.first_ms >= $4 and c.first_ms < $5 order by c.id`,
    [
      ...[enterpriseId, hours.map((hour) => hour.series), times],
      times.reduce((low, timeMs) => Math.min(low, timeMs)),
      times.reduce((high, timeMs) => Math.max(high, timeMs)) + HOUR_MS,
    ],
  )
  return rows.map((row) => ({
    ...{ enterpriseId, series: row.series, id: row.id, firstMs: row.firstMs },
    kind: KINDS[row.kind] ?? 'number',
    samples: unpackChunk(row),
  }))
}

/** The newest chunks of a series, the one with the newest sample among them; none when it has no samples. */
export async function listNewestChunks(client: IngestClient, enterpriseId: string, series: number): Promise<Samples[]> {
  const { rows } = await client.query<ChunkRow>(
    `select first_ms as "firstMs", count, kind, data from telemetry.chunk
     where enterprise_id = $1 and series = $2
       and last_ms = (select max(last_ms) from telemetry.chunk where enterprise_id = $1 and series = $2) order by id`,
    [enterpriseId, series],
  )
  return rows.map((row) => unpackChunk(row))
}

export async function removeNewest(client: IngestClient, enterpriseId: string, series: number): Promise<void> {
  await client.query('delete from telemetry.latest where enterprise_id = $1 and series = $2', [enterpriseId, series])
}
