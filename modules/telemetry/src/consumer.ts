import { decodeBatch, epochMs, isProblem, now } from '@millrace/base'
import type { Log, Runtime } from '@millrace/runtime'
import { type AcceptedColumn, divideBatch } from './acceptance-rules.ts'
import { type Arranged, arrange, hoursOf, type SeriesParts } from './arrange.ts'
import type { Catalogue } from './catalogue.ts'
import { copyChunks, markUnsettled } from './chunk-store.ts'
import { type InboxHead, listPayloads, measureInbox, refuseInbox, removeInbox, takeInbox } from './inbox-store.ts'
import type { IngestClient, IngestPool } from './ingest-store.ts'
import type { Delivery } from './intake.ts'
import type { Newest } from './newest.ts'
import { newestOf } from './newest-rules.ts'
import type { Partitions } from './partitions.ts'
import { saveNewest, saveVectors } from './sample-store.ts'

/** History follows the acknowledgement by about this much; larger chunks are cheaper. */
const FLUSH_MS = 1000
/** And by this much after a turn with so many chunks: a large plant has thousands of signals a second. */
const BUSY_FLUSH_MS = 4000
const BUSY_CHUNKS = 2000
/** A turn starts at once with so much in the inbox. */
const FLUSH_BYTES = 6 * 1024 * 1024
const TURN_BATCHES_MAX = 4000
const TURN_BYTES_MAX = 8 * 1024 * 1024
/** Batches that are kept in memory until their turn; beyond this the inbox is read again. */
const KEPT_BYTES_MAX = 2 * TURN_BYTES_MAX
/** What may wait for the history, on disk: about an hour of a large plant. Above it gateways keep their samples themselves. */
const BACKLOG_BYTES_MAX = 512 * 1024 * 1024
const FIRST_PAUSE_MS = 100
const PAUSE_MS_MAX = 5000
/** Moves batches from the inbox into the history: each in one transaction with its removal, so that it counts once. */
export class Consumer {
  private readonly runtime: Runtime
  private readonly pool: IngestPool
  private readonly catalogue: Catalogue
  private readonly partitions: Partitions
  private readonly log: Log
  private readonly newest: Newest
  private readonly kept = new Map<string, Buffer>()
  private keptBytes = 0
  private backlogBytes = 0
  private isBusy = false
  private isWoken = false
  private wake: (() => void) | undefined
  private isStopped = false
  private running: Promise<void> = Promise.resolve()

