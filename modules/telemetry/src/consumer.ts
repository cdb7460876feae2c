import { type BatchColumn, decodeBatch, epochMs, isProblem, now } from '@millrace/base'
import type { Log, Runtime } from '@millrace/runtime'
import { divideBatch } from './acceptance-rules.ts'
import type { Catalogue } from './catalogue.ts'
import { cutAtHours, hourOf, mergeParts, type Samples } from './chunk-rules.ts'
import { copyChunks, type HourKey, markDirty, type NewChunk } from './chunk-store.ts'
import { type InboxRow, measureInbox, refuseInbox, removeInbox, takeInbox } from './inbox-store.ts'
import type { IngestClient, IngestPool } from './ingest-store.ts'
import { newestOf } from './newest-rules.ts'
import type { Partitions } from './partitions.ts'
import { type NewestSample, type NewVector, saveNewest, saveVectors } from './sample-store.ts'

/** History follows the acknowledgement by about this much; larger chunks are cheaper. */
const FLUSH_MS = 1000
/** A turn starts at once with so much in the inbox. */
const FLUSH_BYTES = 2 * 1024 * 1024
const TURN_BATCHES_MAX = 200
const TURN_BYTES_MAX = 1024 * 1024
/** What may wait for the history, on disk: about an hour of a large plant. Above it gateways keep their samples themselves. */
const BACKLOG_BYTES_MAX = 512 * 1024 * 1024
const FIRST_PAUSE_MS = 100
const PAUSE_MS_MAX = 5000
/** Samples of a chunk: bounds the row. */
export const CHUNK_SAMPLES_MAX = 10_000

/** Moves batches from the inbox into the history: each in one transaction with its removal, so that it counts once. */
export class Consumer {
  private readonly runtime: Runtime
  private readonly pool: IngestPool
  private readonly catalogue: Catalogue
  private readonly partitions: Partitions
  private readonly log: Log
  private backlogBytes = 0
  private isWoken = false
  private wake: (() => void) | undefined
  private isStopped = false
  private running: Promise<void> = Promise.resolve()

  constructor(runtime: Runtime, pool: IngestPool, catalogue: Catalogue, partitions: Partitions) {
    this.runtime = runtime
    this.log = runtime.log
    this.pool = pool
    this.catalogue = catalogue
    this.partitions = partitions
  }

  /** Starts with what an earlier process left behind. */
  async start(): Promise<void> {
    this.backlogBytes = (await this.pool.transact(measureInbox)).bytes
    this.isWoken = true
    this.running = this.run()
  }

  get isBehind(): boolean {
    return this.backlogBytes > BACKLOG_BYTES_MAX
  }

  /** So many bytes were added to the inbox, and committed. */
  added(bytes: number): void {
    this.backlogBytes += bytes
    this.isWoken = true
    if (this.backlogBytes >= FLUSH_BYTES) this.wake?.()
  }

  /** Ends after the turn it is in. What is left stays in the inbox for the next start. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.wake?.()
    await this.running
  }

  private async run(): Promise<void> {
    let pauseMs = 0
    // After a batch that could not be stored, one at a time, until as many as a turn has were.
    let singly = 0
    while (!this.isStopped) {
      await this.sleep(pauseMs || FLUSH_MS)
      if (!this.isWoken || this.isStopped) continue
      try {
        this.isWoken = false
        const most = singly > 0 ? 1 : TURN_BATCHES_MAX
        const taken = await this.pool.transact((client) => this.turn(client, most))
        pauseMs = taken > 0 && (taken === most || this.backlogBytes >= FLUSH_BYTES) ? 1 : 0
        if (taken === most || pauseMs > 0) this.isWoken = true
        singly = Math.max(0, singly - 1)
      } catch (error) {
        this.isWoken = true
        pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, pauseMs * 2), PAUSE_MS_MAX)
        if (this.isStopped) return
        this.log.warn('Samples wait in the inbox, the history could not take them.', { pauseMs }, error)
        if (!isFaultOfBatch(error)) continue
        if (singly > 0) await this.refuseFirst().catch(() => undefined) // tried again with the next turn
        singly = TURN_BATCHES_MAX
      }
    }
  }

  /** @returns how many batches it took. */
  private async turn(client: IngestClient, most: number): Promise<number> {
    const rows = await takeInbox(client, most, TURN_BYTES_MAX)
    if (rows.length === 0) {
      this.backlogBytes = 0
      return 0
    }
    const taken = await this.collect(rows)
    await this.partitions.ensure(client, [
      ...taken.hours.flatMap(({ hourMs }) =>
        ['chunk' as const, 'rollup' as const].map((table) => ({ table, timeMs: hourMs })),
      ),
      ...taken.vectors.map(({ timestampMs }) => ({ table: 'vector' as const, timeMs: timestampMs })),
    ])
    if (taken.hours.length > 0) await markDirty(client, taken.hours, epochMs(now()))
    if (taken.chunks.length > 0) await copyChunks(client, taken.chunks)
    if (taken.vectors.length > 0) await saveVectors(client, taken.vectors)
    if (taken.newest.length > 0) await saveNewest(client, taken.newest)
    await removeInbox(client, rows)
    this.backlogBytes = Math.max(0, this.backlogBytes - rows.reduce((sum, row) => sum + row.payload.length, 0))
    return rows.length
  }

