import { DAY_MS } from '@millrace/base'
import type { Rollup, Samples } from './chunk-rules.ts'
import { type CopyField, copyRows, numberArray, textArray } from './copy-store.ts'
import type { IngestClient } from './ingest-store.ts'

export interface SeriesKey {
  readonly enterpriseId: string
  readonly series: number
}

export interface HourKey extends SeriesKey {
  readonly hourMs: number
}

/** A chunk to be stored: samples in the order of time, all of one hour. */
export interface NewChunk extends SeriesKey {
  /** Only for a chunk that takes the place of others: the highest of theirs. */
  readonly id?: number
  readonly kind: 'number' | 'text'
  readonly samples: Samples
}

const GOOD = 2

/** Adds chunks. Their order is the order of arrival. The partitions are there. */
export async function copyChunks(client: IngestClient, chunks: readonly NewChunk[]): Promise<void> {
  const withId = chunks.filter((chunk) => chunk.id !== undefined)
  const withoutId = chunks.filter((chunk) => chunk.id === undefined)
  const columns = 'enterprise_id, series, first_ms, last_ms, count, offsets, "values", texts, qualities'
  if (withoutId.length > 0) await copyRows(client, `telemetry.chunk (${columns})`, chunkFields(withoutId))
  if (withId.length > 0) await copyRows(client, `telemetry.chunk (${columns}, id)`, chunkFields(withId))
}

function* chunkFields(chunks: readonly NewChunk[]): Generator<CopyField[]> {
  for (const { enterpriseId, series, kind, samples, id } of chunks) {
    const { timesMs, values, qualities } = samples
    const firstMs = timesMs[0] ?? 0
    const isGood = Array.prototype.every.call(qualities, (quality: number) => quality === GOOD)
    const fields: CopyField[] = [
      ...[enterpriseId, series, firstMs, timesMs[timesMs.length - 1] ?? 0, timesMs.length],
      numberArray(Array.from(timesMs, (timeMs) => timeMs - firstMs)),
      kind === 'number' ? numberArray(values as ArrayLike<number>) : null,
      kind === 'text' ? textArray(values as ArrayLike<string | null>) : null,
      isGood ? null : numberArray(qualities),
    ]
    yield id === undefined ? fields : [...fields, id]
  }
}

export interface StoredChunk extends SeriesKey {
  readonly id: number
  readonly firstMs: number
  readonly kind: 'number' | 'text'
  readonly samples: Samples
}

/** All chunks of some hours, in the order of arrival. */
export async function listChunksOfHours(client: IngestClient, hours: readonly HourKey[]): Promise<StoredChunk[]> {
  const { rows } = await client.query<ChunkRow & SeriesKey & { id: number }>(
    `select c.enterprise_id as "enterpriseId", c.series, c.id, c.first_ms as "firstMs", c.offsets::text as offsets,
       c."values"::text as "values", to_json(c.texts)::text as texts, c.qualities::text as qualities
     from unnest($1::uuid[], $2::int[], $3::bigint[]) as hour (enterprise_id, series, start_ms)
     join telemetry.chunk c on c.enterprise_id = hour.enterprise_id and c.series = hour.series
       and c.first_ms >= hour.start_ms and c.first_ms < hour.start_ms + 3600000
     where c.first_ms >= $4 and c.first_ms < $5
     order by c.id`,
    [...hourArrays(hours), ...reach(hours)],
  )
  return rows.map((row) => ({
    ...{ enterpriseId: row.enterpriseId, series: row.series, id: row.id, firstMs: row.firstMs },
    kind: row.values === null ? 'text' : 'number',
    samples: unpackChunk(row),
  }))
}

/** A chunk as it is selected: arrays as the text of their literal, which JSON.parse reads many times faster than an array parser. */
export interface ChunkRow {
  readonly firstMs: number
  readonly offsets: string
  readonly values: string | null
  /** As JSON: quoting of texts differs. */
  readonly texts: string | null
  readonly qualities: string | null
}

export function unpackChunk(row: ChunkRow): Samples {
  const timesMs = readArray(row.offsets) as number[]
  for (let index = 0; index < timesMs.length; index += 1) timesMs[index] = (timesMs[index] as number) + row.firstMs
  const values =
    row.values === null
      ? (JSON.parse(row.texts ?? '[]') as (string | null)[])
      : readArray(row.values).map((value) => value ?? Number.NaN)
  const qualities = row.qualities === null ? new Uint8Array(timesMs.length).fill(GOOD) : readArray(row.qualities)
  return { timesMs, values, qualities: qualities as ArrayLike<number> }
}

/** The numbers of an array literal `{1,2.5,NULL}`. */
export function readArray(literal: string): (number | null)[] {
  const list = `[${literal.slice(1, -1)}]`
  return JSON.parse(literal.includes('N') ? list.replaceAll('NULL', 'null') : list) as (number | null)[]
}

export async function removeChunks(client: IngestClient, chunks: readonly StoredChunk[]): Promise<void> {
  await client.query(
    `delete from telemetry.chunk c
     using unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[]) as gone (enterprise_id, series, first_ms, id)
     where c.enterprise_id = gone.enterprise_id and c.series = gone.series and c.first_ms = gone.first_ms and c.id = gone.id
       and c.first_ms >= $5 and c.first_ms < $6`,
    [
      chunks.map((chunk) => chunk.enterpriseId),
      chunks.map((chunk) => chunk.series),
      chunks.map((chunk) => chunk.firstMs),
      chunks.map((chunk) => chunk.id),
      ...reach(chunks.map((chunk) => ({ hourMs: chunk.firstMs }))),
    ],
  )
}

