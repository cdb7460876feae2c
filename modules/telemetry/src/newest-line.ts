import { setTimeout as pause } from 'node:timers/promises'
import { MINUTE_MS } from '@millrace/base'
import type { Context, Live, Log } from '@millrace/runtime'
import type { Series } from './contract.ts'
import type { FanOut } from './fan-out.ts'
import type { Newest } from './newest.ts'
import { listNewestOf } from './newest-store.ts'

// Topics of the live hub that no module lists, so that no person can watch them.
const NEWEST_TOPIC = 'telemetry.newest'
const ASK_TOPIC = 'telemetry.newest-wanted'

/** Says that the past of an enterprise was changed otherwise than by new samples: what is known is asked for anew. */
export const HISTORY_TOPIC = 'telemetry.history-changed'

/** As often as a person notices. */
const TELL_EVERY_MS = 500
const MESSAGE_SAMPLES_MAX = 5000
/** How long the first who asks waits for the workers, beyond what the database knows. */
const ANSWER_MS = 300
/** An enterprise at which nobody looked for so long is not listened for any more. */
const UNUSED_MS = 10 * MINUTE_MS

interface NewestMessage {
  /** Series, time, value, text and quality of each. */
  readonly samples: readonly (readonly [Series, number, number | null, string | null, number])[]
}

/** Tells servers that ask what the newest samples of an enterprise are, and from then on which changed. For workers. */
export class NewestTeller {
  private readonly live: Live
  private readonly newest: Newest
  private readonly changed = new Map<string, Set<Series>>()
  private readonly asked = new Set<string>()
  private readonly ends: readonly (() => void)[]
  private readonly timer: NodeJS.Timeout

  constructor(live: Live, newest: Newest, fanOut: FanOut) {
    this.live = live
    this.newest = newest
    this.ends = [
      fanOut.subscribe(({ enterpriseId, signal }) => this.changed.get(enterpriseId)?.add(signal.series)),
      live.follow(ASK_TOPIC, (enterpriseId) => this.asked.add(enterpriseId)),
    ]
    this.timer = setInterval(() => this.tell(), TELL_EVERY_MS)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
    for (const end of this.ends) end()
  }

  private tell(): void {
    for (const enterpriseId of this.asked) {
      this.say(enterpriseId, this.newest.seriesOf(enterpriseId))
      this.changed.set(enterpriseId, new Set())
    }
    this.asked.clear()
    for (const [enterpriseId, series] of this.changed) {
      if (series.size > 0) this.say(enterpriseId, series)
      series.clear()
      if (!this.live.watched(enterpriseId, NEWEST_TOPIC)) this.changed.delete(enterpriseId)
    }
  }

  private say(enterpriseId: string, series: Iterable<Series>): void {
    let samples: NewestMessage['samples'][number][] = []
    const send = () => {
      this.live.publish(enterpriseId, NEWEST_TOPIC, { samples } satisfies NewestMessage)
      samples = []
    }
    for (const one of series) {
      const found = this.newest.sampleOf(enterpriseId, one)
      if (found) samples.push([one, found.timestampMs, found.value, found.text, found.quality])
      if (samples.length === MESSAGE_SAMPLES_MAX) send()
    }
    if (samples.length > 0) send()
  }
}

/** Keeps the newest samples of the enterprises that are looked at, as the workers tell them. For servers without samples of their own. */
export class NewestLine {
  private readonly live: Live
  private readonly newest: Newest
  private readonly log: Log
  private readonly isAlone: boolean
  private readonly known = new Map<string, { ready: Promise<void>; usedMs: number; end: () => void }>()
  private readonly timer: NodeJS.Timeout
  private readonly unfollow: () => void

  /** @param isAlone whether nothing else in this process keeps the newest samples: then those nobody looks at are forgotten. */
  constructor(live: Live, newest: Newest, log: Log, isAlone: boolean) {
    this.live = live
    this.newest = newest
    this.log = log
    this.isAlone = isAlone
    this.timer = setInterval(() => this.forgetUnused(), MINUTE_MS)
    this.timer.unref()
    this.unfollow = live.follow(HISTORY_TOPIC, (enterpriseId) => this.end(enterpriseId))
  }

  /** Resolves when the newest samples of the enterprise are known here, and stay so while somebody looks. */
  async ready(ctx: Context): Promise<void> {
    const { enterpriseId } = ctx
    const known = this.known.get(enterpriseId) ?? this.begin(ctx)
    known.usedMs = performance.now()
    try {
      await known.ready
    } catch (error) {
      if (this.known.get(enterpriseId) === known) this.end(enterpriseId)
      throw error
    }
  }

  stop(): void {
    clearInterval(this.timer)
    this.unfollow()
    for (const enterpriseId of [...this.known.keys()]) this.end(enterpriseId)
  }

  private begin(ctx: Context) {
    const { enterpriseId } = ctx
    const answered = Promise.withResolvers<void>()
    const end = this.live.subscribe(enterpriseId, [NEWEST_TOPIC], {
      send: ({ data }) => {
        this.take(enterpriseId, data)
        answered.resolve()
      },
    })
    // Listening comes first: what changes while the database answers is not missed.
    const load = async () => {
      for (const sample of await listNewestOf(ctx.db)) this.newest.add(enterpriseId, sample.series, sample, true)
      this.live.publish(enterpriseId, ASK_TOPIC, {})
      await Promise.race([answered.promise, pause(TELL_EVERY_MS + ANSWER_MS)])
    }
    const begun = { ready: load(), usedMs: 0, end }
    this.known.set(enterpriseId, begun)
    return begun
  }

  private take(enterpriseId: string, text: string): void {
    try {
      const { samples }: NewestMessage = JSON.parse(text)
      for (const [series, timestampMs, value, words, quality] of samples) {
        this.newest.add(enterpriseId, series, { timestampMs, value, text: words, quality }, true)
      }
    } catch (error) {
      this.log.error('The newest samples that another server told cannot be read.', {}, error)
    }
  }

  private forgetUnused(): void {
    for (const [enterpriseId, { usedMs }] of this.known) {
      if (performance.now() - usedMs > UNUSED_MS) this.end(enterpriseId)
    }
  }

  private end(enterpriseId: string): void {
    const known = this.known.get(enterpriseId)
    if (!known) return
    known.end()
    this.known.delete(enterpriseId)
    if (this.isAlone) this.newest.forget(enterpriseId)
  }
}
