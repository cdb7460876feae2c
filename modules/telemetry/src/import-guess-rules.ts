import type { ImportFormat, ImportMapping, TimeFormat } from './import-contract.ts'
import { timeParser } from './import-time-rules.ts'
import { Unreadable } from './sample-text-rules.ts'

/** How a CSV seems to be written, by its first line: many cells of short words. */
export function guessCsv(firstLines: string): NonNullable<ImportMapping['csv']> {
  const [head = '', next = ''] = firstLines.split(/\r\n|\n|\r/)
  const counts = ([';', '\t', ','] as const).map((delimiter) => ({ delimiter, count: head.split(delimiter).length }))
  const best = counts.reduce((most, one) => (one.count > most.count ? one : most))
  // Where cells end with something else, a comma between digits is one of decimals.
  const decimal = best.delimiter !== ',' && /\d,\d/.test(next) ? ',' : '.'
  return { delimiter: best.delimiter, decimal, encoding: firstLines.includes('\uFFFD') ? 'windows-1252' : 'utf-8' }
}

const TIME_NAMES = /^(?:_?time|timestamp|date|date_?time|zeit|zeitstempel|datum|ts)$/i
const NAME_NAMES = /^(?:signal|name|tag|tag_?name|variable|channel|point)$/i
const VALUE_NAMES = /^_?(?:value|val|wert)$/i
const QUALITY_NAMES = /^quality$/i
const FORMATS: readonly TimeFormat[] = ['rfc3339', 'local', 'local-dmy', 'local-mdy']
/** From here on a number of seconds would lie far in the future: it counts something finer. */
const FINER = [
  ['epoch-ns', 1e17],
  ['epoch-us', 1e14],
  ['epoch-ms', 1e11],
] as const

/** What a file seems to be: which column is the time and how it is written, and whether signals are columns or rows. */
export function guessMapping(
  format: ImportFormat,
  columns: readonly string[],
  first: readonly unknown[],
  csv: ImportMapping['csv'],
  zone: string,
): ImportMapping {
  if (format === 'line-protocol') {
    return { time: { column: 'time', format: 'epoch-ns' }, shape: 'long', name: 'name', value: 'value', signals: [] }
  }
  const named = columns.find((name) => TIME_NAMES.test(name))
  const read = columns.find((_, index) => formatOf(first[index], zone) !== undefined)
  const column = named ?? read ?? columns[0] ?? 'time'
  const timeFormat = formatOf(first[columns.indexOf(column)], zone) ?? 'rfc3339'
  const time = { column, format: timeFormat, ...(timeFormat.startsWith('local') && { zone }) }
  const of = (pattern: RegExp) => columns.find((name) => name !== column && pattern.test(name))
  const [name, value, quality] = [of(NAME_NAMES), of(VALUE_NAMES), of(QUALITY_NAMES)]
  const isLong = name !== undefined && value !== undefined
  return {
    time,
    ...(isLong ? { shape: 'long', name, value, ...(quality !== undefined && { quality }) } : { shape: 'wide' }),
    signals: [],
    ...(format === 'csv' && csv && { csv }),
  }
}

function formatOf(raw: unknown, zone: string): TimeFormat | undefined {
  if (raw instanceof Date) return 'rfc3339'
  const isCount =
    typeof raw === 'number' || typeof raw === 'bigint' || (typeof raw === 'string' && /^\d{9,19}(\.\d+)?$/.test(raw))
  if (isCount) {
    const count = Number(raw)
    return FINER.find(([, least]) => count >= least)?.[0] ?? (count >= 1e8 ? 'epoch-s' : undefined)
  }
  if (typeof raw !== 'string') return undefined
  return FORMATS.find((format) => !(timeParser({ column: '', format, zone })(raw) instanceof Unreadable))
}