/** Puts rollups in the place of what was known of these hours. */
export async function replaceRollups(
  client: IngestClient,
  hours: readonly HourKey[],
  rollups: readonly (SeriesKey & Rollup)[],
): Promise<void> {
  await client.query(
    `delete from telemetry.rollup r using unnest($1::uuid[], $2::int[], $3::bigint[]) as gone (enterprise_id, series, hour_ms)
     where r.enterprise_id = gone.enterprise_id and r.series = gone.series and r.hour_ms = gone.hour_ms
       and r.hour_ms >= $4 and r.hour_ms < $5`,
    [...hourArrays(hours), ...reach(hours)],
  )
  await copyRollups(client, rollups)
}

/** Adds rollups of hours that have none. The partitions are there. */
export async function copyRollups(client: IngestClient, rollups: readonly (SeriesKey & Rollup)[]): Promise<void> {
  if (rollups.length === 0) return
  const columns =
    'enterprise_id, series, hour_ms, count, min, max, sum, last, last_ms, minutes, counts, mins, maxs, sums, lasts'
  await copyRows(client, `telemetry.rollup (${columns})`, rollupFields(rollups))
}

function* rollupFields(rollups: readonly (SeriesKey & Rollup)[]): Generator<CopyField[]> {
  for (const { enterpriseId, series, hourMs, count, min, max, sum, last, lastMs, perMinute } of rollups) {
    const head = [enterpriseId, series, hourMs, count, min, max, sum, last, lastMs]
    if (!perMinute) yield [...head, null, null, null, null, null, null]
    else {
      const { minutes, counts, mins, maxs, sums, lasts } = perMinute
      yield [...head, ...[minutes, counts, mins, maxs, sums, lasts].map(numberArray)]
    }
  }
}

/** Marks hours whose chunks change in this transaction. Waits for a settling of the same hour. */
export async function markDirty(client: IngestClient, hours: readonly HourKey[], markedAtMs: number): Promise<void> {
  await client.query(
    `insert into telemetry.dirty_hour as dirty (enterprise_id, series, hour_ms, marked_at)
     select e, s, h, to_timestamp($4::float8 / 1000) from unnest($1::uuid[], $2::int[], $3::bigint[]) as hour (e, s, h)
     order by e, s, h
     on conflict (enterprise_id, series, hour_ms) do update set marked_at = dirty.marked_at`,
    [...hourArrays(hours), markedAtMs],
  )
}

/**
 * Hours that have been dirty long enough, held until the transaction ends.
 *
 * @param openBeforeMs how long ago an hour that still runs must have been marked; `overBeforeMs` the same for one that is over.
 */
export async function lockDueHours(
  client: IngestClient,
  due: { nowMs: number; openBeforeMs: number; overBeforeMs: number; most: number },
): Promise<HourKey[]> {
  const { rows } = await client.query<HourKey>(
    `select enterprise_id as "enterpriseId", series, hour_ms as "hourMs" from telemetry.dirty_hour
     where marked_at <= to_timestamp($1::float8 / 1000)
        or (marked_at <= to_timestamp($2::float8 / 1000) and hour_ms + 3600000 <= $3)
     order by marked_at limit $4 for update skip locked`,
    [due.openBeforeMs, due.overBeforeMs, due.nowMs, due.most],
  )
  return rows
}

export async function removeDirty(client: IngestClient, hours: readonly HourKey[]): Promise<void> {
  await client.query(
    `delete from telemetry.dirty_hour d using unnest($1::uuid[], $2::int[], $3::bigint[]) as gone (enterprise_id, series, hour_ms)
     where d.enterprise_id = gone.enterprise_id and d.series = gone.series and d.hour_ms = gone.hour_ms`,
    hourArrays(hours),
  )
}

/** The hours between two times in which these series have chunks or rollups. */
export async function listHoursWithin(
  client: IngestClient,
  enterpriseId: string,
  series: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<{ series: number; hourMs: number }[]> {
  const { rows } = await client.query<{ series: number; hourMs: number }>(
    `select series, first_ms - first_ms % 3600000 as "hourMs" from telemetry.chunk
     where enterprise_id = $1 and series = any($2::int[]) and first_ms >= $3 and first_ms < $4
     union
     select series, hour_ms from telemetry.rollup
     where enterprise_id = $1 and series = any($2::int[]) and hour_ms >= $3 and hour_ms < $4`,
    [enterpriseId, series, fromMs, toMs],
  )
  return rows
}

function hourArrays(hours: readonly HourKey[]): unknown[] {
  return [hours.map((hour) => hour.enterpriseId), hours.map((hour) => hour.series), hours.map((hour) => hour.hourMs)]
}

/** Bounds that keep a statement away from partitions it does not need. */
function reach(hours: readonly { hourMs: number }[]): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = 0
  for (const { hourMs } of hours) {
    if (hourMs < low) low = hourMs
    if (hourMs > high) high = hourMs
  }
  return [Math.min(low, high), high + DAY_MS]
}
