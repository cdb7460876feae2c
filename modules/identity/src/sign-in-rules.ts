import { HOUR_MS, MINUTE_MS } from '@millrace/base'

/** THREATS T-A3. */
export const SESSION_IDLE_MS = 30 * MINUTE_MS
export const SESSION_TOTAL_MS = 12 * HOUR_MS

const FREE_ATTEMPTS = 5
const FIRST_PAUSE_MS = MINUTE_MS
const LONGEST_PAUSE_MS = HOUR_MS
/** After this time without a failure the count starts again. */
export const FAILURE_MEMORY_MS = 15 * MINUTE_MS

/**
 * How long to wait after this many failures before the next password is looked at: nothing for the first five, then a
 * minute, doubled by each further one up to an hour (THREATS T-A1).
 */
export function pauseAfter(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - FREE_ATTEMPTS, 10))
}
