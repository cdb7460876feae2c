import { atWallClock, isTimeZone, MINUTE_MS } from '@millrace/base'
import type { ImportMapping, TimeFormat } from './import-contract.ts'
import { parseMoment, Unreadable } from './sample-text-rules.ts'

/** Nanoseconds and the like, of one millisecond. */
const UNITS_A_MS: Partial<Record<TimeFormat, bigint>> = { 'epoch-ms': 1n, 'epoch-us': 1000n, 'epoch-ns': 1_000_000n }

const LOCAL: Partial<Record<TimeFormat, RegExp>> = {
  local: /^(?<y>\d{4})-(?<m>\d\d?)-(?<d>\d\d?)[T ](?<h>\d\d?):(?<min>\d\d)(?::(?<s>\d\d)(?:[.,](?<f>\d{1,9}))?)?$/,
  'local-dmy':
    /^(?<d>\d\d?)[./-](?<m>\d\d?)[./-](?<y>\d{4}),?[T ](?<h>\d\d?):(?<min>\d\d)(?::(?<s>\d\d)(?:[.,](?<f>\d{1,9}))?)?$/,
  'local-mdy':
    /^(?<m>\d\d?)[./-](?<d>\d\d?)[./-](?<y>\d{4}),?[T ](?<h>\d\d?):(?<min>\d\d)(?::(?<s>\d\d)(?:[.,](?<f>\d{1,9}))?)?$/,
}

/** Within a quarter of an hour of the wall clock no zone changes; so many of them are remembered at once. */
const QUARTER_MINUTES = 15
const QUARTERS_MAX = 20_000

/** Reads one cell as whole epoch milliseconds; what is finer is cut off. */
export type TimeParser = (raw: unknown) => number | Unreadable

/** @throws RangeError when wall clock times have no known zone. */
export function timeParser({ format, zone }: ImportMapping['time']): TimeParser {
  const pattern = LOCAL[format]
  if (pattern) {
    if (zone === undefined || !isTimeZone(zone)) throw new RangeError('Times of a wall clock need its time zone.')
    const atQuarter = new Map<string, number>()
    return dateOr((raw) => parseLocal(String(raw).trim(), pattern, zone, atQuarter))
  }
  if (format === 'rfc3339') {
    return dateOr((raw) => (typeof raw === 'string' ? parseMoment(raw.trim()) : new Unreadable('is no time')))
  }
  if (format === 'epoch-s') return dateOr(parseSeconds)
  const units = UNITS_A_MS[format] ?? 1n
  return dateOr((raw) => parseCount(raw, units))
}

/** What a file knows as a time is one, whatever was said about its texts. */
function dateOr(parse: TimeParser): TimeParser {
  return (raw) => (raw instanceof Date ? checked(raw.getTime()) : parse(raw))
}

function checked(timeMs: number): number | Unreadable {
  return Number.isFinite(timeMs) ? Math.floor(timeMs) : new Unreadable('is no time')
}

function parseSeconds(raw: unknown): number | Unreadable {
  const text = typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : raw
  if (typeof text !== 'string' || !/^-?\d{1,12}(\.\d+)?$/.test(text.trim()))
    return new Unreadable('is no number of seconds')
  // The part behind the point by itself: times a thousand, some would fall below their millisecond.
  const [whole = '', fraction = ''] = text.trim().split('.')
  return checked(Number(whole) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')) * (whole.startsWith('-') ? -1 : 1))
}

function parseCount(raw: unknown, unitsAMs: bigint): number | Unreadable {
  if (typeof raw === 'bigint') return checked(Number(raw / unitsAMs))
  if (typeof raw === 'number') return checked(raw / Number(unitsAMs))
  if (typeof raw !== 'string' || !/^-?\d{1,19}$/.test(raw.trim())) return new Unreadable('is no whole number')
  return checked(Number(BigInt(raw.trim()) / unitsAMs))
}

function parseLocal(text: string, pattern: RegExp, zone: string, atQuarter: Map<string, number>): number | Unreadable {
  const { y, m, d, h, min, s = '0', f = '' } = pattern.exec(text)?.groups ?? {}
  const [year, month, day, hour, minute, second] = [y, m, d, h, min, s].map(Number)
  if (year === undefined || month === undefined || day === undefined) return new Unreadable('is no time')
  if (hour === undefined || minute === undefined || second === undefined) return new Unreadable('is no time')
  if (Number.isNaN(year) || hour > 23 || minute > 59 || second > 59)
    return new Unreadable('is no time of the chosen form')
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return new Unreadable('is no day of any calendar')
  const quarter = Math.floor((hour * 60 + minute) / QUARTER_MINUTES)
  const key = `${date.getTime()} ${quarter}`
  let startMs = atQuarter.get(key)
  if (startMs === undefined) {
    if (atQuarter.size >= QUARTERS_MAX) atQuarter.clear()
    startMs = atWallClock(year, month, day, quarter * QUARTER_MINUTES, zone)
    atQuarter.set(key, startMs)
  }
  const restMs = ((hour * 60 + minute) % QUARTER_MINUTES) * MINUTE_MS + second * 1000
  return startMs + restMs + Number(f.slice(0, 3).padEnd(3, '0'))
}
