import {
  type BatchMemory,
  type BatchSamples,
  DAY_MS,
  decodeSamples,
  encodeSamples,
  HOUR_MS,
  isUuid,
} from '@millrace/base'
import type { Rollup, Samples } from './chunk-rules.ts'
import { copyRows, type FieldWriter, readRows } from './copy-store.ts'
import type { IngestClient } from './ingest-store.ts'

export interface SeriesKey {
  readonly enterpriseId: string
  readonly series: number
}

/** A chunk to be stored. */
export interface NewChunk extends SeriesKey {
  /** Only for a chunk that takes the place of others: the highest of theirs. */
  readonly id?: number
  readonly kind: 'number' | 'text'
  readonly firstMs: number
  readonly lastMs: number
  readonly count: number
  /** The samples, packed. */
  readonly data: Uint8Array
}

/** Packs samples in the order of time, all of one hour. They may change afterwards. */
export function packChunk(
  { enterpriseId, series }: SeriesKey,
  kind: NewChunk['kind'],
  samples: Samples,
  id?: number,
): NewChunk {
  const { timesMs } = samples
  const firstMs = timesMs[0] ?? 0
  return {
    ...{ enterpriseId, series, kind, firstMs },
    lastMs: timesMs[timesMs.length - 1] ?? 0,
    count: timesMs.length,
    data: packSamples(kind, samples),
    ...(id !== undefined && { id }),
  }
}

const KINDS = ['number', 'text'] as const

/** Adds chunks. Their order is the order of arrival. The partitions are there. */
export async function copyChunks(client: IngestClient, chunks: readonly NewChunk[]): Promise<void> {
  const withId = chunks.filter((chunk) => chunk.id !== undefined)
  const withoutId = withId.length === 0 ? chunks : chunks.filter((chunk) => chunk.id === undefined)
  const columns = 'enterprise_id, series, first_ms, last_ms, count, kind, data'
  if (withoutId.length > 0) await copyRows(client, `telemetry.chunk (${columns})`, 7, withoutId, writeChunk)
  if (withId.length > 0) {
    await copyRows(client, `telemetry.chunk (${columns}, id)`, 8, withId, (fields, chunk) => {
      writeChunk(fields, chunk)
      fields.int8(chunk.id ?? 0)
    })
  }
}

function writeChunk(fields: FieldWriter, chunk: NewChunk): void {
  fields.uuid(chunk.enterpriseId)
  fields.int4(chunk.series)
  fields.int8(chunk.firstMs)
  fields.int8(chunk.lastMs)
  fields.int4(chunk.count)
  fields.int2(KINDS.indexOf(chunk.kind))
  fields.raw(chunk.data)
}

/** The samples of a chunk as they are stored, their times as differences to the first. */
export function packSamples(kind: 'number' | 'text', samples: Samples): Uint8Array {
  return encodeSamples(asColumn(kind, samples), samples.timesMs[0] ?? 0)
}

function asColumn(kind: 'number' | 'text', { timesMs, values, qualities }: Samples): BatchSamples {
  const head = {
    timestampsMs: timesMs instanceof Float64Array ? timesMs : Float64Array.from(timesMs),
    qualities: qualities instanceof Uint8Array ? qualities : Uint8Array.from(qualities),
  }
  if (kind === 'text') return { ...head, kind, values: Array.from(values as ArrayLike<string | null>) }
  const numbers = values as ArrayLike<number>
  return { ...head, kind, values: numbers instanceof Float64Array ? numbers : Float64Array.from(numbers) }
}

export interface StoredChunk extends SeriesKey {
  readonly id: number
  readonly kind: 'number' | 'text'
  readonly samples: Samples
}

/** An hour of slices that follow each other. */
export interface SliceSpan {
  readonly enterpriseId: string
  readonly hourMs: number
  readonly fromSlice: number
  /** Exclusive. */
  readonly toSlice: number
}

