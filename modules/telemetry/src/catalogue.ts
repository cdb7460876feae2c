import { DAY_MS, epochMs, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { RAW_RETENTION_MS, type SignalMeta } from './acceptance-rules.ts'
import type { Series } from './contract.ts'
import { classOf } from './retention-contract.ts'
import { rulesOf } from './retention-store.ts'
import { listAllSignals } from './signal-store.ts'

export type Signals = ReadonlyMap<Series, SignalMeta>

/** Changes of signals are told at once, on every server; this is for what changes beside them, such as a connection's gateway. */
const FRESH_MS = 5 * MINUTE_MS
/** What does not fit is looked for again, but not for every batch of a gateway that keeps sending it, */
const AGAIN_MS = 2 * SECOND_MS
/** and where reading takes long, after so many times as long. */
const AGAIN_TIMES = 20

interface Loaded {
  readonly signals: Promise<Signals>
  readonly atMs: number
  /** The signals, once they are there. */
  ready: Signals | undefined
  againMs: number
}

/** The signals of each enterprise that sends samples, kept in memory: every batch needs them. */
export class Catalogue {
  private readonly loaded = new Map<string, Loaded>()

  /** What {@link of} would give, if nobody has to wait for it. */
  known(enterpriseId: string, needed: readonly Series[]): Signals | undefined {
    const known = this.loaded.get(enterpriseId)
    if (!known?.ready) return undefined
    const ageMs = epochMs(now()) - known.atMs
    return ageMs < known.againMs || (ageMs < FRESH_MS && hasAll(known.ready, needed)) ? known.ready : undefined
  }

  /** @param needed series the caller is about to look up. */
  async of(runtime: Runtime, enterpriseId: string, needed: readonly Series[]): Promise<Signals> {
    const known = this.loaded.get(enterpriseId)
    const ageMs = epochMs(now()) - (known?.atMs ?? 0)
    if (known && ageMs < FRESH_MS) {
      const signals = await known.signals
      if (ageMs < known.againMs || hasAll(signals, needed)) return signals
    }
    const { signals } = this.load(runtime, enterpriseId)
    // Nobody waits for what is only read again.
    return known?.ready && hasAll(known.ready, needed) ? known.ready : signals
  }

  /** As {@link of}, but read lately: for who found that something does not fit. */
  recent(runtime: Runtime, enterpriseId: string): Promise<Signals> {
    const known = this.loaded.get(enterpriseId)
    if (known && epochMs(now()) - known.atMs < known.againMs) return known.signals
    return this.load(runtime, enterpriseId).signals
  }

  /** Signals of the enterprise changed, and the change is committed. */
  forget(enterpriseId: string): void {
    this.loaded.delete(enterpriseId)
  }

  private load(runtime: Runtime, enterpriseId: string): Loaded {
    const before = this.loaded.get(enterpriseId)
    const atMs = epochMs(now())
    const signals = load(runtime, enterpriseId)
    const entry: Loaded = { signals, atMs, ready: undefined, againMs: AGAIN_MS }
    this.loaded.set(enterpriseId, entry)
    signals.then(
      (ready) => {
        entry.ready = ready
        entry.againMs = Math.max(AGAIN_MS, AGAIN_TIMES * (epochMs(now()) - atMs))
      },
      () => {
        // A failed reading is not kept.
        if (this.loaded.get(enterpriseId) !== entry) return
        if (before?.ready) this.loaded.set(enterpriseId, before)
        else this.loaded.delete(enterpriseId)
      },
    )
    return entry
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
