import { type Instant, now } from '@millrace/base'
import type { Signals } from './catalogue.ts'
import { ingestBusy, sequenceGap } from './contract.ts'
import { type Arrival, type JournalKey, journalName, lockReceipts, saveArrivals } from './inbox-store.ts'
import type { IngestPool } from './ingest-store.ts'

/** A batch on its way into the inbox. */
export interface Delivery extends JournalKey {
  readonly sequence: number
  readonly payload: Buffer
  /** Among them those whose samples the payload holds. As bytes: columns that outlive their request cost more than reading them twice. */
  readonly signals: Signals
}

interface Waiting extends Delivery {
  readonly resolve: (isNew: boolean) => void
  readonly reject: (error: unknown) => void
}

/** Batches stored in one transaction, so that many gateways share one write to the disk. */
const GROUP_BATCHES_MAX = 64
const GROUP_BYTES_MAX = 8 * 1024 * 1024
/** Batches in memory that wait for their transaction. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

/** Makes batches durable, in order, once. */
export class Intake {
  private readonly pool: IngestPool
  private readonly onStored: (batches: readonly Delivery[]) => void
  private waiting: Waiting[] = []
  private waitingBytes = 0
  private running: Promise<void> | undefined

  /** @param onStored told of what was new after each commit, in the order of the commits. */
  constructor(pool: IngestPool, onStored: (batches: readonly Delivery[]) => void) {
    this.pool = pool
    this.onStored = onStored
  }

  /**
   * Stores a batch. Resolves after the commit.
   *
   * @returns false when it was stored before.
   * @throws sequenceGap  batches before it are missing; `expected` says where to go on
   * @throws ingestBusy   too many batches wait already
   */
  store(batch: Delivery): Promise<boolean> {
    if (this.waitingBytes + batch.payload.length > WAITING_BYTES_MAX) {
      throw ingestBusy('Too many batches are waiting to be stored.')
    }
    this.waitingBytes += batch.payload.length
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...batch, resolve, reject })
      this.running ??= this.run()
    })
  }

  /** Resolves when nothing waits any more. Nothing may be given to it afterwards. */
  async stop(): Promise<void> {
    await this.running
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup()
      try {
        const stored = await this.storeGroup(group)
        this.onStored(stored)
      } catch (error) {
        for (const one of group) one.reject(error)
      }
    }
    // At once: whoever comes after the last look must begin anew.
    this.running = undefined
  }

  private takeGroup(): Waiting[] {
    let bytes = 0
    const end = this.waiting.findIndex((one, index) => {
      bytes += one.payload.length
      return index > 0 && (index >= GROUP_BATCHES_MAX || bytes > GROUP_BYTES_MAX)
    })
    const group = this.waiting.splice(0, end < 0 ? this.waiting.length : end)
    for (const one of group) this.waitingBytes -= one.payload.length
    return group
  }

  private async storeGroup(group: readonly Waiting[]): Promise<Waiting[]> {
    const receivedAt = now()
    const { fresh, answers } = await this.pool.transact(async (client) => {
      const reached = await lockReceipts(client, group, receivedAt)
      const judged = judge(group, reached, receivedAt)
      if (judged.fresh.length > 0) await saveArrivals(client, judged.fresh)
      return judged
    })
    for (const answer of answers) answer()
    return fresh
  }
}

/** Which batches of a group are new, and what each is answered once the transaction is through. */
function judge(group: readonly Waiting[], reached: Map<string, number>, receivedAt: Instant) {
  const fresh: (Waiting & Arrival)[] = []
  const answers: (() => void)[] = []
  for (const one of group) {
    const name = journalName(one)
    const expected = (reached.get(name) ?? 0) + 1
    if (one.sequence > expected) {
      const problem = sequenceGap(`Batch ${one.sequence} came, but ${expected} is the next.`, { expected })
      answers.push(() => one.reject(problem))
    } else {
      const isNew = one.sequence === expected
      if (isNew) {
        reached.set(name, one.sequence)
        fresh.push({ ...one, receivedAt })
      }
      answers.push(() => one.resolve(isNew))
    }
  }
  return { fresh, answers }
}
