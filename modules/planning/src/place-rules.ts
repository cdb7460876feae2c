import type { FactoryOperation, FactoryProblem, FactoryResource, Interval } from '@millrace/scheduling'
import { MOVED, type Seat } from './plan-rules.ts'
import { advance, both, openFrom, retreat, wholeFrom, without, workBetween } from './working-time-rules.ts'

/** What a problem says about one operation. */
export interface Facts {
  readonly operation: FactoryOperation
  readonly releaseS: number
  /** Pieces of its order. */
  readonly quantity: number
}

/** From when on something may start, and before when it may not end. */
export interface Bounds {
  readonly fromS: number
  readonly endFromS: number
}

/** When a machine works, with its people where it needs them. */
export interface OpenTimes {
  /** For processing. */
  readonly run: readonly Interval[]
  /** For the set-up, whose people are always needed. */
  readonly setup: readonly Interval[]
}

/** What placing by hand asks of a problem again and again. */
export interface Ground {
  readonly nowS: number
  readonly horizonS: number
  readonly resources: ReadonlyMap<string, FactoryResource>
  readonly facts: ReadonlyMap<string, Facts>
  times(resource: FactoryResource, operation: FactoryOperation, groupId: string | undefined): OpenTimes
  /** Seconds of set-up for an operation on a machine that did another before. */
  setupS(resource: FactoryResource, before: string | undefined, operation: FactoryOperation): number
  /** Seconds from one machine to another. */
  wayS(from: FactoryResource | undefined, to: FactoryResource): number
}

export function groundOf(problem: FactoryProblem): Ground {
  const facts = new Map<string, Facts>()
  for (const { releaseS, quantity, operations } of problem.orders)
    for (const operation of operations) facts.set(operation.id, { operation, releaseS, quantity })
  const matrices = new Map(problem.setupMatrices.map((one) => [one.id, one]))
  const ways = new Map(problem.transports.map((one) => [`${one.fromArea} ${one.toArea}`, one.durationS]))
  return {
    ...{ nowS: problem.nowS, horizonS: problem.horizonS, facts, times: workingTimes(problem).of },
    resources: new Map(problem.resources.map((one) => [one.id, one])),
    setupS(resource, before, { family = '' }) {
      const matrix = matrices.get(resource.setupMatrixId ?? '')
      const from = before === undefined ? resource.initialFamily : (facts.get(before)?.operation.family ?? '')
      if (!matrix || from === family) return 0
      if (from === undefined) return matrix.initialS
      return matrix.changes.find((one) => one.from === from && one.to === family)?.setupS ?? matrix.otherwiseS
    },
    wayS: (from, to) =>
      from === undefined || from.id === to.id ? 0 : (ways.get(`${from.area ?? ''} ${to.area ?? ''}`) ?? 0),
  }
}

/** When machines and the people of operations work. */
export function workingTimes(problem: FactoryProblem) {
  const calendars = new Map(problem.calendars.map((one) => [one.id, one.open]))
  const groups = new Map(problem.operatorGroups.map((one) => [one.id, calendars.get(one.calendarId) ?? []]))
  const known = new Map<string, readonly Interval[]>()
  const open = (resource: FactoryResource, groupId: string | undefined): readonly Interval[] => {
    const key = `${resource.id} ${groupId ?? ''}`
    const made = known.get(key)
    if (made) return made
    const own = without(calendars.get(resource.calendarId) ?? [], [
      ...(resource.closed ?? []),
      ...(resource.stops ?? []),
    ])
    const result = groupId === undefined ? own : both(own, groups.get(groupId) ?? [])
    known.set(key, result)
    return result
  }
  return {
    machine: (resource: FactoryResource) => open(resource, undefined),
    of(resource: FactoryResource, { operators }: FactoryOperation, groupId: string | undefined): OpenTimes {
      return {
        run: open(resource, operators?.during === 'whole' ? groupId : undefined),
        setup: open(resource, operators ? groupId : undefined),
      }
    },
  }
}

