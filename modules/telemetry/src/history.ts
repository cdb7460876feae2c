import { DAY_MS, HOUR_MS, MINUTE_MS, QUALITY } from '@millrace/base'
import type { Context } from '@millrace/runtime'
import { RAW_RETENTION_MS, type SignalMeta } from './acceptance-rules.ts'
import { mergeParts, type Samples } from './chunk-rules.ts'
import {
  type Envelope,
  RANGE_POINT_LIMIT,
  rangeInvalid,
  type Series,
  type SignalKind,
  type StateHistory,
} from './contract.ts'
import { Buckets, bucketWidth, singleSamples } from './envelope-rules.ts'
import * as store from './history-store.ts'
import { RETENTION_DAYS_MAX } from './retention-contract.ts'
import { listNumberSignals } from './signal-store.ts'
import { getSignals } from './signals.ts'
import { type Span, silencesOf, stateIntervals } from './state-rules.ts'

/** Longer than hours are kept. */
const RANGE_MS_MAX = (RETENTION_DAYS_MAX + 366) * DAY_MS
/** The most samples {@link readSamples} gives at once. */
const SAMPLES_LIMIT = 100_000
/** Signals that tell whether a machine could be heard at all: some of its own, and some of its neighbours'. */
const OWN_WITNESSES_MAX = 3
const WITNESSES_MAX = 8

export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The course of number signals in at most `points` buckets each, of equal width and on multiples of it: so the first and the
 * last may reach beyond the range. Single samples where no more than `points` lie in the range. Only good samples count.
 *
 * @throws rangeInvalid   the range is empty or too long, or a signal is no number
 * @throws signalMissing, forbidden
 */
export async function readEnvelopes(
  ctx: Context,
  query: Range & { series: readonly Series[]; points: number },
): Promise<Envelope[]> {
  const signals = await signalsOf(ctx, query.series, 'number', query)
  const envelopes: Envelope[] = []
  for (const { series } of signals) envelopes.push(await readEnvelope(ctx, series, query, query.points))
  return envelopes
}

async function readEnvelope(ctx: Context, series: Series, range: Range, points: number): Promise<Envelope> {
  const { fromMs, toMs } = range
  // Read first: an hour that is settled while we read is then read from its chunks, which are there before and after.
  const hours = await store.listSettledHours(ctx.db, series, fromMs, toMs)
  const settledCount = hours.reduce((sum, hour) => sum + hour.count, 0)
  // At both ends an hour may lie outside the range for the most part.
  const aboutCount = settledCount * Math.min(1, (toMs - fromMs) / (hours.length * HOUR_MS || 1))
  if (aboutCount <= points) {
    const samples = await readChunks(ctx, series, store.spansWithout([], fromMs, toMs))
    const single =
      wornOf(hours, samples).length === 0 ? singleSamples(series, samples, fromMs, toMs, points) : undefined
    if (single) return single
  }

  return inBuckets(ctx, series, range, bucketWidth(fromMs, toMs, points, aboutCount), hours)
}

/**
 * A number signal in buckets of one width, each whole: the first and the last may reach beyond the range. For an export, which
 * authorizes by itself.
 */
export async function readBuckets(ctx: Context, series: Series, range: Range, widthMs: number): Promise<Envelope> {
  const hours = await store.listSettledHours(ctx.db, series, range.fromMs, range.toMs)
  return inBuckets(ctx, series, range, widthMs, hours)
}

/** @param hours the settled ones of the range, read before anything else. */
async function inBuckets(
  ctx: Context,
  series: Series,
  range: Range,
  widthMs: number,
  hours: store.HourRow[],
): Promise<Envelope> {
  const buckets = new Buckets(range.fromMs, range.toMs, widthMs)
  const isWithin = (hour: store.HourRow) => hour.hourMs + HOUR_MS > buckets.fromMs && hour.hourMs < buckets.toMs
  const reached = (await reachedHours(ctx, series, buckets, range, hours)).filter(isWithin)
  const whole = widthMs >= HOUR_MS ? reached : []
  const byMinute = widthMs >= MINUTE_MS && widthMs < HOUR_MS ? reached.filter((hour) => hour.hasMinutes) : []
  const minuteHours = byMinute.map((hour) => hour.hourMs)
  for (const { hourMs, min, max, sum, count } of whole) buckets.add(hourMs, min, max, sum, count)
  for (const minutes of await store.listMinutes(ctx.db, series, minuteHours))
    buckets.addMinutes(minutes.hourMs, minutes)

  const summed = whole.length > 0 ? whole.map((hour) => hour.hourMs) : minuteHours
  const rawSpans = store.spansWithout(summed, buckets.fromMs, buckets.toMs)
  const samples = await readChunks(ctx, series, rawSpans)
  buckets.addSamples(samples)
  if (whole.length === 0) {
    const known = new Set(minuteHours)
    await addWornHours(
      ctx,
      series,
      buckets,
      wornOf(
        reached.filter((hour) => !known.has(hour.hourMs)),
        samples,
      ),
    )
  }
  return buckets.envelope(series)
}

