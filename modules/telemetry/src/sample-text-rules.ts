import { BATCH_BOUNDS, QUALITY } from '@millrace/base'
import type { Quality, SignalKind } from './contract.ts'

/** What is wrong with a value, as the end of a sentence about it: "is no number". */
export class Unreadable {
  readonly detail: string
  constructor(detail: string) {
    this.detail = detail
  }
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
/** RFC 3339, to the nanosecond at most. */
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/
const UTF8 = new TextEncoder()

/** A moment of RFC 3339 as whole epoch milliseconds; what is finer is cut off. */
export function parseMoment(text: string): number | Unreadable {
  const parts = MOMENT.exec(text)
  if (!parts) return new Unreadable('is no time with a zone, such as 2026-11-27T06:30:00.000Z')
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = parts
  const isCalendarDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  const ms = fraction.slice(0, 3).padEnd(3, '0')
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${zone.toUpperCase()}`)
  if (!isCalendarDay || Number.isNaN(timeMs)) return new Unreadable('is no time of any calendar')
  return timeMs
}

/** A decimal number written with a point; nothing else, not even a space. */
export function parseDecimal(text: string): number | Unreadable {
  if (!DECIMAL.test(text)) return new Unreadable('is no number')
  const value = Number(text)
  return Number.isFinite(value) ? value : new Unreadable('is too large a number')
}

/** A quality by its name, good when nothing is said. */
export function parseQuality(raw: unknown): number | Unreadable {
  if (raw === undefined || raw === null || raw === '') return QUALITY.good
  if (typeof raw === 'string' && Object.hasOwn(QUALITY, raw)) return QUALITY[raw as Quality]
  return new Unreadable('is none of good, uncertain, bad')
}

/**
 * A value for a signal of this kind: what JSON holds, or the text of a cell where `isText`. Truth is 1 and 0 among numbers.
 * Vectors are lists of numbers, which a cell cannot hold.
 */
export function parseValue(
  raw: unknown,
  kind: SignalKind,
  isText: boolean,
): number | string | Float32Array | Unreadable {
  if (raw === undefined || raw === null)
    return new Unreadable('is missing; a sample without a value has the quality bad')
  if (kind === 'vector') return isText ? new Unreadable('is a vector, which needs JSON') : parseVector(raw)
  if (kind === 'text') {
    if (typeof raw !== 'string') return new Unreadable('is no text')
    if (raw.includes('\0') || !raw.isWellFormed()) return new Unreadable('holds characters that cannot be stored')
    if (UTF8.encode(raw).length > BATCH_BOUNDS.textBytes) {
      return new Unreadable(`is longer than ${BATCH_BOUNDS.textBytes} bytes`)
    }
    return raw
  }
  if (isText && typeof raw === 'string') return parseDecimal(raw)
  if (typeof raw === 'boolean') return raw ? 1 : 0
  return typeof raw === 'number' && Number.isFinite(raw) ? raw : new Unreadable('is no number')
}

function parseVector(raw: unknown): Float32Array | Unreadable {
  if (!Array.isArray(raw) || raw.length > BATCH_BOUNDS.vectorElements) {
    return new Unreadable(`is no list of at most ${BATCH_BOUNDS.vectorElements} numbers`)
  }
  const values = Float32Array.from(raw, (one) => (typeof one === 'number' ? one : Number.NaN))
  return values.every(Number.isFinite) ? values : new Unreadable('holds something that is no number of 32 bits')
}
