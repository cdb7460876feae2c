import { atWallClock, DAY_MS, epochMs, type Instant, MINUTE_MS, SECOND_MS, wallClock } from '@millrace/base'
import type { EquipmentLevel, Gateway, ShiftPattern, SiteDetail } from './contract.ts'

/**
 * Which levels may stand below which (ISA-95 Part 1, role-based equipment hierarchy). A work unit may stand in an area
 * without a work center: a small plant has no lines.
 */
const BELOW: Record<EquipmentLevel, readonly EquipmentLevel[]> = {
  site: ['area'],
  area: ['work-center', 'work-unit'],
  'work-center': ['work-unit'],
  'work-unit': [],
}

/** Whether equipment of one level may stand directly below equipment of another. */
export function mayStandBelow(parent: EquipmentLevel, child: EquipmentLevel): boolean {
  return BELOW[parent].includes(child)
}

/** A shift on a day: [startMs, endMs) in epoch milliseconds. */
export interface Shift {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
}

const MINUTES_PER_DAY = DAY_MS / MINUTE_MS

/** Whether a shift has a length, of at most a day. */
export function isShift(pattern: ShiftPattern): boolean {
  const minutes = pattern.endMinute - pattern.startMinute
  return minutes > 0 && minutes <= MINUTES_PER_DAY
}

/**
 * The shift a site is in at a moment, by the site's own clock: an hour longer or shorter in the nights when that clock
 * is changed. Undefined between shifts. Where two overlap, the one that started later.
 */
export function shiftAt(site: SiteDetail, atMs: number): Shift | undefined {
  const { year, month, day, weekday } = wallClock(atMs, site.timeZone)
  let found: Shift | undefined
  // A shift ends at the latest at the end of the day after the one it started on.
  for (const dayOffset of [-1, 0]) {
    const startWeekday = ((weekday - 1 + dayOffset + 7) % 7) + 1
    for (const pattern of site.shifts) {
      if (!pattern.weekdays.includes(startWeekday)) continue
      const startMs = atWallClock(year, month, day + dayOffset, pattern.startMinute, site.timeZone)
      const endMs = atWallClock(year, month, day + dayOffset, pattern.endMinute, site.timeZone)
      if (startMs <= atMs && atMs < endMs && (!found || startMs >= found.startMs)) {
        found = { name: pattern.name, startMs, endMs }
      }
    }
  }
  return found
}

/** The shifts of a site that overlap a range, by start. */
export function shiftsWithin(site: SiteDetail, fromMs: number, toMs: number): Shift[] {
  const shifts: Shift[] = []
  const { year, month, day } = wallClock(fromMs, site.timeZone)
  // A shift ends at the latest at the end of the day after the one it started on.
  for (let offset = -1; ; offset += 1) {
    const midnightMs = atWallClock(year, month, day + offset, 0, site.timeZone)
    if (midnightMs >= toMs) break
    const { weekday } = wallClock(midnightMs, site.timeZone)
    for (const pattern of site.shifts) {
      if (!pattern.weekdays.includes(weekday)) continue
      const startMs = atWallClock(year, month, day + offset, pattern.startMinute, site.timeZone)
      const endMs = atWallClock(year, month, day + offset, pattern.endMinute, site.timeZone)
      if (endMs > fromMs && startMs < toMs) shifts.push({ name: pattern.name, startMs, endMs })
    }
  }
  return shifts.sort((a, b) => a.startMs - b.startMs)
}

/** A gateway that was not heard for longer is offline. It reports every 10 s. */
export const ONLINE_MS = 25 * SECOND_MS

/** With an open stream it may be slower to report; after this the stream is a line that broke without a word. */
export const LISTENING_MS = 60 * SECOND_MS

/** @param isListening whether its event stream is open. */
export function gatewayState(
  gateway: { isRevoked: boolean; isEnrolled: boolean; lastSeenMs: number | undefined; isListening: boolean },
  nowMs: number,
): Gateway['state'] {
  if (gateway.isRevoked) return 'revoked'
  if (!gateway.isEnrolled) return 'waiting'
  if (gateway.lastSeenMs === undefined) return 'offline'
  const silentMs = nowMs - gateway.lastSeenMs
  return silentMs <= (gateway.isListening ? LISTENING_MS : ONLINE_MS) ? 'online' : 'offline'
}

/** An address as it may be written down: without the user and password it may hold. */
export function withoutCredentials(endpoint: string): string {
  return endpoint.replace(/\/\/[^/@]*@/, '//')
}

/** A moment a gateway's clock gave, as far as it makes sense: now when it is later, before 1970, or no date. */
export function saidAt(at: Instant, nowAt: Instant): Instant {
  const ms = epochMs(at)
  return ms >= 0 && ms <= epochMs(nowAt) ? at : nowAt
}