/** The settled hours of the buckets, which may begin earlier and end later than the range. */
async function reachedHours(ctx: Context, series: Series, buckets: Buckets, range: Range, hours: store.HourRow[]) {
  if (buckets.fromMs >= range.fromMs && buckets.toMs <= range.toMs) return hours
  return store.listSettledHours(ctx.db, series, buckets.fromMs, buckets.toMs)
}

/** The settled hours whose single samples are gone for their age. @param samples all of these hours that are there */
function wornOf(hours: readonly store.HourRow[], { timesMs }: Samples<number | null>): store.HourRow[] {
  return hours.filter(({ hourMs }) => {
    const firstMs = timesMs[lowerBound(timesMs, hourMs)]
    return firstMs === undefined || firstMs >= hourMs + HOUR_MS
  })
}

/** Adds the finest that is left of worn hours: their minutes, else the hour as a whole. */
async function addWornHours(
  ctx: Context,
  series: Series,
  buckets: Buckets,
  hours: readonly store.HourRow[],
): Promise<void> {
  const withMinutes = hours.filter((hour) => hour.hasMinutes).map((hour) => hour.hourMs)
  for (const minutes of await store.listMinutes(ctx.db, series, withMinutes))
    buckets.addMinutes(minutes.hourMs, minutes)
  for (const { hourMs, min, max, sum, count, hasMinutes } of hours) {
    if (!hasMinutes) buckets.add(hourMs, min, max, sum, count)
  }
}

/**
 * Single samples of a number or text signal, bad ones too (NaN, null), in the order of time, from `fromMs` on, before `toMs`.
 *
 * @param limit at most {@link SAMPLES_LIMIT}; when as many come back, ask again from after the last.
 */
