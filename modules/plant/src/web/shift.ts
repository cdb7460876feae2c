import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { SiteDetail } from '../contract.ts'
import { shiftAt } from '../rules.ts'

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

/** The shift running at a site at a moment; without any, the last eight hours up to the next quarter. */
export function shiftWindow(site: SiteDetail, nowMs: number): ShiftWindow {
  const shift = shiftAt(site, nowMs)
  if (shift) return { name: shift.name, fromMs: shift.startMs, toMs: shift.endMs }
  const toMs = Math.ceil(nowMs / NO_SHIFT_STEP_MS) * NO_SHIFT_STEP_MS
  return { name: null, fromMs: toMs - NO_SHIFT_HOURS_MS, toMs }
}
