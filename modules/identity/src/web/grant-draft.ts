import { atWallClock, epochMs, type Instant, instant, wallClock } from '@millrace/base'
import type { Conditions, Grant, NewGrant } from '../grant-contract.ts'

/** A grant as it is being edited; the key is for the screen only. */
export interface GrantDraft extends NewGrant {
  readonly key: string
}

const LAST_MINUTE = 24 * 60 - 1

export function draftsOf(grants: readonly Grant[]): GrantDraft[] {
  return grants.map(({ id, role, placeId, conditions }) => ({ key: id, role, placeId, conditions }))
}

/** What is sent: without keys, and without conditions that say nothing. */
export function grantsOf(drafts: readonly GrantDraft[]): NewGrant[] {
  return drafts.map(({ role, placeId, conditions }) => ({ role, placeId, conditions: saidOf(conditions) }))
}

/** Conditions without those that hold always: no shift or zone chosen is every one. */
export function saidOf({ expiresAt, shifts, zones, upTo }: Conditions = {}): Conditions {
  return {
    ...(expiresAt !== undefined && { expiresAt }),
    ...(shifts && shifts.length > 0 && { shifts }),
    ...(zones && zones.length > 0 && { zones }),
    ...(upTo && { upTo }),
  }
}

/** The day of a moment as a date field has it: `2026-12-24`. */
export function dayOf(at: Instant, timeZone: string): string {
  const { year, month, day } = wallClock(epochMs(at), timeZone)
  return [String(year), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-')
}

/** The last minute of a day; undefined for what is no day. */
export function endOfDay(day: string, timeZone: string): Instant | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? []
  if (year === undefined) return undefined
  return instant(atWallClock(Number(year), Number(month), Number(date), LAST_MINUTE, timeZone))
}