export async function readSamples(
  ctx: Context,
  series: Series,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<Samples> {
  checkRange({ fromMs, toMs })
  await getSignals(ctx, [series])
  const samples = await readChunks(ctx, series, store.spansWithout([], fromMs, toMs))
  const start = lowerBound(samples.timesMs, fromMs)
  const end = Math.min(lowerBound(samples.timesMs, toMs), start + Math.min(limit, SAMPLES_LIMIT))
  return sliceOf(samples, start, end)
}

function sliceOf(samples: Samples, start: number, end: number): Samples {
  const cut = <T>(list: ArrayLike<T>): T[] => Array.prototype.slice.call(list, start, end) as T[]
  return { timesMs: cut(samples.timesMs), values: cut(samples.values), qualities: cut(samples.qualities) }
}

/**
 * How long text signals kept their values. No data (null) is what a bad sample says, and the time in which nothing at all
 * was heard through its connection: a text may well be silent as long as it stays the same, and so may a machine that is off.
 *
 * @throws rangeInvalid   also for more than 4,000 intervals
 * @throws signalMissing, forbidden
 */
export async function readStates(
  ctx: Context,
  allSeries: readonly Series[],
  fromMs: number,
  toMs: number,
): Promise<StateHistory[]> {
  const signals = await signalsOf(ctx, allSeries, 'text', { fromMs, toMs })
  const range = { fromMs, toMs: Math.min(toMs, ctx.nowMs) }
  if (range.toMs <= range.fromMs) return signals.map(({ series }) => ({ series, intervals: [] }))
  const silences = new Map<string, Span[]>()
  const histories: StateHistory[] = []
  for (const signal of signals) {
    const { series, workUnitId } = signal
    const silent = silences.get(workUnitId) ?? (await readSilences(ctx, signal, range))
    silences.set(workUnitId, silent)
    const beforeMs = await store.findHourBefore(ctx.db, series, range.fromMs, range.fromMs - RAW_RETENTION_MS)
    const samples = await readChunks(ctx, series, store.spansWithout([], beforeMs ?? range.fromMs, range.toMs))
    const intervals = stateIntervals(samples as Samples<string | null>, silent, range.fromMs, range.toMs)
    if (intervals.length > RANGE_POINT_LIMIT) throw rangeInvalid('There are too many changes. Ask for a shorter range.')
    histories.push({ series, intervals })
  }
  return histories
}

/** When neither the machine nor any other behind the same connection was heard. */
async function readSilences(ctx: Context, signal: SignalMeta, range: Range): Promise<Span[]> {
  const witnesses = witnessesOf(signal, await listNumberSignals(ctx.db, signal))
  const minutes = new Set<number>()
  for (const { series } of witnesses) {
    const hours = await store.listSettledHours(ctx.db, series, range.fromMs, range.toMs)
    const hoursMs = hours.filter((hour) => hour.hasMinutes).map((hour) => hour.hourMs)
    for (const row of await store.listMinutes(ctx.db, series, hoursMs)) {
      for (const minute of row.minutes) minutes.add(row.hourMs + minute * MINUTE_MS)
    }
    const samples: Samples<number | null> = await readChunks(
      ctx,
      series,
      store.spansWithout(hoursMs, range.fromMs, range.toMs),
    )
    const sparse = hours.filter((hour) => !hour.hasMinutes)
    // It was heard in that hour; when exactly is no longer known.
    for (const { hourMs } of wornOf(sparse, samples)) {
      for (let minute = 0; minute < 60; minute += 1) minutes.add(hourMs + minute * MINUTE_MS)
    }
    for (let at = 0; at < samples.timesMs.length; at += 1) {
      if (samples.qualities[at] === QUALITY.bad) continue
      minutes.add(Math.floor((samples.timesMs[at] as number) / MINUTE_MS) * MINUTE_MS)
    }
    // One regular witness is enough; the others are heard where it was not.
    if (silencesOf(within(minutes, range), range.fromMs, range.toMs).length === 0 && minutes.size > 0) break
  }
  return silencesOf(within(minutes, range), range.fromMs, range.toMs)
}

/** The machine's own signals first, then one of each other machine. */
function witnessesOf(signal: SignalMeta, candidates: readonly SignalMeta[]): SignalMeta[] {
  const own = candidates.filter((one) => one.workUnitId === signal.workUnitId).slice(0, OWN_WITNESSES_MAX)
  const others = new Map(candidates.map((one) => [one.workUnitId, one]))
  others.delete(signal.workUnitId)
  return [...own, ...others.values()].slice(0, WITNESSES_MAX)
}

function within(minutes: ReadonlySet<number>, { fromMs, toMs }: Range): number[] {
  return [...minutes].filter((minuteMs) => minuteMs + MINUTE_MS > fromMs && minuteMs < toMs).sort((a, b) => a - b)
}

async function signalsOf(
  ctx: Context,
  series: readonly Series[],
  kind: SignalKind,
  range: Range,
): Promise<SignalMeta[]> {
  checkRange(range)
  const signals = await getSignals(ctx, series)
  for (const signal of signals) {
    if (signal.kind !== kind) throw rangeInvalid(`Signal ${signal.series} is of kind ${signal.kind}, not ${kind}.`)
  }
  return signals
}

/** @throws rangeInvalid for a range that is empty or longer than history is kept. */
export function checkRange({ fromMs, toMs }: Range): void {
  if (!(fromMs < toMs)) throw rangeInvalid('The range ends before it starts.')
  if (toMs - fromMs > RANGE_MS_MAX) throw rangeInvalid('The range is longer than history is kept.')
}

async function readChunks(ctx: Context, series: Series, spans: readonly Span[]): Promise<Samples<number | null>>
async function readChunks(ctx: Context, series: Series, spans: readonly Span[]): Promise<Samples> {
  return mergeParts(await store.listChunks(ctx.db, series, spans))
}

/** Single samples of whole hours, those within the range. For an export, which authorizes by itself. */
export async function readRaw(ctx: Context, series: Series, spans: readonly Span[], range: Range): Promise<Samples> {
  const samples: Samples = await readChunks(ctx, series, spans)
  const [start, end] = [lowerBound(samples.timesMs, range.fromMs), lowerBound(samples.timesMs, range.toMs)]
  return start === 0 && end === samples.timesMs.length ? samples : sliceOf(samples, start, end)
}

function lowerBound(timesMs: ArrayLike<number>, timeMs: number): number {
  let low = 0
  let high = timesMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timesMs[middle] as number) < timeMs) low = middle + 1
    else high = middle
  }
  return low
}
