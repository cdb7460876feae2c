import { HOUR_MS } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import { hourOf, type Minutes, type Samples } from './chunk-rules.ts'
import { type ChunkRow, SLICE_SERIES, sliceOf, unpackChunk } from './chunk-store.ts'
import type { Series } from './contract.ts'
import type { Span } from './state-rules.ts'

/** A settled hour of a series. */
export interface HourRow {
  readonly hourMs: number
  readonly count: number
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly hasMinutes: boolean
}

/** The settled hours that overlap a range, in order; an hour whose chunks changed since is not among them. */
export async function listSettledHours(db: Db, series: Series, fromMs: number, toMs: number): Promise<HourRow[]> {
  const { rows } = await sql<HourRow>`
    select hour_ms, count, min, max, sum, minutes is not null as has_minutes from telemetry.rollup r
    where ${ours('r')} and series = ${series} and hour_ms >= ${hourOf(fromMs)} and hour_ms < ${toMs}
      and (not exists (select from telemetry.unsettled_hour u
          where u.enterprise_id = r.enterprise_id and u.slice = ${sliceOf(series)} and u.hour_ms = r.hour_ms)
        or ${isWorn()})
    order by hour_ms`.execute(db)
  return rows
}

/** An hour `r` without samples, which neighbours that still come cannot change. */
function isWorn() {
  return sql`not exists (select from telemetry.chunk c where c.enterprise_id = r.enterprise_id and c.series = r.series
    and c.first_ms >= r.hour_ms and c.first_ms < r.hour_ms + ${HOUR_MS})`
}

/** The minutes of some hours that have them. */
export async function listMinutes(
  db: Db,
  series: Series,
  hoursMs: readonly number[],
): Promise<(Omit<Minutes, 'lasts'> & { hourMs: number })[]> {
  const firstMs = hoursMs[0]
  const lastMs = hoursMs.at(-1)
  if (firstMs === undefined || lastMs === undefined) return []
  const { rows } = await sql<MinutesRow>`
    select hour_ms, minutes::text, counts::text, mins::text, maxs::text, sums::text from telemetry.rollup
    where ${ours()} and series = ${series} and hour_ms >= ${firstMs} and hour_ms <= ${lastMs}
      and hour_ms = any(${hoursMs}::bigint[]) and minutes is not null`.execute(db)
  return rows.map(readMinutes)
}

type MinutesRow = { hourMs: number } & Record<'minutes' | 'counts' | 'mins' | 'maxs' | 'sums', string>

function readMinutes(row: MinutesRow): Omit<Minutes, 'lasts'> & { hourMs: number } {
  return {
    hourMs: row.hourMs,
    minutes: readArray(row.minutes),
    counts: readArray(row.counts),
    mins: readArray(row.mins),
    maxs: readArray(row.maxs),
    sums: readArray(row.sums),
  }
}

/**
 * The chunks that start within spans, in the order of arrival. A chunk stays within its hour: spans are given in full hours.
 */
export async function listChunks(db: Db, series: Series, spans: readonly Span[]): Promise<Samples[]> {
  const first = spans[0]
  const last = spans.at(-1)
  if (!first || !last) return []
  const { rows } = await sql<ChunkRow>`
    select c.first_ms, c.count, c.kind, c.data
    from unnest(${spans.map((span) => span.fromMs)}::bigint[], ${spans.map((span) => span.toMs)}::bigint[])
      as span (from_ms, to_ms)
    join telemetry.chunk c on c.series = ${series} and c.first_ms >= span.from_ms and c.first_ms < span.to_ms
    where ${ours('c')} and c.first_ms >= ${first.fromMs} and c.first_ms < ${last.toMs}
    order by c.id`.execute(db)
  return rows.map((row) => unpackChunk(row))
}

/** The hour in which the last sample up to a time lies; undefined when there is none since `notBeforeMs`. */
export async function findHourBefore(
  db: Db,
  series: Series,
  beforeMs: number,
  notBeforeMs: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ firstMs: number }>`
    select first_ms from telemetry.chunk
    where ${ours()} and series = ${series} and first_ms <= ${beforeMs} and first_ms >= ${hourOf(notBeforeMs)}
    order by first_ms desc limit 1`.execute(db)
  return rows[0] && hourOf(rows[0].firstMs)
}

/** The numbers of an array literal `{1,2.5}`, which JSON.parse reads many times faster than an array parser. */
function readArray(literal: string): number[] {
  return JSON.parse(`[${literal.slice(1, -1)}]`) as number[]
}

/** The full hours from one time to another that are not among `hoursMs` (ascending). */
export function spansWithout(hoursMs: readonly number[], fromMs: number, toMs: number): Span[] {
  const spans: Span[] = []
  let atMs = hourOf(fromMs)
  const endMs = hourOf(toMs - 1) + HOUR_MS
  for (const hourMs of [...hoursMs, endMs]) {
    if (hourMs > atMs) spans.push({ fromMs: atMs, toMs: hourMs })
    atMs = hourMs + HOUR_MS
  }
  return spans
}

