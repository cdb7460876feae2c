import { isProblem, SECOND_MS } from '@millrace/base'
import type { Cluster, ClusterMessage, Log } from '@millrace/runtime'
import { ingestBusy, sequenceGap } from './contract.ts'
import { batchSubject, type Confirmation } from './inbox-rules.ts'
import type { Delivery } from './intake.ts'

/** Longer than it takes to replace a worker; a gateway sends again what is not confirmed. */
const CONFIRM_WITHIN_MS = 20 * SECOND_MS
/**
 * A batch, or its confirmation, may be lost with a node of NATS or a worker: it is sent again after this. A worker that has it
 * already says so.
 */
const AGAIN_MS = 4 * SECOND_MS
/** Batches in memory that wait to be confirmed. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

/** Names of what travels beside a batch. */
export const JOURNAL_HEADER = 'Millrace-Journal'
export const SEQUENCE_HEADER = 'Millrace-Sequence'
/** Where the confirmation goes, and under which id. */
export const CONFIRM_HEADER = 'Millrace-Confirm'
export const ID_HEADER = 'Millrace-Id'

interface Waiting {
  readonly resolve: (isNew: boolean) => void
  readonly reject: (error: unknown) => void
}

/**
 * The inbox of a server that takes batches for workers elsewhere: adds each to the stream of its part, and is done when the
 * worker says that the database has it. NATS carries, PostgreSQL decides: until then the gateway keeps its samples.
 */
export class ClusterInbox {
  private readonly cluster: Cluster
  private readonly log: Log
  private readonly waiting = new Map<string, Waiting>()
  private readonly confirmSubject: string
  private readonly unsubscribe: () => void
  private waitingBytes = 0
  private lastId = 0

  constructor(cluster: Cluster, log: Log) {
    this.cluster = cluster
    this.log = log
    this.confirmSubject = `millrace.confirm.${cluster.processId}`
    this.unsubscribe = cluster.subscribe(this.confirmSubject, (message) => this.confirmed(message))
  }

  /**
   * Hands a batch to its worker. Resolves after the commit.
   *
   * @returns false when it was stored before.
   * @throws sequenceGap  batches before it are missing; `expected` says where to go on
   * @throws ingestBusy   it was not confirmed in time, or too many wait already: nobody knows whether it is stored, and it may be sent again
   */
  async store(batch: Delivery): Promise<boolean> {
    const { payload, journal, sequence } = batch
    if (this.waitingBytes + payload.length > WAITING_BYTES_MAX) {
      throw ingestBusy('Too many batches are waiting to be stored.')
    }
    this.lastId += 1
    const id = `${this.cluster.processId}-${this.lastId}`
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    // Nobody may hear it: whoever is first to fail decides.
    promise.catch(() => undefined)
    this.waiting.set(id, { resolve, reject })
    this.waitingBytes += payload.length
    const timer = setTimeout(() => reject(ingestBusy('No worker has confirmed the batch in time.')), CONFIRM_WITHIN_MS)
    let tries = 0
    const send = () => {
      tries += 1
      return this.cluster.addWork(batchSubject(batch), `${id}-${tries}`, payload, {
        ...{ [JOURNAL_HEADER]: journal, [SEQUENCE_HEADER]: String(sequence) },
        ...{ [CONFIRM_HEADER]: this.confirmSubject, [ID_HEADER]: id },
      })
    }
    const again = setInterval(() => {
      send().catch((error: unknown) => this.log.warn('A batch could not be handed on again.', {}, error))
    }, AGAIN_MS)
    try {
      await Promise.race([send(), promise]).catch((cause: unknown) => {
        throw isProblem(cause) ? cause : ingestBusy('The batch could not be handed on.', {}, { cause })
      })
      return await promise
    } finally {
      clearTimeout(timer)
      clearInterval(again)
      this.waiting.delete(id)
      this.waitingBytes -= payload.length
    }
  }

  /** What waits is told to come again. */
  async stop(): Promise<void> {
    this.unsubscribe()
    for (const { reject } of this.waiting.values()) reject(ingestBusy('The server stops.'))
  }

  private confirmed({ data }: ClusterMessage): void {
    try {
      const answer: Confirmation = JSON.parse(new TextDecoder().decode(data))
      const waiting = this.waiting.get(answer.id)
      if (!waiting) return
      if (answer.kind === 'stored') waiting.resolve(answer.isNew)
      else if (answer.kind === 'gap') waiting.reject(sequenceGap(answer.detail, { expected: answer.expected }))
      else waiting.reject(ingestBusy(answer.detail))
    } catch (error) {
      this.log.error('A confirmation of another server cannot be read.', {}, error)
    }
  }
}
