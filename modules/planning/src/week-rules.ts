import { atWallClock, DAY_MS, wallClock } from '@millrace/base'

const WEEK_MS = 7 * DAY_MS

/** The Monday of the week that a moment falls into on a zone's calendar, `2026-11-23`. */
export function weekOnOf(epochMs: number, timeZone: string): string {
  const { year, month, day, weekday } = wallClock(epochMs, timeZone)
  return dateText(Date.UTC(year, month - 1, day - weekday + 1))
}

/** The Monday of the week of a date. @returns undefined for what is no date */
export function weekOfDate(text: string): string | undefined {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (!found) return undefined
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const at = new Date(Date.UTC(year, month - 1, day))
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined
  return dateText(at.getTime() - ((at.getUTCDay() + 6) % 7) * DAY_MS)
}

export function isMonday(weekOn: string): boolean {
  return weekOfDate(weekOn) === weekOn
}

export function addWeeks(weekOn: string, count: number): string {
  return dateText(Date.parse(weekOn) + count * WEEK_MS)
}

/** How many weeks later one is than the other. */
export function weeksBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / WEEK_MS)
}

/** Midnight at the beginning of a week on a zone's calendar. */
export function weekStartMs(weekOn: string, timeZone: string): number {
  const [year = 1970, month = 1, day = 1] = weekOn.split('-').map(Number)
  return atWallClock(year, month, day, 0, timeZone)
}

/** The number of the week after ISO 8601: the week of the year's first Thursday is number 1. */
export function weekNumber(weekOn: string): number {
  const thursday = new Date(Date.parse(weekOn) + 3 * DAY_MS)
  return 1 + Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / WEEK_MS)
}

/** The week after ISO 8601: `2026-W49`. */
export function weekName(weekOn: string): string {
  const year = new Date(Date.parse(weekOn) + 3 * DAY_MS).getUTCFullYear()
  return `${year}-W${String(weekNumber(weekOn)).padStart(2, '0')}`
}

function dateText(utcMs: number): string {
  return new Date(utcMs).toISOString().slice(0, 10)
}
