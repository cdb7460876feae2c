import { DAY_MS, epochMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { SiteSupply } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import type { FactoryOperation, FactoryProblem, Interval, OperatorGroup as PeopleGroup } from '@millrace/scheduling'
import type {
  CalendarException,
  OperatorGroup,
  OrderId,
  Product,
  ProductionOrder,
  SetupMatrix,
  Step,
} from './contract.ts'
import { type StatedMaterials, stateMaterials } from './material-rules.ts'
import { type Pace, pacesOf } from './pace-rules.ts'
import { operationIdOf, type PlacedOperation, type Seat, seatOf } from './plan-rules.ts'
import type { Absence } from './reaction-contract.ts'
import { joined, without } from './working-time-rules.ts'

/** What starts within this time is on its way: planning leaves it where it is. */
export const FROZEN_MS = 2 * HOUR_MS
/** How far a plan looks at least, and at most. */
const HORIZON_MS = 28 * DAY_MS
const HORIZON_MS_MAX = 180 * DAY_MS
/** Room behind the last due date. */
const ROOM_MS = 21 * DAY_MS
/** What a plan shows and remembers of the past. */
export const PAST_MS = 7 * DAY_MS

/** A machine as planning sees it. */
export interface WorkUnit {
  readonly id: EquipmentId
  readonly name: string
  /** The work center or area it stands in. */
  readonly group: string
}

/** A shift on its day, epoch milliseconds. */
export interface ShiftSpan {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
}

/** Everything that planning a site needs to know, read at one moment. */
export interface SiteState {
  readonly siteId: EquipmentId
  readonly timeZone: string
  readonly nowMs: number
  readonly span: PlanSpan
  /** Those within the span. */
  readonly shifts: readonly ShiftSpan[]
  readonly units: readonly WorkUnit[]
  readonly products: readonly Product[]
  /** Open ones. */
  readonly orders: readonly Omit<ProductionOrder, 'plannedEndAt'>[]
  readonly setups: readonly SetupMatrix[]
  readonly groups: readonly OperatorGroup[]
  readonly exceptions: readonly CalendarException[]
  /** What products are made of, and what there is of it. */
  readonly supply: SiteSupply
  /** People who are missing. */
  readonly absences: readonly Absence[]
  /** What takes longer than its routing says. */
  readonly paces: readonly Pace[]
}

/** The time a plan is about. */
export interface PlanSpan {
  readonly originMs: number
  readonly toMs: number
}

/**
 * @param dueMs when the last order is due; undefined without orders
 * @param comingMs when the last material comes that one of them waits for; undefined when all is there
 */
export function planSpan(nowMs: number, dueMs: number | undefined, comingMs?: number): PlanSpan {
  const toMs = Math.max(nowMs + HORIZON_MS, Math.max(dueMs ?? 0, comingMs ?? 0) + ROOM_MS)
  return {
    originMs: Math.floor((nowMs - PAST_MS) / MINUTE_MS) * MINUTE_MS,
    toMs: Math.min(toMs, nowMs + HORIZON_MS_MAX),
  }
}

/** The site's problem for the engine, and why some orders are not in it. */
export interface StatedProblem {
  readonly problem: FactoryProblem
  readonly originMs: number
  /** By order: why it cannot be planned at all, in words. */
  readonly impossible: ReadonlyMap<string, string>
  readonly supplied: StatedMaterials
}

/** Lateness counts twice as much with each step of priority. */
const PRIORITY_MAX = 5

/**
 * States what is to be planned.
 *
 * @param pinned operations that stay where they are: what is under way, frozen or locked.
 */
export function stateProblem(state: SiteState, pinned: readonly PlacedOperation[] = []): StatedProblem {
  const { originMs, toMs } = state.span
  const horizonS = Math.floor((toMs - originMs) / SECOND_MS)
  // To the next whole minute: people read minutes.
  const nowS = (Math.ceil(state.nowMs / MINUTE_MS) * MINUTE_MS - originMs) / SECOND_MS
  const seconds = (at: Instant) => clamp(Math.round((epochMs(at) - originMs) / SECOND_MS), 0, horizonS)
  const spansOf = (kind: CalendarException['kind'], unitId: EquipmentId | null) =>
    state.exceptions
      .filter((one) => one.kind === kind && one.workUnitId === unitId)
      .map(({ startAt, endAt }) => ({ startS: seconds(startAt), endS: seconds(endAt) }))
      .filter(({ startS, endS }) => endS > startS)

  const shifts = state.shifts
    .map(({ name, startMs, endMs }) => ({
      name,
      startS: clamp((startMs - originMs) / SECOND_MS, 0, horizonS),
      endS: clamp((endMs - originMs) / SECOND_MS, 0, horizonS),
    }))
    .filter(({ startS, endS }) => endS > startS)
  const holidays = spansOf('holiday', null)
  const extra = spansOf('extra', null)
  const open = (spans: readonly Interval[], more: readonly Interval[]) =>
    joined([...without(joined(spans), holidays), ...extra, ...more])
  // Whoever is asked to work outside the shifts brings the people.
  const allExtra = state.units.flatMap(({ id }) => spansOf('extra', id))

  const calendars: { id: string; open: Interval[] }[] = [{ id: 'site', open: open(shifts, []) }]
  const matrices = new Map(state.setups.map((one) => [one.workUnitId, one]))
  const resources = state.units.map(({ id }) => {
    const own = spansOf('extra', id)
    const free = spansOf('holiday', id)
    if (own.length + free.length > 0) calendars.push({ id, open: without(open(shifts, own), free) })
    return {
      ...{ id, kind: 'machine' as const, count: 1, calendarId: own.length + free.length > 0 ? id : 'site' },
      closed: [...spansOf('maintenance', null), ...spansOf('maintenance', id)],
      stops: [...spansOf('stop', null), ...spansOf('stop', id)],
      ...(matrices.has(id) && { setupMatrixId: id }),
    }
  })
  const operatorGroups = state.groups.map((group): PeopleGroup => {
    const counts = new Map(group.headcounts.map(({ shift, count }) => [shift, count]))
    const headcount = Math.max(0, ...counts.values())
    const staffed = shifts.filter(({ name }) => (counts.get(name) ?? 0) > 0)
    calendars.push({ id: group.id, open: open(staffed, allExtra) })
    return {
      ...{ id: group.id, skills: group.skills, headcount, calendarId: group.id },
      absences: [
        ...staffed.flatMap(({ name, startS, endS }) => {
          const count = headcount - (counts.get(name) ?? 0)
          return count > 0 ? [{ startS, endS, count }] : []
        }),
        ...missing(state.absences, group.id, seconds),
      ],
    }
  })

  const products = new Map(state.products.map((one) => [one.id, one]))
  const units = new Set<string>(state.units.map(({ id }) => id))
  const skills = new Set(state.groups.flatMap((one) => one.skills))
  const pins = new Map(pinned.map((one) => [operationIdOf(one.orderId, one.position), seatOf(one, originMs)]))
  const paceOf = pacesOf(state.paces)
  const impossible = new Map<string, string>()
  for (const { id, productId, quantity } of state.orders) {
    const why = whyImpossible(products.get(productId), units, skills, quantity, horizonS)
    if (why !== undefined) impossible.set(id, why)
  }
  const possible = state.orders.filter(({ id }) => !impossible.has(id))
  const supplied = stateMaterials(possible, products, state.supply, { originMs, nowMs: state.nowMs, toMs })
  const names = new Map(state.supply.materials.map(({ id, name }) => [id, name]))
  for (const [orderId, materialId] of supplied.missing)
    impossible.set(orderId, `Its ${names.get(materialId) ?? 'material'} comes only after the end of this plan.`)
  const orders = possible.flatMap((order) => {
    const product = products.get(order.productId)
    if (!product || impossible.has(order.id)) return []
    return [
      {
        ...{ id: order.id, weight: 2 ** (PRIORITY_MAX - order.priority), quantity: order.quantity },
        releaseS: seconds(order.releaseAt),
        dueS: seconds(order.dueAt),
        operations: product.steps.map((step, index) =>
          operationOf(order, step, index + 1, units, paceOf, pins.get(operationIdOf(order.id, index + 1)), supplied),
        ),
      },
    ]
  })
  return {
    problem: {
      ...{ horizonS, nowS, frozenUntilS: Math.min(horizonS, nowS + FROZEN_MS / SECOND_MS) },
      ...{ calendars, resources, operatorGroups, orders, tools: [], transports: [] },
      materials: supplied.materials,
      setupMatrices: [...matrices.values()].map(({ workUnitId, otherwiseMinutes, changes }) => ({
        ...{ id: workUnitId, otherwiseS: otherwiseMinutes * 60, initialS: 0 },
        changes: changes.map(({ from, to, minutes }) => ({ from, to, setupS: minutes * 60 })),
      })),
    },
    originMs,
    impossible,
    supplied,
  }
}

function missing(absences: readonly Absence[], groupId: string, seconds: (at: Instant) => number) {
  return absences
    .filter((one) => one.groupId === groupId)
    .map(({ startAt, endAt, count }) => ({ startS: seconds(startAt), endS: seconds(endAt), count }))
    .filter(({ startS, endS }) => endS > startS)
}

function whyImpossible(
  product: Product | undefined,
  units: ReadonlySet<string>,
  skills: ReadonlySet<string>,
  quantity: number,
  horizonS: number,
): string | undefined {
  if (!product) return 'Its product has no routing any more.'
  for (const { name, alternatives, operators } of product.steps) {
    const able = alternatives.filter(({ workUnitId }) => units.has(workUnitId))
    if (able.length === 0) return `No machine does ${name} any more.`
    if (able.some(({ minutesPerPiece }) => durationS(minutesPerPiece, quantity) > horizonS)) {
      return `${name} takes longer than the plan looks ahead. Make several orders of it.`
    }
    if (operators && !skills.has(operators.skill)) return `Nobody at this site has the skill ${operators.skill}.`
  }
  return undefined
}

/** Working time of a whole order on a machine: whole minutes, at least one. */
export function durationS(minutesPerPiece: number, quantity: number): number {
  return Math.max(1, Math.ceil(minutesPerPiece * quantity - 1e-9)) * 60
}

function operationOf(
  order: { readonly id: OrderId; readonly quantity: number },
  step: Step,
  position: number,
  units: ReadonlySet<string>,
  paceOf: ReturnType<typeof pacesOf>,
  pin: Seat | undefined,
  { takes, pegs }: StatedMaterials,
): FactoryOperation {
  const able = step.alternatives
    .filter(({ workUnitId }) => units.has(workUnitId))
    .map(({ workUnitId, minutesPerPiece }) => ({
      resourceId: workUnitId as string,
      durationS: durationS(minutesPerPiece * paceOf(workUnitId, order.id, position), order.quantity),
    }))
  const pinnedTo = pin && pin.startS >= 0 ? able.find(({ resourceId }) => resourceId === pin.resourceId) : undefined
  const id = operationIdOf(order.id, position)
  const after = [
    ...(position > 1 ? [operationIdOf(order.id, position - 1)] : []),
    ...new Set(pegs.get(id)?.map(({ operationId }) => operationId)),
  ]
  const materials = takes.get(id)
  return {
    id,
    alternatives: pinnedTo ? [pinnedTo] : able,
    ...(after.length > 0 && { after: after.map((operationId) => ({ operationId })) }),
    ...(materials && { materials }),
    family: step.setupFamily,
    splittable: step.splittable,
    ...(step.operators && {
      operators: { skill: step.operators.skill, count: step.operators.count, during: step.operators.time },
    }),
    ...(pin && pinnedTo && { pin: { resourceId: pin.resourceId, lane: 0, startS: pin.startS } }),
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
