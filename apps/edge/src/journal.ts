import type { FileHandle } from 'node:fs/promises'
import { mkdir, readdir } from 'node:fs/promises'
import { type BatchColumn, encodeBatch } from '@millrace/base'
import { syncFolder } from './files.ts'
import {
  createSegment,
  deleteSegment,
  encodeRecord,
  firstNumberOf,
  type JournalRecord,
  openSegment,
  readSegment,
  recordBytes,
  type Segment,
  truncateSegment,
} from './journal-segment.ts'
import { epochOf, type JournalState, loadState, neededEpochs, saveState, withEpoch } from './journal-state.ts'
import { type Log, messageOf } from './log.ts'

export type JournalOptions = {
  /** When the files take more, new samples are dropped and counted until the cloud has taken old ones. */
  maxBytes: number
  /** A file is closed and the next begun at this size. Deleting whole files is how space comes back. */
  segmentBytes?: number
  log: Log
}

const SEGMENT_BYTES = 4 * 1024 * 1024

/** Records kept in memory for the uplink, so that live data are not read back from the disk. */
const TAIL_MAX_BYTES = 2 * 1024 * 1024

/** How long an acknowledgement may be forgotten by a crash; the batches since are then sent again and known to the cloud. */
const STATE_SAVE_MS = 5_000

type Waiting = { columns: BatchColumn[]; sampleCount: number; firstAtMs: number; done: (stored: boolean) => void }

/**
 * The gateway's disk buffer: batches in files, appended and made durable before they are sent, deleted after the cloud has them.
 *
 * Survives kill -9 and power cuts: a cut or damaged record ends its file; what was durable before it stays. When full (or when
 * the disk is), the oldest data are kept and new samples are dropped and counted, because the cloud takes batches in order.
 */
export class Journal {
  /** Samples dropped since this process started. */
  droppedSamples = 0

  private readonly dir: string
  private readonly log: Log
  private readonly maxBytes: number
  private readonly segmentBytes: number
  private state: JournalState
  private readonly segments: Segment[]
  private tail: JournalRecord[] = []
  private tailBytes = 0
  private read: { first: number; records: JournalRecord[] } | undefined
  private active: FileHandle | undefined
  private waiting: Waiting[] = []
  private draining: Promise<void> | undefined
  private keeping: Promise<void> = Promise.resolve()
  private savedAcknowledged: number
  private stateTimer: NodeJS.Timeout | undefined
  private readonly appended = new Set<() => void>()
  private closed = false
  /** The newest file has an end that nobody knows: nothing more may be added to it. */
  private spoiled = false

  private constructor(dir: string, options: JournalOptions, state: JournalState, segments: Segment[]) {
    this.dir = dir
    this.log = options.log
    this.maxBytes = options.maxBytes
    this.segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.state = state
    this.segments = segments
    this.savedAcknowledged = state.acknowledged
  }

  /** Opens or makes the journal in a folder of its own, and repairs what a crash left. */
  static async open(dir: string, options: JournalOptions): Promise<Journal> {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const { state, fresh } = await loadState(dir)
    const { segments, holes } = await repair(dir, state.acknowledged, options.log)
    for (const hole of holes) state.epochs = withEpoch(state.epochs, hole)
    const journal = new Journal(dir, options, state, segments)
    if (fresh && segments.length > 0) {
      // The numbers under which these records were sent are forgotten: they go out under a new journal id.
      state.acknowledged = (segments[0]?.first ?? 1) - 1
      state.epochs = withEpoch([], state.acknowledged + 1)
    }
    state.epochs = neededEpochs(state.epochs, state.acknowledged)
    await saveState(dir, state)
    return journal
  }

  /** Number of the newest durable record, or of the last acknowledged one. */
  get lastNumber(): number {
    return Math.max(this.segments.at(-1)?.last ?? 0, this.state.acknowledged)
  }

  get acknowledged(): number {
    return this.state.acknowledged
  }

  /** Records the cloud has not yet. */
  get backlog(): number {
    return this.lastNumber - this.state.acknowledged
  }

  /** On disk, including what is acknowledged and not yet deleted. */
  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Time of the oldest sample the cloud has not yet, as far as known without reading; undefined when it has all. */
  get oldestAtMs(): number | undefined {
    if (this.backlog === 0) return undefined
    const next = this.state.acknowledged + 1
    const held = this.tail[0]
    if (held && held.number <= next) return held.firstAtMs
    return this.segments.find(({ last }) => last >= next)?.firstAtMs
  }

