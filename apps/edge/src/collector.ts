import type { BatchColumn, VectorFrame } from '@millrace/base'
import type { Tag } from '@millrace/plant/contract'
import type { Reading } from './driver.ts'
import type { Journal } from './journal.ts'
import { type Counted, messageOf } from './log.ts'
import { badSample, type Sample, sampleOf } from './sample.ts'

/** How long samples gather before they go to disk and out: short, so that a screen shows them at once. */
const GATHER_MS = 50

/** While the cloud is behind, larger batches let it catch up sooner. */
const GATHER_BEHIND_MS = 1_000
const BEHIND_BATCHES = 20

/** A batch leaves at the latest with this many samples or bytes; the server takes 5,000 and 1 MiB. */
const BATCH_SAMPLES = 5_000
const BATCH_BYTES = 900 * 1024
const SAMPLE_BYTES = 20

/** Batches waiting for the disk; a disk this slow is as good as full. */
const WRITING_MAX = 50

type Gathered = { tag: Tag; samples: Sample[] }

/** Gathers the samples of all connections and gives them to the journal. */
export class Collector {
  private readonly journal: Journal
  private readonly counted: Counted
  private readonly nowMs: () => number
  private tags = new Map<string, Tag[]>()
  private gathered = new Map<number, Gathered>()
  private sampleCount = 0
  private bytes = 0
  private timer: NodeJS.Timeout | undefined
  /** When a tag that is recorded only every so often was last. */
  private readonly recordedMs = new Map<number, number>()
  private readonly writing = new Set<Promise<void>>()
  /** Signals of which samples were dropped, with the time from which on they are missing. */
  private readonly missingSince = new Map<number, { tag: Tag; sinceMs: number }>()

  constructor(journal: Journal, counted: Counted, nowMs: () => number = Date.now) {
    this.journal = journal
    this.counted = counted
    this.nowMs = nowMs
  }

  /** Which address is which signal. One address may be several, as itself and transformed. */
  setTags(tags: readonly Tag[]): void {
    this.tags = Map.groupBy(tags, (tag) => keyOf(tag.connectionId, tag.address))
  }

  take(connectionId: string, readings: readonly Reading[]): void {
    const nowMs = this.nowMs()
    for (const reading of readings) {
      for (const tag of this.tags.get(keyOf(connectionId, reading.address)) ?? []) {
        if (!this.isDue(tag, nowMs)) continue
        const sample = sampleOf(tag, reading, nowMs)
        if (sample.value === null && reading.value !== null) {
          this.counted.add('A value is not of the kind of its signal and was marked bad.', tag.name)
        }
        this.add(tag, sample)
      }
    }
  }

  private isDue({ series, recordEveryMs }: Tag, nowMs: number): boolean {
    if (recordEveryMs === undefined) return true
    const lastMs = this.recordedMs.get(series) ?? Number.NEGATIVE_INFINITY
    // A clock that was set back does not silence a signal.
    if (nowMs >= lastMs && nowMs - lastMs < recordEveryMs) return false
    this.recordedMs.set(series, nowMs)
    return true
  }

  /** A connection is gone: every signal behind it has a bad sample now, so that its last value is not taken for the present. */
  lost(connectionId: string): void {
    const nowMs = this.nowMs()
    for (const tags of this.tags.values()) {
      for (const tag of tags) if (tag.connectionId === connectionId) this.add(tag, badSample(nowMs))
    }
  }

  add(tag: Tag, sample: Sample): void {
    const gathered = this.gathered.get(tag.series) ?? { tag, samples: [] }
    gathered.samples.push(sample)
    this.gathered.set(tag.series, gathered)
    this.sampleCount += 1
    this.bytes += SAMPLE_BYTES + (typeof sample.value === 'object' ? (sample.value?.byteLength ?? 0) : 0)
    if (typeof sample.value === 'string') this.bytes += sample.value.length
    if (this.sampleCount >= BATCH_SAMPLES || this.bytes >= BATCH_BYTES) this.flush()
    else {
      const waitMs = this.journal.backlog > BEHIND_BATCHES ? GATHER_BEHIND_MS : GATHER_MS
      this.timer ??= setTimeout(() => this.flush(), waitMs)
    }
  }

