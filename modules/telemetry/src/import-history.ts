import type { BatchColumn } from '@millrace/base'
import { epochMs, now, QUALITY } from '@millrace/base'
import { CHUNK_SAMPLES_MAX } from './arrange.ts'
import { hourOf, mergeParts, type Samples } from './chunk-rules.ts'
import {
  copyChunks,
  markUnsettled,
  type NewChunk,
  packChunk,
  removeChunks,
  removeRollups,
  type SeriesHour,
  sliceOf,
} from './chunk-store.ts'
import type { Hub, Ingest } from './hub.ts'
import * as store from './import-chunk-store.ts'
import { hoursIn, madeWay, withoutImport } from './import-overlay-rules.ts'
import type { IngestClient } from './ingest-store.ts'
import { type NewestSample, saveNewest } from './sample-store.ts'
import { writeColumns } from './write-history.ts'

/** Whose import. */
export interface ImportOwner {
  readonly enterpriseId: string
  readonly importId: string
}

/** Hours of series that are taken back in one transaction: short, for who marks the same hours waits for it. */
const TAKEN_BACK_HOURS = 100

/**
 * Writes samples of an import into the history, and remembers which they are and which had to make way for them. One
 * transaction.
 *
 * @param columns of numbers and texts, each series once.
 */
export async function writeImport(hub: Hub, ingest: Ingest, owner: ImportOwner, columns: BatchColumn[]): Promise<void> {
  const { enterpriseId } = owner
  const added = columns.flatMap((column): store.ImportChunk[] => {
    if (column.kind === 'vector') return []
    const { series, kind, timestampsMs: timesMs, values, qualities } = column
    return hoursIn({ timesMs, values, qualities }, CHUNK_SAMPLES_MAX).map((hour) => ({
      series,
      kind,
      replaced: false,
      ...hour,
    }))
  })
  const hours = distinct(added)
  const newest = await ingest.pool.transact(async (client) => {
    const standing = grouped(await store.listChunksOfHours(client, enterpriseId, hours))
    const before = await store.listImportChunks(
      client,
      owner,
      hours.filter((hour) => standing.has(keyOf(hour))),
    )
    const ours = grouped(before.filter(({ replaced }) => !replaced))
    const replaced = added.flatMap((chunk): store.ImportChunk | [] => {
      const there = standing.get(keyOf(chunk))
      if (!there) return []
      const samples = madeWay(chunk.samples, samplesIn(there), samplesIn(ours.get(keyOf(chunk)) ?? []))
      return samples.timesMs.length === 0 ? [] : { ...chunk, replaced: true, samples }
    })
    await store.saveImportChunks(client, owner, [...added, ...replaced], epochMs(now()))
    return writeColumns(client, ingest, enterpriseId, columns)
  })
  for (const sample of newest) hub.newest.add(enterpriseId, sample.series, sample, true)
}

/**
 * Takes back some of what an import did: its samples go where they still stand as they were added, what they replaced comes
 * back, and the hours are due to be settled.
 *
 * @returns false when nothing was left.
 */
export async function takeBack(ingest: Ingest, owner: ImportOwner): Promise<boolean> {
  const { enterpriseId } = owner
  return ingest.pool.transact(async (client) => {
    const hours = await store.listImportHours(client, owner, TAKEN_BACK_HOURS)
    if (hours.length === 0) return false
    const dueMs = epochMs(now())
    const slices = new Map(
      hours.map(({ series, hourMs }) => [`${sliceOf(series)} ${hourMs}`, { slice: sliceOf(series), hourMs }]),
    )
    // First, for it waits for a settling of the same hours, which changes their chunks.
    await markUnsettled(
      client,
      slices
        .values()
        .map((hour) => ({ enterpriseId, ...hour, dueMs }))
        .toArray(),
    )
    const chunks = await store.listChunksOfHours(client, enterpriseId, hours)
    const standing = grouped(chunks)
    const mine = grouped(await store.listImportChunks(client, owner, hours))
    const merged: NewChunk[] = []
    const emptied: SeriesHour[] = []
    for (const [key, there] of standing) {
      const { series = 0, kind = 'number' } = there[0] ?? {}
      const own = mine.get(key) ?? []
      const [added, replaced] = [own.filter((chunk) => !chunk.replaced), own.filter((chunk) => chunk.replaced)]
      const samples = withoutImport(samplesIn(there), samplesIn(added), samplesIn(replaced))
      // The highest of their ids: what arrives meanwhile gets a higher one, and holds against them.
      const id = there.reduce((highest, chunk) => Math.max(highest, chunk.id), 0)
      if (samples.timesMs.length === 0) {
        emptied.push({ enterpriseId, series, hourMs: hourOf(there[0]?.samples.timesMs[0] ?? 0) })
        continue
      }
      const parts = hoursIn(samples, CHUNK_SAMPLES_MAX)
      merged.push(...parts.map((part) => packChunk({ enterpriseId, series }, kind, part.samples, id)))
    }
    for (const [hourMs, there] of Map.groupBy(hours, (hour) => hour.hourMs)) {
      await removeChunks(
        client,
        { enterpriseId, hourMs },
        there.map((hour) => hour.series),
      )
    }
    if (merged.length > 0) await copyChunks(client, merged)
    await removeRollups(client, emptied)
    await store.removeImportChunks(client, owner, hours)
    return true
  })
}

/** Finds the newest sample of a series anew, after some were taken back. */
export async function renewNewest(hub: Hub, ingest: Ingest, enterpriseId: string, series: number): Promise<void> {
  const newest = await ingest.pool.transact(async (client: IngestClient) => {
    const [samples] = [mergeParts(await store.listNewestChunks(client, enterpriseId, series))]
    const sample = lastOf(enterpriseId, series, samples)
    await store.removeNewest(client, enterpriseId, series)
    if (sample) await saveNewest(client, [sample])
    return sample
  })
  hub.newest.replace(enterpriseId, series, newest)
}

function lastOf(
  enterpriseId: string,
  series: number,
  { timesMs, values, qualities }: Samples,
): NewestSample | undefined {
  const at = timesMs.length - 1
  const timestampMs = timesMs[at]
  if (timestampMs === undefined) return undefined
  const quality = qualities[at] ?? QUALITY.bad
  const value = quality === QUALITY.bad ? null : (values[at] ?? null)
  return {
    ...{ enterpriseId, series, timestampMs, quality },
    value: typeof value === 'number' ? value : null,
    text: typeof value === 'string' ? value : null,
  }
}

function keyOf({ series, hourMs }: store.SeriesHour): string {
  return `${series} ${hourMs}`
}

function distinct(chunks: readonly store.SeriesHour[]): store.SeriesHour[] {
  return [...new Map(chunks.map((chunk) => [keyOf(chunk), chunk])).values()]
}

/** Chunks by series and hour, in their order. */
function grouped<Chunk extends { series: number; samples: Samples }>(chunks: readonly Chunk[]): Map<string, Chunk[]> {
  return Map.groupBy(chunks, ({ series, samples }) => {
    const firstMs = samples.timesMs[0] ?? 0
    return keyOf({ series, hourMs: firstMs - (firstMs % 3_600_000) })
  })
}

function samplesIn(chunks: readonly { samples: Samples }[]): Samples[] {
  return chunks.map(({ samples }) => samples)
}
