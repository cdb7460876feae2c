import { epochMs, MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { PlacedOperation } from './plan-rules.ts'
import { type SiteState, stateProblem } from './problem-rules.ts'
import { advance, openFrom } from './working-time-rules.ts'

/**
 * When a machine that stands still now runs again, if its repair takes so much of its working time: whoever repairs at night and on Sundays
 * works then as well. The end of what is planned when it has no working time left.
 */
export function repairedAt(
  state: SiteState,
  { workUnitId, repairMs }: { workUnitId: EquipmentId; repairMs: number },
): number {
  const { problem, originMs } = stateProblem(state)
  const calendarId = problem.resources.find(({ id }) => id === workUnitId)?.calendarId
  const open = problem.calendars.find(({ id }) => id === calendarId)?.open ?? []
  const beginsS = openFrom(open, problem.nowS)
  const endsS = beginsS === undefined ? undefined : advance(open, beginsS, repairMs / SECOND_MS)
  return endsS === undefined ? state.span.toMs : originMs + endsS * SECOND_MS
}

/** More than these are not tried: each costs a search. */
const STARTS_MAX = 8

/**
 * When the repair of a machine could begin so that it is done before the machine fails: as soon as nothing frozen is in its way, after
 * each operation on it, and as late as it may be. By time, at most eight.
 *
 * @returns one that begins at once when it is too late for anything else
 */
export function repairStarts(
  { nowMs, units }: Pick<SiteState, 'nowMs' | 'units'>,
  placed: readonly PlacedOperation[],
  { workUnitId, failsMs, repairMs }: { workUnitId: EquipmentId; failsMs: number; repairMs: number },
): number[] {
  const whole = (ms: number) => Math.ceil(ms / MINUTE_MS) * MINUTE_MS
  const latestMs = Math.floor((failsMs - repairMs) / MINUTE_MS) * MINUTE_MS
  const firstMs = whole(nowMs)
  if (latestMs <= firstMs) return [firstMs]
  const fenceMs = whole(nowMs + (units.find(({ id }) => id === workUnitId)?.fence.frozenMs ?? 0))
  const earliestMs = Math.min(latestMs, fenceMs)
  const ends = placed
    .filter((one) => one.workUnitId === workUnitId)
    .map(({ endAt }) => whole(epochMs(endAt)))
    .filter((endMs) => endMs > earliestMs && endMs < latestMs)
  const starts = [...new Set([earliestMs, ...ends, latestMs])].sort((a, b) => a - b)
  if (starts.length <= STARTS_MAX) return starts
  // Spread over the whole time, with both ends.
  return Array.from(
    { length: STARTS_MAX },
    (_, index) => starts[Math.round((index * (starts.length - 1)) / (STARTS_MAX - 1))] ?? latestMs,
  )
}
