import { epochMs, type Instant, MINUTE_MS } from '@millrace/base'
import type { OperationChange } from './schedule-contract.ts'
import type { Trouble } from './trouble-rules.ts'

/** So long before its time is over a proposal is made anew while its cause goes on, or after seven eighths of a short one. */
const RENEWED_MS = 15 * MINUTE_MS
const RENEWED_SHARE = 1 / 8

/** Whether a proposal is to be made anew soon because of its age alone. */
export function isNearlyOver({ madeAt, untilAt }: { madeAt: Instant; untilAt: Instant }, nowMs: number): boolean {
  const untilMs = epochMs(untilAt)
  return nowMs >= untilMs - Math.min(RENEWED_MS, (untilMs - epochMs(madeAt)) * RENEWED_SHARE)
}

/** Whoever decides reads for a while: what is to begin at once may begin so much later without another proposal. */
export const READING_MS = 15 * MINUTE_MS

/** Until when moves can be made as they are told: little can be moved to a time that is over. */
export function offeredUntil(usefulMs: number, changes: readonly OperationChange[]): number {
  const starts = changes.flatMap(({ before, after }) =>
    after && after.setupStartAt !== before?.setupStartAt ? [epochMs(after.setupStartAt) + READING_MS] : [],
  )
  return Math.min(usefulMs, ...starts)
}

/** Why another proposal about the same took the place of the one before. A sentence without its full stop, in small letters. */
export function renewalText(
  { cause }: Trouble,
  before: { readonly source: string; readonly madeAt: Instant; readonly untilAt: Instant },
  { source }: { readonly source: string },
  nowMs: number,
): string {
  if (before.source !== source) return OTHER_SOURCE[cause]
  return isNearlyOver(before, nowMs) ? 'time has gone on' : 'the plan has changed'
}

const OTHER_SOURCE: Readonly<Record<Trouble['cause'], string>> = {
  stopped: 'it has stopped once more',
  slow: 'its pace is another one now',
  scrap: 'more pieces are scrap',
  'late-delivery': 'it is expected at another time',
  absent: 'the absence was changed',
  'predicted-failure': 'it is expected to fail at another time',
}
