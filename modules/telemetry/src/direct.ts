import { randomUUID } from 'node:crypto'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { type BatchColumn, encodeBatch, isProblem, renumberBatch, SECOND_MS } from '@millrace/base'
import { type Actor, limited, type Runtime } from '@millrace/runtime'
import type { SignalMeta } from './acceptance-rules.ts'
import { openIngest, sampleCountOf } from './batches.ts'
import type { Signals } from './catalogue.ts'
import { ingestBusy, sequenceGap } from './contract.ts'
import { derivedId } from './derived-id.ts'
import { ArrivalTimes, type DirectListener, type DirectMessage, draftMessage } from './direct-rules.ts'
import { hubOf } from './hub.ts'
import { Drafts } from './text-batch-rules.ts'

/** Below the most columns of a batch, should every reading be of another signal; a message may go a little beyond. */
const GROUP_READINGS_MAX = 8000
const GROUP_BYTES_MAX = 1024 * 1024
/** Messages of one company in memory that wait for their transaction. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024
const FIRST_PAUSE_MS = 50
const PAUSE_MS_MAX = 5 * SECOND_MS

interface Waiting {
  readonly message: DirectMessage
  readonly bytes: number
  readonly done: (error?: Error) => void
}

/**
 * The way in for what devices of one company say to us themselves. While one group of messages is being committed the next one
 * gathers, so that all of them share few writes to the disk; each group becomes one batch of one journal in the inbox, as if it
 * came from a gateway. From there on nothing differs.
 */
export class DirectJournal {
  private readonly runtime: Runtime
  private readonly heard: DirectListener
  private readonly sender: Actor
  private readonly arrivals = new ArrivalTimes()
  private journal = randomUUID()
  private sequence = 1
  private waiting: Waiting[] = []
  private waitingBytes = 0
  private running: Promise<void> | undefined
  private isStopped = false

  constructor(runtime: Runtime, enterpriseId: string, heard: DirectListener) {
    this.runtime = runtime
    this.heard = heard
    // One sender for all devices of a company; which of them may say what was decided before.
    this.sender = {
      ...{
        kind: 'gateway',
        id: derivedId('devices', enterpriseId),
        name: 'Devices',
        enterpriseId,
        permissions: new Map(),
      },
    }
  }

  /**
   * Takes a message; which device may say it was decided before. What it says of unknown signals, or in a way that does not fit,
   * is told to the listener and left out.
   *
   * @param done called once, when everything else is durable, or never when this is stopped before.
   * @throws ingestBusy too much waits already
   */
  add(message: DirectMessage, bytes: number, done: (error?: Error) => void): void {
    if (this.waitingBytes + bytes > WAITING_BYTES_MAX) throw ingestBusy('Too many messages wait to be stored.')
    this.waiting.push({ message, bytes, done })
    this.waitingBytes += bytes
    this.running ??= this.run().finally(() => {
      this.running = undefined
    })
  }

  /** Ends after the transaction it is in. What waits is forgotten: it was not acknowledged. */
  async stop(): Promise<void> {
    this.isStopped = true
    await this.running
  }

  private async run(): Promise<void> {
    // What other sockets hold at this moment comes along.
    await turn()
    while (this.waiting.length > 0 && !this.isStopped) {
      const group = this.takeGroup()
      const outcome = await this.store(group)
      if (this.isStopped && outcome !== 'stored') return
      const error = outcome === 'stored' ? undefined : outcome
      for (const { done } of group) done(error)
    }
  }

  private takeGroup(): Waiting[] {
    let readings = 0
    let bytes = 0
    const end = this.waiting.findIndex((one, index) => {
      readings += one.message.readings.length
      bytes += one.bytes
      return index > 0 && (readings > GROUP_READINGS_MAX || bytes > GROUP_BYTES_MAX)
    })
    const group = end < 0 ? this.waiting : this.waiting.slice(0, end)
    this.waiting = end < 0 ? [] : this.waiting.slice(end)
    for (const one of group) this.waitingBytes -= one.bytes
    return group
  }

  /** Stores a group, however long that takes. @returns the error when it never can be. */
  private async store(group: readonly Waiting[]): Promise<'stored' | Error> {
    let batch: { payload: Uint8Array; readonly signals: Signals } | undefined
    let pauseMs = FIRST_PAUSE_MS
    while (!this.isStopped) {
      try {
        const { ingest } = openIngest(this.runtime, this.sender)
        if (!batch) {
          const { columns, signals } = await this.read(group)
          if (columns.length === 0) return 'stored'
          this.runtime.quotas.charge(this.sender, 'samples', sampleCountOf({ columns }))
          batch = { payload: encodeBatch({ sequence: this.sequence, columns }), signals }
        }
        const { payload, signals } = batch
        const { journal, sequence } = this
        const { id: gatewayId, enterpriseId } = this.sender
        await ingest.intake.store({
          ...{ enterpriseId, gatewayId, journal, sequence, signals },
          payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
        })
        this.sequence += 1
        return 'stored'
      } catch (error) {
        if (error instanceof RangeError || error instanceof TypeError) {
          this.runtime.log.error('Messages of devices cannot be stored.', { count: group.length }, error)
          return error
        }
        if (isProblem(error, sequenceGap)) {
          // The company's receipts were removed with its history: a new journal begins.
          this.journal = randomUUID()
          this.sequence = 1
          if (batch) batch.payload = renumberBatch(batch.payload, this.sequence)
        }
        if (!isProblem(error)) this.runtime.log.warn('Messages of devices wait, they could not be stored.', {}, error)
        const { retryAfterMs } = isProblem(error, limited) ? error.data : {}
        await pause(typeof retryAfterMs === 'number' ? Math.min(retryAfterMs, PAUSE_MS_MAX) : pauseMs)
        pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)
      }
    }
    return new Error('The server stops.')
  }

  private async read(group: readonly Waiting[]): Promise<{ columns: BatchColumn[]; signals: Signals }> {
    const { catalogue } = hubOf(this.runtime)
    const signals = await catalogue.of(this.runtime, this.sender.enterpriseId, [])
    const addressed = addressedIn(signals)
    const drafts = new Drafts()
    for (const { message } of group) {
      const known = addressed.get(message.gatewayId)
      draftMessage(drafts, message, {
        signalAt: (address) => known?.get(address),
        arrivals: this.arrivals,
        heard: this.heard,
      })
    }
    return { columns: drafts.columns(), signals }
  }
}

type Addressed = ReadonlyMap<string, ReadonlyMap<string, SignalMeta>>
const addressedBySignals = new WeakMap<Signals, Addressed>()

/** The signals of each gateway by their addresses; made once for each reading of the catalogue. */
function addressedIn(signals: Signals): Addressed {
  const known = addressedBySignals.get(signals)
  if (known) return known
  const addressed = new Map<string, Map<string, SignalMeta>>()
  for (const signal of signals.values()) {
    const { gatewayId, address } = signal
    if (gatewayId === null || address === null) continue
    const own = addressed.get(gatewayId) ?? new Map<string, SignalMeta>()
    addressed.set(gatewayId, own.set(address, signal))
  }
  addressedBySignals.set(signals, addressed)
  return addressed
}
