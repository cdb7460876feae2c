import { QUALITY } from '@millrace/base'
import { AHEAD_MS, acceptedSinceMs, type SignalMeta } from './acceptance-rules.ts'
import type { Series } from './contract.ts'
import { unguarded } from './csv-rules.ts'
import type { ImportFormat, ImportMapping } from './import-contract.ts'
import { timeParser } from './import-time-rules.ts'
import { parseQuality, parseValue, Unreadable } from './sample-text-rules.ts'
import { conversionOf } from './unit-rules.ts'

/** Told of each sample that a row holds. */
export type SampleTaker = (signal: SignalMeta, timeMs: number, value: number | string | null, quality: number) => void
export type FaultTaker = (row: number, field: string, detail: string) => void

export interface RowReader {
  /** The columns it needs, in the order of their cells. */
  readonly wanted: readonly string[]
  /** Reads a row: every sample in it, or its faults. A row with a fault gives no sample. */
  take(row: { row: number; cells: readonly unknown[] }, sample: SampleTaker, fault: FaultTaker): void
}

interface Target {
  readonly source: string
  readonly signal: SignalMeta
  readonly factor: number
  readonly offset: number
}

/**
 * Makes what reads rows as a mapping says.
 *
 * @throws RangeError with a sentence when the mapping makes no sense.
 */
export function rowReader(
  mapping: ImportMapping,
  format: ImportFormat,
  signals: ReadonlyMap<Series, SignalMeta>,
  nowMs: number,
): RowReader {
  const targets = targetsOf(mapping, signals)
  const parseTime = timeParser(mapping.time)
  const timeOf = (raw: unknown, sinceMs: number): number | Unreadable => {
    if (raw === undefined || raw === null || raw === '') return new Unreadable('is missing')
    const timeMs = parseTime(raw)
    if (timeMs instanceof Unreadable) return timeMs
    if (timeMs > nowMs + AHEAD_MS) return new Unreadable('lies more than a day ahead')
    return timeMs < sinceMs ? new Unreadable('is older than samples are kept') : timeMs
  }
  const readCell = cellReader(mapping, format)
  const convert = ({ factor, offset }: Target, value: number | string) =>
    typeof value === 'number' ? value * factor + offset : value

  if (mapping.shape === 'wide') {
    // A row is taken as a whole or not at all: the signal that is kept for the shortest time decides.
    const sinceMs = Math.max(...targets.map(({ signal }) => acceptedSinceMs(signal, nowMs)))
    return {
      wanted: [mapping.time.column, ...targets.map(({ source }) => source)],
      take({ row, cells }, sample, fault) {
        const timeMs = timeOf(cells[0], sinceMs)
        if (timeMs instanceof Unreadable) return fault(row, mapping.time.column, `${shown(cells[0])} ${timeMs.detail}.`)
        const values = targets.map((target, index) =>
          isEmpty(cells[index + 1]) ? undefined : readCell(cells[index + 1], target),
        )
        let isWhole = true
        for (const [index, value] of values.entries()) {
          if (!(value instanceof Unreadable)) continue
          isWhole = false
          fault(row, targets[index]?.source ?? '', `${shown(cells[index + 1])} ${value.detail}.`)
        }
        if (!isWhole) return
        for (const [index, target] of targets.entries()) {
          const value = values[index]
          if (value === undefined || value instanceof Unreadable) continue
          sample(target.signal, timeMs, convert(target, value), QUALITY.good)
        }
      },
    }
  }

  const { name, value: valueColumn, quality } = mapping
  if (name === undefined || valueColumn === undefined) {
    throw new RangeError('Say which column names the signal, and which holds its value.')
  }
  const bySource = new Map(targets.map((target) => [target.source, target]))
  return {
    wanted: [mapping.time.column, name, valueColumn, ...(quality === undefined ? [] : [quality])],
    take({ row, cells }, sample, fault) {
      const [rawTime, rawName, rawValue, rawQuality] = cells
      const target = bySource.get(String(rawName ?? ''))
      // A file holds more than one wants of it.
      if (!target) return
      const timeMs = timeOf(rawTime, acceptedSinceMs(target.signal, nowMs))
      const grade = parseQuality(rawQuality)
      const value = grade === QUALITY.bad && isEmpty(rawValue) ? null : readCell(rawValue, target)
      const isWhole = !(timeMs instanceof Unreadable || grade instanceof Unreadable || value instanceof Unreadable)
      if (isWhole) {
        const isBad = grade === QUALITY.bad || value === null
        return sample(target.signal, timeMs, isBad ? null : convert(target, value), isBad ? QUALITY.bad : grade)
      }
      if (timeMs instanceof Unreadable) fault(row, mapping.time.column, `${shown(rawTime)} ${timeMs.detail}.`)
      if (grade instanceof Unreadable) fault(row, quality ?? '', `${shown(rawQuality)} ${grade.detail}.`)
      if (value instanceof Unreadable) fault(row, valueColumn, `${shown(rawValue)} ${value.detail}.`)
    },
  }
}

function targetsOf({ signals: wanted, shape }: ImportMapping, signals: ReadonlyMap<Series, SignalMeta>): Target[] {
  const sources = new Set<string>()
  const taken = new Set<Series>()
  return wanted.map(({ source, series, unit }) => {
    const signal = signals.get(series)
    if (!signal) throw new RangeError(`There is no signal ${series} in this plant.`)
    if (signal.kind === 'vector') throw new RangeError(`${signal.title} is a vector: files hold numbers and texts.`)
    if (sources.has(source)) throw new RangeError(`${source} is mapped twice.`)
    if (taken.has(series))
      throw new RangeError(`${signal.title} is mapped to two ${shape === 'wide' ? 'columns' : 'names'}.`)
    sources.add(source)
    taken.add(series)
    if (unit === undefined) return { source, signal, factor: 1, offset: 0 }
    const conversion = signal.unit === null ? undefined : conversionOf(unit, signal.unit)
    if (!conversion)
      throw new RangeError(`${unit} cannot become ${signal.unit ?? 'a value without unit'} (${signal.title}).`)
    return { source, signal, ...conversion }
  })
}

/** Reads a cell for a signal. In a text file everything is text; the others know numbers from texts. */
function cellReader({ csv }: ImportMapping, format: ImportFormat) {
  const isText = format === 'csv'
  const isCommaDecimal = isText && csv?.decimal === ','
  return (raw: unknown, { signal }: Target): number | string | Unreadable => {
    let cell = raw
    if (isText && typeof raw === 'string') {
      if (signal.kind === 'text') cell = unguarded(raw)
      else cell = isCommaDecimal ? decimalPoint(raw.trim()) : raw.trim()
    }
    const value = parseValue(cell, signal.kind, isText)
    return value instanceof Float32Array ? new Unreadable('is a vector') : value
  }
}

/** `1,5` as `1.5`; a point before it would be one of thousands or a fault, which nobody can tell. */
function decimalPoint(text: string): string {
  return text.includes('.') ? `${text}, with a point in it,` : text.replace(',', '.')
}

function isEmpty(raw: unknown): boolean {
  return raw === undefined || raw === null || raw === ''
}

function shown(raw: unknown): string {
  if (isEmpty(raw)) return 'A value'
  const text = raw instanceof Date ? raw.toISOString() : typeof raw === 'object' ? JSON.stringify(raw) : String(raw)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
