import { setTimeout as pause } from 'node:timers/promises'
import { BatchMemory, epochMs, now, SECOND_MS } from '@millrace/base'
import type { Log } from '@millrace/runtime'
import { BREATH_SAMPLES, CHUNK_SAMPLES_MAX } from './arrange.ts'
import { cutAtHours, PartMerger, type Rollup, rollUp, type Samples } from './chunk-rules.ts'
import {
  copyChunks,
  countSamples,
  listChunksOfSpan,
  lockDueHours,
  type NewChunk,
  packChunk,
  removeChunks,
  removeMarks,
  replaceRollups,
  type SeriesHour,
  type SeriesKey,
  type SliceHour,
  type SliceSpan,
} from './chunk-store.ts'
import type { IngestClient, IngestPool } from './ingest-store.ts'

/** How often it is looked whether hours are due. */
const LOOK_EVERY_MS = SECOND_MS
/** The process has samples to take meanwhile. */
const BETWEEN_TURNS_MS = 5
/** One transaction settles at most so many hours of 32 series, and no more after so many samples. */
const HOURS_MAX = 64
const SAMPLES_MAX = 1_000_000

/** Transactions at once: while the database works for one, this process works for the other. */
const SETTLERS = 4

/** Merges the chunks of an hour into one and makes the hour's rollup, both in one transaction, some time after they changed. */
export class Settler {
  private readonly pool: IngestPool
  private readonly log: Log
  private readonly stopping = new AbortController()
  private running: Promise<unknown> = Promise.resolve()
  private wakeOthers: (() => void)[] = []

  constructor(pool: IngestPool, log: Log) {
    this.pool = pool
    this.log = log
  }

  start(): void {
    this.running = Promise.all(Array.from({ length: SETTLERS }, (_, index) => this.run(index === 0)))
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.wake()
    await this.running
  }

  /** @param isFirst of the settlers: it looks for all of them, the others work when it found something. */
  private async run(isFirst: boolean): Promise<void> {
    const { signal } = this.stopping
    const memory = new BatchMemory(true)
    let hasMore = false
    while (!signal.aborted) {
      if (!hasMore && !isFirst) await new Promise<void>((resolve) => this.wakeOthers.push(resolve))
      else
        await pause(hasMore ? BETWEEN_TURNS_MS : LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(
          () => undefined,
        )
      if (signal.aborted) return
      try {
        hasMore = await this.pool.transact((client) => settleHours(client, epochMs(now()), memory))
        if (hasMore && isFirst) this.wake()
      } catch (error) {
        hasMore = false
        if (!signal.aborted) this.log.warn('Hours of the history could not be settled; it is tried again.', {}, error)
      }
    }
  }

  private wake(): void {
    for (const wake of this.wakeOthers.splice(0)) wake()
  }
}

/**
 * Settles the hours that have been due for the longest, of some neighbouring series each. Doing it again changes nothing.
 *
 * @returns whether there was one.
 */
export async function settleHours(
  client: IngestClient,
  nowMs: number,
  memory = new BatchMemory(true),
): Promise<boolean> {
  const due = await lockDueHours(client, nowMs, HOURS_MAX)
  if (due.length === 0) return false
  const settled: Settled = { merged: [], rollups: [], read: [] }
  const hours: SliceHour[] = []
  let sampleCount = 0
  for (const span of spansOf(due)) {
    // Those left over are let go with the transaction, still marked.
    if (sampleCount >= SAMPLES_MAX) break
    const counts = await countSamples(client, span)
    let end = span.fromSlice
    do {
      sampleCount += counts.get(end) ?? 0
      hours.push({ enterpriseId: span.enterpriseId, hourMs: span.hourMs, slice: end })
      end += 1
    } while (end < span.toSlice && sampleCount + (counts.get(end) ?? 0) <= SAMPLES_MAX)
    await settleSpan(client, { ...span, toSlice: end }, settled, memory)
    if (end < span.toSlice) break
  }
  if (settled.merged.length > 0) await copyChunks(client, settled.merged)
  await replaceRollups(client, settled.read, settled.rollups)
  await removeMarks(client, hours)
  return true
}

/** Hours of slices that follow each other, together. */
function spansOf(hours: readonly SliceHour[]): SliceSpan[] {
  const spans: SliceSpan[] = []
  for (const { enterpriseId, hourMs, slice } of hours) {
    const last = spans.at(-1)
    if (last?.enterpriseId === enterpriseId && last.hourMs === hourMs && last.toSlice === slice) {
      spans[spans.length - 1] = { ...last, toSlice: slice + 1 }
    } else spans.push({ enterpriseId, hourMs, fromSlice: slice, toSlice: slice + 1 })
  }
  return spans
}

/** What takes the place of that which was read. */
interface Settled {
  readonly merged: NewChunk[]
  readonly rollups: (SeriesKey & Rollup)[]
  /** Of which hours of which series. */
  readonly read: SeriesHour[]
}

const merger = new PartMerger()

/** Removes the chunks of a span that are merged, and adds to what comes in their place. */
async function settleSpan(
  client: IngestClient,
  span: SliceSpan,
  { merged, rollups, read }: Settled,
  memory: BatchMemory,
): Promise<void> {
  memory.clear()
  const bySeries = Map.groupBy(await listChunksOfSpan(client, span, memory), ({ series }) => series)
  const gone: number[] = []
  let sinceBreath = 0
  for (const [series, chunks] of bySeries) {
    const key = { enterpriseId: span.enterpriseId, series }
    read.push({ ...key, hourMs: span.hourMs })
    const kind = chunks[0]?.kind ?? 'number'
    const samples = merger.merge(chunks.map((chunk) => chunk.samples))
    const rollup = kind === 'number' ? rollUp(samples as Samples<number>) : undefined
    if (rollup) rollups.push({ ...key, ...rollup })
    if (chunks.length > 1) {
      gone.push(series)
      // The highest of their ids: what arrives while this transaction is open gets a higher one, and holds against them.
      const id = chunks.reduce((highest, chunk) => Math.max(highest, chunk.id), 0)
      for (const part of cutAtHours(samples, CHUNK_SAMPLES_MAX)) merged.push(packChunk(key, kind, part, id))
    }
    sinceBreath += samples.timesMs.length
    if (sinceBreath > BREATH_SAMPLES) {
      sinceBreath = 0
      await new Promise(setImmediate)
    }
  }
  if (gone.length > 0) await removeChunks(client, span, gone)
}
