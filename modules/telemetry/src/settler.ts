import { epochMs, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import type { Log } from '@millrace/runtime'
import { cutAtHours, hourOf, mergeParts, type Rollup, rollUp, type Samples } from './chunk-rules.ts'
import {
  copyChunks,
  listChunksOfHours,
  lockDueHours,
  type NewChunk,
  removeChunks,
  removeDirty,
  replaceRollups,
  type SeriesKey,
  type StoredChunk,
} from './chunk-store.ts'
import { CHUNK_SAMPLES_MAX } from './consumer.ts'
import type { IngestClient, IngestPool } from './ingest-store.ts'

const TURN_EVERY_MS = 5 * SECOND_MS
/** An hour that still runs is settled this often, so that its chunks stay few. */
const OPEN_AFTER_MS = 3 * MINUTE_MS
/** What comes late comes in a crowd. */
const OVER_AFTER_MS = 30 * SECOND_MS
/** Small turns: the process has samples to take meanwhile. */
const TURN_HOURS_MAX = 8
const BETWEEN_TURNS_MS = 20

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
      const nowMs = epochMs(now())
      const due = { nowMs, openBeforeMs: nowMs - OPEN_AFTER_MS, overBeforeMs: nowMs - OVER_AFTER_MS }
      const settled = await this.pool.transact((client) => settleHours(client, { ...due, most: TURN_HOURS_MAX }))
      if (settled === TURN_HOURS_MAX) pauseMs = BETWEEN_TURNS_MS
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
 * Settles hours that are due. Doing it again changes nothing.
 *
 * @returns how many it settled, at most `most`.
 */
export async function settleHours(
  client: IngestClient,
  due: { nowMs: number; openBeforeMs: number; overBeforeMs: number; most: number },
): Promise<number> {
  const hours = await lockDueHours(client, due)
  if (hours.length === 0) return 0
  const byHour = new Map<string, StoredChunk[]>()
  for (const chunk of await listChunksOfHours(client, hours)) {
    const key = `${chunk.enterpriseId} ${chunk.series} ${hourOf(chunk.firstMs)}`
    const chunks = byHour.get(key) ?? []
    chunks.push(chunk)
    byHour.set(key, chunks)
  }
  const replaced: StoredChunk[] = []
  const merged: NewChunk[] = []
  const rollups: (SeriesKey & Rollup)[] = []
  for (const chunks of byHour.values()) {
    const first = chunks[0]
    if (!first) continue
    const { enterpriseId, series, kind } = first
    const samples = mergeParts(chunks.map((chunk) => chunk.samples))
    const rollup = kind === 'number' ? rollUp(samples as Samples<number>) : undefined
    if (rollup) rollups.push({ enterpriseId, series, ...rollup })
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
  await replaceRollups(client, hours, rollups)
  await removeDirty(client, hours)
  return hours.length
}
