import { epochMs, type Instant, instant, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Edit, Lane, OperationChange, Placement, Schedule, ScheduleOperation } from '../schedule-contract.ts'
import {
  type BarChange,
  type Eligible,
  type GanttBar,
  type GanttEdit,
  type GanttOutcome,
  type GanttPlan,
  type GanttResource,
  type GanttWaiting,
  LANE_LIMIT,
  type LiveState,
  type Span,
  type WaitingChange,
} from './gantt/model.ts'
import { texts } from './texts.ts'

/** The people of each operation, which a Gantt does not know but a plan has to keep. */
export type GroupsOf = Map<string, string | null>

/**
 * A schedule as the Gantt shows it.
 *
 * @param live what machines do now, by work unit
 * @param fenceYields whether the reader may move what is frozen, with a reason
 */
export function ganttPlan(schedule: Schedule, live: ReadonlyMap<string, LiveState>, fenceYields: boolean): GanttPlan {
  const orders = new Map(schedule.orders.map((one) => [one.id, one]))
  const lanes = new Map(schedule.lanes.map((one) => [one.workUnitId, closedOf(one)]))
  const bars: GanttBar[] = []
  const waiting: GanttWaiting[] = []
  const links: GanttPlan['links'][number][] = []
  for (const operation of schedule.operations) {
    const order = orders.get(operation.orderId)
    if (!order) continue
    for (const { operationId, waitS } of operation.after)
      links.push({ fromId: operationId, toId: operation.operationId, lagMs: waitS * SECOND_MS })
    if (operation.placement) bars.push(halted(barOf(operation, operation.placement, epochMs(order.dueAt), lanes), live))
    else waiting.push(waitingOf(operation))
  }
  return {
    timeZone: schedule.timeZone,
    horizon: spanOf({ startAt: schedule.fromAt, endAt: schedule.toAt }),
    fenceYields,
    resources: schedule.lanes
      .slice(0, LANE_LIMIT)
      .map((lane) => resourceOf(lane, live.get(lane.workUnitId), mostAtOnce(lane, schedule.operations))),
    orders: schedule.orders.map(({ id, number, product, family, quantity, dueAt, customer }) => ({
      ...{ id, name: number, product, family, quantity, unit: 'pcs', dueMs: epochMs(dueAt) },
      ...(customer !== null && { customer }),
    })),
    ...{ bars, links, waiting },
  }
}

/** More rows of a furnace would be higher than a screen; what is beyond them lies over each other. */
const ROWS_MAX = 24

/** How many operations lie under each other on a lane: its machines, and what its fullest charge holds. */
function mostAtOnce({ workUnitId, kind, count }: Lane, operations: readonly ScheduleOperation[]): number {
  if (kind === 'machine') return count
  const sizes = new Map<string, number>()
  for (const { placement } of operations) {
    if (placement?.workUnitId !== workUnitId) continue
    const key = `${placement.lane ?? 0} ${placement.startAt}`
    sizes.set(key, (sizes.get(key) ?? 0) + 1)
  }
  return Math.min(ROWS_MAX, count * Math.max(1, ...sizes.values()))
}

function resourceOf(lane: Lane, live: LiveState | undefined, capacity: number): GanttResource {
  const outage = (kind: Lane['exceptions'][number]['kind']) => kind === 'maintenance' || kind === 'stop'
  return {
    ...{ id: lane.workUnitId, name: lane.name, group: lane.group || texts.schedule.group, capacity },
    ...(lane.kind === 'batch' && { hasCharges: true as const }),
    calendar: {
      shifts: [
        ...lane.shifts,
        ...lane.exceptions.filter(({ kind }) => kind === 'extra').map((one) => ({ ...one, name: one.note })),
      ]
        .map((one) => ({ ...spanOf(one), name: one.name }))
        .sort(byStart),
      closed: lane.exceptions
        .filter(({ kind }) => kind === 'holiday')
        .map((one) => ({ ...spanOf(one), text: one.note }))
        .sort(byStart),
      outages: lane.exceptions
        .filter(({ kind }) => outage(kind))
        .map((one) => ({
          ...{ ...spanOf(one), text: one.note },
          kind: one.kind === 'stop' ? ('breakdown' as const) : ('maintenance' as const),
        }))
        .sort(byStart),
    },
    ...(lane.frozenUntilAt && { frozenUntilMs: epochMs(lane.frozenUntilAt) }),
    ...(lane.slushyUntilAt && { slushyUntilMs: epochMs(lane.slushyUntilAt) }),
    load: lane.load.map(({ dayStartAt, loadRatio }) => ({ dayStartMs: epochMs(dayStartAt), loadRatio })),
    ...(live && { live }),
  }
}

function barOf(
  operation: ScheduleOperation,
  placement: Placement,
  dueMs: number,
  closed: ReadonlyMap<string, readonly Span[]>,
): GanttBar {
  const startMs = epochMs(placement.setupStartAt)
  const endMs = epochMs(placement.endAt)
  return {
    ...{ id: placement.operationId, orderId: operation.orderId, step: operation.step, startMs, endMs },
    quantity: placement.quantity ?? operation.quantity,
    ...(placement.quantity !== undefined && { part: partOf(placement.operationId) }),
    resourceId: placement.workUnitId,
    lane: placement.lane ?? 0,
    setupMs: epochMs(placement.startAt) - startMs,
    pauses: (closed.get(placement.workUnitId) ?? []).filter(({ fromMs, toMs }) => fromMs > startMs && toMs < endMs),
    state: operation.state,
    lateMs: Math.max(0, endMs - dueMs),
    ...(operation.conflict !== null && { conflict: operation.conflict }),
    locked: placement.locked,
    eligible: eligibleOf(operation),
  }
}

