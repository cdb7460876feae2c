import { setTimeout as pause } from 'node:timers/promises'
import { DAY_MS, epochMs, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import type { Runtime } from '@millrace/runtime'
import type { SignalMeta } from './acceptance-rules.ts'
import type { Catalogue } from './catalogue.ts'
import type { IngestClient, IngestPool } from './ingest-store.ts'
import { listPartitions } from './partition-store.ts'
import { classOf, DEFAULT_RULES, type RetentionRule } from './retention-contract.ts'
import { cutoffsOf, THINNING_SLACK_MS } from './retention-rules.ts'
import * as store from './thinning-store.ts'
import { measureVolumes } from './volumes.ts'

/** The first turns come sooner one after the other, and measure each time: whoever has just begun wants to see what is there. */
const FIRST_WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS]
const EVERY_MS = 30 * MINUTE_MS
const AGAIN_MS = MINUTE_MS
/** After that sizes change slowly: they are measured this rarely, and after something went. */
const MEASURED_EVERY_MS = 6 * 60 * MINUTE_MS
/** One transaction looks at a day of so many series: about 30 MB of dense samples. */
const STEP_SERIES = 32
/** Ingest and questions go on in between: after a step as long a pause as it took, at least this. */
const BREATH_MS = 5

type Removed = Record<store.Tier, number>

/** Thins the history out by the rules of each company, in small steps, and measures what is left. */
export class Thinner {
  private readonly runtime: Runtime
  private readonly pool: IngestPool
  private readonly catalogue: Catalogue
  private readonly stopping = new AbortController()
  private waking = new AbortController()
  private running: Promise<void> = Promise.resolve()
  private measuredMs = 0

  constructor(runtime: Runtime, pool: IngestPool, catalogue: Catalogue) {
    this.runtime = runtime
    this.pool = pool
    this.catalogue = catalogue
  }

  start(): void {
    this.running = this.run()
  }

