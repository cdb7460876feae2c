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

/** A schedule as the Gantt shows it. @param live what machines do now, by work unit */
export function ganttPlan(schedule: Schedule, live: ReadonlyMap<string, LiveState>): GanttPlan {
  const orders = new Map(schedule.orders.map((one) => [one.id, one]))
  const lanes = new Map(schedule.lanes.map((one) => [one.workUnitId, closedOf(one)]))
  const bars: GanttBar[] = []
  const waiting: GanttWaiting[] = []
  const links: GanttPlan['links'][number][] = []
  let before: ScheduleOperation | undefined
  for (const operation of schedule.operations) {
    const order = orders.get(operation.orderId)
    if (!order) continue
    if (before?.orderId === operation.orderId) {
      links.push({ fromId: before.operationId, toId: operation.operationId, lagMs: 0 })
    }
    before = operation
    if (operation.placement)
      bars.push(halted(barOf(operation, operation.placement, order.quantity, epochMs(order.dueAt), lanes), live))
    else waiting.push(waitingOf(operation, order.quantity))
  }
  return {
    timeZone: schedule.timeZone,
    horizon: spanOf({ startAt: schedule.fromAt, endAt: schedule.toAt }),
    ...(schedule.frozenUntilAt && { frozenUntilMs: epochMs(schedule.frozenUntilAt) }),
    resources: schedule.lanes.slice(0, LANE_LIMIT).map((lane) => resourceOf(lane, live.get(lane.workUnitId))),
    orders: schedule.orders.map(({ id, number, product, family, quantity, dueAt, customer }) => ({
      ...{ id, name: number, product, family, quantity, unit: 'pcs', dueMs: epochMs(dueAt) },
      ...(customer !== null && { customer }),
    })),
    ...{ bars, links, waiting },
  }
}

function resourceOf(lane: Lane, live: LiveState | undefined): GanttResource {
  const outage = (kind: Lane['exceptions'][number]['kind']) => kind === 'maintenance' || kind === 'stop'
  return {
    ...{ id: lane.workUnitId, name: lane.name, group: lane.group || texts.schedule.group },
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
    load: lane.load.map(({ dayStartAt, loadRatio }) => ({ dayStartMs: epochMs(dayStartAt), loadRatio })),
    ...(live && { live }),
  }
}

function barOf(
  operation: ScheduleOperation,
  placement: Placement,
  quantity: number,
  dueMs: number,
  closed: ReadonlyMap<string, readonly Span[]>,
): GanttBar {
  const startMs = epochMs(placement.setupStartAt)
  const endMs = epochMs(placement.endAt)
  return {
    ...{ id: operation.operationId, orderId: operation.orderId, step: operation.step, quantity, startMs, endMs },
    resourceId: placement.workUnitId,
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

function waitingOf(operation: ScheduleOperation, quantity: number): GanttWaiting {
  return {
    ...{ id: operation.operationId, orderId: operation.orderId, step: operation.step, quantity, setupMs: 0 },
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

/** What the Gantt asks for, as the server understands it; a sentence for what it does not do. */
export function editOf(edit: GanttEdit, plan: GanttPlan): Edit | string {
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
      return texts.schedule.noSplit
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
    const operation = operations.get(operationId)
    const order = operation && orders.get(operation.orderId)
    if (!operation || !order) continue
    if (after) groups.set(operationId, after.operatorGroupId)
    const bar = (placement: Placement | null) =>
      placement && barOf({ ...operation, conflict: null }, placement, order.quantity, epochMs(order.dueAt), lanes)
    bars.push({ before: bar(before), after: bar(after) })
    if (!before) waiting.push({ before: waitingOf(operation, order.quantity), after: null })
    if (!after) waiting.push({ before: null, after: waitingOf(operation, order.quantity) })
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
    ...{ operationId: bar.id, workUnitId: bar.resourceId as EquipmentId, locked: bar.locked },
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
