import { atWallClock, DAY_MS, epochMs, HOUR_MS, type Instant, instant, SECOND_MS, wallClock } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { FactoryProblem, FactoryResource, Interval } from '@millrace/scheduling'
import { faultsOf } from './check-rules.ts'
import type { CalendarException } from './contract.ts'
import { endOf, lateReasons } from './lateness-rules.ts'
import { type Capacities, machineOf, possibleFor } from './machine-rules.ts'
import { operationsOf } from './operation-rules.ts'
import { pacesOf } from './pace-rules.ts'
import { idOf, type PlacedOperation, placementOf, type Seat, seatOf } from './plan-rules.ts'
import { capacitiesOf, frontOf, type SiteState, type StatedProblem, type WorkUnit } from './problem-rules.ts'
import type { Figures, Lane, ScheduleOperation, ScheduleOrder } from './schedule-contract.ts'
import { faultText, namesOf, startText } from './word-rules.ts'
import { without, workBetween } from './working-time-rules.ts'

/** For how many days the load of a lane is told. */
const LOAD_DAYS = 21
const LOAD_FIGURE_MS = 7 * DAY_MS

export interface ScheduleView {
  readonly lanes: Lane[]
  readonly orders: ScheduleOrder[]
  readonly operations: ScheduleOperation[]
  readonly figures: Figures
}

/**
 * A plan as screens show it.
 *
 * @param isPublished whether the shop floor works by it, or by one it came from: what lies before now has happened then.
 */
export function scheduleView(
  state: SiteState,
  stated: StatedProblem,
  placed: readonly PlacedOperation[],
  isPublished: boolean,
): ScheduleView {
  const { problem, originMs, impossible } = stated
  const names = namesOf(state, stated)
  const seats = seatsOf(placed, originMs)
  const byId = new Map(placed.map((one) => [idOf(one), one]))
  const faults = new Map(faultsOf(problem, seats).map((fault) => [fault.operationId, faultText(fault, names)]))
  const products = new Map(state.products.map((one) => [one.id, one]))
  const inProblem = new Map(problem.orders.map((one) => [one.id, one]))

  const paceOf = pacesOf(state.paces)
  const capacities = capacitiesOf(state)
  const operations = state.orders.flatMap((order) => {
    const ofOrder = operationsOf(order, products.get(order.productId), state.splits)
    return ofOrder.map((one): ScheduleOperation => {
      const { operationId, position, step, quantity, isPart } = one
      const pace = (unitId: EquipmentId) => paceOf(unitId, order.id, position)
      const own = byId.get(operationId)
      return {
        ...{ operationId, orderId: order.id, step: step.name, quantity, isPart },
        after: frontOf(ofOrder, one).map(({ operationId, step }) => ({
          ...{ operationId, waitS: (step.waitMinutes ?? 0) * 60 },
        })),
        alternatives: possibleFor(step, quantity, capacities, pace).alternatives.map(({ resourceId, durationS }) => ({
          ...{ workUnitId: resourceId as EquipmentId, durationS },
        })),
        placement: own ? placementOf(own) : null,
        state: own && isPublished ? stateAt(own, state.nowMs) : 'scheduled',
        reason: own ? startText(seatOf(own, originMs), names) : (impossible.get(order.id) ?? null),
        conflict: faults.get(operationId) ?? null,
      }
    })
  })
  const orders = state.orders.map((order): ScheduleOrder => {
    const product = products.get(order.productId)
    const stated = inProblem.get(order.id)
    const endS = stated && endOf(stated, seats)
    const endAt = endS === undefined ? null : instant(originMs + endS * SECOND_MS)
    const lateS = Math.max(0, (epochMs(endAt ?? instant(state.nowMs)) - epochMs(order.dueAt)) / SECOND_MS)
    const why = impossible.get(order.id)
    const reasons = why
      ? [{ text: why, waitS: 0, main: true }]
      : stated && endAt && lateS > 0
        ? lateReasons(stated, seats, problem.nowS, names)
        : []
    const { id, number, quantity, customer, priority, dueAt } = order
    return {
      ...{ id, number, quantity, customer, priority, dueAt, endAt, reasons },
      ...{ product: product?.name ?? '', family: product?.family ?? '', lateS: Math.floor(lateS) },
    }
  })
  const loads = laneLoads(state, problem, originMs, seats)
  return {
    lanes: state.units.map((unit) => laneOf(state, unit, loads.get(unit.id)?.days ?? [], capacities, isPublished)),
    orders,
    operations,
    figures: figuresOf(orders, operations, loads),
  }
}

export function seatsOf(placed: readonly PlacedOperation[], originMs: number): Map<string, Seat> {
  return new Map(placed.map((one) => [idOf(one), seatOf(one, originMs)]))
}

/** The numbers of the orders that a plan finishes late, or that are late and have no place in it. */
export function lateNumbers(state: SiteState, problem: FactoryProblem, seats: ReadonlyMap<string, Seat>): Set<string> {
  const numbers = new Map(state.orders.map((one) => [one.id as string, one.number]))
  return new Set(
    problem.orders.flatMap((order) => {
      const isLate = (endOf(order, seats) ?? problem.nowS) > order.dueS
      return isLate ? [numbers.get(order.id) ?? ''] : []
    }),
  )
}

