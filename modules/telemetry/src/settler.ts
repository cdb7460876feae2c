import { epochMs, now, SECOND_MS } from '@millrace/base'
import type { Log } from '@millrace/runtime'
import { cutAtHours, mergeParts, type Rollup, rollUp, type Samples } from './chunk-rules.ts'
import {
  copyChunks,
  listChunksOfHour,
  lockDueHour,
  type NewChunk,
  removeChunks,
  removeMark,
  replaceRollups,
  type SeriesKey,
  type StoredChunk,
} from './chunk-store.ts'
import { CHUNK_SAMPLES_MAX } from './consumer.ts'
import type { IngestClient, IngestPool } from './ingest-store.ts'

const TURN_EVERY_MS = 5 * SECOND_MS
/** The process has samples to take meanwhile. */
const BETWEEN_TURNS_MS = 5
/** So many samples are merged before others get their turn. */
const BREATH_SAMPLES = 50_000

/** Merges the chunks of an hour into one and makes the hour's rollup, both in one transaction, some time after they changed. */
export class Settler {
  private readonly pool: IngestPool
  private readonly log: Log
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  private isStopped = false

  constructor(pool: IngestPool, log: Log) {
    this.pool = pool
    this.log = log
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.turn()
    }, TURN_EVERY_MS)
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.timer)
    await this.running
    clearTimeout(this.timer)
  }

  private async turn(): Promise<void> {
    let pauseMs = TURN_EVERY_MS
    try {
      const settled = await this.pool.transact((client) => settleHour(client, epochMs(now())))
      if (settled) pauseMs = BETWEEN_TURNS_MS
    } catch (error) {
      if (!this.isStopped) this.log.warn('Hours of the history could not be settled; it is tried again.', {}, error)
    }
    if (this.isStopped) return
    this.timer = setTimeout(() => {
      this.running = this.turn()
    }, pauseMs)
  }
}

/**
 * Settles the hour that has been due for the longest. Doing it again changes nothing.
 *
 * @returns whether there was one.
 */
export async function settleHour(client: IngestClient, nowMs: number): Promise<boolean> {
  const hour = await lockDueHour(client, nowMs)
  if (!hour) return false
  const bySeries = new Map<number, StoredChunk[]>()
  for (const chunk of await listChunksOfHour(client, hour)) {
    const chunks = bySeries.get(chunk.series) ?? []
    chunks.push(chunk)
    bySeries.set(chunk.series, chunks)
  }
  const replaced: StoredChunk[] = []
  const merged: NewChunk[] = []
  const rollups: (SeriesKey & Rollup)[] = []
  let sampleCount = 0
  for (const [series, chunks] of bySeries) {
    const { enterpriseId } = hour
    const kind = chunks[0]?.kind ?? 'number'
    const samples = mergeParts(chunks.map((chunk) => chunk.samples))
    const rollup = kind === 'number' ? rollUp(samples as Samples<number>) : undefined
    if (rollup) rollups.push({ enterpriseId, series, ...rollup })
    sampleCount += samples.timesMs.length
    if (sampleCount > BREATH_SAMPLES) {
      sampleCount = 0
      await new Promise(setImmediate)
    }
    if (chunks.length === 1) continue
    replaced.push(...chunks)
    // The highest of their ids: what arrives while this transaction is open gets a higher one, and holds against them.
    const id = chunks.reduce((highest, chunk) => Math.max(highest, chunk.id), 0)
    for (const part of cutAtHours(samples, CHUNK_SAMPLES_MAX)) {
      merged.push({ enterpriseId, series, kind, id, samples: part })
    }
  }
  if (replaced.length > 0) await removeChunks(client, replaced)
  if (merged.length > 0) await copyChunks(client, merged)
  await replaceRollups(client, hour, rollups)
  await removeMark(client, hour)
  return true
}
