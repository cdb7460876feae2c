import { Worker } from 'node:worker_threads'
import { MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { Pool } from '@millrace/db'
import type { Log, Runtime } from '@millrace/runtime'
import { Consumer, type TurnReport } from './consumer.ts'
import type { InboxParts } from './inbox-store.ts'
import { ingestPool, WORKER_CONNECTIONS } from './ingest-store.ts'
import { Partitions } from './partitions.ts'
import { Settler } from './settler.ts'

const PARTITIONS_LOOKED_MS = 30 * MINUTE_MS
/** What may wait for the history, on disk: about an hour of a large plant. Above it gateways keep their samples themselves. */
const BACKLOG_BYTES_MAX = 512 * 1024 * 1024
const STOP_MS = 20 * SECOND_MS
const FIRST_AGAIN_MS = SECOND_MS
const AGAIN_MS_MAX = MINUTE_MS

/** Moves what was acknowledged into the history, and settles its hours. */
interface Work {
  added(bytes: number): void
  /** Takes from other parts of the inbox from now on. */
  take(parts: readonly number[]): void
  stop(): Promise<void>
}

/** What a history thread is started with. */
export interface HistoryThreadData {
  readonly databaseUrl: string
  readonly parts: InboxParts
}

/** What it hears, and says. */
export type ToHistoryThread = { readonly added: number } | { readonly parts: readonly number[] } | 'stop'
export type FromHistoryThread = { readonly left: number } | TurnReport

/**
 * The work itself, in whichever thread this runs.
 *
 * @param parts of the inbox it takes from.
 * @param left  told how many bytes an earlier process left there, at the start and whenever the parts are others.
 */
export async function startHistoryWork(
  opened: Pool,
  log: Log,
  parts: InboxParts,
  told: { left(bytes: number): void; turn(report: TurnReport): void },
): Promise<Work> {
  const pool = ingestPool(opened)
  const partitions = new Partitions()
  const look = () => partitions.look(pool)
  await look()
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn('It could not be looked which partitions there are.', {}, error))
  }, PARTITIONS_LOOKED_MS)
  timer.unref()
  const consumer = new Consumer(pool, partitions, log, { parts, onTurn: told.turn })
  told.left(await consumer.start())
  const settler = new Settler(pool, log)
  settler.start()
  return {
    added: (bytes) => consumer.added(bytes),
    take(others) {
      consumer
        .take(others)
        .then(told.left)
        .catch((error: unknown) => log.warn('It could not be looked what waits in the inbox.', {}, error))
    },
    async stop() {
      clearInterval(timer)
      await Promise.all([consumer.stop(), settler.stop()])
      await pool.close()
    },
  }
}

/** The serving side of the history: says what comes, knows what waits. The work runs in a thread of its own where that may be. */
export class HistoryWorker {
  private readonly runtime: Runtime
  private readonly onFound: (found: TurnReport['found']) => void
  private backlogBytes = 0
  private parts: InboxParts
  private work: Work | undefined
  private isStopped = false
  private againMs = FIRST_AGAIN_MS
  private readonly told = {
    left: (bytes: number) => {
      this.backlogBytes = bytes
    },
    turn: ({ bytes, found }: TurnReport) => {
      this.backlogBytes = bytes === 0 ? 0 : Math.max(0, this.backlogBytes - bytes)
      this.againMs = FIRST_AGAIN_MS
      if (found.length > 0) this.onFound(found)
    },
  }

  /**
   * @param parts   of the inbox that are taken from it, until others are named.
   * @param onFound told of the newest samples of batches that an earlier process had acknowledged.
   */
  constructor(runtime: Runtime, parts: InboxParts, onFound: (found: TurnReport['found']) => void) {
    this.runtime = runtime
    this.parts = parts
    this.onFound = onFound
  }

  async start(): Promise<void> {
    const { threadsDatabaseUrl, log } = this.runtime
    this.work =
      threadsDatabaseUrl === undefined
        ? await startHistoryWork(
            this.runtime.openPool('millrace_ingest', WORKER_CONNECTIONS),
            log,
            this.parts,
            this.told,
          )
        : this.startThread(threadsDatabaseUrl)
  }

  /** Whether gateways should keep their samples for now. */
  get isBehind(): boolean {
    return this.backlogBytes > BACKLOG_BYTES_MAX
  }

  /** Batches were added to the inbox, and committed. */
  added(bytes: number): void {
    this.backlogBytes += bytes
    this.work?.added(bytes)
  }

  /** Takes from other parts of the inbox from now on. */
  take(parts: readonly number[]): void {
    this.parts = parts
    this.work?.take(parts)
  }

  async stop(): Promise<void> {
    this.isStopped = true
    await this.work?.stop()
  }

  private startThread(databaseUrl: string): Work {
    const { log } = this.runtime
    const workerData: HistoryThreadData = { databaseUrl, parts: this.parts }
    const thread = new Worker(new URL('./history-thread.ts', import.meta.url), { workerData })
    const say = (message: ToHistoryThread) => thread.postMessage(message)
    const gone = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
    thread.on('message', (message: FromHistoryThread) => {
      if ('left' in message) this.told.left(message.left)
      else this.told.turn(message)
    })
    thread.once('error', (error) => log.error('The history thread failed; it starts again.', {}, error))
    void gone.then(() => {
      if (this.isStopped) return
      // What it had taken and not written is in the inbox still.
      setTimeout(() => {
        if (!this.isStopped) this.work = this.startThread(databaseUrl)
      }, this.againMs).unref()
      this.againMs = Math.min(2 * this.againMs, AGAIN_MS_MAX)
    })
    return {
      added: (bytes) => say({ added: bytes }),
      take: (parts) => say({ parts }),
      async stop() {
        say('stop')
        const timer = setTimeout(() => void thread.terminate(), STOP_MS)
        await gone
        clearTimeout(timer)
      },
    }
  }
}
