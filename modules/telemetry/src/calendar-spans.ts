import { atWallClock, HOUR_MS, wallClock } from '@millrace/base'
import { shiftsWithin } from '@millrace/plant'
import type { SiteDetail } from '@millrace/plant/contract'
import { hourOf } from './chunk-rules.ts'
import type { TotalsBy } from './contract.ts'
import type { TotalsSpan } from './totals-rules.ts'

/**
 * The spans that overlap a range, whole, in order. Hours are those of UTC, which in nearly all zones are those of the clock
 * too; days and shifts are an hour longer or shorter when the clock is changed.
 */
export function spansOf(site: SiteDetail, by: TotalsBy, fromMs: number, toMs: number): TotalsSpan[] {
  if (by === 'shift') {
    return shiftsWithin(site, fromMs, toMs).map(({ name, startMs, endMs }) => ({ fromMs: startMs, toMs: endMs, name }))
  }
  const spans: TotalsSpan[] = []
  if (by === 'hour') {
    for (let atMs = hourOf(fromMs); atMs < toMs; atMs += HOUR_MS)
      spans.push({ fromMs: atMs, toMs: atMs + HOUR_MS, name: null })
    return spans
  }
  const { year, month, day } = wallClock(fromMs, site.timeZone)
  for (let offset = 0; ; offset += 1) {
    const startMs = atWallClock(year, month, day + offset, 0, site.timeZone)
    if (startMs >= toMs) return spans
    spans.push({ fromMs: startMs, toMs: atWallClock(year, month, day + offset + 1, 0, site.timeZone), name: null })
  }
}