  /**
   * Makes samples durable as one record.
   *
   * @returns true once they are on disk; false when they were dropped because journal or disk is full.
   * @throws RangeError when the columns are no valid batch.
   */
  append(columns: BatchColumn[]): Promise<boolean> {
    if (this.closed) return Promise.resolve(false)
    const sampleCount = columns.reduce((sum, { timestampsMs }) => sum + timestampsMs.length, 0)
    if (sampleCount === 0) return Promise.resolve(true)
    // Encoded here once already, so that a fault of the caller fails the caller and not everyone in the group.
    encodeBatch({ sequence: 1, columns })
    const firstAtMs = Math.min(...columns.map(({ timestampsMs }) => timestampsMs[0] ?? Number.POSITIVE_INFINITY))
    return new Promise((done) => {
      this.waiting.push({ columns, sampleCount, firstAtMs, done })
      this.draining ??= this.drain()
    })
  }

  /** The record with a number, undefined when it is not (or no longer) there. */
  async record(number: number): Promise<JournalRecord | undefined> {
    const held = this.tail[0]
    if (held && number >= held.number) return this.tail[number - held.number]
    const cached = this.read?.records[number - this.read.first]
    if (cached) return cached
    const segment = this.segments.find(({ first, last }) => first <= number && number <= last)
    if (!segment) return undefined
    const { records } = await readSegment(this.dir, segment.first)
    this.read = { first: segment.first, records }
    return records[number - segment.first]
  }

  /** Under which journal id and sequence a record is sent. */
  wireNumber(number: number): { journalId: string; sequence: number } {
    const epoch = epochOf(this.state.epochs, number)
    return { journalId: epoch.id, sequence: number - epoch.first + 1 }
  }

  /** The number of the record that has this sequence in the same epoch as `number`; undefined when it is not kept. */
  numberOf(number: number, sequence: number): number | undefined {
    const wanted = epochOf(this.state.epochs, number).first + sequence - 1
    const oldest = this.segments[0]?.first ?? this.lastNumber + 1
    return wanted >= oldest && wanted <= this.lastNumber ? wanted : undefined
  }

  /** From this record on, sequences count from 1 under a new journal id. */
  async startEpoch(number: number): Promise<void> {
    this.state.epochs = withEpoch(this.state.epochs, number)
    await this.keepState()
  }

  /** The cloud has this record and all before it. */
  acknowledge(number: number): void {
    if (number <= this.state.acknowledged) return
    this.state.acknowledged = number
    while (this.tail[0] && this.tail[0].number <= number) {
      const gone = this.tail.shift()
      if (gone) this.tailBytes -= recordBytes(gone)
    }
    if (this.segments.length > 1 && (this.segments[0]?.last ?? 0) <= number) void this.keepState()
    this.stateTimer ??= setTimeout(() => {
      this.stateTimer = undefined
      void this.keepState()
    }, STATE_SAVE_MS)
  }

  /** Sends again from this record on: the cloud says that it does not have it. */
  rewind(number: number): void {
    this.state.acknowledged = Math.min(this.state.acknowledged, number - 1)
  }

