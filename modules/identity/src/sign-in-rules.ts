import { HOUR_MS, MINUTE_MS } from '@millrace/base'

/** THREATS T-A3. */
export const SESSION_IDLE_MS = 30 * MINUTE_MS
export const SESSION_TOTAL_MS = 12 * HOUR_MS
