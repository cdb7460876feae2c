import { DAY_MS, HOUR_MS } from '@millrace/base'
import type { SiteTotals, TotalsBy } from '../contract.ts'

/** A bar: what was used in one span, and in the same span a week before. */
export interface EnergyBar {
  readonly fromMs: number
  readonly toMs: number
  /** Of the shift. */
  readonly name: string | null
  /** Null where nothing was measured. */
  readonly kwh: number | null
  readonly weekAgoKwh: number | null
  /** It still goes on. */
  readonly open: boolean
}

/** How far back each division looks. */
export const ENERGY_BACK_MS: Readonly<Record<TotalsBy, number>> = {
  hour: 24 * HOUR_MS,
  shift: 3 * DAY_MS,
  day: 14 * DAY_MS,
}

const WEEK_MS = 7 * DAY_MS
/** The clock may have been changed in between. */
const SAME_MS = 2 * HOUR_MS

/**
 * The bars of a place, from the totals of its power and those of the same range a week before.
 *
 * @param consumers the work units that count.
 */
export function energyBars(
  now: SiteTotals | undefined,
  weekAgo: SiteTotals | undefined,
  consumers: ReadonlySet<string>,
  nowMs: number,
): EnergyBar[] {
  return (now?.spans ?? [])
    .map(({ fromMs, toMs, name }, at) => {
      const before = sameIn(weekAgo, { fromMs: fromMs - WEEK_MS, name })
      return {
        ...{ fromMs, toMs, name, open: toMs > nowMs },
        kwh: kwhOf(now, at, consumers),
        weekAgoKwh: before < 0 ? null : kwhOf(weekAgo, before, consumers),
      }
    })
    .filter(({ fromMs }) => fromMs <= nowMs)
}

/** The span of the same name that begins nearest to a moment; -1 when none begins about then. */
function sameIn(totals: SiteTotals | undefined, wanted: { fromMs: number; name: string | null }): number {
  let nearest = -1
  let nearestMs = SAME_MS
  for (const [at, { fromMs, name }] of (totals?.spans ?? []).entries()) {
    const apartMs = Math.abs(fromMs - wanted.fromMs)
    if (name !== wanted.name || apartMs >= nearestMs) continue
    nearest = at
    nearestMs = apartMs
  }
  return nearest
}

/** What the consumers' signals of power in kW amount to in one span; null when none was measured. */
function kwhOf(totals: SiteTotals | undefined, at: number, consumers: ReadonlySet<string>): number | null {
  let kwh: number | null = null
  for (const { workUnitId, unit, mean, heldMs } of totals?.signals ?? []) {
    const power = mean[at] ?? null
    if (unit !== 'kW' || power === null || !consumers.has(workUnitId)) continue
    kwh = (kwh ?? 0) + (power * (heldMs[at] ?? 0)) / HOUR_MS
  }
  return kwh
}

/** What the spans that are over and measured in both weeks amount to. */
export function energyChange(bars: readonly EnergyBar[]): { kwh: number; weekAgoKwh: number } | undefined {
  const both = bars.filter((bar) => !bar.open && bar.kwh !== null && bar.weekAgoKwh !== null)
  if (both.length === 0) return undefined
  const sum = (of: (bar: EnergyBar) => number | null) => both.reduce((total, bar) => total + (of(bar) ?? 0), 0)
  return { kwh: sum((bar) => bar.kwh), weekAgoKwh: sum((bar) => bar.weekAgoKwh) }
}
