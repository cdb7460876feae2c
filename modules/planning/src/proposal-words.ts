import { epochMs, HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { Assumption } from './assumption-rules.ts'
import { placedBy, seatOf } from './plan-rules.ts'
import type { SiteState } from './problem-rules.ts'
import type { FoundRepair, RepairChange } from './repair-search.ts'
import type { SitePlans } from './schedule.ts'
import type { Placement, Proposal } from './schedule-contract.ts'
import { OLD_STOP_MS, type Trouble } from './trouble-rules.ts'
import { clockText, lengthText, namesOf, type SiteNames, startText } from './word-rules.ts'

/** What happened, without a full stop. */
export function titleOf(trouble: Trouble, state: SiteState): string {
  const names = namesOf(state)
  const clock = (ms: number) => clockText(ms, state.timeZone)
  switch (trouble.cause) {
    case 'stopped': {
      const why = trouble.alarm === '' ? '' : `: ${trouble.alarm}`
      const isOld = state.nowMs - trouble.sinceMs >= OLD_STOP_MS
      const since = isOld ? `for more than ${lengthText(OLD_STOP_MS / 1000)}` : `since ${clock(trouble.sinceMs)}`
      return `${names.resource(trouble.workUnitId)} has been stopped ${since}${why}`
    }
    case 'slow': {
      const name = names.resource(trouble.workUnitId)
      if (trouble.ratio === 1) return `${name} is as fast as usual again`
      const percent = Math.round(Math.abs(trouble.ratio - 1) * 100)
      return `${name} takes ${percent} % ${trouble.ratio > 1 ? 'longer' : 'less time'} for each piece than usual`
    }
    case 'scrap': {
      const operation = names.operation(`${trouble.orderId}.${trouble.position}`)
      return `${trouble.scrapped} pieces of ${operation} are scrap`
    }
    case 'late-delivery':
      return trouble.overdue
        ? `${trouble.what} has not come, it was expected ${clock(trouble.expectedMs)}`
        : `${trouble.what} comes later, ${clock(trouble.expectedMs)}`
    case 'absent': {
      const who = `${trouble.count} of ${names.group(trouble.groupId)}`
      return `${who} ${trouble.count === 1 ? 'is' : 'are'} missing from ${clock(trouble.startMs)} to ${clock(trouble.endMs)}`
    }
    case 'predicted-failure':
      return `${names.resource(trouble.workUnitId)} will fail about ${clock(trouble.failsMs)}: ${trouble.what}`
  }
}

/** What is taken to be so, in a sentence. */
export function assumptionText(trouble: Trouble, assumption: Assumption | null, { timeZone }: SiteState): string {
  const clock = (ms: number) => clockText(ms, timeZone)
  switch (trouble.cause) {
    case 'stopped': {
      if (assumption?.kind !== 'exception') return ''
      const length = lengthText(trouble.repairMs / 1000)
      return `Taken to run again ${clock(epochMs(assumption.exception.endAt))}: nobody knows, but repairs rarely take less than ${length} of working time.`
    }
    case 'slow':
      return trouble.ratio === 1
        ? 'Everything on it is planned as its routing says again.'
        : 'Taken to stay so, for what is left of the running operation and for those after it, until it is measured otherwise.'
    case 'scrap':
      return `As many are made again in the same operation, ${trouble.scrapped - trouble.planned} more than planned so far.`
    case 'late-delivery':
      return trouble.overdue ? 'Taken to come tomorrow at this time.' : 'Taken to come when it is expected now.'
    case 'absent':
      return 'Nobody is taken to stand in for them.'
    case 'predicted-failure': {
      if (assumption?.kind !== 'exception') return ''
      const { startAt, endAt } = assumption.exception
      const length = lengthText(trouble.repairMs / 1000)
      return `${length} are kept free for its repair, ${clock(epochMs(startAt))} to ${clock(epochMs(endAt))}, where it costs least.`
    }
  }
}

/** "Move 6 operations. 1 order late instead of 3." */
export function summaryOf({
  changes,
  lateBefore,
  lateIfPushed,
  lateAfter,
}: Pick<FoundRepair, 'lateBefore' | 'lateIfPushed' | 'lateAfter'> & { readonly changes: readonly unknown[] }): string {
  const orders = (count: number) => (count === 1 ? '1 order' : `${count} orders`)
  const fresh = freshlyLate({ lateBefore, lateAfter })
  const moves =
    changes.length === 0
      ? 'Nothing has to move.'
      : `Move ${changes.length === 1 ? '1 operation' : `${changes.length} operations`}.`
  const late =
    fresh.length === 0
      ? 'Nothing becomes late that was not late before'
      : `${fresh.slice(0, 5).join(', ')}${fresh.length > 5 ? ' and others' : ''} become${fresh.length === 1 ? 's' : ''} late`
  const instead =
    lateIfPushed > lateAfter.length
      ? `; ${orders(lateIfPushed)} would be late if everything was only pushed, ${lateAfter.length} with these moves.`
      : '.'
  return `${moves} ${late}${instead}`
}

/** Orders that are late with the changes and were not before. */
export function freshlyLate({ lateBefore, lateAfter }: Pick<FoundRepair, 'lateBefore' | 'lateAfter'>): string[] {
  return lateAfter.filter((number) => !lateBefore.includes(number))
}

/** Each move in words, and what it waits for there. */
export function movesOf(
  changes: readonly RepairChange[],
  { state, stated }: Pick<SitePlans, 'state' | 'stated'>,
): Proposal['changes'] {
  const names = namesOf(state, stated)
  return changes.map(({ operationId, before, after, reason }) => ({
    ...{ operationId, before, after },
    text: `${names.operation(operationId)}: ${moveText(before, after, names, state.timeZone)}`,
    why: after ? startText(seatOf(placedBy(after, reason), stated.originMs), names) : '',
  }))
}

function moveText(before: Placement | null, after: Placement | null, names: SiteNames, timeZone: string): string {
  const clock = (placement: Placement, at: 'startAt' | 'endAt') => clockText(epochMs(placement[at]), timeZone)
  if (before && after && before.workUnitId === after.workUnitId) {
    if (before.startAt === after.startAt) return `ends ${clock(before, 'endAt')} → ${clock(after, 'endAt')}`
    return `${names.resource(after.workUnitId)} ${clock(before, 'startAt')} → ${clock(after, 'startAt')}${byText(before, after)}`
  }
  const place = (one: Placement | null) =>
    one ? `${names.resource(one.workUnitId)} ${clock(one, 'startAt')}` : 'no place'
  return `${place(before)} → ${place(after)}`
}

function byText(before: Placement, after: Placement): string {
  const shiftMs = epochMs(after.startAt) - epochMs(before.startAt)
  if (Math.abs(shiftMs) < MINUTE_MS || Math.abs(shiftMs) > 99 * HOUR_MS) return ''
  return `, ${lengthText(Math.abs(shiftMs) / 1000)} ${shiftMs > 0 ? 'later' : 'earlier'}`
}
