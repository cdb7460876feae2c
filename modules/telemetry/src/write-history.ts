import { type BatchColumn, epochMs, HOUR_MS, now, QUALITY } from '@millrace/base'
import type { Live } from '@millrace/runtime'
import { arrange, hoursOf } from './arrange.ts'
import { hourOf, type Rollup } from './chunk-rules.ts'
import {
  copyChunks,
  copyRollups,
  listHoursWithin,
  markUnsettled,
  type NewChunk,
  type SeriesKey,
  sliceOf,
} from './chunk-store.ts'
import { hubOf, type Ingest } from './hub.ts'
import type { IngestClient } from './ingest-store.ts'
import { newestOf } from './newest-rules.ts'
import { type NewestSample, saveNewest, saveVectors } from './sample-store.ts'

type WithoutQualities<Column> = Column extends BatchColumn
  ? Omit<Column, 'qualities'> & { qualities?: Uint8Array }
  : never

/** A column of a batch, of any length. Without qualities all are good (then no value is NaN or null). */
export type HistoryColumn = WithoutQualities<BatchColumn>

/** Written together: bounds the memory, and the length of a statement. */
const GROUP_SAMPLES = 200_000

/**
 * Writes a past in bulk, past the inbox: chunks of whole hours with their rollups, settled at once but for hours that hold
 * something already or still run. Nobody is told of these samples: neither screens nor subscribers.
 *
 * Best given in pieces of whole hours, each signal once a piece. Texts need only their changes.
 *
 * @returns how many samples were written. All of them or, when it rejects, none.
 * @throws Error when ingest does not run in this process.
 */
export async function writeHistory(
  server: { readonly live: Live },
  enterpriseId: string,
  columns: Iterable<HistoryColumn> | AsyncIterable<HistoryColumn>,
): Promise<number> {
  const hub = hubOf(server)
  const { ingest } = hub
  if (!ingest) throw new Error('Ingest is not running.')
  return ingest.pool.transact(async (client) => {
    let written = 0
    let group: BatchColumn[] = []
    let groupSamples = 0
    const writeGroup = async () => {
      for (const sample of await writeColumns(client, ingest, enterpriseId, group))
        hub.newest.add(enterpriseId, sample.series, sample, true)
      written += groupSamples
      group = []
      groupSamples = 0
    }
    for await (const column of columns) {
      if (column.timestampsMs.length === 0) continue
      group.push(withQualities(column))
      groupSamples += column.timestampsMs.length
      if (groupSamples >= GROUP_SAMPLES) await writeGroup()
    }
    await writeGroup()
    return written
  })
}

function withQualities(column: HistoryColumn): BatchColumn {
  const qualities = column.qualities ?? new Uint8Array(column.timestampsMs.length).fill(QUALITY.good)
  return { ...column, qualities }
}

/**
 * Writes columns in the caller's transaction, as {@link writeHistory} does.
 *
 * @returns the newest sample of each column.
 */
export async function writeColumns(client: IngestClient, ingest: Ingest, enterpriseId: string, columns: BatchColumn[]) {
  const parts = columns.map((column) => ({ enterpriseId, columns: [column] }))
  const { chunks, vectors } = await arrange(parts, { rollUps: true })
  const hours = hoursOf(chunks)
  await ingest.partitions.ensure(client, [
    ...hours.flatMap(({ hourMs }) => (['chunk', 'rollup'] as const).map((table) => ({ table, timeMs: hourMs }))),
    ...vectors.map(({ timestampMs }) => ({ table: 'vector' as const, timeMs: timestampMs })),
  ])
  if (hours.length > 0) {
    const held = await heldHours(client, enterpriseId, chunks)
    const openMs = hourOf(epochMs(now()))
    const chunked = new Set<string>()
    const unsettled = new Set<string>()
    for (const { series, firstMs } of chunks) {
      const hourMs = hourOf(firstMs)
      const key = `${series} ${hourMs}`
      // An hour that holds something already or still runs, is too full for one chunk, or given twice, is left to the settling.
      if (held.has(key) || hourMs >= openMs || chunked.has(key)) unsettled.add(key)
      chunked.add(key)
    }
    const rollups: (SeriesKey & Rollup)[] = []
    for (const { series, firstMs, rollup } of chunks) {
      if (rollup && !unsettled.has(`${series} ${hourOf(firstMs)}`)) rollups.push({ enterpriseId, series, ...rollup })
    }
    const slices = new Set(
      [...unsettled].map((key) => {
        const [series, hourMs] = key.split(' ')
        return `${sliceOf(Number(series))} ${hourMs}`
      }),
    )
    const marked = hours.filter(({ slice, hourMs }) => slices.has(`${slice} ${hourMs}`))
    if (marked.length > 0) await markUnsettled(client, marked)
    await copyChunks(client, chunks)
    await copyRollups(client, rollups)
  }
  if (vectors.length > 0) await saveVectors(client, vectors)
  const newest = [...newestOfEach(enterpriseId, columns).values()]
  if (newest.length > 0) await saveNewest(client, newest)
  return newest
}

function newestOfEach(enterpriseId: string, columns: readonly BatchColumn[]): Map<number, NewestSample> {
  const newest = new Map<number, NewestSample>()
  for (const column of columns) {
    const sample = { enterpriseId, series: column.series, ...newestOf(column) }
    if (sample.timestampMs >= (newest.get(column.series)?.timestampMs ?? 0)) newest.set(column.series, sample)
  }
  return newest
}

/** The hours of these chunks that hold something already, as `series hour`. */
async function heldHours(
  client: IngestClient,
  enterpriseId: string,
  chunks: readonly NewChunk[],
): Promise<Set<string>> {
  const times = chunks.map(({ firstMs }) => hourOf(firstMs))
  const lowMs = times.reduce((low, timeMs) => Math.min(low, timeMs))
  const highMs = times.reduce((high, timeMs) => Math.max(high, timeMs)) + HOUR_MS
  const series = [...new Set(chunks.map((chunk) => chunk.series))]
  const held = await listHoursWithin(client, enterpriseId, series, lowMs, highMs)
  return new Set(held.map((hour) => `${hour.series} ${hour.hourMs}`))
}
