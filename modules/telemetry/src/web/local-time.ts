import { atWallClock, DAY_MS, instant, zoneOffsetMs } from '@millrace/base'

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?/

/** A moment in the form of a `datetime-local` field: the clock of a zone, to the second. */
export function localText(ms: number, zone: string): string {
  return instant(ms + zoneOffsetMs(ms, zone)).slice(0, 'yyyy-mm-ddThh:mm:ss'.length)
}

/** The moment that a `datetime-local` field means in a zone; NaN while it is not complete. */
export function localMs(text: string, zone: string): number {
  const [, year, month, day, hour, minute, second] = (LOCAL.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return Number.NaN
  return atWallClock(year, month, day, (hour ?? 0) * 60 + (minute ?? 0), zone) + (second || 0) * 1000
}

const WEEK_MS = 7 * DAY_MS

/** The same time on the clock of a zone, seven days before. */
export function weekBefore(ms: number, zone: string): number {
  return ms - WEEK_MS + zoneOffsetMs(ms, zone) - zoneOffsetMs(ms - WEEK_MS, zone)
}

/** `12.4 MB`. */
export function sizeText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(bytes >= 1e11 ? 0 : 1)} GB`
  const megabytes = bytes / 1_000_000
  if (megabytes >= 1) return `${megabytes.toFixed(megabytes >= 100 ? 0 : 1)} MB`
  return `${Math.ceil(bytes / 1000)} kB`
}