  private async collect(rows: readonly InboxRow[]): Promise<Taken> {
    const series = new Map<string, SeriesParts>()
    for (const row of rows) {
      const batch = decodeBatch(row.payload)
      const needed = batch.columns.map((column) => column.series)
      const signals = await this.catalogue.of(this.runtime, row.enterpriseId, needed)
      const { accepted } = divideBatch(batch, row.gatewayId, signals, epochMs(row.receivedAt))
      for (const { column } of accepted) {
        const key = `${row.enterpriseId} ${column.series}`
        const parts = series.get(key) ?? { enterpriseId: row.enterpriseId, columns: [] }
        parts.columns.push(column)
        series.set(key, parts)
      }
    }
    return arrange([...series.values()])
  }

  private async refuseFirst(): Promise<void> {
    await this.pool.transact(async (client) => {
      const [row] = await takeInbox(client, 1, TURN_BYTES_MAX)
      if (!row) return
      const { gatewayId, journal, sequence } = row
      this.log.error('A batch cannot be stored and is kept aside in the inbox.', { gatewayId, journal, sequence })
      await refuseInbox(client, row)
    })
  }

  private async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wake = undefined
  }
}

interface SeriesParts {
  readonly enterpriseId: string
  /** In the order of arrival; all of one kind. */
  readonly columns: BatchColumn[]
}

/** What a turn writes. */
interface Taken {
  readonly chunks: NewChunk[]
  readonly hours: HourKey[]
  readonly vectors: NewVector[]
  readonly newest: NewestSample[]
}

/** Samples of vectors become rows, all others chunks of at most an hour. */
export function arrange(all: readonly SeriesParts[]): Taken {
  const taken: Taken = { chunks: [], hours: [], vectors: [], newest: [] }
  for (const { enterpriseId, columns } of all) {
    const series = columns[0]?.series ?? 0
    const newest = columns.map(newestOf).reduce((best, one) => (one.timestampMs >= best.timestampMs ? one : best))
    taken.newest.push({ enterpriseId, series, ...newest })

    const parts: Samples[] = []
    let kind: 'number' | 'text' = 'number'
    for (const column of columns) {
      const { timestampsMs, qualities } = column
      if (column.kind === 'vector') {
        for (const [at, timestampMs] of timestampsMs.entries()) {
          taken.vectors.push({
            enterpriseId,
            series,
            timestampMs,
            quality: qualities[at] ?? 0,
            values: column.values[at] ?? null,
          })
        }
        continue
      }
      kind = column.kind
      parts.push({ timesMs: timestampsMs, values: column.values, qualities })
    }
    if (parts.length === 0) continue
    const hours = new Set<number>()
    for (const samples of cutAtHours(mergeParts(parts), CHUNK_SAMPLES_MAX)) {
      taken.chunks.push({ enterpriseId, series, kind, samples })
      hours.add(hourOf(samples.timesMs[0] ?? 0))
    }
    for (const hourMs of hours) taken.hours.push({ enterpriseId, series, hourMs })
  }
  return taken
}

/** Whether the batch itself is at fault, so that it will fail again: bytes, SQLSTATE class 22 (data) or 23 (integrity). */
function isFaultOfBatch(error: unknown): boolean {
  if (isProblem(error) || error instanceof RangeError || error instanceof TypeError) return true
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code)
}
