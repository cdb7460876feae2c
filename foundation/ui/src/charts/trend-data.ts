import { instant } from '@millrace/base'

/** A signal over time for a chart: one value per time, and what lay between when several samples became one. */
export interface TrendSeries {
  /** Ascending. */
  readonly timesMs: readonly number[]
  readonly mean: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
  /** Two points further apart than this have a gap between them. */
  readonly gapMs: number
}

export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

export interface PlotColumns {
  readonly timesMs: number[]
  readonly mean: (number | null)[]
  readonly min: (number | null)[]
  readonly max: (number | null)[]
  /** Where nothing was reported: to be hatched. */
  readonly gaps: TimeRange[]
}

/**
 * The columns a plot draws: the series with an empty point in every gap, so that no line bridges what nobody measured,
 * and the gaps of the range, also before the first and after the last point.
 *
 * @param knownUntilMs now: after it nothing can be missing yet.
 */
export function plotColumns(series: TrendSeries, range: TimeRange, knownUntilMs: number): PlotColumns {
  const columns: PlotColumns = { timesMs: [], mean: [], min: [], max: [], gaps: [] }
  const end = Math.min(range.toMs, knownUntilMs)
  let previousMs = range.fromMs
  const gap = (fromMs: number, toMs: number) => {
    const clipped = { fromMs: Math.max(fromMs, range.fromMs), toMs: Math.min(toMs, end) }
    if (clipped.toMs > clipped.fromMs) columns.gaps.push(clipped)
  }
  series.timesMs.forEach((atMs, index) => {
    if (atMs - previousMs > series.gapMs) {
      gap(previousMs, atMs)
      if (index > 0) {
        columns.timesMs.push((previousMs + atMs) / 2)
        columns.mean.push(null)
        columns.min.push(null)
        columns.max.push(null)
      }
    }
    columns.timesMs.push(atMs)
    columns.mean.push(series.mean[index] ?? null)
    columns.min.push(series.min[index] ?? null)
    columns.max.push(series.max[index] ?? null)
    previousMs = atMs
  })
  if (end - previousMs > series.gapMs) gap(previousMs, end)
  return columns
}

/**
 * The range of the value axis: what is drawn and the normal band, with a little air. A steady value does not fill the
 * height with its noise.
 */
export function valueRange(lows: readonly (number | null)[], highs: readonly (number | null)[]): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of lows) if (value !== null && value < low) low = value
  for (const value of highs) if (value !== null && value > high) high = value
  if (low > high) return [0, 1]
  const least = Math.max(Math.abs(low), Math.abs(high)) * 0.04 || 1
  const span = Math.max(high - low, least)
  const middle = (low + high) / 2
  const air = span * 0.58
  // A quantity that is never negative does not get an axis below zero for the sake of air.
  const bottom = low >= 0 ? Math.max(0, middle - air) : middle - air
  return [bottom, middle + air]
}

/** The place of the time that is nearest to a moment; undefined without any. @param timesMs ascending. */
export function nearest(timesMs: readonly number[], atMs: number): number | undefined {
  let low = 0
  let high = timesMs.length - 1
  if (high < 0) return undefined
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timesMs[middle] ?? 0) < atMs) low = middle + 1
    else high = middle
  }
  const before = timesMs[low - 1]
  return before !== undefined && atMs - before <= (timesMs[low] ?? 0) - atMs ? low - 1 : low
}

/** A range moved by a part of its width (0.1 = a tenth to the right), not beyond the latest moment. */
export function panned(range: TimeRange, part: number, latestMs: number): TimeRange {
  const width = range.toMs - range.fromMs
  const toMs = Math.min(range.toMs + width * part, Math.max(latestMs, range.toMs))
  return { fromMs: Math.round(toMs - width), toMs: Math.round(toMs) }
}

/** The shortest and longest time a chart shows. */
const RANGE_MIN_MS = 10_000
const RANGE_MAX_MS = 400 * 86_400_000

/** A range made wider (factor > 1) or narrower around a moment that stays where it is on the screen. */
export function zoomed(range: TimeRange, factor: number, aroundMs: number): TimeRange {
  const width = range.toMs - range.fromMs
  const wanted = Math.min(RANGE_MAX_MS, Math.max(RANGE_MIN_MS, width * factor))
  const left = (aroundMs - range.fromMs) / width
  const fromMs = Math.round(aroundMs - wanted * left)
  return { fromMs, toMs: Math.round(fromMs + wanted) }
}

export interface CsvColumn {
  readonly title: string
  readonly series: TrendSeries
}

/**
 * The series as comma-separated values (RFC 4180): one row per time, three columns per signal. A cell that a spreadsheet
 * would run as a formula gets an apostrophe before it.
 */
export function trendCsv(
  columns: readonly CsvColumn[],
  words: { time: string; min: string; mean: string; max: string },
): string {
  const times = [...new Set(columns.flatMap((column) => column.series.timesMs))].sort((a, b) => a - b)
  const indexes = columns.map((column) => new Map(column.series.timesMs.map((atMs, index) => [atMs, index])))
  const head = [
    words.time,
    ...columns.flatMap(({ title }) => [words.min, words.mean, words.max].map((word) => `${title} ${word}`)),
  ]
  const rows = times.map((atMs) => [
    instant(atMs),
    ...columns.flatMap(({ series }, column): (string | number | undefined)[] => {
      const index = indexes[column]?.get(atMs)
      return index === undefined ? ['', '', ''] : [series.min[index], series.mean[index], series.max[index]]
    }),
  ])
  return [head, ...rows].map((row) => row.map((cell) => csvCell(cell)).join(',')).join('\r\n')
}

function csvCell(value: string | number | undefined): string {
  if (typeof value === 'number') return String(value)
  const text = value ?? ''
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
