import { instant, QUALITY, type VectorFrame } from '@millrace/base'
import type { SignalMeta } from './acceptance-rules.ts'
import type { Quality } from './contract.ts'
import { csvText } from './csv-rules.ts'
import type { ExportResolution } from './export-contract.ts'

/** A signal as the rows of an export name it. */
export interface ExportedSignal extends SignalMeta {
  /** Its machine. */
  readonly machine: string
}

interface PageHead {
  readonly signal: ExportedSignal
  /** Rows after each other in the order of time. */
  readonly timesMs: ArrayLike<number>
  /** Everything of the signal before this moment was given with this page. */
  readonly doneMs: number
}

/** Single samples: numbers (NaN when bad), texts, or vectors as JSON (null when bad). */
export interface RawPage extends PageHead {
  readonly kind: 'raw'
  readonly values: ArrayLike<number | string | null>
  readonly qualities: ArrayLike<number>
  /** What each vector is; undefined for one of which nobody said, and for numbers and texts. */
  readonly frames?: readonly (VectorFrame | undefined)[]
}

/** What the good samples of each minute or hour amounted to; those without any are absent. */
export interface BucketPage extends PageHead {
  readonly kind: 'buckets'
  readonly min: readonly number[]
  readonly max: readonly number[]
  readonly mean: readonly number[]
  readonly count: readonly number[]
}

export type ExportPage = RawPage | BucketPage

export const QUALITY_NAMES: readonly Quality[] = ['bad', 'uncertain', 'good']

const HEAD = ['time', 'series', 'machine', 'signal', 'unit']
const RAW = [...HEAD, 'value', 'quality']
const BUCKETS = [...HEAD, 'min', 'max', 'mean', 'count']

/** The first line of an export as CSV (RFC 4180). */
export function csvHead(resolution: ExportResolution): string {
  return `${(resolution === 'raw' ? RAW : BUCKETS).join(',')}\r\n`
}

/** Some rows of a page as CSV: numbers as they are, everything that was typed by people safe in a spreadsheet. */
export function csvRows(page: ExportPage, from: number, to: number): string {
  const { series, machine, name, unit } = page.signal
  const head = [series, csvText(machine), csvText(name), csvText(unit ?? '')].join(',')
  let text = ''
  for (let at = from; at < to; at += 1) {
    text += `${instant(page.timesMs[at] as number)},${head},`
    if (page.kind === 'buckets') text += `${page.min[at]},${page.max[at]},${page.mean[at]},${page.count[at]}\r\n`
    else
      text += `${csvValue(sampleValue(page.values[at], page.qualities[at]))},${QUALITY_NAMES[page.qualities[at] ?? 0]}\r\n`
  }
  return text
}

function csvValue(value: number | string | null): string {
  return typeof value === 'string' ? csvText(value) : value === null ? '' : String(value)
}

/** Some rows of a page as JSON Lines. */
export function jsonRows(page: ExportPage, from: number, to: number): string {
  const head = jsonHead(page.signal)
  const isVector = page.signal.kind === 'vector'
  let text = ''
  for (let at = from; at < to; at += 1) {
    text += `{"time":"${instant(page.timesMs[at] as number)}",${head},`
    if (page.kind === 'buckets') {
      text += `"min":${page.min[at]},"max":${page.max[at]},"mean":${page.mean[at]},"count":${page.count[at]}}\n`
      continue
    }
    const value = sampleValue(page.values[at], page.qualities[at])
    // A vector is JSON already.
    const written = isVector ? (value ?? 'null') : JSON.stringify(value)
    const frame = page.frames?.[at]
    const framed = frame ? `,${JSON.stringify(frame).slice(1, -1)}` : ''
    text += `"value":${written},"quality":"${QUALITY_NAMES[page.qualities[at] ?? 0]}"${framed}}\n`
  }
  return text
}

function jsonHead({ series, machine, name, unit }: ExportedSignal): string {
  return JSON.stringify({ series, machine, signal: name, unit }).slice(1, -1)
}

/** The value of a sample; null for a bad one, whatever stands for it. */
export function sampleValue(
  value: number | string | null | undefined,
  quality: number | undefined,
): number | string | null {
  return quality === QUALITY.bad || value === undefined ? null : value
}
