import { DAY_MS, HOUR_MS, MINUTE_MS, zoneOffsetMs } from '@millrace/base'

/** One shift of a week, in minutes after local midnight; an end beyond 1440 lies on the next day. */
export type Shift = {
  name: string
  /** Days it starts on: 1 is Monday, 7 is Sunday. */
  weekdays: readonly number[]
  startMinute: number
  endMinute: number
}

/** When work is planned. Everything is local time of `timeZone`. */
export type WorkCalendar = {
  timeZone: string
  shifts: readonly Shift[]
  /** Pauses on every day, in minutes after local midnight. */
  breaks: readonly { startMinute: number; endMinute: number }[]
  /** Local dates, `2026-08-01`, on which no shift starts. */
  holidays: readonly string[]
}

/** What a calendar plans at a moment. */
export type PlannedTime = 'work' | 'break' | 'off'

/** A moment on the wall of a plant. `dayNumber` counts local days since 1970-01-01; weekday 1 is Monday. */
export type LocalTime = { minuteOfDay: number; weekday: number; dayNumber: number }

const MINUTES_OF_DAY = 1440

/**
 * Local time of a zone, fast enough for millions of calls: the offset is looked up once per hour, since no zone changes
 * it within one.
 */
export function createLocalClock(timeZone: string): (atMs: number) => LocalTime {
  let knownHour = Number.NaN
  let offsetMs = 0
  return (atMs) => {
    const hour = Math.floor(atMs / HOUR_MS)
    if (hour !== knownHour) {
      offsetMs = zoneOffsetMs(hour * HOUR_MS, timeZone)
      knownHour = hour
    }
    const localMs = atMs + offsetMs
    const dayNumber = Math.floor(localMs / DAY_MS)
    // 1970-01-01 was a Thursday, the fourth day.
    const weekday = ((((dayNumber + 3) % 7) + 7) % 7) + 1
    return { minuteOfDay: (localMs - dayNumber * DAY_MS) / MINUTE_MS, weekday, dayNumber }
  }
}

/** Answers, for one calendar, what is planned at a moment of its local time. */
export function createPlanner(calendar: WorkCalendar): (local: LocalTime) => PlannedTime {
  const holidays = new Set(calendar.holidays.map((date) => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS)))
  const startsOn = (shift: Shift, weekday: number, dayNumber: number) =>
    shift.weekdays.includes(weekday) && !holidays.has(dayNumber)

  function inShift(shift: Shift, { minuteOfDay, weekday, dayNumber }: LocalTime): boolean {
    if (minuteOfDay >= shift.startMinute && minuteOfDay < shift.endMinute && startsOn(shift, weekday, dayNumber)) {
      return true
    }
    const sinceYesterday = minuteOfDay + MINUTES_OF_DAY
    return sinceYesterday < shift.endMinute && startsOn(shift, weekday === 1 ? 7 : weekday - 1, dayNumber - 1)
  }

  return (local) => {
    if (!calendar.shifts.some((shift) => inShift(shift, local))) return 'off'
    const { minuteOfDay } = local
    return calendar.breaks.some((pause) => minuteOfDay >= pause.startMinute && minuteOfDay < pause.endMinute)
      ? 'break'
      : 'work'
  }
}
