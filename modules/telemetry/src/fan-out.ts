import { type BatchColumn, BatchMemory, decodeBatch } from '@millrace/base'
import type { Live, Log } from '@millrace/runtime'
import type { SignalMeta } from './acceptance-rules.ts'
import type { Signals } from './catalogue.ts'
import { type LiveSamples, SITE_MEASURANDS } from './contract.ts'
import type { Newest } from './newest.ts'
import { newestAt } from './newest-rules.ts'

/** Samples of one signal that have just been made durable, in the order of arrival. */
export interface ArrivedSamples {
  readonly enterpriseId: string
  readonly signal: SignalMeta
  /**
   * Kind, times, values (NaN or null where bad) and qualities. Shared by all subscribers: not to be changed. Its arrays hold during
   * the call only; columns that were read at the same times share the array of their times.
   */
  readonly column: BatchColumn
}

export type SampleHandler = (samples: ArrivedSamples) => void

/** Screens are told at most this often about a topic. */
const PUBLISH_MS = 100
/**
 * What one message carries of each column, and in all until only the newest of each signal is added: a gateway that empties a
 * long journal sends more than a screen can use.
 */
const COLUMN_SAMPLES_MAX = 50
const MESSAGE_SAMPLES_MAX = 2000

type LiveSample = LiveSamples['samples'][number]

/** What a topic's watchers are told next. */
interface PendingTopic {
  readonly enterpriseId: string
  readonly topic: string
  readonly samples: LiveSample[]
  /** Where the sample of each series is of which only the newest is told. */
  readonly places: Map<number, number>
}

/** Takes samples from the acknowledgement to the screens, to the newest values and to the subscribers in this process. */
export class FanOut {
  private readonly handlers = new Set<SampleHandler>()
  private readonly pending = new Map<string, PendingTopic>()
  private readonly live: Live
  private readonly newest: Newest
  private readonly memory = new BatchMemory(true)
  private timer: NodeJS.Timeout | undefined

  constructor(live: Live, newest: Newest) {
    this.live = live
    this.newest = newest
  }

  /** @returns ends the subscription. */
  subscribe(handler: SampleHandler): () => void {
    this.handlers.add(handler)
    return () => this.handlers.delete(handler)
  }

  /** Called once for each batch, after its commit, in order of commits. */
  deliver(enterpriseId: string, payload: Uint8Array, signals: Signals, log: Log): void {
    const watched = new Map<string, boolean>()
    const isWatched = (topic: string) => {
      const known = watched.get(topic) ?? this.live.wanted(enterpriseId, topic)
      watched.set(topic, known)
      return known
    }
    let machine = ''
    let topic: string | undefined
    this.memory.clear()
    for (const column of decodeBatch(payload, this.memory).columns) {
      const signal = signals.get(column.series)
      if (!signal) continue
      this.newest.addColumn(enterpriseId, column)
      // The signals of a machine follow each other.
      if (signal.workUnitId !== machine) {
        machine = signal.workUnitId
        topic = isWatched(`telemetry.machine/${machine}`) ? `telemetry.machine/${machine}` : undefined
      }
      if (topic !== undefined) this.collectAll(this.pendingOf(enterpriseId, topic), column)
      if (SITE_MEASURANDS.includes(signal.measurand) && isWatched(`telemetry.site/${signal.siteId}`)) {
        this.collectNewest(this.pendingOf(enterpriseId, `telemetry.site/${signal.siteId}`), column)
      }
      for (const handler of this.handlers) {
        try {
          handler({ enterpriseId, signal, column })
        } catch (error) {
          log.error('A subscriber to samples failed.', { series: signal.series }, error)
        }
      }
    }
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.pending.clear()
  }

  private pendingOf(enterpriseId: string, topic: string): PendingTopic {
    const key = `${enterpriseId} ${topic}`
    const pending = this.pending.get(key) ?? { enterpriseId, topic, samples: [], places: new Map() }
    this.pending.set(key, pending)
    this.timer ??= setTimeout(() => this.publish(), PUBLISH_MS)
    return pending
  }

  /** A machine's screen draws every sample. */
  private collectAll(pending: PendingTopic, column: BatchColumn): void {
    const { samples } = pending
    if (samples.length >= MESSAGE_SAMPLES_MAX) {
      this.collectNewest(pending, column)
      return
    }
    const start = Math.max(0, column.timestampsMs.length - COLUMN_SAMPLES_MAX)
    for (let at = start; at < column.timestampsMs.length; at += 1) samples.push(liveSample(column, at))
  }

  /** A site's screen shows the present of many machines: of each signal the newest is enough. */
  private collectNewest({ samples, places }: PendingTopic, column: BatchColumn): void {
    const sample = liveSample(column, newestAt(column.timestampsMs))
    const place = places.get(column.series)
    if (place === undefined) places.set(column.series, samples.push(sample) - 1)
    else if (sample[1] >= (samples[place]?.[1] ?? 0)) samples[place] = sample
  }

  private publish(): void {
    this.timer = undefined
    for (const { enterpriseId, topic, samples } of this.pending.values()) {
      this.live.publish(enterpriseId, topic, { samples } satisfies LiveSamples)
    }
    this.pending.clear()
  }
}

function liveSample(column: BatchColumn, at: number): LiveSample {
  return [
    column.series,
    column.timestampsMs[at] ?? 0,
    column.kind === 'vector' ? null : shown(column.values[at]),
    column.qualities[at] ?? 0,
  ]
}

function shown(value: number | string | null | undefined): number | string | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
