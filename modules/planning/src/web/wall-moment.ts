import { atWallClock, epochMs, type Instant, wallClock } from '@millrace/base'

/** The moment of `2026-11-30T14:00` on a clock; undefined while it is none. */
export function momentOf(text: string, timeZone: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text)
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.slice(1).map(Number)
  return atWallClock(year, month, day, hour * 60 + minute, timeZone)
}

/** `2026-11-30T14:00` on a clock, as fields for moments take it. */
export function wallText(at: Instant, timeZone: string): string {
  const { year, month, day, hour, minute } = wallClock(epochMs(at), timeZone)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`
}

/** Minutes after midnight of `06:30`; undefined while it is no time. */
export function minuteOf(text: string): number | undefined {
  const parts = /^(\d\d):(\d\d)$/.exec(text)
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : undefined
}
