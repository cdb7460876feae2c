import { DAY_MS, epochMs, now, SECOND_MS } from '@millrace/base'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { RAW_RETENTION_MS, type SignalMeta } from './acceptance-rules.ts'
import type { Series } from './contract.ts'
import { classOf } from './retention-contract.ts'
import { rulesOf } from './retention-store.ts'
import { listAllSignals } from './signal-store.ts'

export type Signals = ReadonlyMap<Series, SignalMeta>

/** Another server may have changed signals; this one's own changes are known at once. */
const FRESH_MS = 30 * SECOND_MS
/** An unknown series is looked for again, but not for every batch of a gateway that keeps sending one. */
const AGAIN_MS = 2 * SECOND_MS

interface Loaded {
  readonly signals: Promise<Signals>
  readonly atMs: number
  /** The signals, once they are there. */
  ready: Signals | undefined
}

/** The signals of each enterprise that sends samples, kept in memory: every batch needs them. */
export class Catalogue {
  private readonly loaded = new Map<string, Loaded>()

  /** What {@link of} would give, if nobody has to wait for it. */
  known(enterpriseId: string, needed: readonly Series[]): Signals | undefined {
    const known = this.loaded.get(enterpriseId)
    if (!known?.ready) return undefined
    const ageMs = epochMs(now()) - known.atMs
    return ageMs < AGAIN_MS || (ageMs < FRESH_MS && hasAll(known.ready, needed)) ? known.ready : undefined
  }

  /** @param needed series the caller is about to look up. */
  async of(runtime: Runtime, enterpriseId: string, needed: readonly Series[]): Promise<Signals> {
    const nowMs = epochMs(now())
    const known = this.loaded.get(enterpriseId)
    if (known && nowMs - known.atMs < FRESH_MS) {
      const signals = await known.signals
      if (nowMs - known.atMs < AGAIN_MS || hasAll(signals, needed)) return signals
    }
    const signals = load(runtime, enterpriseId)
    const entry: Loaded = { signals, atMs: nowMs, ready: undefined }
    this.loaded.set(enterpriseId, entry)
    signals.then(
      (ready) => {
        entry.ready = ready
      },
      () => {
        // A failed reading is not kept.
        if (this.loaded.get(enterpriseId) === entry) this.loaded.delete(enterpriseId)
      },
    )
    return signals
  }

  /** Signals of the enterprise changed, and the change is committed. */
  forget(enterpriseId: string): void {
    this.loaded.delete(enterpriseId)
  }
}

async function load(runtime: Runtime, enterpriseId: string): Promise<Signals> {
  return inContext(runtime, systemActor(enterpriseId, 'telemetry.catalogue'), async (ctx) => {
    const kept = new Map((await rulesOf(ctx.db)).map((rule) => [rule.class, rule.rawDays * DAY_MS]))
    const signals = await listAllSignals(ctx.db)
    return new Map(
      signals.map((signal) => [signal.series, { ...signal, rawKeptMs: kept.get(classOf(signal)) ?? RAW_RETENTION_MS }]),
    )
  })
}

function hasAll(signals: Signals, needed: readonly Series[]): boolean {
  for (const series of needed) if (!signals.has(series)) return false
  return true
}