/** Working time of an operation on a machine; undefined where it may not be done. */
export function durationOn({ alternatives }: FactoryOperation, resourceId: string): number | undefined {
  return alternatives.find((one) => one.resourceId === resourceId)?.durationS
}

/**
 * What an operation has to wait for: its release and what is before it, with waiting, ways, and pieces that are passed on early.
 *
 * @returns the id of an operation before it that has no place, instead of bounds
 */
export function boundsOf(ground: Ground, seat: Seat, seats: ReadonlyMap<string, Seat>): Bounds | string {
  const fact = ground.facts.get(seat.operationId)
  const resource = ground.resources.get(seat.resourceId)
  let fromS = fact?.releaseS ?? 0
  let endFromS = 0
  for (const { operationId, waitS = 0, transferQuantity } of fact?.operation.after ?? []) {
    const first = seats.get(operationId)
    if (!first) return operationId
    const from = ground.resources.get(first.resourceId)
    const lateS = waitS + (resource ? ground.wayS(from, resource) : 0)
    const early = transferQuantity === undefined ? undefined : passedOnAt(ground, first, transferQuantity)
    fromS = Math.max(fromS, (early ?? first.endS) + lateS)
    if (transferQuantity !== undefined && fact) {
      const share = transferQuantity / (ground.facts.get(operationId)?.quantity ?? transferQuantity)
      const ownS = durationOn(fact.operation, seat.resourceId) ?? 0
      endFromS = Math.max(endFromS, first.endS + lateS + Math.ceil(ownS * share))
    }
  }
  return { fromS, endFromS }
}

/** When the first pieces of an operation are done; undefined on a batch machine, where all come out together. */
function passedOnAt(ground: Ground, seat: Seat, quantity: number): number | undefined {
  const fact = ground.facts.get(seat.operationId)
  const resource = ground.resources.get(seat.resourceId)
  const durationS = fact && durationOn(fact.operation, seat.resourceId)
  if (!fact || durationS === undefined || !resource || resource.kind === 'batch') return undefined
  const { run } = ground.times(resource, fact.operation, seat.groupId)
  return advance(run, seat.startS, Math.ceil((durationS * quantity) / fact.quantity))
}

/** Starts are tried so often to have the end late enough; each one is behind a break of the one before. */
const TRIES = 60

/**
 * Puts an operation at the first moment at which set-up and processing fit.
 *
 * @param freeS when the machine is free
 * @param needS seconds of set-up
 * @returns undefined when there is no such moment
 */
export function place(
  { run, setup }: OpenTimes,
  operation: FactoryOperation,
  seat: Seat,
  { fromS, endFromS }: Bounds,
  freeS: number,
  needS: number,
): Seat | undefined {
  const durationS = durationOn(operation, seat.resourceId)
  if (durationS === undefined) return undefined
  let earliestS = Math.max(fromS, freeS)
  if (needS > 0) {
    const beginS = openFrom(setup, freeS)
    const readyS = beginS === undefined ? undefined : advance(setup, beginS, needS)
    if (readyS === undefined) return undefined
    earliestS = Math.max(earliestS, readyS)
  }
  for (let count = 0; count < TRIES; count += 1) {
    const startS = operation.splittable ? openFrom(run, earliestS) : wholeFrom(run, earliestS, durationS)
    const endS = startS === undefined ? undefined : advance(run, startS, durationS)
    if (startS === undefined || endS === undefined) return undefined
    if (endS < endFromS) {
      earliestS = Math.max(startS + 1, retreat(run, endFromS, durationS) ?? 0)
      continue
    }
    const setupStartS = retreat(setup, startS, needS)
    if (setupStartS === undefined) return undefined
    return { ...seat, setupStartS, startS, endS, reason: startS === seat.startS ? seat.reason : MOVED }
  }
  return undefined
}

/** Whether a seat has the set-up it needs before it. */
export function hasSetup({ setup }: OpenTimes, { setupStartS, startS }: Seat, needS: number): boolean {
  return workBetween(setup, setupStartS, startS) >= needS
}