/** COPY takes no parameters: what is written into its query is checked. */
function chunksWithin({ enterpriseId, hourMs, fromSlice, toSlice }: SliceSpan): string {
  if (!isUuid(enterpriseId)) throw new RangeError(`${enterpriseId} is no id.`)
  const [low, high] = [fromSlice * SLICE_SERIES, toSlice * SLICE_SERIES].map(Number)
  const [fromMs, toMs] = [hourMs, hourMs + HOUR_MS].map(Number)
  return `from telemetry.chunk where enterprise_id = '${enterpriseId}' and series >= ${low} and series < ${high}
    and first_ms >= ${fromMs} and first_ms < ${toMs}`
}

/** How many samples each slice of a span has; those without any are left out. */
export async function countSamples(client: IngestClient, span: SliceSpan): Promise<Map<number, number>> {
  const { rows } = await client.query<{ slice: number; count: number }>(
    `select series / ${SLICE_SERIES} as slice, sum(count)::bigint as count ${chunksWithin(span)} group by 1`,
  )
  return new Map(rows.map((row) => [row.slice, row.count]))
}

/** All chunks of a span, by series and in the order of arrival. @param memory they hold until it is cleared. */
export async function listChunksOfSpan(
  client: IngestClient,
  span: SliceSpan,
  memory: BatchMemory,
): Promise<StoredChunk[]> {
  const { enterpriseId } = span
  return readRows(
    client,
    `select series, id, first_ms, count, kind, data ${chunksWithin(span)} order by series, id`,
    (fields) => {
      const series = fields.int4()
      const id = fields.int8()
      const row = { firstMs: fields.int8(), count: fields.int4(), kind: fields.int2(), data: fields.raw() }
      return { ...{ enterpriseId, series, id }, kind: KINDS[row.kind] ?? 'number', samples: unpackChunk(row, memory) }
    },
  )
}

/** A chunk as it is selected. */
export interface ChunkRow {
  readonly firstMs: number
  readonly count: number
  readonly kind: number
  readonly data: Uint8Array
}

export function unpackChunk({ firstMs, count, kind, data }: ChunkRow, memory?: BatchMemory): Samples {
  const samples = decodeSamples(KINDS[kind] ?? 'number', count, data, firstMs, memory)
  return { timesMs: samples.timestampsMs, values: samples.values as Samples['values'], qualities: samples.qualities }
}

/** Removes the chunks of some series of an hour. Nobody adds to them meanwhile: the hour is held. */
export async function removeChunks(
  client: IngestClient,
  hour: Pick<SliceHour, 'enterpriseId' | 'hourMs'>,
  series: readonly number[],
): Promise<void> {
  await client.query(
    `delete from telemetry.chunk
     where enterprise_id = $1 and series = any($2::int[]) and first_ms >= $3 and first_ms < $4`,
    [hour.enterpriseId, series, hour.hourMs, hour.hourMs + HOUR_MS],
  )
}

/** An hour of one series. */
export interface SeriesHour extends SeriesKey {
  readonly hourMs: number
}

/**
 * Puts rollups in the place of what was known of some hours. Of hours whose samples are gone for their age nothing is given here:
 * what they amounted to is all that is left of them.
 */
export async function replaceRollups(
  client: IngestClient,
  hours: readonly SeriesHour[],
  rollups: readonly (SeriesKey & Rollup)[],
): Promise<void> {
  await removeRollups(client, hours)
  await copyRollups(client, rollups)
}

/** Removes what some hours amounted to, because they have no samples any more that would. */
export async function removeRollups(client: IngestClient, hours: readonly SeriesHour[]): Promise<void> {
  if (hours.length === 0) return
  await client.query(
    `delete from telemetry.rollup r
     using unnest($1::uuid[], $2::int[], $3::bigint[]) as settled (enterprise_id, series, hour_ms)
     where r.enterprise_id = settled.enterprise_id and r.series = settled.series
       and r.hour_ms = settled.hour_ms and r.hour_ms >= $4 and r.hour_ms < $5`,
    [
      hours.map((hour) => hour.enterpriseId),
      hours.map((hour) => hour.series),
      hours.map((hour) => hour.hourMs),
      ...reach(hours),
    ],
  )
}

