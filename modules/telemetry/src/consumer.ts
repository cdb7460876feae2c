import { BatchMemory, decodeBatch, epochMs, isProblem, now } from '@millrace/base'
import type { Log } from '@millrace/runtime'
import { type Arranged, arrange, hoursOf, type SeriesParts } from './arrange.ts'
import { copyChunks, markUnsettled } from './chunk-store.ts'
import {
  type InboxHead,
  type InboxParts,
  listPayloads,
  measureInbox,
  refuseInbox,
  removeInbox,
  takeInbox,
} from './inbox-store.ts'
import type { IngestClient, IngestPool } from './ingest-store.ts'
import { newestOf } from './newest-rules.ts'
import type { Partitions } from './partitions.ts'
import { type NewestSample, saveVectors } from './sample-store.ts'

/** History follows the acknowledgement by about this much; larger chunks are cheaper. */
const FLUSH_MS = 1000
/** And by this much after a turn with so many chunks: a large plant has thousands of signals a second. */
const BUSY_FLUSH_MS = 4000
const BUSY_CHUNKS = 2000
/** A turn starts at once with so much in the inbox. */
const FLUSH_BYTES = 16 * 1024 * 1024
const TURN_BATCHES_MAX = 4000
const TURN_BYTES_MAX = 24 * 1024 * 1024
const FIRST_PAUSE_MS = 100
/** Short: a database that is back is asked again within a second. */
const PAUSE_MS_MAX = 1000

/** What is told of each turn. */
export interface TurnReport {
  /** Of the batches that were moved. */
  readonly bytes: number
  /** Newest samples of batches that an earlier process had acknowledged: nobody else has told of them. */
  readonly found: readonly NewestSample[]
}

/** Moves batches from the inbox into the history: each in one transaction with its removal, so that it counts once. */
export class Consumer {
  private readonly pool: IngestPool
  private readonly partitions: Partitions
  private readonly log: Log
  private readonly onTurn: (report: TurnReport) => void
  private readonly memory = new BatchMemory(true)
  private startedMs = epochMs(now())
  private parts: InboxParts
  private backlogBytes = 0
  private isBusy = false
  private isWoken = false
  private wake: (() => void) | undefined
  private isStopped = false
  private running: Promise<void> = Promise.resolve()

  /** @param parts of the inbox that are taken from it, until others are named. */
  constructor(
    pool: IngestPool,
    partitions: Partitions,
    log: Log,
    { parts, onTurn }: { parts: InboxParts; onTurn: (report: TurnReport) => void },
  ) {
    this.pool = pool
    this.parts = parts
    this.partitions = partitions
    this.log = log
    this.onTurn = onTurn
  }

  /** Starts with what an earlier process left behind. @returns how many bytes that is */
  async start(): Promise<number> {
    const left = await this.measure()
    this.running = this.run()
    return left
  }

  /** Takes from other parts of the inbox from now on. @returns how many bytes whoever had them left there */
  async take(parts: readonly number[]): Promise<number> {
    this.parts = parts
    // What came before was told by somebody else, who may have died before it was.
    this.startedMs = epochMs(now())
    return this.measure()
  }

  private async measure(): Promise<number> {
    // Also when it cannot be measured now: what is there is taken.
    this.isWoken = true
    this.backlogBytes = (await this.pool.transact((client) => measureInbox(client, this.parts))).bytes
    return this.backlogBytes
  }

  /** Batches were added to the inbox, and committed. */
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
      const heads = await takeInbox(client, this.parts, most, TURN_BYTES_MAX)
      if (heads.length === 0) return { heads, found: [], chunkCount: 0 }
      const { chunks, vectors, found } = await this.collect(client, heads)
      const hours = hoursOf(chunks)
      await this.partitions.ensure(client, [
        ...new Set(hours.map(({ hourMs }) => hourMs)).values().flatMap((timeMs) => [
          { table: 'chunk' as const, timeMs },
          { table: 'rollup' as const, timeMs },
        ]),
        ...vectors.map(({ timestampMs }) => ({ table: 'vector' as const, timeMs: timestampMs })),
      ])
      if (hours.length > 0) await markUnsettled(client, hours)
      if (chunks.length > 0) await copyChunks(client, chunks)
      if (vectors.length > 0) await saveVectors(client, vectors)
      await removeInbox(client, heads)
      return { heads, found, chunkCount: chunks.length }
    })
    this.isBusy = turn.chunkCount > BUSY_CHUNKS
    const bytes = turn.heads.reduce((sum, head) => sum + head.bytes, 0)
    this.backlogBytes = turn.heads.length === 0 ? 0 : Math.max(0, this.backlogBytes - bytes)
    this.onTurn({ bytes, found: turn.found })
    return turn.heads.length
  }

  /** What is to be written of some batches. A gateway at a time: what it sent is forgotten before the next is read. */
  private async collect(
    client: IngestClient,
    heads: readonly InboxHead[],
  ): Promise<Arranged & Pick<TurnReport, 'found'>> {
    const payloads = await listPayloads(
      client,
      heads.map((head) => head.id),
    )
    const collected: Arranged = { chunks: [], vectors: [] }
    const found = new Map<string, NewestSample>()
    for (const batches of Map.groupBy(heads, (head) => `${head.enterpriseId} ${head.gatewayId}`).values()) {
      const bySeries = new Map<number, SeriesParts>()
      this.memory.clear()
      for (const head of batches) {
        const { id, enterpriseId } = head
        const payload = payloads.get(id)
        if (!payload) throw new Error('A batch that was held is gone.')
        const isLeft = epochMs(head.receivedAt) < this.startedMs
        for (const column of decodeBatch(payload, this.memory).columns) {
          const { series } = column
          const parts = bySeries.get(series)
          if (parts) parts.columns.push(column)
          else bySeries.set(series, { enterpriseId, columns: [column] })
          if (!isLeft) continue
          const newest = newestOf(column)
          const key = `${enterpriseId} ${series}`
          if (newest.timestampMs >= (found.get(key)?.timestampMs ?? 0)) {
            found.set(key, { enterpriseId, series, ...newest })
          }
        }
      }
      const { chunks, vectors } = await arrange([...bySeries.values()])
      for (const chunk of chunks) collected.chunks.push(chunk)
      for (const vector of vectors) collected.vectors.push(vector)
    }
    return { ...collected, found: [...found.values()] }
  }

  private async refuseFirst(): Promise<void> {
    await this.pool.transact(async (client) => {
      const [row] = await takeInbox(client, this.parts, 1, TURN_BYTES_MAX)
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

/** Whether the batch itself is at fault, so that it will fail again: bytes, SQLSTATE class 22 (data) or 23 (integrity). */
function isFaultOfBatch(error: unknown): boolean {
  if (isProblem(error) || error instanceof RangeError || error instanceof TypeError) return true
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code)
}