/** Until when planning leaves alone what is on its way, wherever that is shortest. */
export function frozenUntil({ units, nowMs }: SiteState): Instant {
  return instant(nowMs + Math.min(...units.map(({ fence }) => fence.frozenMs)))
}

function stateAt({ setupStartAt, endAt }: PlacedOperation, nowMs: number): ScheduleOperation['state'] {
  if (epochMs(endAt) <= nowMs) return 'done'
  return epochMs(setupStartAt) <= nowMs ? 'running' : 'scheduled'
}

function laneOf(
  state: SiteState,
  { id, name, group, fence }: WorkUnit,
  load: Lane['load'],
  capacities: Capacities,
  isPublished: boolean,
): Lane {
  const { kind, count } = machineOf(capacities.get(id))
  const concerns = ({ workUnitId }: CalendarException) => workUnitId === null || workUnitId === id
  return {
    ...{ workUnitId: id, name, group, kind, count, load },
    frozenUntilAt: isPublished ? instant(state.nowMs + fence.frozenMs) : null,
    slushyUntilAt: isPublished ? instant(state.nowMs + fence.slushyMs) : null,
    shifts: state.shifts.map(({ name, startMs, endMs }) => ({
      name,
      startAt: instant(startMs),
      endAt: instant(endMs),
    })),
    exceptions: state.exceptions
      .filter(concerns)
      .map(({ kind, note, startAt, endAt }) => ({ kind, note, startAt, endAt })),
  }
}

interface LaneLoad {
  readonly days: Lane['load']
  readonly setupS: number
  /** Of the next seven days. */
  readonly workS: number
  readonly openS: number
}

export function laneLoads(
  state: SiteState,
  problem: FactoryProblem,
  originMs: number,
  seats: ReadonlyMap<string, Seat>,
): Map<string, LaneLoad> {
  const calendars = new Map(problem.calendars.map((one) => [one.id, one.open]))
  const lanes = Map.groupBy(seats.values(), ({ resourceId }) => resourceId)
  const days = daysFrom(state.nowMs, state.timeZone).map((atMs) => ({ atMs, atS: (atMs - originMs) / SECOND_MS }))
  return new Map(
    problem.resources.map((resource) => {
      const open = without(calendars.get(resource.calendarId) ?? [], [
        ...(resource.closed ?? []),
        ...(resource.stops ?? []),
      ])
      const lane = runsOf(lanes.get(resource.id) ?? [], resource.kind)
      const { count } = resource
      const work = (fromS: number, toS: number) => lane.reduce((sum, seat) => sum + within(open, seat, fromS, toS), 0)
      const load = days.slice(0, -1).flatMap(({ atMs, atS }, index) => {
        const openS = workBetween(open, atS, days[index + 1]?.atS ?? atS)
        if (openS === 0) return []
        return [{ dayStartAt: instant(atMs), loadRatio: work(atS, days[index + 1]?.atS ?? atS) / (openS * count) }]
      })
      const weekS = problem.nowS + LOAD_FIGURE_MS / SECOND_MS
      return [
        resource.id,
        {
          days: load,
          setupS: lane.reduce(
            (sum, { setupStartS, startS }) => sum + ahead(open, Math.max(problem.nowS, setupStartS), startS),
            0,
          ),
          workS: work(problem.nowS, weekS),
          openS: workBetween(open, problem.nowS, weekS) * count,
        },
      ]
    }),
  )
}

/** What keeps a machine busy: a charge of a furnace counts once, whatever is in it. */
function runsOf(seats: readonly Seat[], kind: FactoryResource['kind']): readonly Seat[] {
  if (kind === 'machine') return seats
  return [...new Map(seats.map((seat) => [`${seat.lane} ${seat.startS}`, seat])).values()]
}

function ahead(open: readonly Interval[], fromS: number, toS: number): number {
  return toS > fromS ? workBetween(open, fromS, toS) : 0
}

function within(open: readonly Interval[], { setupStartS, endS }: Seat, fromS: number, toS: number): number {
  return ahead(open, Math.max(fromS, setupStartS), Math.min(toS, endS))
}

/** Midnights of the plant's clock: today's, and those that follow. */
function daysFrom(nowMs: number, timeZone: string): number[] {
  const { year, month, day } = wallClock(nowMs, timeZone)
  return Array.from({ length: LOAD_DAYS + 1 }, (_, offset) => atWallClock(year, month, day + offset, 0, timeZone))
}

function figuresOf(
  orders: readonly ScheduleOrder[],
  operations: readonly ScheduleOperation[],
  loads: ReadonlyMap<string, LaneLoad>,
): Figures {
  const lanes = [...loads.values()]
  const sum = (of: (lane: LaneLoad) => number) => lanes.reduce((total, lane) => total + of(lane), 0)
  const lateCount = orders.filter(({ lateS }) => lateS > 0).length
  const openS = sum(({ openS }) => openS)
  return {
    orderCount: orders.length,
    lateCount,
    onTimeRatio: orders.length === 0 ? null : (orders.length - lateCount) / orders.length,
    loadRatio: openS === 0 ? null : sum(({ workS }) => workS) / openS,
    setupHours: (sum(({ setupS }) => setupS) * SECOND_MS) / HOUR_MS,
    operationCount: operations.length,
    waitingCount: operations.filter(({ placement }) => placement === null).length,
  }
}