/** What should run on a machine that stands still. */
function halted(bar: GanttBar, live: ReadonlyMap<string, LiveState>): GanttBar {
  const isHalted = bar.state === 'running' && live.get(bar.resourceId)?.state === 'stopped'
  return isHalted ? { ...bar, isHalted } : bar
}

/** Which part of a split operation an id is about: the number behind its position. */
function partOf(operationId: string): number {
  return Number(operationId.split('.')[2] ?? 1)
}

function waitingOf(operation: ScheduleOperation): GanttWaiting {
  const { operationId, orderId, step, quantity } = operation
  return {
    ...{ id: operationId, orderId, step, quantity, setupMs: 0 },
    eligible: eligibleOf(operation),
    ...(operation.reason !== null && { text: operation.reason }),
  }
}

function eligibleOf({ alternatives }: ScheduleOperation): Eligible[] {
  return alternatives.map(({ workUnitId, durationS }) => ({
    resourceId: workUnitId,
    durationMs: durationS * SECOND_MS,
  }))
}

/** The times between a lane's shifts, as far as both sides are known. */
function closedOf({ shifts, exceptions }: Lane): Span[] {
  const open = [...shifts, ...exceptions.filter(({ kind }) => kind === 'extra')].map(spanOf).sort(byStart)
  const gaps: Span[] = []
  let untilMs = open[0]?.toMs ?? 0
  for (const { fromMs, toMs } of open) {
    if (fromMs > untilMs) gaps.push({ fromMs: untilMs, toMs: fromMs })
    untilMs = Math.max(untilMs, toMs)
  }
  return gaps
}

function spanOf({ startAt, endAt }: { readonly startAt: Instant; readonly endAt: Instant }): Span {
  return { fromMs: epochMs(startAt), toMs: epochMs(endAt) }
}

function byStart(a: Span, b: Span): number {
  return a.fromMs - b.fromMs
}

/** What the Gantt asks for, as the server understands it. */
export function editOf(edit: GanttEdit, plan: GanttPlan): Edit {
  const setup = new Map(plan.bars.map((bar) => [bar.id, bar.setupMs]))
  const move = (operationId: string, resourceId: string, startMs: number) => ({
    ...{ operationId, workUnitId: resourceId as EquipmentId },
    startAt: instant(Math.round((startMs + (setup.get(operationId) ?? 0)) / SECOND_MS) * SECOND_MS),
  })
  switch (edit.kind) {
    case 'move':
      return { kind: 'move', moves: edit.moves.map((one) => move(one.barId, one.resourceId, one.startMs)) }
    case 'place':
      return { kind: 'move', moves: [move(edit.waitingId, edit.resourceId, edit.startMs)] }
    case 'unplace':
      return { kind: 'unplace', operationIds: [...edit.barIds] }
    case 'lock':
      return { kind: 'lock', operationIds: [...edit.barIds], locked: edit.locked }
    case 'split':
      return { kind: 'split', operationId: edit.barId, atAt: instant(Math.round(edit.atMs / SECOND_MS) * SECOND_MS) }
  }
}

/** What the server answered, as the Gantt shows it. Notes whose people each operation has. */
export function outcomeOf(changes: readonly OperationChange[], schedule: Schedule, groups: GroupsOf): GanttOutcome {
  const operations = new Map(schedule.operations.map((one) => [one.operationId, one]))
  const orders = new Map(schedule.orders.map((one) => [one.id, one]))
  const lanes = new Map(schedule.lanes.map((one) => [one.workUnitId, closedOf(one)]))
  const bars: BarChange[] = []
  const waiting: WaitingChange[] = []
  for (const { operationId, before, after } of changes) {
    const known = operations.get(operationId)
    // A part that a split makes is not in the schedule yet; it is like the operation it is part of.
    const operation = known ?? operations.get(operationId.split('.').slice(0, 2).join('.'))
    const order = operation && orders.get(operation.orderId)
    if (!operation || !order) continue
    if (after) groups.set(operationId, after.operatorGroupId)
    const bar = (placement: Placement | null) =>
      placement && barOf({ ...operation, conflict: null }, placement, epochMs(order.dueAt), lanes)
    bars.push({ before: bar(before), after: bar(after) })
    if (!known) continue
    if (!before) waiting.push({ before: waitingOf(known), after: null })
    if (!after) waiting.push({ before: null, after: waitingOf(known) })
  }
  return { changes: bars, waiting }
}

/** Changes of bars as the server takes them. */
export function changesOf(changes: readonly BarChange[], groups: GroupsOf): OperationChange[] {
  return changes.map(({ before, after }) => ({
    operationId: (before ?? after)?.id ?? '',
    before: before && placementOf(before, groups),
    after: after && placementOf(after, groups),
  }))
}

function placementOf(bar: GanttBar, groups: GroupsOf): Placement {
  return {
    ...{ operationId: bar.id, workUnitId: bar.resourceId as EquipmentId, lane: bar.lane ?? 0, locked: bar.locked },
    ...(bar.part !== undefined && { quantity: bar.quantity }),
    setupStartAt: instant(bar.startMs),
    startAt: instant(bar.startMs + bar.setupMs),
    endAt: instant(bar.endMs),
    operatorGroupId: groups.get(bar.id) ?? null,
  }
}

/** Whose people each operation has in a schedule. */
export function groupsIn(schedule: Schedule): GroupsOf {
  return new Map(
    schedule.operations.flatMap(({ operationId, placement }) =>
      placement ? [[operationId, placement.operatorGroupId] as const] : [],
    ),
  )
}
