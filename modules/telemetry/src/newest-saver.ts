import { setTimeout as pause } from 'node:timers/promises'
import { epochMs, now, SECOND_MS } from '@millrace/base'
import type { Log } from '@millrace/runtime'
import type { IngestPool } from './ingest-store.ts'
import { DUE_MAX, type Newest } from './newest.ts'
import { saveNewest } from './sample-store.ts'

const SAVE_EVERY_MS = SECOND_MS
/** Others get their turn between two transactions. */
const BETWEEN_MS = 20

/** Stores the newest samples now and then, for the next start of a server. */
export class NewestSaver {
  private readonly newest: Newest
  private readonly pool: IngestPool
  private readonly timer: NodeJS.Timeout
  private saving: Promise<void> | undefined

  constructor(newest: Newest, pool: IngestPool, log: Log) {
    this.newest = newest
    this.pool = pool
    this.timer = setInterval(() => {
      this.saving ??= this.save(false)
        .catch((error: unknown) => log.warn('The newest samples could not be stored; it is tried again.', {}, error))
        .finally(() => {
          this.saving = undefined
        })
    }, SAVE_EVERY_MS)
    this.timer.unref()
  }

  /** Stores all that changed. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.saving
    await this.save(true)
  }

  private async save(all: boolean): Promise<void> {
    for (;;) {
      const due = this.newest.due(epochMs(now()), all)
      if (due.length > 0) await this.pool.transact((client) => saveNewest(client, due))
      this.newest.stored(due, epochMs(now()))
      if (due.length < DUE_MAX) return
      await pause(BETWEEN_MS)
    }
  }
}
