import { DAY_MS } from '@millrace/base'
import { getEquipment, getSite, listEquipment } from '@millrace/plant'
import type { Equipment, EquipmentId } from '@millrace/plant/contract'
import { type Context, reachOf } from '@millrace/runtime'
import type { SignalMeta } from './acceptance-rules.ts'
import { spansOf } from './calendar-spans.ts'
import { hourOf, mergeParts, type Samples } from './chunk-rules.ts'
import {
  type Measurand,
  rangeInvalid,
  type Series,
  type SiteTotals,
  TOTALS_SIGNALS_MAX,
  TOTALS_SPANS_MAX,
  type TotalsBy,
} from './contract.ts'
import * as store from './history-store.ts'
import { RETENTION_DAYS_MAX } from './retention-contract.ts'
import { listNumberSignalsAt } from './signal-store.ts'
import { cutHours, partOfHour, partOfMinutes, partOfSamples, SpanSums, type TotalsSpan } from './totals-rules.ts'

/** As long as hours are kept. */
const RANGE_MS_MAX = (RETENTION_DAYS_MAX + 366) * DAY_MS

export interface TotalsQuery {
  /** A site, area, line or machine; all sites when absent. */
  readonly equipmentId?: EquipmentId
  readonly measurand: Measurand
  readonly by: TotalsBy
  readonly fromMs: number
  readonly toMs: number
}

/**
 * What the number signals of one measurand at a place amounted to, by the hours, shifts or days of each site that overlap the
 * range. Only good samples count. Sites without such signals are left out, and machines the actor may not see.
 *
 * @throws rangeInvalid      the range is empty or has too many spans, or the place too many signals
 * @throws equipmentMissing
 */
export async function readTotals(ctx: Context, query: TotalsQuery): Promise<SiteTotals[]> {
  const { by, fromMs, toMs } = query
  if (toMs <= fromMs || toMs - fromMs > RANGE_MS_MAX)
    throw rangeInvalid('A range ends after it starts, within ten years.')
  const signals = await signalsAt(ctx, query)
  const totals: SiteTotals[] = []
  for (const [siteId, ours] of Map.groupBy(signals, (signal) => signal.siteId)) {
    const { site } = await getSite(ctx, siteId)
    const spans = spansOf(site, by, fromMs, toMs)
    if (spans.length > TOTALS_SPANS_MAX) {
      throw rangeInvalid(`The range has ${spans.length} spans, more than ${TOTALS_SPANS_MAX}. Ask for a shorter one.`)
    }
    const sums = spans.length === 0 ? new Map<Series, SpanSums>() : await sumUp(ctx, ours, spans)
    totals.push({
      ...{ siteId, timeZone: site.timeZone, spans },
      signals: ours.map(({ series, workUnitId, title, unit }) => {
        const { count, min, max, mean, heldMs } = sums.get(series) ?? new SpanSums(spans.length)
        return { series, workUnitId, title, unit, count, min, max, mean, heldMs }
      }),
    })
  }
  return totals
}

async function signalsAt(ctx: Context, { equipmentId, measurand }: TotalsQuery): Promise<SignalMeta[]> {
  const place = equipmentId === undefined ? undefined : await getEquipment(ctx, equipmentId)
  const reach = reachOf(ctx.actor, 'telemetry:signal:read')
  if (reach === undefined) return []
  const found = await listNumberSignalsAt(ctx.db, { reach, measurand, ...(place && { siteId: place.siteId }) })
  const below = place && place.level !== 'site' ? idsBelow(await listEquipment(ctx), place.id) : undefined
  const signals = below ? found.filter((signal) => below.has(signal.workUnitId)) : found
  if (signals.length > TOTALS_SIGNALS_MAX) {
    throw rangeInvalid(`There are more than ${TOTALS_SIGNALS_MAX} such signals. Ask for a smaller place.`)
  }
  return signals
}

/** A piece of equipment and all below it. */
function idsBelow(equipment: readonly Equipment[], id: EquipmentId): Set<EquipmentId> {
  const below = new Set([id])
  // Parents come before their children.
  for (const one of equipment) if (one.parentId !== null && below.has(one.parentId)) below.add(one.id)
  return below
}

/** Settled hours that lie in one span as a whole are summed by the database, the others read more finely. */
async function sumUp(ctx: Context, signals: readonly SignalMeta[], spans: readonly TotalsSpan[]) {
  const series = signals.map((signal) => signal.series)
  const sums = new Map(series.map((one) => [one, new SpanSums(spans.length)]))
  const fromMs = spans[0]?.fromMs ?? 0
  const toMs = Math.max(...spans.map((span) => span.toMs))
  // Read first: an hour that is settled while we read is then read from its chunks, which are there before and after.
  const unsettled = await store.listUnsettled(ctx.db, series, fromMs, toMs)
  const open = new Set(unsettled.map((hour) => `${hour.series} ${hour.hourMs}`))
  for (const row of await store.sumHours(ctx.db, series, spans)) sums.get(row.series)?.add(row.span, row)

  const cut = cutHours(spans)
  const cutAt = new Set(cut)
  const sparse = cut.flatMap((hourMs) => series.map((one) => ({ series: one, hourMs })))
  const raw = new Map([...unsettled, ...sparse].map((hour) => [`${hour.series} ${hour.hourMs}`, hour]))
  for (const minutes of cut.length === 0 ? [] : await store.listMinutesOf(ctx.db, series, cut)) {
    const key = `${minutes.series} ${minutes.hourMs}`
    if (open.has(key)) continue
    raw.delete(key)
    eachSpanIn(spans, minutes.hourMs, (span, at) =>
      sums.get(minutes.series)?.add(at, partOfMinutes(minutes.hourMs, minutes, span)),
    )
  }
  for (const [hourMs, hours] of Map.groupBy(raw.values(), (hour) => hour.hourMs)) {
    const chunks = await store.listChunksOf(
      ctx.db,
      hours.map((hour) => hour.series),
      hourMs,
    )
    const worn = new Set(hours.map((hour) => hour.series))
    for (const [one, parts] of Map.groupBy(chunks, (chunk) => chunk.series)) {
      worn.delete(one)
      const samples = mergeParts(parts.map((part) => part.samples)) as Samples<number>
      eachSpanIn(spans, hourMs, (span, at) => sums.get(one)?.add(at, partOfSamples(samples, span)))
    }
    // Their samples are gone for their age. An hour that is not cut was summed as a whole already.
    if (worn.size === 0 || !cutAt.has(hourMs)) continue
    for (const { series: one, ...hour } of await store.listHoursOf(ctx.db, [...worn], hourMs)) {
      eachSpanIn(spans, hourMs, (span, at) => sums.get(one)?.add(at, partOfHour(hourMs, hour, span)))
    }
  }
  return sums
}

/** Visits the spans that overlap an hour. */
function eachSpanIn(spans: readonly TotalsSpan[], hourMs: number, visit: (span: TotalsSpan, at: number) => void): void {
  for (const [at, span] of spans.entries()) {
    if (hourOf(span.fromMs) <= hourMs && span.toMs > hourMs) visit(span, at)
  }
}