/** Adds rollups of hours that have none. The partitions are there. */
export async function copyRollups(client: IngestClient, rollups: readonly (SeriesKey & Rollup)[]): Promise<void> {
  if (rollups.length === 0) return
  const columns =
    'enterprise_id, series, hour_ms, count, min, max, sum, last, last_ms, integral, held_ms, minutes, counts, mins, maxs, sums, lasts'
  await copyRows(client, `telemetry.rollup (${columns})`, 17, rollups, writeRollup)
}

function writeRollup(fields: FieldWriter, rollup: SeriesKey & Rollup): void {
  fields.uuid(rollup.enterpriseId)
  fields.int4(rollup.series)
  fields.int8(rollup.hourMs)
  fields.int4(rollup.count)
  for (const value of [rollup.min, rollup.max, rollup.sum, rollup.last]) fields.float8(value)
  fields.int8(rollup.lastMs)
  fields.float8(rollup.integral)
  fields.int4(rollup.heldMs)
  const { perMinute } = rollup
  if (!perMinute) {
    for (let index = 0; index < 6; index += 1) fields.nothing()
    return
  }
  fields.int2s(perMinute.minutes)
  fields.int4s(perMinute.counts)
  for (const values of [perMinute.mins, perMinute.maxs, perMinute.sums, perMinute.lasts]) fields.float8s(values)
}

/** An hour of neighbouring series, which are settled together. */
export interface SliceHour {
  readonly enterpriseId: string
  readonly slice: number
  readonly hourMs: number
}

/** Series of one slice. Enough to make marking cheap, few enough to hold an hour of all of them in memory. */
export const SLICE_SERIES = 32

export function sliceOf(series: number): number {
  return Math.floor(series / SLICE_SERIES)
}

/** Marks hours whose chunks change in this transaction, each with when it is worth settling. Waits for a settling of the same. */
export async function markUnsettled(
  client: IngestClient,
  hours: readonly (SliceHour & { readonly dueMs: number })[],
): Promise<void> {
  await client.query(
    `insert into telemetry.unsettled_hour as known (enterprise_id, slice, hour_ms, due_at)
     select e, s, h, to_timestamp(d / 1000) from unnest($1::uuid[], $2::int[], $3::bigint[], $4::float8[]) as hour (e, s, h, d)
     order by e, s, h
     on conflict (enterprise_id, slice, hour_ms) do update set due_at = least(known.due_at, excluded.due_at)`,
    [
      hours.map((hour) => hour.enterpriseId),
      hours.map((hour) => hour.slice),
      hours.map((hour) => hour.hourMs),
      hours.map((hour) => hour.dueMs),
    ],
  )
}

/** The hours that have been due for the longest, held until the transaction ends. Of those due at once, neighbours. */
export async function lockDueHours(client: IngestClient, nowMs: number, most: number): Promise<SliceHour[]> {
  const { rows } = await client.query<SliceHour>(
    `select enterprise_id as "enterpriseId", slice, hour_ms as "hourMs" from telemetry.unsettled_hour
     where due_at <= to_timestamp($1::float8 / 1000) order by due_at, enterprise_id, hour_ms, slice limit $2
     for update skip locked`,
    [nowMs, most],
  )
  return rows
}

export async function removeMarks(client: IngestClient, hours: readonly SliceHour[]): Promise<void> {
  await client.query(
    `delete from telemetry.unsettled_hour u using unnest($1::uuid[], $2::int[], $3::bigint[]) as settled (e, s, h)
     where u.enterprise_id = settled.e and u.slice = settled.s and u.hour_ms = settled.h`,
    [hours.map((hour) => hour.enterpriseId), hours.map((hour) => hour.slice), hours.map((hour) => hour.hourMs)],
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
