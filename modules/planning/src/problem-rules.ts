import { DAY_MS, epochMs, type Instant, MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { SiteSupply } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import type { FactoryOperation, FactoryProblem, Interval, OperatorGroup as PeopleGroup } from '@millrace/scheduling'
import type { CalendarException, OperatorGroup, OrderId, Product, ProductionOrder, SetupMatrix } from './contract.ts'
import type { UnitFence } from './fence-rules.ts'
import { type Capacities, machineOf, possibleFor } from './machine-rules.ts'
import { type StatedMaterials, stateMaterials } from './material-rules.ts'
import { type OrderOperation, operationsOf, type Splits, stepKey } from './operation-rules.ts'
import { type Pace, pacesOf } from './pace-rules.ts'
import { idOf, type PlacedOperation, type Seat, seatOf } from './plan-rules.ts'
import type { Absence } from './reaction-contract.ts'
import type { Tool, Transport, UnitCapacity } from './resource-contract.ts'
import { joined, without } from './working-time-rules.ts'

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
  /** The area it stands in, for ways between areas; undefined where there is none. */
  readonly areaId?: EquipmentId | undefined
  readonly fence: UnitFence
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
  readonly tools: readonly Tool[]
  /** What is more than a single machine. */
  readonly capacities: readonly UnitCapacity[]
  readonly ways: readonly Transport[]
  /** How the plan in question has split operations. */
  readonly splits: Splits
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
  const capacities = capacitiesOf(state)
  const frozenS = (frozenMs: number) => Math.min(horizonS, nowS + Math.ceil(frozenMs / SECOND_MS))
  const frozenUntilS = frozenS(Math.min(...state.units.map(({ fence }) => fence.frozenMs)))
  const resources = state.units.map(({ id, areaId, fence }) => {
    const own = spansOf('extra', id)
    const free = spansOf('holiday', id)
    if (own.length + free.length > 0) calendars.push({ id, open: without(open(shifts, own), free) })
    return {
      ...{ id, ...machineOf(capacities.get(id)), calendarId: own.length + free.length > 0 ? id : 'site' },
      closed: [...spansOf('maintenance', null), ...spansOf('maintenance', id)],
      stops: [...spansOf('stop', null), ...spansOf('stop', id)],
      ...(matrices.has(id) && { setupMatrixId: id }),
      ...(areaId !== undefined && { area: areaId }),
      frozenUntilS: frozenS(fence.frozenMs),
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
  const pins = new Map(pinned.map((one) => [idOf(one), seatOf(one, originMs)]))
  const able: Able = { units, capacities, paceOf: pacesOf(state.paces), nowS }
  const impossible = new Map<string, string>()
  for (const order of state.orders) {
    const product = products.get(order.productId)
    const why = whyImpossible(product, operationsOf(order, product, state.splits), able, skills, horizonS)
    if (why !== undefined) impossible.set(order.id, why)
  }
  const possible = state.orders.filter(({ id }) => !impossible.has(id))
  const supplied = stateMaterials(possible, products, state.supply, { originMs, nowMs: state.nowMs, toMs })
  const names = new Map(state.supply.materials.map(({ id, name }) => [id, name]))
  for (const [orderId, materialId] of supplied.missing)
    impossible.set(orderId, `Its ${names.get(materialId) ?? 'material'} comes only after the end of this plan.`)
  const partIds = (id: string) => state.splits.get(id)?.map(({ part }) => (part === 1 ? id : `${id}.${part}`)) ?? [id]
  // Of an operation that is split, the first part takes the material for all of it.
  const suppliesOf = (orderId: string, { operationId, position }: OrderOperation): Supplies => {
    const pegs = supplied.pegs.get(stepKey(orderId, position)) ?? []
    const makers = new Set(pegs.map((peg) => peg.operationId))
    return { takes: supplied.takes.get(operationId), makers: [...makers].flatMap(partIds) }
  }
  const orders = possible.flatMap((order) => {
    const product = products.get(order.productId)
    if (!product || impossible.has(order.id)) return []
    const operations = operationsOf(order, product, state.splits)
    return [
      {
        ...{ id: order.id, weight: 2 ** (PRIORITY_MAX - order.priority), quantity: order.quantity },
        releaseS: seconds(order.releaseAt),
        dueS: seconds(order.dueAt),
        operations: operations.map((one) =>
          operationOf(
            order.id,
            one,
            frontOf(operations, one),
            able,
            pins.get(one.operationId),
            suppliesOf(order.id, one),
          ),
        ),
      },
    ]
  })
  return {
    problem: {
      ...{ horizonS, nowS, frozenUntilS },
      ...{ calendars, resources, operatorGroups, orders, materials: supplied.materials },
      tools: state.tools.map(({ id, count }) => ({ id, count })),
      transports: state.ways.map(({ fromAreaId, toAreaId, minutes }) => ({
        ...{ fromArea: fromAreaId, toArea: toAreaId, durationS: minutes * 60 },
      })),
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

/** What of a site may do an operation. */
interface Able {
  readonly units: ReadonlySet<string>
  readonly capacities: Capacities
  readonly paceOf: ReturnType<typeof pacesOf>
  readonly nowS: number
}

/** What an operation takes, and the operations of other orders that make parts of it. */
interface Supplies {
  readonly takes: FactoryOperation['materials'] | undefined
  readonly makers: readonly string[]
}

export function capacitiesOf({ capacities }: Pick<SiteState, 'capacities'>): Capacities {
  return new Map(capacities.map((one) => [one.workUnitId, one]))
}

function whyImpossible(
  product: Product | undefined,
  operations: readonly OrderOperation[],
  { units, capacities }: Able,
  skills: ReadonlySet<string>,
  horizonS: number,
): string | undefined {
  if (!product) return 'Its product has no routing any more.'
  for (const { step, quantity } of operations) {
    const { name, operators } = step
    const able = possibleFor(step, quantity, capacities).alternatives.filter(({ resourceId }) => units.has(resourceId))
    if (able.length === 0) return `No machine does ${name} any more.`
    if (able.some(({ durationS }) => durationS > horizonS)) {
      return `${name} takes longer than the plan looks ahead. Make several orders of it.`
    }
    if (operators && !skills.has(operators.skill)) return `Nobody at this site has the skill ${operators.skill}.`
  }
  return undefined
}

/** What has to be done directly before an operation: all parts of the step in front of it. */
export function frontOf(operations: readonly OrderOperation[], { position }: OrderOperation): OrderOperation[] {
  return operations.filter((one) => one.position === position - 1)
}

function operationOf(
  orderId: OrderId,
  { operationId, position, step, quantity, isPart }: OrderOperation,
  front: readonly OrderOperation[],
  { units, capacities, paceOf, nowS }: Able,
  pin: Seat | undefined,
  { takes, makers }: Supplies,
): FactoryOperation {
  const possible = possibleFor(step, quantity, capacities, (unitId) => paceOf(unitId, orderId, position))
  const able = possible.alternatives.filter(({ resourceId }) => units.has(resourceId))
  const hasLane = pin !== undefined && pin.lane < (capacities.get(pin.resourceId as EquipmentId)?.count ?? 1)
  const pinnedTo = hasLane && pin.startS >= 0 ? able.find(({ resourceId }) => resourceId === pin.resourceId) : undefined
  const after = [...front.map((one) => waitFor(one, isPart)), ...makers.map((operationId) => ({ operationId }))]
  return {
    id: operationId,
    alternatives: pinnedTo ? [pinnedTo] : able,
    ...(after.length > 0 && { after }),
    ...(takes && { materials: takes }),
    family: step.setupFamily,
    splittable: step.splittable,
    load: possible.load,
    ...(step.operators && {
      operators: { skill: step.operators.skill, count: step.operators.count, during: step.operators.time },
    }),
    ...(step.tools && { tools: step.tools.map(({ toolId, count }) => ({ toolId, count })) }),
    ...(pin && pinnedTo && { pin: pinOf(pin, nowS) }),
  }
}

/** Parts wait for each other whole: which pieces come first is nobody's rule. */
function waitFor({ operationId, step, quantity, isPart: isPartInFront }: OrderOperation, isPart: boolean) {
  const { waitMinutes, transferQuantity } = step
  const isPassedOn = transferQuantity !== undefined && transferQuantity < quantity && !isPart && !isPartInFront
  return {
    operationId,
    ...(waitMinutes !== undefined && { waitS: waitMinutes * 60 }),
    ...(isPassedOn && { transferQuantity }),
  }
}

/** Of an operation that is being set up now, the set-up is history too: it has to be believed for the start to be possible. */
function pinOf({ resourceId, lane, startS, setupStartS }: Seat, nowS: number) {
  const isBeingSetUp = setupStartS < nowS && startS >= nowS
  return { resourceId, lane, startS, ...(isBeingSetUp && { setupStartS: Math.max(0, setupStartS) }) }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
