import { DAY_MS, MINUTE_MS } from './instant.ts'

/** A moment as the wall clock of a zone shows it. Month and day count from 1; weekday is 1 (Monday) to 7. */
export interface WallClock {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly weekday: number
}

const formats = new Map<string, Intl.DateTimeFormat>()
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return format
}

/** What the clock on the wall shows in an IANA zone. @throws RangeError for an unknown zone. */
export function wallClock(epochMs: number, timeZone: string): WallClock {
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(epochMs)) part[type] = value
  return {
    year: Number(part.year),
    month: Number(part.month),
    day: Number(part.day),
    hour: Number(part.hour),
    minute: Number(part.minute),
    second: Number(part.second),
    weekday: WEEKDAYS.indexOf(part.weekday ?? '') + 1,
  }
}

/** How far the zone is ahead of UTC at a moment, in milliseconds (Zurich in winter: 3,600,000). */
export function zoneOffsetMs(epochMs: number, timeZone: string): number {
  const wall = wallClock(epochMs, timeZone)
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)
  return asUtc - Math.floor(epochMs / 1000) * 1000
}

/**
 * The moment at which a zone's wall clock shows a date and time of day. A time skipped in spring gives the moment after
 * the gap, a time shown twice in autumn the first of the two.
 *
 * @param minuteOfDay minutes after midnight; below 0 or from 1440 it reaches into the neighbouring days.
 */
export function atWallClock(year: number, month: number, day: number, minuteOfDay: number, timeZone: string): number {
  const asUtc = Date.UTC(year, month - 1, day) + minuteOfDay * MINUTE_MS
  const before = asUtc - zoneOffsetMs(asUtc - DAY_MS, timeZone)
  const after = asUtc - zoneOffsetMs(asUtc + DAY_MS, timeZone)
  const earliest = Math.min(before, after)
  if (earliest + zoneOffsetMs(earliest, timeZone) === asUtc) return earliest
  return Math.max(before, after)
}

/** Whether the runtime knows a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}
