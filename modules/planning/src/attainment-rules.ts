import { epochMs, instant, MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Attained } from './attainment-contract.ts'
import { type Ground, groundOf } from './place-rules.ts'
import type { PlacedOperation, Seat } from './plan-rules.ts'
import type { ShiftSpan, StatedProblem } from './problem-rules.ts'
import { seatsOf } from './schedule-rules.ts'
import { both, joined } from './working-time-rules.ts'

/** A span of time, epoch milliseconds, its end excluded. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** What a plan has a work unit do in a shift. */
export interface ShiftPlan {
  readonly workUnitId: EquipmentId
  /** When it processes, without breaks, by time. */
  readonly spans: readonly Span[]
  /** When operations begin. */
  readonly startsMs: readonly number[]
  readonly plannedS: number
}

/** What a machine said of itself, without gaps; null where it was not heard. */
export interface HeardState extends Span {
  readonly value: string | null
}

/** Whoever begins within it has begun in time. */
const TOLERANCE_MS = 30 * MINUTE_MS

/** What a plan has each work unit do in a shift; those that have nothing to do are left out. */
export function shiftPlans(
  { problem, originMs }: StatedProblem,
  placed: readonly PlacedOperation[],
  { startMs, endMs }: Pick<ShiftSpan, 'startMs' | 'endMs'>,
): ShiftPlan[] {
  const ground = groundOf(problem)
  const overlapping = placed.filter(({ startAt, endAt }) => epochMs(startAt) < endMs && epochMs(endAt) > startMs)
  const seats = [...seatsOf(overlapping, originMs).values()]
  const shift = { startS: (startMs - originMs) / SECOND_MS, endS: (endMs - originMs) / SECOND_MS }
  return [...Map.groupBy(seats, ({ resourceId }) => resourceId)].flatMap(([resourceId, own]): ShiftPlan[] => {
    const work = joined(own.flatMap((seat) => both(runTimes(ground, seat), [shift])))
    const plannedS = work.reduce((sum, { startS, endS }) => sum + endS - startS, 0)
    if (plannedS === 0) return []
    return [
      {
        workUnitId: resourceId as EquipmentId,
        spans: work.map(({ startS, endS }) => ({
          fromMs: originMs + startS * SECOND_MS,
          toMs: originMs + endS * SECOND_MS,
        })),
        startsMs: [...new Set(own.map(({ startS }) => originMs + startS * SECOND_MS))]
          .filter((atMs) => atMs >= startMs && atMs < endMs)
          .sort((a, b) => a - b),
        plannedS: Math.round(plannedS),
      },
    ]
  })
}

/** When an operation is processed, between its breaks. */
function runTimes(ground: Ground, { operationId, resourceId, groupId, startS, endS }: Seat) {
  const operation = ground.facts.get(operationId)?.operation
  const resource = ground.resources.get(resourceId)
  if (!operation || !resource) return []
  return both(ground.times(resource, operation, groupId).run, [{ startS, endS }])
}

/** What a machine did of its plan for a shift. @param heard what it said from half an hour before the shift until its end */
export function attained(
  { spans, startsMs, plannedS }: Omit<ShiftPlan, 'workUnitId'>,
  heard: readonly HeardState[],
): Attained {
  const sums = { ran: 0, late: 0, stopped: 0, idle: 0, unheard: 0 }
  for (const span of spans) {
    let hasRun = false
    let knownUntilMs = span.fromMs
    for (const { fromMs, toMs, value } of heard) {
      const [start, end] = [Math.max(fromMs, span.fromMs), Math.min(toMs, span.toMs)]
      if (end <= start) continue
      sums.unheard += start - knownUntilMs
      knownUntilMs = end
      hasRun ||= value === 'running'
      if (value === null) sums.unheard += end - start
      else if (value === 'running') sums.ran += end - start
      else if (!hasRun) sums.late += end - start
      else if (value === 'stopped') sums.stopped += end - start
      else sums.idle += end - start
    }
    sums.unheard += span.toMs - knownUntilMs
  }
  const ranIn = (span: Span) => heard.some((one) => one.value === 'running' && meets(one, span))
  const known = startsMs.filter((atMs) =>
    heard.some((one) => one.value !== null && meets(one, { fromMs: atMs, toMs: atMs + TOLERANCE_MS })),
  )
  const met = known.filter((atMs) => ranIn({ fromMs: atMs - TOLERANCE_MS / 2, toMs: atMs + TOLERANCE_MS }))
  const [ranS, lateS, stoppedS, idleS] = [sums.ran, sums.late, sums.stopped, sums.idle].map((ms) =>
    Math.floor(ms / SECOND_MS),
  ) as [number, number, number, number]
  return {
    ...{ plannedS, ranS, lateS, stoppedS, idleS },
    // What rounding leaves over is not known of.
    ...{ unheardS: plannedS - ranS - lateS - stoppedS - idleS, startCount: known.length, metCount: met.length },
  }
}

function meets(one: Span, other: Span): boolean {
  return one.fromMs < other.toMs && one.toMs > other.fromMs
}

/** Shifts that began in a time and have not been recorded, up to now. */
export function unrecorded(
  shifts: readonly ShiftSpan[],
  recorded: ReadonlySet<string>,
  sinceMs: number,
  nowMs: number,
): ShiftSpan[] {
  return shifts.filter(({ startMs }) => startMs >= sinceMs && startMs <= nowMs && !recorded.has(instant(startMs)))
}