/** What settled hours of some series amount to in spans of full hours. */
export interface SpanRow {
  readonly series: Series
  /** Which of the spans. */
  readonly span: number
  readonly count: number
  readonly min: number
  readonly max: number
  readonly integral: number
  readonly heldMs: number
}

/** Sums up, by series and span, the settled hours that lie in a span as a whole. */
export async function sumHours(db: Db, series: readonly Series[], spans: readonly Span[]): Promise<SpanRow[]> {
  const { lowMs, highMs } = boundsOf(spans)
  const { rows } = await sql<SpanRow>`
    select r.series, (span.at - 1)::int as span, sum(r.count)::float8 as count, min(r.min) as min, max(r.max) as max,
      sum(coalesce(r.integral, r.sum / r.count * ${HOUR_MS})) as integral,
      sum(coalesce(r.held_ms, ${HOUR_MS}))::float8 as held_ms
    from telemetry.rollup r
    join unnest(${spans.map((span) => span.fromMs)}::bigint[], ${spans.map((span) => span.toMs)}::bigint[])
      with ordinality as span (from_ms, to_ms, at) on r.hour_ms >= span.from_ms and r.hour_ms + ${HOUR_MS} <= span.to_ms
    where ${ours('r')} and r.series = any(${series}::int[]) and r.hour_ms >= ${lowMs} and r.hour_ms < ${highMs}
      and (not exists (select from telemetry.unsettled_hour u
          where u.enterprise_id = r.enterprise_id and u.slice = r.series / ${SLICE_SERIES} and u.hour_ms = r.hour_ms)
        or ${isWorn()})
    group by r.series, span.at`.execute(db)
  return rows
}

/** The hours of some series whose chunks changed since they were settled. */
export async function listUnsettled(
  db: Db,
  series: readonly Series[],
  fromMs: number,
  toMs: number,
): Promise<{ series: Series; hourMs: number }[]> {
  const { rows } = await sql<{ series: Series; hourMs: number }>`
    select one.series, u.hour_ms from unnest(${series}::int[]) as one (series)
    join telemetry.unsettled_hour u on u.slice = one.series / ${SLICE_SERIES}
    where ${ours('u')} and u.hour_ms >= ${hourOf(fromMs)} and u.hour_ms < ${toMs}`.execute(db)
  return rows
}

/** The minutes of the hours of some series that have them. */
export async function listMinutesOf(
  db: Db,
  series: readonly Series[],
  hoursMs: readonly number[],
): Promise<(Omit<Minutes, 'lasts'> & { series: Series; hourMs: number })[]> {
  const { rows } = await sql<{ series: Series } & MinutesRow>`
    select series, hour_ms, minutes::text, counts::text, mins::text, maxs::text, sums::text from telemetry.rollup
    where ${ours()} and series = any(${series}::int[]) and hour_ms >= ${Math.min(...hoursMs)}
      and hour_ms <= ${Math.max(...hoursMs)} and hour_ms = any(${hoursMs}::bigint[]) and minutes is not null`.execute(
    db,
  )
  return rows.map((row) => ({ series: row.series, ...readMinutes(row) }))
}

/** What one hour of some series amounts to as a whole. */
export async function listHoursOf(db: Db, series: readonly Series[], hourMs: number): Promise<Omit<SpanRow, 'span'>[]> {
  const { rows } = await sql<Omit<SpanRow, 'span'>>`
    select series, count, min, max, coalesce(integral, sum / count * ${HOUR_MS}) as integral,
      coalesce(held_ms, ${HOUR_MS})::float8 as held_ms
    from telemetry.rollup where ${ours()} and series = any(${series}::int[]) and hour_ms = ${hourMs}`.execute(db)
  return rows
}

/** All chunks of one hour of some series, in the order of arrival. */
export async function listChunksOf(
  db: Db,
  series: readonly Series[],
  hourMs: number,
): Promise<{ series: Series; samples: Samples }[]> {
  const { rows } = await sql<ChunkRow & { series: Series }>`
    select series, first_ms, count, kind, data from telemetry.chunk
    where ${ours()} and series = any(${series}::int[]) and first_ms >= ${hourMs} and first_ms < ${hourMs + HOUR_MS}
    order by series, id`.execute(db)
  return rows.map((row) => ({ series: row.series, samples: unpackChunk(row) }))
}

function boundsOf(spans: readonly Span[]): { lowMs: number; highMs: number } {
  return { lowMs: Math.min(...spans.map((span) => span.fromMs)), highMs: Math.max(...spans.map((span) => span.toMs)) }
}

/** How many bytes the history of the company takes on disk, as last measured. */
export async function historyBytes(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(v.bytes), 0) as bytes from telemetry.volume v where ${ours('v')}`.execute(db)
  return Number(rows[0]?.bytes ?? 0)
}
