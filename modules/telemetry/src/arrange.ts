import { type BatchColumn, epochMs, HOUR_MS, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import { cutAtHours, hourOf, PartMerger, type Rollup, rollUp, type Samples } from './chunk-rules.ts'
import { type NewChunk, packChunk, type SliceHour, sliceOf } from './chunk-store.ts'
import type { NewVector } from './sample-store.ts'

/** Samples of a chunk: bounds the row. */
export const CHUNK_SAMPLES_MAX = 10_000
/** Chunks with fewer samples are merged while their hour still runs, first after this time, then ever more rarely. */
const SMALL_CHUNK_SAMPLES = 32
const OPEN_SETTLE_MS = 3 * MINUTE_MS
/** What comes late comes in a crowd. */
const OVER_SETTLE_MS = 30 * SECOND_MS
/** So many samples are arranged before others get their turn. */
export const BREATH_SAMPLES = 50_000

/** What arrived of one series. */
export interface SeriesParts {
  readonly enterpriseId: string
  /** In the order of arrival; all of one kind. */
  readonly columns: BatchColumn[]
}

/** What is to be written of what arrived. */
export interface Arranged {
  /** With the rollup of its samples where that was asked for and a good one is among them. */
  readonly chunks: (NewChunk & { readonly rollup?: Rollup })[]
  readonly vectors: NewVector[]
}

const merger = new PartMerger()

/** Samples of vectors become rows, all others chunks of at most an hour. Others get their turn meanwhile. */
export async function arrange(
  all: readonly SeriesParts[],
  { rollUps }: { readonly rollUps: boolean } = { rollUps: false },
): Promise<Arranged> {
  const arranged: Arranged = { chunks: [], vectors: [] }
  let sinceBreath = 0
  for (const { enterpriseId, columns } of all) {
    const series = columns[0]?.series ?? 0
    const key = { enterpriseId, series }
    const parts: Samples[] = []
    let kind: 'number' | 'text' = 'number'
    for (const column of columns) {
      const { timestampsMs, values, qualities } = column
      sinceBreath += timestampsMs.length
      if (column.kind === 'vector') {
        for (const [at, timestampMs] of timestampsMs.entries()) {
          arranged.vectors.push({
            ...{ enterpriseId, series, timestampMs },
            quality: qualities[at] ?? 0,
            values: column.values[at] ?? null,
            frame: column.frame,
          })
        }
        continue
      }
      kind = column.kind
      parts.push({ timesMs: timestampsMs, values: values as Samples['values'], qualities })
    }
    // Packed before the merger's memory is used again.
    for (const samples of parts.length === 0 ? [] : cutAtHours(merger.merge(parts), CHUNK_SAMPLES_MAX)) {
      const chunk = packChunk(key, kind, samples)
      const rollup = rollUps && kind === 'number' ? rollUp(samples as Samples<number>) : undefined
      arranged.chunks.push(rollup ? { ...chunk, rollup } : chunk)
    }
    if (sinceBreath > BREATH_SAMPLES) {
      sinceBreath = 0
      await new Promise(setImmediate)
    }
  }
  return arranged
}

/** The hours that chunks change, of neighbouring series together, each with when it is worth settling. */
export function hoursOf(chunks: readonly NewChunk[]): (SliceHour & { readonly dueMs: number })[] {
  const nowMs = epochMs(now())
  const hours = new Map<string, SliceHour & { chunkCount: number; sampleCount: number }>()
  for (const { enterpriseId, series, firstMs, count } of chunks) {
    const hourMs = hourOf(firstMs)
    const slice = sliceOf(series)
    const key = `${enterpriseId} ${slice} ${hourMs}`
    const known = hours.get(key) ?? { enterpriseId, slice, hourMs, chunkCount: 0, sampleCount: 0 }
    known.chunkCount += 1
    known.sampleCount += count
    hours.set(key, known)
  }
  return [...hours.values()].map(({ chunkCount, sampleCount, ...hour }) => {
    const overMs = Math.max(nowMs, hour.hourMs + HOUR_MS) + OVER_SETTLE_MS
    // In ever larger steps: an hour is not read again and again while it grows.
    const openMs = nowMs + Math.max(OPEN_SETTLE_MS, (nowMs - hour.hourMs) / 2)
    const isSmall = sampleCount < chunkCount * SMALL_CHUNK_SAMPLES
    return { ...hour, dueMs: isSmall ? Math.min(overMs, openMs) : overMs }
  })
}