  constructor(
    runtime: Runtime,
    pool: IngestPool,
    parts: { catalogue: Catalogue; partitions: Partitions; newest: Newest },
  ) {
    this.runtime = runtime
    this.log = runtime.log
    this.pool = pool
    this.catalogue = parts.catalogue
    this.partitions = parts.partitions
    this.newest = parts.newest
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

  /** A batch was added to the inbox, and committed. */
  added(batch: Delivery): void {
    // As bytes: thousands of columns that outlive their request cost more than reading them twice.
    if (this.keptBytes + batch.payload.length <= KEPT_BYTES_MAX) {
      this.kept.set(batchName(batch), batch.payload)
      this.keptBytes += batch.payload.length
    }
    this.backlogBytes += batch.payload.length
    this.isWoken = true
    if (this.backlogBytes >= FLUSH_BYTES) this.wake?.()
  }

  /** Ends after the turn it is in. What is left stays in the inbox for the next start. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.wake?.()
    await this.running
    await this.pool.transact((client) => saveNewest(client, this.newest.due(epochMs(now()), true)))
  }

  private async run(): Promise<void> {
    let pauseMs = 0
    // After a batch that could not be stored, one at a time, until as many as a turn has were.
    let singly = 0
    while (!this.isStopped) {
      await this.sleep(pauseMs || (this.isBusy ? BUSY_FLUSH_MS : FLUSH_MS))
      if (!this.isWoken || this.isStopped) continue
      try {
        this.isWoken = false
        const most = singly > 0 ? 1 : TURN_BATCHES_MAX
        const taken = await this.turn(most)
        pauseMs = taken > 0 && (taken === most || this.backlogBytes >= FLUSH_BYTES) ? 1 : 0
        // A turn is bounded: what it left waits for nobody.
        if (taken === most || this.backlogBytes > 0) this.isWoken = true
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
  private async turn(most: number): Promise<number> {
    const turn = await this.pool.transact(async (client) => {
      const heads = await takeInbox(client, most, TURN_BYTES_MAX)
      if (heads.length === 0) return { heads, newest: [], chunkCount: 0 }
      const taken = await this.collect(client, heads)
      const newest = this.newest.due(epochMs(now()))
      const hours = hoursOf(taken.chunks)
      await this.partitions.ensure(client, [
        ...new Set(hours.map(({ hourMs }) => hourMs)).values().flatMap((timeMs) => [
          { table: 'chunk' as const, timeMs },
          { table: 'rollup' as const, timeMs },
        ]),
        ...taken.vectors.map(({ timestampMs }) => ({ table: 'vector' as const, timeMs: timestampMs })),
      ])
      if (hours.length > 0) await markUnsettled(client, hours)
      if (taken.chunks.length > 0) await copyChunks(client, taken.chunks)
      if (taken.vectors.length > 0) await saveVectors(client, taken.vectors)
      if (newest.length > 0) await saveNewest(client, newest)
      await removeInbox(client, heads)
      return { heads, newest, chunkCount: taken.chunks.length }
    })
    this.newest.stored(turn.newest, epochMs(now()))
    for (const head of turn.heads) this.forget(head)
    this.isBusy = turn.chunkCount > BUSY_CHUNKS
    const bytes = turn.heads.reduce((sum, head) => sum + head.bytes, 0)
    this.backlogBytes = turn.heads.length === 0 ? 0 : Math.max(0, this.backlogBytes - bytes)
    return turn.heads.length
  }

  /** What is to be written of some batches. A gateway at a time: what it sent is forgotten before the next is read. */
  private async collect(client: IngestClient, heads: readonly InboxHead[]): Promise<Arranged> {
    const payloads = await listPayloads(
      client,
      heads.filter((head) => !this.kept.has(batchName(head))).map((head) => head.id),
    )
    const collected: Arranged = { chunks: [], vectors: [] }
    for (const batches of Map.groupBy(heads, (head) => `${head.enterpriseId} ${head.gatewayId}`).values()) {
      const bySeries = new Map<number, SeriesParts>()
      for (const head of batches) {
        const payload = payloads.get(head.id)
        for (const { column } of await this.decode(head, payload ?? this.kept.get(batchName(head)))) {
          // An earlier process may have taken it, and nobody here heard of it.
          if (payload) this.newest.add(head.enterpriseId, column.series, newestOf(column))
          const parts = bySeries.get(column.series)
          if (parts) parts.columns.push(column)
          else bySeries.set(column.series, { enterpriseId: head.enterpriseId, columns: [column] })
        }
      }
      const { chunks, vectors } = await arrange([...bySeries.values()])
      for (const chunk of chunks) collected.chunks.push(chunk)
      for (const vector of vectors) collected.vectors.push(vector)
    }
    return collected
  }

  private async decode(head: InboxHead, payload: Buffer | undefined): Promise<readonly AcceptedColumn[]> {
    if (!payload) throw new Error('A batch that was held is gone.')
    const batch = decodeBatch(payload)
    const needed = batch.columns.map((column) => column.series)
    const signals = await this.catalogue.of(this.runtime, head.enterpriseId, needed)
    return divideBatch(batch, head.gatewayId, signals, epochMs(head.receivedAt)).accepted
  }

  private forget(head: InboxHead): void {
    const name = batchName(head)
    this.keptBytes -= this.kept.get(name)?.length ?? 0
    this.kept.delete(name)
  }

  private async refuseFirst(): Promise<void> {
    await this.pool.transact(async (client) => {
      const [row] = await takeInbox(client, 1, TURN_BYTES_MAX)
      if (!row) return
      this.forget(row)
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

function batchName({ gatewayId, journal, sequence }: Pick<InboxHead, 'gatewayId' | 'journal' | 'sequence'>): string {
  return `${gatewayId} ${journal} ${sequence}`
}

/** Whether the batch itself is at fault, so that it will fail again: bytes, SQLSTATE class 22 (data) or 23 (integrity). */
function isFaultOfBatch(error: unknown): boolean {
  if (isProblem(error) || error instanceof RangeError || error instanceof TypeError) return true
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code)
}
