import { atWallClock, DAY_MS, instant, MINUTE_MS, wallClock } from '@millrace/base'
import { createException } from '@millrace/planning'
import type { EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { worldHolidays } from './world-calendar.ts'
import { machines } from './world-machines.ts'
import { maintenance } from './world-orders.ts'
import { sites } from './world-sites.ts'

/** Holidays that a planner has in the calendar: those of the last plan's days too. */
const HOLIDAYS_FROM_DAYS = -14
const HOLIDAYS_UNTIL_DAYS = 120
const SATURDAY = 6

/** What departs from the shifts: public holidays, and services of machines. */
export async function installExceptions(
  ctx: Context,
  anchorMs: number,
  idOf: (key: string) => EquipmentId,
): Promise<void> {
  for (const { key, timeZone } of sites) {
    const siteId = idOf(key)
    const holidays = worldHolidays(anchorMs)[key].map(({ date, name }) => {
      const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
      const midnight = (of: number) => atWallClock(year, month, of, 0, timeZone)
      return { name, startMs: midnight(day), endMs: midnight(day + 1) }
    })
    for (const { name, startMs, endMs } of holidays) {
      if (startMs < anchorMs + HOLIDAYS_FROM_DAYS * DAY_MS || startMs > anchorMs + HOLIDAYS_UNTIL_DAYS * DAY_MS)
        continue
      await createException(ctx, {
        ...{ siteId, workUnitId: null, kind: 'holiday', startAt: instant(startMs), endAt: instant(endMs), note: name },
      })
    }
    const isWorkday = (atMs: number) =>
      wallClock(atMs, timeZone).weekday < SATURDAY &&
      holidays.every(({ startMs, endMs }) => atMs < startMs || atMs >= endMs)
    const own = maintenance.filter(({ machine }) => machines.some((one) => one.key === machine && one.siteKey === key))
    for (const { machine, inDays, startMinute, minutes, note } of own) {
      let atMs = anchorMs + inDays * DAY_MS
      while (!isWorkday(atMs)) atMs += DAY_MS
      const { year, month, day } = wallClock(atMs, timeZone)
      const startMs = atWallClock(year, month, day, startMinute, timeZone)
      const endAt = instant(startMs + minutes * MINUTE_MS)
      await createException(ctx, {
        ...{ siteId, workUnitId: idOf(machine), kind: 'maintenance', startAt: instant(startMs), endAt, note },
      })
    }
  }
}
