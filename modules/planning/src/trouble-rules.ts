import { epochMs, HOUR_MS, instant, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { StateInterval } from '@millrace/telemetry/contract'
import { type Assumption, remade, slowFrom } from './assumption-rules.ts'
import type { ExceptionId, GroupId, OrderId } from './contract.ts'
import { operationIdOf } from './operation-rules.ts'
import type { PlacedOperation } from './plan-rules.ts'
import type { SiteState } from './problem-rules.ts'
import { repairedAt, repairStarts } from './repair-window-rules.ts'

/** Something that happened, or will, and that the plan relies on not to be so. */
export type Trouble = { readonly siteId: EquipmentId } & (
  | {
      readonly cause: 'stopped'
      readonly workUnitId: EquipmentId
      readonly sinceMs: number
      /** What the repair is expected to take of the machine's working time. */
      readonly repairMs: number
      /** What the machine shows; '' when it shows nothing. */
      readonly alarm: string
    }
  /** How many times as long as its routing says everything on a machine takes; 1 when it is as usual again. */
  | { readonly cause: 'slow'; readonly workUnitId: EquipmentId; readonly ratio: number }
  | {
      readonly cause: 'scrap'
      readonly workUnitId: EquipmentId
      readonly orderId: OrderId
      readonly position: number
      readonly quantity: number
      /** So many pieces are scrap; for how many of them more are planned already. */
      readonly scrapped: number
      readonly planned: number
    }
  /** `what` as people say it: `240 kg Strip 2.5 mm, PO 4711`. */
  | {
      readonly cause: 'late-delivery'
      readonly receiptId: string
      readonly what: string
      readonly expectedMs: number
      readonly overdue: boolean
    }
  | {
      readonly cause: 'absent'
      readonly absenceId: string
      readonly groupId: GroupId
      readonly count: number
      readonly startMs: number
      readonly endMs: number
    }
  | {
      readonly cause: 'predicted-failure'
      readonly workUnitId: EquipmentId
      readonly findingId: string
      /** What insight says of it: `Spindle bearing is failing`. */
      readonly what: string
      readonly failsMs: number
      readonly repairMs: number
    }
)

/** What it is about: there is one open proposal for each. */
export function subjectOf(trouble: Trouble): string {
  switch (trouble.cause) {
    case 'stopped':
    case 'slow':
      return trouble.workUnitId
    case 'scrap':
      return operationIdOf(trouble.orderId, trouble.position)
    case 'late-delivery':
      return trouble.receiptId
    case 'absent':
      return trouble.absenceId
    case 'predicted-failure':
      return trouble.findingId
  }
}

/** Scrap is told again when it is half as much again, a forecast when it has moved by half a day. */
const MORE_SCRAP = Math.log(1.5)
const FORECAST_STEP_MS = 12 * HOUR_MS

/** What sort of it: another one of the same subject is something new, for which to propose anew. At most 100 characters. */
export function sourceOf(trouble: Trouble): string {
  switch (trouble.cause) {
    case 'stopped':
      return String(trouble.sinceMs)
    case 'slow':
      return trouble.ratio.toFixed(2)
    case 'scrap':
      return `${trouble.planned}+${Math.floor(Math.log(trouble.scrapped - trouble.planned + 1) / MORE_SCRAP)}`
    case 'late-delivery':
      return trouble.overdue ? 'overdue' : String(trouble.expectedMs)
    case 'absent':
      return `${trouble.count} ${trouble.startMs}-${trouble.endMs}`
    case 'predicted-failure':
      return String(Math.round(trouble.failsMs / FORECAST_STEP_MS))
  }
}

/** A day: after that the plan has been made anew, or the trouble is another. */
const OF_USE_MS = 24 * HOUR_MS

/** Until when a proposal about it is of use, by what it takes to be so. */
export function usefulUntil(trouble: Trouble, assumption: Assumption | null, nowMs: number): number {
  switch (trouble.cause) {
    case 'stopped':
      return assumption?.kind === 'exception' ? epochMs(assumption.exception.endAt) : nowMs + OF_USE_MS
    case 'absent':
      return trouble.endMs
    case 'predicted-failure':
      return Math.max(trouble.failsMs, nowMs + HOUR_MS)
    default:
      return nowMs + OF_USE_MS
  }
}

/** What the repair of a machine is called in its calendar. */
const NOTE_MAX = 200

/**
 * What planning could take to be so because of it, one or several of which the cheapest is chosen. Null: nothing has to be written
 * down, planning knows it already.
 */
export function assumptionsFor(
  trouble: Trouble,
  title: string,
  state: SiteState,
  placed: readonly PlacedOperation[],
  id: ExceptionId,
): readonly (Assumption | null)[] {
  const away = (kind: 'stop' | 'maintenance', workUnitId: EquipmentId, startMs: number, endMs: number): Assumption => ({
    ...{ kind: 'exception', id },
    exception: {
      ...{ siteId: state.siteId, workUnitId, kind, note: title.slice(0, NOTE_MAX) },
      ...{ startAt: instant(startMs), endAt: instant(endMs) },
    },
  })
  switch (trouble.cause) {
    case 'stopped':
      return [away('stop', trouble.workUnitId, state.nowMs, repairedAt(state, trouble))]
    case 'slow':
      return [slowFrom(state, placed, trouble.workUnitId, trouble.ratio)]
    case 'scrap':
      return [remade(state, trouble, trouble.scrapped)]
    case 'predicted-failure':
      return repairStarts(state, placed, trouble).map((startMs) =>
        away('maintenance', trouble.workUnitId, startMs, startMs + trouble.repairMs),
      )
    case 'late-delivery':
    case 'absent':
      return [null]
  }
}

/**
 * Since when a machine has been stopped. While nothing was heard of it, it was what it was before: a silence makes no other stop of it.
 *
 * @param intervals of its state, from `fromMs` to now; null is a silence
 * @returns undefined when it is not stopped; of a stop that is older than `fromMs` the same half day each time, though not its minute
 */
export function stoppedSince(intervals: readonly StateInterval[], fromMs: number): number | undefined {
  let sinceMs: number | undefined
  for (let at = intervals.length - 1; at >= 0; at -= 1) {
    const interval = intervals[at]
    if (!interval || (interval.value !== null && interval.value !== 'stopped')) break
    if (interval.value === 'stopped') sinceMs = interval.fromMs
  }
  if (sinceMs === undefined || sinceMs > fromMs) return sinceMs
  return Math.floor(fromMs / OLD_STOP_MS) * OLD_STOP_MS
}

/** Nobody asks for the minute in which an older stop began. */
export const OLD_STOP_MS = 12 * HOUR_MS

/** A shorter stop is part of every day; the plan has room for it. */
export const STOPPED_MS = 5 * MINUTE_MS

/** Whether an alarm says by itself that the machine has broken down. @param words in any letters */
export function saysBreakdown(alarm: string, words: readonly string[]): boolean {
  const text = alarm.toLowerCase()
  return words.some((word) => text.includes(word.toLowerCase()))
}
