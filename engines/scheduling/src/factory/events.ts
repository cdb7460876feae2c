import type { FactoryPlan, Placement } from './plan.ts'
import type { FactoryAlternative, FactoryOrder, FactoryProblem, FactoryResource } from './problem.ts'
import { factoryInvalid } from './problem-invalid.ts'

/** What happens to a plan while it is being carried out. Times in seconds from the origin. */
export type FactoryEvent =
  | { readonly kind: 'machine-stop'; readonly resourceId: string; readonly startS: number; readonly endS: number }
  /** Everything that is planned to start on it before a time takes so many per cent of the usual. */
  | { readonly kind: 'slow-cycle'; readonly resourceId: string; readonly untilS: number; readonly percent: number }
  /** So many pieces have to be made again, in the operations of that order that are not finished. */
  | { readonly kind: 'scrap'; readonly operationId: string; readonly quantity: number }
  | { readonly kind: 'late-delivery'; readonly materialId: string; readonly arrivalId: string; readonly atS: number }
  | {
      readonly kind: 'absence'
      readonly operatorGroupId: string
      readonly startS: number
      readonly endS: number
      readonly count: number
    }
  /** The machine has to be repaired for some time before it fails; a gap of the plan is taken when there is one. */
  | {
      readonly kind: 'predicted-failure'
      readonly resourceId: string
      readonly beforeS: number
      readonly repairS: number
    }

/**
 * The problem as it is after some events.
 *
 * @param plan the plan being carried out: it says what has run, runs, and is to come
 * @throws factoryInvalid an event names something that is not there
 */
export function afterEvents(
  problem: FactoryProblem,
  plan: FactoryPlan,
  events: readonly FactoryEvent[],
  nowS: number,
  frozenUntilS: number,
): FactoryProblem {
  const placements = new Map(plan.placements.map((one) => [one.operationId, one]))
  let next: FactoryProblem = { ...problem, nowS, frozenUntilS }
  for (const event of events) next = afterEvent(next, placements, event)
  return next
}

function afterEvent(
  problem: FactoryProblem,
  placements: ReadonlyMap<string, Placement>,
  event: FactoryEvent,
): FactoryProblem {
  switch (event.kind) {
    case 'machine-stop':
      return withResource(problem, event.resourceId, (one) => ({
        ...one,
        stops: [...(one.stops ?? []), { startS: event.startS, endS: event.endS }],
      }))
    case 'predicted-failure':
      return withResource(problem, event.resourceId, (one) => ({
        ...one,
        closed: [...(one.closed ?? []), repairTime(problem, placements, one, event.beforeS, event.repairS)],
      }))
    case 'slow-cycle':
      withResource(problem, event.resourceId, (one) => one)
      return withDurations(problem, placements, (alternative, placement) =>
        alternative.resourceId === event.resourceId && (placement?.startS ?? problem.horizonS) < event.untilS
          ? stretched(alternative, placement, problem.nowS, event.percent / 100)
          : alternative,
      )
    case 'scrap':
      return afterScrap(problem, placements, event.operationId, event.quantity)
    case 'late-delivery':
      return {
        ...problem,
        materials: replaced(problem.materials, event.materialId, (material) => ({
          ...material,
          arrivals: replaced(material.arrivals, event.arrivalId, (one) => ({ ...one, atS: event.atS })),
        })),
      }
    case 'absence':
      return {
        ...problem,
        operatorGroups: replaced(problem.operatorGroups, event.operatorGroupId, (group) => ({
          ...group,
          absences: [
            ...(group.absences ?? []),
            { startS: event.startS, endS: event.endS, count: Math.min(event.count, group.headcount) },
          ],
        })),
      }
  }
}

function withResource(
  problem: FactoryProblem,
  id: string,
  change: (resource: FactoryResource) => FactoryResource,
): FactoryProblem {
  return { ...problem, resources: replaced(problem.resources, id, change) }
}

function replaced<T extends { readonly id: string }>(list: readonly T[], id: string, change: (one: T) => T): T[] {
  if (!list.some((one) => one.id === id))
    throw factoryInvalid(`An event names "${id}", which is not there.`, { path: id })
  return list.map((one) => (one.id === id ? change(one) : one))
}

/** Changes durations of what is not finished. */
function withDurations(
  problem: FactoryProblem,
  placements: ReadonlyMap<string, Placement>,
  change: (alternative: FactoryAlternative, placement: Placement | undefined) => FactoryAlternative,
): FactoryProblem {
  const orders = problem.orders.map((order) => ({
    ...order,
    operations: order.operations.map((operation) => {
      const placement = placements.get(operation.id)
      if (placement && placement.endS <= problem.nowS) return operation
      const alternatives = operation.alternatives.map((one) => change(one, placement))
      return alternatives.every((one, i) => one === operation.alternatives[i])
        ? operation
        : { ...operation, alternatives }
    }),
  }))
  return { ...problem, orders }
}

/** What is left to do takes longer; what is done is done. */
function stretched(
  alternative: FactoryAlternative,
  placement: Placement | undefined,
  nowS: number,
  factor: number,
): FactoryAlternative {
  const { durationS } = alternative
  const span = placement ? placement.endS - placement.startS : 1
  const done = placement ? Math.min(1, Math.max(0, (nowS - placement.startS) / span)) : 0
  return { ...alternative, durationS: Math.max(1, Math.ceil(durationS * (done + (1 - done) * factor))) }
}

function afterScrap(
  problem: FactoryProblem,
  placements: ReadonlyMap<string, Placement>,
  operationId: string,
  quantity: number,
): FactoryProblem {
  const order = problem.orders.find((one) => one.operations.some(({ id }) => id === operationId))
  if (!order) throw factoryInvalid(`An event names "${operationId}", which is not there.`, { path: operationId })
  const larger: FactoryOrder = { ...order, quantity: order.quantity + quantity }
  // What a furnace holds takes as long as before.
  const batch = new Set(
    problem.resources.filter((resource) => resource.kind === 'batch').map((resource) => resource.id),
  )
  const one = withDurations({ ...problem, orders: [larger] }, placements, (alternative) =>
    batch.has(alternative.resourceId)
      ? alternative
      : { ...alternative, durationS: Math.ceil((alternative.durationS * larger.quantity) / order.quantity) },
  )
  return { ...problem, orders: problem.orders.map((other) => (other === order ? (one.orders[0] ?? other) : other)) }
}

/** The first gap of the plan on all lanes that is long enough, or as late as it may be. */
function repairTime(
  { nowS }: FactoryProblem,
  placements: ReadonlyMap<string, Placement>,
  resource: FactoryResource,
  beforeS: number,
  repairS: number,
): { startS: number; endS: number } {
  const busy = [...placements.values()].filter((one) => one.resourceId === resource.id && one.endS > nowS)
  busy.sort((a, b) => a.setupStartS - b.setupStartS)
  let startS = nowS
  for (const one of busy) {
    if (one.setupStartS - startS >= repairS) break
    startS = Math.max(startS, one.endS)
  }
  const chosenS = startS + repairS <= beforeS ? startS : Math.max(nowS, beforeS - repairS)
  return { startS: chosenS, endS: chosenS + repairS }
}