  /** Gives what is gathered to the journal now. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.sampleCount === 0) return
    const gathered = [...this.gathered.values()]
    const sampleCount = this.sampleCount
    this.gathered = new Map()
    this.sampleCount = 0
    this.bytes = 0
    if (this.writing.size >= WRITING_MAX) {
      this.journal.droppedSamples += sampleCount
      this.miss(gathered)
      return
    }
    const done = this.write(gathered).finally(() => this.writing.delete(done))
    this.writing.add(done)
  }

  /** Everything taken so far is in the journal afterwards. */
  async close(): Promise<void> {
    this.flush()
    await Promise.all(this.writing)
  }

  /** Resolves when what was flushed is on disk. */
  async settled(): Promise<void> {
    await Promise.all(this.writing)
  }

  private async write(gathered: Gathered[]): Promise<void> {
    const missing = [...this.missingSince.values()]
    this.missingSince.clear()
    // The gap comes first: it is older than what follows.
    const gaps = missing.map(({ tag, sinceMs }) => ({ tag, samples: [badSample(sinceMs)] }))
    try {
      const stored = await this.journal.append([...gaps, ...gathered].flatMap(columnsOf))
      if (stored) return
    } catch (error) {
      this.counted.add('Samples do not fit into a batch and were dropped.', messageOf(error))
      this.journal.droppedSamples += gathered.reduce((sum, { samples }) => sum + samples.length, 0)
    }
    for (const { tag, sinceMs } of missing) this.missingSince.set(tag.series, { tag, sinceMs })
    this.miss(gathered)
  }

  private miss(gathered: readonly Gathered[]): void {
    for (const { tag, samples } of gathered) {
      const sinceMs = samples[0]?.timestampMs
      if (sinceMs !== undefined && !this.missingSince.has(tag.series))
        this.missingSince.set(tag.series, { tag, sinceMs })
    }
  }
}

function keyOf(connectionId: string, address: string): string {
  return `${connectionId} ${address}`
}

/** A column holds vectors of one frame: those of another length are another spectrum. */
function columnsOf({ tag, samples }: Gathered): BatchColumn[] {
  if (tag.kind !== 'vector') return [columnOf({ tag, samples })]
  const lengthOf = ({ value }: Sample) => (value instanceof Float32Array ? value.length : 0)
  return [...Map.groupBy(samples, lengthOf).values()].map((group) => columnOf({ tag, samples: group }))
}

function columnOf({ tag, samples }: Gathered): BatchColumn {
  const head = {
    series: tag.series,
    timestampsMs: Float64Array.from(samples, ({ timestampMs }) => timestampMs),
    qualities: Uint8Array.from(samples, ({ quality }) => quality),
  }
  switch (tag.kind) {
    case 'number': {
      const values = Float64Array.from(samples, ({ value }) => (typeof value === 'number' ? value : Number.NaN))
      return { ...head, kind: 'number', values }
    }
    case 'text':
      return { ...head, kind: 'text', values: samples.map(({ value }) => (typeof value === 'string' ? value : null)) }
    case 'vector':
      return {
        ...head,
        kind: 'vector',
        values: samples.map(({ value }) => (value instanceof Float32Array ? value : null)),
        ...frameOf(tag, samples[0]?.value),
      }
  }
}

/** What the vectors of a tag are; nothing where nobody said at which rate they are sampled. */
function frameOf({ transform, sampleRateHz }: Tag, value: unknown): { frame?: VectorFrame } {
  if (sampleRateHz === undefined || !(value instanceof Float32Array) || value.length === 0) return {}
  if (transform !== 'spectrum') return { frame: { form: 'waveform', rateHz: sampleRateHz } }
  return {
    frame: { form: 'spectrum', resolutionHz: sampleRateHz / (2 * value.length), window: 'hann', averages: 1 },
  }
}
