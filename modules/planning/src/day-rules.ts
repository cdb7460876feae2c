import { atWallClock, DAY_MS, epochMs, type Instant, instant, wallClock } from '@millrace/base'

/** The days of a site from today, on its own clock. */
export interface SiteDays {
  readonly timeZone: string
  /** The moment that says which day is today. */
  readonly nowMs: number
}

/** 0 for today, below 0 for what is past. */
export function dayOf({ timeZone, nowMs }: SiteDays, at: Instant): number {
  return Math.round((dateMs(epochMs(at), timeZone) - dateMs(nowMs, timeZone)) / DAY_MS)
}

/** A minute of a day. */
export function momentOf({ timeZone, nowMs }: SiteDays, day: number, minuteOfDay: number): Instant {
  const today = wallClock(nowMs, timeZone)
  return instant(atWallClock(today.year, today.month, today.day + day, minuteOfDay, timeZone))
}

/** The same time of day on another day. */
export function movedTo(days: SiteDays, at: Instant, day: number): Instant {
  const { hour, minute } = wallClock(epochMs(at), days.timeZone)
  return momentOf(days, day, hour * 60 + minute)
}

/** `2026-11-27` on a clock. */
export function dateOn(atMs: number, timeZone: string): string {
  return new Date(dateMs(atMs, timeZone)).toISOString().slice(0, 10)
}

/** The date alone, as if it was in UTC: dates are a whole number of days apart there. */
function dateMs(atMs: number, timeZone: string): number {
  const { year, month, day } = wallClock(atMs, timeZone)
  return Date.UTC(year, month - 1, day)
}