  /** Rules changed: the next turn does not wait. */
  wake(): void {
    this.waking.abort()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping
    const firstWaits = [...FIRST_WAITS_MS]
    let waitMs = firstWaits.shift() ?? EVERY_MS
    while (!signal.aborted) {
      const either = AbortSignal.any([signal, this.waking.signal])
      await pause(waitMs, undefined, { signal: either, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      this.waking = new AbortController()
      try {
        await this.turn(epochMs(now()))
        const next = firstWaits.shift()
        if (next !== undefined) this.measuredMs = 0
        waitMs = next ?? EVERY_MS
      } catch (error) {
        waitMs = AGAIN_MS
        if (!signal.aborted) {
          this.runtime.log.warn('The history could not be thinned out; it is tried again.', {}, error)
        }
      }
    }
  }

  /** Thins out what is due at a moment. Doing it again changes nothing. */
  async turn(nowMs: number): Promise<void> {
    // Rather too much than an hour that is summed up without what still waits for it.
    if (await this.pool.transact((client) => store.isInboxOld(client, nowMs))) return
    await this.pool.transact(store.forgetReleased)
    const rules = await this.pool.transact(store.listRulesOfAll)
    const partitions = await this.pool.transact(listPartitions)
    const oldestMs = partitions.reduce((oldest, { fromMs }) => Math.min(oldest, fromMs), nowMs)
    let removed = 0
    for (const [enterpriseId, changed] of rules) {
      const signals = [...(await this.catalogue.of(this.runtime, enterpriseId, [])).values()]
      const byClass = Map.groupBy(signals, classOf)
      for (const rule of DEFAULT_RULES) {
        const own = changed.find((one) => one.class === rule.class) ?? rule
        const ofClass = byClass.get(rule.class) ?? []
        if (ofClass.length > 0) removed += await this.thinClass(enterpriseId, own, ofClass, oldestMs, nowMs)
        if (this.stopping.signal.aborted) return
      }
    }
    if (removed === 0 && nowMs - this.measuredMs < MEASURED_EVERY_MS) return
    await measureVolumes(this.runtime, this.pool, this.catalogue, nowMs, this.stopping.signal)
    this.measuredMs = nowMs
  }

  private async thinClass(
    enterpriseId: string,
    rule: RetentionRule,
    signals: readonly SignalMeta[],
    oldestMs: number,
    nowMs: number,
  ): Promise<number> {
    const cutoffs = cutoffsOf(rule, nowMs - THINNING_SLACK_MS)
    const removed: Removed = { raw: 0, minute: 0, hour: 0 }
    for (const [tier, cutoffMs] of [
      ['raw', cutoffs.rawMs],
      ['minute', cutoffs.minuteMs],
      ['hour', cutoffs.hourMs],
    ] as const) {
      const known = await this.pool.transact((client) => store.findThinned(client, enterpriseId, rule.class, tier))
      let postponedMs = cutoffMs
      const startMs = Math.floor(Math.max(known ?? 0, oldestMs) / DAY_MS) * DAY_MS
      for (let dayMs = startMs; dayMs < cutoffMs; dayMs += DAY_MS) {
        for (let at = 0; at < signals.length; at += STEP_SERIES) {
          const step = await this.step(enterpriseId, signals.slice(at, at + STEP_SERIES), tier, dayMs)
          if (this.stopping.signal.aborted) return 0
          if (step === undefined) postponedMs = Math.min(postponedMs, dayMs)
          else removed[tier] += step
        }
      }
      if (known === undefined || postponedMs !== known) {
        await this.pool.transact((client) =>
          // Never back on its own: a rule that is now longer brings nothing back.
          store.saveThinned(client, enterpriseId, rule.class, tier, {
            knownMs: known,
            beforeMs: Math.max(known ?? 0, postponedMs),
          }),
        )
      }
    }
    const count = removed.raw + removed.minute + removed.hour
    if (count > 0) {
      this.runtime.log.info('The history was thinned out.', { enterpriseId, class: rule.class, ...removed })
    }
    return count
  }

  /** @returns how many rows went or became shorter; undefined when an hour is not settled yet. */
  private async step(
    enterpriseId: string,
    signals: readonly SignalMeta[],
    tier: store.Tier,
    dayMs: number,
  ): Promise<number | undefined> {
    const startedMs = performance.now()
    const removed = await this.pool.transact(async (client) => {
      const stretch: store.Stretch = {
        ...{ enterpriseId, series: signals.map(({ series }) => series), fromMs: dayMs, toMs: dayMs + DAY_MS },
        held: heldOf(signals, await store.listHeldPeriods(client)),
      }
      if (tier !== 'hour' && (await store.isUnsettled(client, stretch))) return undefined
      return thin(client, stretch, signals, tier)
    })
    if (removed !== 0) {
      const tookMs = Math.min(SECOND_MS, performance.now() - startedMs)
      await pause(Math.max(BREATH_MS, tookMs), undefined, { signal: this.stopping.signal }).catch(() => undefined)
    }
    return removed
  }
}

/** What is held of some signals. */
function heldOf(signals: readonly SignalMeta[], held: readonly store.HeldPeriod[]): store.Stretch['held'] {
  return held.flatMap(({ workUnitId, fromMs, toMs }) =>
    signals.filter((signal) => signal.workUnitId === workUnitId).map(({ series }) => ({ series, fromMs, toMs })),
  )
}

/** Removes one fineness of a stretch. Texts have single samples only. */
async function thin(
  client: IngestClient,
  stretch: store.Stretch,
  signals: readonly SignalMeta[],
  tier: store.Tier,
): Promise<number> {
  const seriesOf = (kind: SignalMeta['kind']) => ({
    ...stretch,
    series: signals.filter((signal) => signal.kind === kind).map(({ series }) => series),
  })
  const [numbers, texts, vectors] = [seriesOf('number'), seriesOf('text'), seriesOf('vector')]
  let removed = 0
  if (vectors.series.length > 0) removed += await store.removeVectors(client, vectors, tier)
  if (texts.series.length > 0 && tier === 'raw') removed += await store.removeRaw(client, texts)
  if (numbers.series.length === 0) return removed
  if (tier === 'raw') return removed + (await store.removeRaw(client, numbers))
  if (tier === 'minute') return removed + (await store.removeMinutes(client, numbers))
  return removed + (await store.removeHours(client, numbers))
}
