import { atWallClock, HOUR_MS, MINUTE_MS, wallClock } from '@millrace/base'
import type { SiteDetail } from '../contract.ts'

/** A shift on the calendar, or the hours shown in place of one. */
export interface ShiftWindow {
  /** Null when no shift is running: the window is then the last hours. */
  readonly name: string | null
  readonly fromMs: number
  readonly toMs: number
}

/** Shown when no shift is running. */
const NO_SHIFT_HOURS_MS = 8 * HOUR_MS
/** Without a shift the window moves on in steps, so that queries over it are asked anew now and then and not always. */
const NO_SHIFT_STEP_MS = 15 * MINUTE_MS

/**
 * The shift running at a site at a moment, also one that began the day before and reaches past midnight. Where two overlap
 * it is the one that began last. Without any, the last eight hours up to the next quarter.
 */
export function shiftAt(site: SiteDetail, nowMs: number): ShiftWindow {
  const today = wallClock(nowMs, site.timeZone)
  let running: ShiftWindow | undefined
  for (const daysBack of [1, 0]) {
    const weekday = ((today.weekday - 1 - daysBack + 7) % 7) + 1
    for (const shift of site.shifts) {
      if (!shift.weekdays.includes(weekday)) continue
      const at = (minute: number) =>
        atWallClock(today.year, today.month, today.day, minute - daysBack * 1440, site.timeZone)
      const window = { name: shift.name, fromMs: at(shift.startMinute), toMs: at(shift.endMinute) }
      const isNow = window.fromMs <= nowMs && nowMs < window.toMs
      if (isNow && (running === undefined || window.fromMs >= running.fromMs)) running = window
    }
  }
  if (running) return running
  const toMs = Math.ceil(nowMs / NO_SHIFT_STEP_MS) * NO_SHIFT_STEP_MS
  return { name: null, fromMs: toMs - NO_SHIFT_HOURS_MS, toMs }
}
