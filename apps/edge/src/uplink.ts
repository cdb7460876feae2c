import { isProblem, renumberBatch } from '@millrace/base'
import { type Answer, type Cloud, cloudUnreachable, problemCode, problemText } from './cloud.ts'
import type { Journal } from './journal.ts'
import type { Log } from './log.ts'
import { GrowingPause, waitMs } from './pause.ts'

const PAUSE_FIRST_MS = 200
/** Asking whether the server is back costs next to nothing, and screens stand still until it was asked. */
const PAUSE_MAX_MS = 2_000

/** Answers that mean that this very batch will never be taken. */
const REFUSED_FOR_GOOD = [400, 413, 415, 422]

/**
 * Sends the journal to the cloud, one batch at a time and in order, until the signal is aborted.
 *
 * A batch leaves the journal when the cloud says that it is stored. Everything else keeps it: no connection, a busy server, a
 * refused token. Only a batch that the cloud cannot read is given up, counted and logged, so that it does not hold up the rest.
 */
export class Uplink {
  /** Samples of batches that the cloud refused for good. */
  refusedSamples = 0

  private readonly cloud: Cloud
  private readonly journal: Journal
  private readonly log: Log
  private readonly pause = new GrowingPause(PAUSE_FIRST_MS, PAUSE_MAX_MS)
  private healthy = true

  constructor(cloud: Cloud, journal: Journal, log: Log) {
    this.cloud = cloud
    this.journal = journal
    this.log = log
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const number = this.journal.acknowledged + 1
      await this.journal.waitForAfter(number - 1, signal)
      if (signal.aborted) return
      await this.sendOne(number, signal)
    }
  }

  private async sendOne(number: number, signal: AbortSignal): Promise<void> {
    const record = await this.journal.record(number)
    if (!record) {
      this.log.warn('A batch of the journal cannot be read any more; its samples are lost.', { number })
      await this.skip(number)
      return
    }
    const { journalId, sequence } = this.journal.wireNumber(number)
    try {
      const answer = await this.cloud.send({
        method: 'POST',
        path: '/telemetry/batches',
        bytes: renumberBatch(record.body, sequence),
        headers: { 'content-type': 'application/vnd.millrace.batch', 'millrace-journal': journalId },
        signal,
      })
      await this.take(answer, number, record.sampleCount, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!isProblem(error, cloudUnreachable)) throw error
      this.unhealthy(error.message)
      await this.pause.wait(signal)
    }
  }

  private async take(answer: Answer, number: number, sampleCount: number, signal: AbortSignal): Promise<void> {
    if (answer.status >= 200 && answer.status < 300) {
      if (!this.healthy) this.log.info('The server takes batches again.', { backlog: this.journal.backlog })
      this.healthy = true
      this.pause.reset()
      this.journal.acknowledge(number)
      return
    }
    if (problemCode(answer) === 'telemetry/sequence-gap') {
      await this.closeGap(answer, number)
      await this.pause.wait(signal)
      return
    }
    if (REFUSED_FOR_GOOD.includes(answer.status)) {
      this.refusedSamples += sampleCount
      this.log.warn('The server cannot read a batch; its samples are given up.', {
        reason: problemText(answer),
        refusedSamples: this.refusedSamples,
      })
      await this.skip(number)
      return
    }
    this.unhealthy(problemText(answer))
    if (answer.retryAfterMs === undefined) await this.pause.wait(signal)
    else await waitMs(Math.max(PAUSE_FIRST_MS, answer.retryAfterMs), signal)
  }

  /** The cloud misses a batch. If it is still here it is sent next; else the rest begins a new count. */
  private async closeGap(answer: Answer, number: number): Promise<void> {
    const { json } = answer
    const expected = typeof json === 'object' && json !== null && 'expected' in json ? json.expected : undefined
    const wanted = typeof expected === 'number' ? this.journal.numberOf(number, expected) : undefined
    this.log.warn('The server expects another batch.', { expected: Number(expected), kept: wanted !== undefined })
    if (wanted !== undefined && wanted < number) this.journal.rewind(wanted)
    else await this.journal.startEpoch(number)
  }

  /** Leaves one record out. What follows counts from 1 again, because the cloud wants no hole. */
  private async skip(number: number): Promise<void> {
    this.journal.acknowledge(number)
    await this.journal.startEpoch(number + 1)
  }

  private unhealthy(reason: string): void {
    if (this.healthy) this.log.warn('The server takes no batches now; they are kept.', { reason })
    this.healthy = false
  }
}
