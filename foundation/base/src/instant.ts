import { type Static, Type } from 'typebox'

/** A moment: RFC 3339 in UTC with milliseconds, `2026-11-22T09:15:00.000Z`. The one form from column to screen. */
export const Instant = Type.Unsafe<string & { readonly __instant: true }>(
  Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$', maxLength: 24 }),
)
export type Instant = Static<typeof Instant>

/** The present moment. The only reading of the clock outside runtime, drivers and apps. */
export function now(): Instant {
  return instant(Date.now())
}

/** The instant of epoch milliseconds. @throws RangeError outside the years a Date can hold. */
export function instant(epochMs: number): Instant {
  return new Date(epochMs).toISOString() as Instant
}

/** Epoch milliseconds of an instant. */
export function epochMs(at: Instant): number {
  return Date.parse(at)
}

/** The instant this many milliseconds later (earlier when negative). */
export function later(at: Instant, ms: number): Instant {
  return instant(epochMs(at) + ms)
}

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