  /** Resolves when there is a record after `number`, or when the signal is aborted. */
  async waitForAfter(number: number, signal: AbortSignal): Promise<void> {
    while (this.lastNumber <= number && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.appended.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        this.appended.add(wake)
        signal.addEventListener('abort', wake, { once: true })
      })
    }
  }

  /** Writes what waits, remembers what is acknowledged, and closes. */
  async close(): Promise<void> {
    this.closed = true
    await this.draining
    clearTimeout(this.stateTimer)
    await this.keepState()
    await this.active?.close()
    this.active = undefined
  }

  /** Everything that came while the last group was written goes to disk as one write and one flush. */
  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting
      this.waiting = []
      const stored = await this.writeGroup(group)
      for (const { done } of group) done(stored)
      if (stored) for (const wake of [...this.appended]) wake()
    }
    // Here and not after the promise: whoever appends in between must start the next drain.
    this.draining = undefined
  }

  private async writeGroup(group: Waiting[]): Promise<boolean> {
    let number = this.lastNumber + 1
    const records: JournalRecord[] = []
    for (const { columns, sampleCount, firstAtMs } of group) {
      const body = encodeBatch({ sequence: this.wireNumber(number).sequence, columns })
      records.push({ number, firstAtMs, sampleCount, body })
      number += 1
    }
    const bytes = Buffer.concat(records.map(encodeRecord))
    if (this.bytes + bytes.length > this.maxBytes) {
      this.drop(group, 'The journal is full: new samples are dropped until the cloud takes old ones.')
      return false
    }
    try {
      const segment = await this.segmentFor(bytes.length)
      await this.active?.appendFile(bytes)
      await this.active?.datasync()
      segment.bytes += bytes.length
      segment.last = records.at(-1)?.number ?? segment.last
      segment.firstAtMs ??= records[0]?.firstAtMs
      for (const record of records) this.hold(record)
      return true
    } catch (error) {
      this.drop(group, `The journal cannot be written (${messageOf(error)}): new samples are dropped until it can.`)
      await this.abandonSegment()
      return false
    }
  }

  private drop(group: Waiting[], sentence: string): void {
    for (const { sampleCount } of group) this.droppedSamples += sampleCount
    this.log.warn(sentence, { droppedSamples: this.droppedSamples })
  }

  private async segmentFor(bytes: number): Promise<Segment> {
    const current = this.segments.at(-1)
    if (current && this.active && current.bytes + bytes <= this.segmentBytes) return current
    await this.active?.close()
    this.active = undefined
    if (current && !this.spoiled && current.bytes + bytes <= this.segmentBytes && current.last === this.lastNumber) {
      this.active = await openSegment(this.dir, current.first)
      return current
    }
    const first = this.lastNumber + 1
    if (current?.first === first) this.segments.pop()
    this.active = await createSegment(this.dir, first)
    await syncFolder(this.dir)
    this.spoiled = false
    const segment: Segment = { first, last: first - 1, bytes: 0, firstAtMs: undefined }
    this.segments.push(segment)
    return segment
  }

  /**
   * After a failed write or flush nobody knows what is on disk: the file is cut back to what is known to be durable, and the
   * next write opens it anew. A flush is never simply tried again, because the system may have thrown the data away.
   */
  private async abandonSegment(): Promise<void> {
    const current = this.segments.at(-1)
    try {
      await this.active?.close()
      if (current) await truncateSegment(this.dir, current.first, current.bytes)
    } catch (error) {
      this.spoiled = true
      this.log.warn('A file of the journal could not be cut back.', { reason: messageOf(error) })
    }
    this.active = undefined
  }

  private hold(record: JournalRecord): void {
    this.tail.push(record)
    this.tailBytes += recordBytes(record)
    while (this.tailBytes > TAIL_MAX_BYTES && this.tail.length > 1) {
      const gone = this.tail.shift()
      if (gone) this.tailBytes -= recordBytes(gone)
    }
  }

  /** Remembers first, deletes then: a file that is gone must never be asked for again. */
  private keepState(): Promise<void> {
    this.keeping = this.keeping.then(async () => {
      try {
        this.state.epochs = neededEpochs(this.state.epochs, this.state.acknowledged)
        const state: JournalState = { epochs: this.state.epochs, acknowledged: this.state.acknowledged }
        await saveState(this.dir, state)
        this.savedAcknowledged = state.acknowledged
        while (this.segments.length > 1 && (this.segments[0]?.last ?? 0) <= this.savedAcknowledged) {
          const oldest = this.segments.shift()
          if (oldest) await deleteSegment(this.dir, oldest.first)
        }
      } catch (error) {
        this.log.warn('The state of the journal could not be saved.', { reason: messageOf(error) })
      }
    })
    return this.keeping
  }
}

/**
 * Reads every segment and cuts damaged ends off.
 *
 * @returns the segments with records, and the numbers at which a new epoch must begin: after a hole, and after a cut, because
 *   nobody knows whether what was cut off had been sent under the numbers that will now be given again.
 */
async function repair(dir: string, acknowledged: number, log: Log): Promise<{ segments: Segment[]; holes: number[] }> {
  const firsts = (await readdir(dir)).map(firstNumberOf).filter((first) => first !== undefined)
  const segments: Segment[] = []
  const holes: number[] = []
  for (const first of firsts.sort((a, b) => a - b)) {
    const { records, goodBytes, totalBytes } = await readSegment(dir, first)
    const last = records.at(-1)?.number
    if (goodBytes < totalBytes) {
      log.warn('The journal had a damaged end, which was cut off.', { bytes: totalBytes - goodBytes })
      await truncateSegment(dir, first, goodBytes)
      holes.push((last ?? first - 1) + 1)
    }
    if (last === undefined || records[0]?.number !== first || last <= acknowledged) {
      await deleteSegment(dir, first)
      continue
    }
    const before = segments.at(-1)
    if (before && before.last + 1 !== first) holes.push(first)
    segments.push({ first, last, bytes: goodBytes, firstAtMs: records[0]?.firstAtMs })
  }
  await syncFolder(dir)
  return { segments, holes: holes.filter((hole) => hole > acknowledged) }
}
