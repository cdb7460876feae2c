import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, wallClock } from '@millrace/base'
import { type Fenced, startsFrozen } from './fence-rules.ts'
import type { NewReactionPolicy, ReactionPolicy } from './reaction-contract.ts'
import type { Cause, OperationChange } from './schedule-contract.ts'

/** What a policy looks at. */
export interface ProposalFacts {
  readonly cause: Cause
  readonly changes: readonly OperationChange[]
  /** What is frozen or locked and has to move all the same. */
  readonly forced: readonly string[]
  /** Numbers of orders that become late. */
  readonly late: readonly string[]
}

/** A site whose policy nobody has set: nothing is applied, and the words say what they say everywhere. */
export function policyOf(siteId: NewReactionPolicy['siteId']): ReactionPolicy {
  return {
    ...{ siteId, enabled: false, causes: ['stopped', 'slow', 'scrap'], movesMax: 5, shiftHoursMax: 8 },
    ...{ fromMinute: 0, toMinute: 1440, rejectionsMax: 3, breakdownWords: ['breakdown', 'broken', 'overheated'] },
    ...{ rejectionCount: 0, suspendedAt: null, setAt: null, setBy: null },
  }
}

/**
 * Why a proposal is not applied by itself; undefined when it is. Nobody may become late by it and nothing that is frozen or locked may
 * move, whatever else is allowed. An operation that runs on a machine in trouble ends later: that is no move.
 *
 * @param fenced when it is, and what is frozen then
 */
export function notAppliedBecause(
  policy: ReactionPolicy,
  facts: ProposalFacts,
  fenced: Fenced & { readonly timeZone: string },
): string | undefined {
  if (!policy.enabled) return 'The policy is off.'
  if (policy.suspendedAt !== null) return 'The policy rests.'
  if (!policy.causes.includes(facts.cause)) return 'The policy is not about this.'
  if (!isWithin(policy, fenced.nowMs, fenced.timeZone)) return 'The policy does not hold at this time of the day.'
  if (facts.late.length > 0) return 'An order becomes late.'
  if (facts.forced.length > 0) return 'Something frozen or locked has to move.'
  const moves = facts.changes.filter(({ before }) => !before || epochMs(before.setupStartAt) > fenced.nowMs)
  if (moves.length > policy.movesMax) return 'Too many operations move.'
  if (moves.some((one) => isFrozen(one, fenced))) return 'Something inside the freeze fence moves.'
  if (moves.some((one) => shiftMs(one) > policy.shiftHoursMax * HOUR_MS)) return 'An operation moves too far.'
  return undefined
}

function isFrozen({ before, after }: OperationChange, fenced: Fenced): boolean {
  return [before, after].some((one) => one !== null && startsFrozen(one, fenced))
}

function shiftMs({ before, after }: OperationChange): number {
  // Something that had no place, or has none any more, is not a small change.
  if (!before || !after) return Number.POSITIVE_INFINITY
  return Math.abs(epochMs(after.startAt) - epochMs(before.startAt))
}

/** Whether the policy holds at a time of the plant's day; over midnight where it begins later than it ends. */
export function isWithin(
  { fromMinute, toMinute }: Pick<ReactionPolicy, 'fromMinute' | 'toMinute'>,
  nowMs: number,
  timeZone: string,
): boolean {
  const { hour, minute } = wallClock(nowMs, timeZone)
  const at = hour * (HOUR_MS / MINUTE_MS) + minute
  if (toMinute - fromMinute >= DAY_MS / MINUTE_MS) return true
  return fromMinute < toMinute ? at >= fromMinute && at < toMinute : at >= fromMinute || at < toMinute
}
