import { type BatchColumn, epochMs, HOUR_MS, now, QUALITY } from '@millrace/base'
import type { Live } from '@millrace/runtime'
import { hourOf, type Rollup, rollUp, type Samples } from './chunk-rules.ts'
import { copyChunks, copyRollups, type HourKey, listHoursWithin, markDirty, type SeriesKey } from './chunk-store.ts'
import { arrange } from './consumer.ts'
import { hubOf, type Ingest } from './hub.ts'
import type { IngestClient } from './ingest-store.ts'
import { saveNewest, saveVectors } from './sample-store.ts'

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
      for (const sample of await writeColumns(client, ingest, enterpriseId, group)) hub.newest.add(sample)
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

async function writeColumns(client: IngestClient, ingest: Ingest, enterpriseId: string, columns: BatchColumn[]) {
  const parts = columns.map((column) => ({ enterpriseId, columns: [column] }))
  const { chunks, hours, vectors, newest } = arrange(parts)
  await ingest.partitions.ensure(client, [
    ...hours.flatMap(({ hourMs }) => (['chunk', 'rollup'] as const).map((table) => ({ table, timeMs: hourMs }))),
    ...vectors.map(({ timestampMs }) => ({ table: 'vector' as const, timeMs: timestampMs })),
  ])
  if (hours.length > 0) {
    const dirty = await unsettled(client, enterpriseId, hours)
    const rollups: (SeriesKey & Rollup)[] = []
    const chunked = new Map<string, number>()
    for (const { series, samples } of chunks) {
      const key = `${series} ${hourOf(samples.timesMs[0] ?? 0)}`
      chunked.set(key, (chunked.get(key) ?? 0) + 1)
    }
    for (const { series, kind, samples } of chunks) {
      const hourMs = hourOf(samples.timesMs[0] ?? 0)
      const key = `${series} ${hourMs}`
      // An hour too full for one chunk, or given twice, is left to the settling.
      if ((chunked.get(key) ?? 0) > 1) dirty.set(key, { enterpriseId, series, hourMs })
      if (kind !== 'number' || dirty.has(key)) continue
      const rollup = rollUp(samples as Samples<number>)
      if (rollup) rollups.push({ enterpriseId, series, ...rollup })
    }
    if (dirty.size > 0) await markDirty(client, [...dirty.values()], epochMs(now()))
    await copyChunks(client, chunks)
    await copyRollups(client, rollups)
  }
  if (vectors.length > 0) await saveVectors(client, vectors)
  const single = [...new Map(newest.map((one) => [one.series, one])).values()]
  if (single.length > 0) await saveNewest(client, single)
  return newest
}

/** The hours that hold something already, or may still get more, by `series hour`. */
async function unsettled(
  client: IngestClient,
  enterpriseId: string,
  hours: readonly HourKey[],
): Promise<Map<string, HourKey>> {
  const times = hours.map((hour) => hour.hourMs)
  const lowMs = times.reduce((low, timeMs) => Math.min(low, timeMs))
  const highMs = times.reduce((high, timeMs) => Math.max(high, timeMs)) + HOUR_MS
  const series = [...new Set(hours.map((hour) => hour.series))]
  const openMs = hourOf(epochMs(now()))
  const held = await listHoursWithin(client, enterpriseId, series, lowMs, highMs)
  const keyed = new Set(held.map((hour) => `${hour.series} ${hour.hourMs}`))
  return new Map(
    hours
      .map((hour) => [`${hour.series} ${hour.hourMs}`, hour] as const)
      .filter(([key, hour]) => keyed.has(key) || hour.hourMs >= openMs),
  )
}
