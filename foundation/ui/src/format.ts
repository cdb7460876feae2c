import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, zoneOffsetMs } from '@millrace/base'

/** Between a figure and its unit: never broken over two lines. */
const GLUE = '\u00a0'
/** Shown for a value that does not exist. Never a zero. */
const MISSING = '–'

/** The reader's locale, for numbers, dates and money. Words come from the catalogues. */
function readerLocale(): string {
  return globalThis.navigator?.language ?? 'en'
}

/** The reader's own time zone (IANA). */
export function readerZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

// Making an Intl format costs far more than using one, and a live page uses the same few hundreds of times a second.
const numberFormats = new Map<string, Intl.NumberFormat>()
const dateFormats = new Map<string, Intl.DateTimeFormat>()

function numberFormat(options: Intl.NumberFormatOptions, locale: string): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  let format = numberFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, options)
    numberFormats.set(key, format)
  }
  return format
}

function dateFormat(options: Intl.DateTimeFormatOptions, locale: string): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  let format = dateFormats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options)
    dateFormats.set(key, format)
  }
  return format
}

/**
 * A measured number with about three significant figures: 9,600 and 46.1 and 4.93 and 0.0213.
 *
 * @param digits decimals, when the caller knows better.
 */
export function formatNumber(value: number | null | undefined, digits?: number, locale = readerLocale()): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const decimals = digits ?? decimalsFor(Math.abs(value))
  // Beyond two decimals a zero at the end says nothing: 0.06, not 0.0600.
  const leastDecimals = digits ?? Math.min(2, decimals)
  return numberFormat({ minimumFractionDigits: leastDecimals, maximumFractionDigits: decimals }, locale).format(
    // Without this, -0.2 rounded to no decimals is shown as "-0".
    Number(value.toFixed(decimals)) === 0 ? 0 : value,
  )
}

/** Below this a figure is noise of the arithmetic, not of the machine. */
const SMALLEST_SHOWN = 1e-6

/** Decimals that leave about three significant figures; none from 100 upward. */
function decimalsFor(magnitude: number): number {
  if (magnitude < SMALLEST_SHOWN || magnitude >= 100) return 0
  if (magnitude >= 10) return 1
  if (magnitude >= 0.1) return 2
  return 2 - Math.floor(Math.log10(magnitude))
}

/** A number with its unit: `46.1 °C`. A whole one is a setting or a count: `85 %`, not `85.0 %`. */
export function formatQuantity(
  value: number | null | undefined,
  unit: string,
  digits?: number,
  locale?: string,
): string {
  const text = formatNumber(value, digits ?? wholeDigits(value), locale)
  return unit === '' || text === MISSING ? text : `${text}${GLUE}${unit}`
}

/** No decimals for a whole number; undefined for others, which keep their three figures. */
export function wholeDigits(value: number | null | undefined): number | undefined {
  return Number.isInteger(value) ? 0 : undefined
}

/** A ratio (0…1) as per cent: `93 %`. */
export function formatRatio(ratio: number | null | undefined, digits = 0, locale?: string): string {
  if (ratio === null || ratio === undefined) return MISSING
  return `${formatNumber(ratio * 100, digits, locale)}${GLUE}%`
}

/** Money by its ISO 4217 code, with cents only below 10: `CHF 1,240`. */
export function formatMoney(amount: number | null | undefined, currency: string, locale = readerLocale()): string {
  if (amount === null || amount === undefined || !Number.isFinite(amount)) return MISSING
  const digits = Math.abs(amount) >= 10 ? 0 : 2
  const figure = numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }, locale).format(amount)
  return `${currency}${GLUE}${figure}`
}

/** The time of day on the plant's wall: `12:38`, with seconds `12:38:05`. */
export function formatTime(atMs: number, timeZone: string, withSeconds = false, locale = readerLocale()): string {
  return dateFormat(
    { timeZone, hour: '2-digit', minute: '2-digit', ...(withSeconds && { second: '2-digit' }), hourCycle: 'h23' },
    locale,
  ).format(atMs)
}

/** Day and month: `Sun 22 Nov`. */
export function formatDay(atMs: number, timeZone: string, locale = readerLocale()): string {
  return dateFormat({ timeZone, weekday: 'short', day: 'numeric', month: 'short' }, locale).format(atMs)
}

/** `Fri 27`, or without the day of the month `Fri`: where there is room for little, as below bars. */
export function formatWeekday(atMs: number, timeZone: string, withDay = true, locale = readerLocale()): string {
  return dateFormat({ timeZone, weekday: 'short', ...(withDay && { day: 'numeric' }) }, locale).format(atMs)
}

/** A day with its year, for what lies far ahead or back: `22 Nov 2026`. */
export function formatDate(atMs: number, timeZone: string, locale = readerLocale()): string {
  return dateFormat({ timeZone, day: 'numeric', month: 'short', year: 'numeric' }, locale).format(atMs)
}

/** The time today, day and time on other days. */
export function formatWhen(atMs: number, timeZone: string, nowMs: number, locale = readerLocale()): string {
  const time = formatTime(atMs, timeZone, false, locale)
  const sameDay = dayNumber(atMs, timeZone) === dayNumber(nowMs, timeZone)
  return sameDay ? time : `${formatDay(atMs, timeZone, locale)}, ${time}`
}

function dayNumber(atMs: number, timeZone: string): number {
  return Math.floor((atMs + zoneOffsetMs(atMs, timeZone)) / DAY_MS)
}

/** The name of the plant's zone when its clock differs from the reader's now, else empty: `Mexico City time`. */
export function zoneNote(atMs: number, timeZone: string, reader = readerZone()): string {
  if (zoneOffsetMs(atMs, timeZone) === zoneOffsetMs(atMs, reader)) return ''
  const city = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone
  return `${city} time`
}

/** A length of time with its two largest units: `4 h 51`, `38 min`, `9 s`, `2 d 3 h`. */
export function formatDuration(ms: number): string {
  const length = Math.max(0, ms)
  if (length < MINUTE_MS) return `${Math.round(length / SECOND_MS)} s`
  if (length < HOUR_MS) return `${Math.round(length / MINUTE_MS)} min`
  if (length < DAY_MS) {
    const minutes = Math.round(length / MINUTE_MS)
    const rest = minutes % 60
    return rest === 0
      ? `${Math.floor(minutes / 60)} h`
      : `${Math.floor(minutes / 60)} h ${String(rest).padStart(2, '0')}`
  }
  const hours = Math.round(length / HOUR_MS)
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** How long ago: tenths of seconds below 10 s, because a live page is judged by them. */
export function formatAge(ageMs: number, locale = readerLocale()): string {
  const age = Math.max(0, ageMs)
  if (age < 10 * SECOND_MS) return `${formatNumber(age / SECOND_MS, 1, locale)} s`
  return formatDuration(age)
}
