import { isProblem } from '@millrace/base'
import { type Cluster, type ClusterMessage, Leases, type Runtime, type WorkStream } from '@millrace/runtime'
import type { Catalogue } from './catalogue.ts'
import { CONFIRM_HEADER, ID_HEADER, JOURNAL_HEADER, SEQUENCE_HEADER } from './cluster-inbox.ts'
import { ingestBusy, sequenceGap } from './contract.ts'
import { type Confirmation, INBOX_PARTS, partSubject, readBatchSubject } from './inbox-rules.ts'
import type { Intake } from './intake.ts'

/** What may wait in one part: minutes of a large plant. Above it gateways keep their samples themselves. */
const PART_BYTES_MAX = 512 * 1024 * 1024
/** Of each part, so that a group that is committed together is worth it, and the memory is bounded. */
const AT_ONCE = 16
// Any number will do, as long as every Millrace uses the same one, and for nothing else.
const LEASE_KEY = 4_680_010

const streams: readonly WorkStream[] = Array.from({ length: INBOX_PARTS }, (_, part) => ({
  name: `millrace-inbox-${part}`,
  subject: partSubject(part),
  bytesMax: PART_BYTES_MAX,
}))

/** Makes the streams of the inbox that are not there yet. */
export function openInbox(cluster: Cluster): Promise<void> {
  return cluster.openStreams(streams)
}

/** What a worker does with the parts that are its own. */
export interface InboxKeeper {
  readonly intake: Pick<Intake, 'store'>
  readonly catalogue: Catalogue
  /** Whether the history is too far behind to take more. */
  readonly isBehind: () => boolean
  /** Told whenever other parts are ours. */
  readonly onParts: (parts: readonly number[]) => void
  /** Called before a part is given away: what is known of its machines is saved. */
  readonly onGiving: () => Promise<void>
}

/**
 * Takes batches that other servers were sent: those of the parts that are ours, in the order of each sender. Each is committed to
 * the inbox of the database before it is confirmed, and confirmed before it leaves its stream.
 */
export class InboxWork {
  private readonly runtime: Runtime
  private readonly cluster: Cluster
  private readonly keeper: InboxKeeper
  private readonly working = new Map<number, { stop(): Promise<void> }>()
  private readonly leases: Leases

  constructor(runtime: Runtime, cluster: Cluster, keeper: InboxKeeper) {
    this.runtime = runtime
    this.cluster = cluster
    this.keeper = keeper
    this.leases = new Leases({
      openPool: () => runtime.openPool('millrace_ingest', 1),
      ...{ key: LEASE_KEY, parts: INBOX_PARTS, log: runtime.log },
      onTaken: (part) => this.take(part),
      onGiven: (part) => this.give(part),
    })
  }

  get parts(): readonly number[] {
    return [...this.working.keys()]
  }

  /** Ends after what is under way is committed and confirmed. */
  async stop(): Promise<void> {
    await this.leases.stop()
  }

  private take(part: number): void {
    const stream = streams[part]
    if (!stream || this.working.has(part)) return
    this.working.set(
      part,
      this.cluster.doWork(stream, AT_ONCE, (message) => this.store(message)),
    )
    this.keeper.onParts(this.parts)
  }

  private async give(part: number): Promise<void> {
    const work = this.working.get(part)
    if (!work) return
    await work.stop()
    this.working.delete(part)
    this.keeper.onParts(this.parts)
    // It is given away in any case: whoever takes it goes on with what was saved before.
    await this.keeper.onGiving().catch((error: unknown) => {
      this.runtime.log.warn('What is known of machines could not be saved for another server.', {}, error)
    })
  }

  private async store(message: ClusterMessage): Promise<void> {
    const id = message.header(ID_HEADER)
    const confirm = message.header(CONFIRM_HEADER)
    const sender = readBatchSubject(message.subject)
    const journal = message.header(JOURNAL_HEADER)
    const sequence = Number(message.header(SEQUENCE_HEADER))
    if (!sender || id === undefined || confirm === undefined || journal === undefined || !(sequence > 0)) {
      this.runtime.log.error('A message in the inbox is no batch, and is left out.', { subject: message.subject })
      return
    }
    const answer = await this.outcomeOf({ ...sender, journal, sequence, payload: Buffer.from(message.data) })
    this.cluster.publish(confirm, JSON.stringify({ id, ...answer } satisfies Confirmation))
  }

  /** Never rejects: whatever was not stored is still in the gateway's journal, and comes again. */
  private async outcomeOf(batch: {
    readonly enterpriseId: string
    readonly gatewayId: string
    readonly journal: string
    readonly sequence: number
    readonly payload: Buffer
  }): Promise<Confirmation extends infer C ? (C extends { id: string } ? Omit<C, 'id'> : never) : never> {
    const { intake, catalogue, isBehind } = this.keeper
    try {
      if (isBehind()) return { kind: 'busy', detail: 'The history is too far behind to take more.' }
      const signals = await catalogue.of(this.runtime, batch.enterpriseId, [])
      return { kind: 'stored', isNew: await intake.store({ ...batch, signals }) }
    } catch (error) {
      if (isProblem(error, sequenceGap)) {
        return { kind: 'gap', expected: Number(error.data.expected), detail: error.message }
      }
      if (isProblem(error, ingestBusy)) return { kind: 'busy', detail: error.message }
      this.runtime.log.warn('A batch could not be stored now; its gateway sends it again.', {}, error)
      return { kind: 'busy', detail: 'The batch could not be stored now.' }
    }
  }
}
