import type { FactoryOperation, FactoryProblem, FactoryResource, Interval } from '@millrace/scheduling'
import { MOVED, type Seat } from './plan-rules.ts'
import { advance, both, openFrom, retreat, wholeFrom, without, workBetween } from './working-time-rules.ts'

/** What a planner wants: operations elsewhere or at another time, or without a place. */
export interface Wish {
  readonly moves: readonly { readonly operationId: string; readonly resourceId: string; readonly startS: number }[]
  readonly removed: readonly string[]
}

/** Words for what stands in the way. */
export interface Names {
  /** `4458 Grinding` */
  readonly operation: (operationId: string) => string
  readonly resource: (resourceId: string) => string
}

/** All seats after the wish, or why it cannot be. */
export type Retimed = { readonly seats: ReadonlyMap<string, Seat> } | { readonly refusal: string }

interface Facts {
  readonly operation: FactoryOperation
  readonly releaseS: number
}

/**
 * Carries out a wish and pushes to the right whatever it meets: what follows in the order and on the machine, as far as it has to
 * go and no further. Nothing moves to the left, locked operations and those that have begun stay. People are not counted here; the
 * independent check does that.
 */
export function retime(problem: FactoryProblem, seats: ReadonlyMap<string, Seat>, wish: Wish, names: Names): Retimed {
  const facts = new Map<string, Facts>()
  for (const order of problem.orders)
    for (const operation of order.operations) facts.set(operation.id, { operation, releaseS: order.releaseS })
  const next = new Map(seats)
  for (const id of wish.removed) next.delete(id)
  const keys = new Map<string, number>()
  for (const { operationId, resourceId, startS } of wish.moves) {
    const found = facts.get(operationId)
    if (!found) return { refusal: 'This order is not planned any more.' }
    const { operation } = found
    if (!operation.alternatives.some((one) => one.resourceId === resourceId))
      return { refusal: `${names.resource(resourceId)} cannot do ${names.operation(operationId)}.` }
    if (startS < problem.nowS) return { refusal: 'That is in the past.' }
    const old = next.get(operationId)
    if (old?.locked) return { refusal: `${names.operation(operationId)} is locked. Unlock it first.` }
    if (old && old.startS < problem.nowS) return { refusal: `${names.operation(operationId)} has begun.` }
    next.set(operationId, {
      ...{ operationId, resourceId, setupStartS: startS, startS, endS: startS, locked: false, reason: MOVED },
      groupId: old?.groupId ?? groupFor(problem, operation),
    })
    keys.set(operationId, startS)
  }
  return settle(problem, facts, seats, next, keys, names)
}

function groupFor(problem: FactoryProblem, { operators }: FactoryOperation): string | undefined {
  if (!operators) return undefined
  return problem.operatorGroups.find((group) => group.skills.includes(operators.skill))?.id
}

function settle(
  problem: FactoryProblem,
  facts: ReadonlyMap<string, Facts>,
  old: ReadonlyMap<string, Seat>,
  next: Map<string, Seat>,
  keys: ReadonlyMap<string, number>,
  names: Names,
): Retimed {
  const lanes = sequences(next, keys)
  const order = inOrder(facts, next, lanes)
  if (!order) return { refusal: 'It would come before something that has to be done first.' }
  const time = workingTimes(problem)
  const matrices = new Map(problem.setupMatrices.map((one) => [one.id, one]))
  const resources = new Map(problem.resources.map((one) => [one.id, one]))
  for (const id of order) {
    const seat = next.get(id)
    const fact = facts.get(id)
    const resource = resources.get(seat?.resourceId ?? '')
    // What is no longer in the problem, or runs where nothing runs any more, is for the check to tell.
    if (!seat || !fact || !resource) continue
    const before = next.get(lanes.before.get(id) ?? '')
    const needS = setupS(matrices.get(resource.setupMatrixId ?? ''), resource, facts, before, fact.operation)
    let fromS = Math.max(fact.releaseS, keys.get(id) ?? seat.startS)
    for (const { operationId, waitS = 0 } of fact.operation.after ?? []) {
      const first = next.get(operationId)
      if (!first) return { refusal: `${names.operation(operationId)} before it has no place yet.` }
      fromS = Math.max(fromS, first.endS + waitS)
    }
    const freeS = Math.max(problem.nowS, before?.endS ?? 0)
    const isFixed = seat.startS < problem.nowS || (seat.locked && !keys.has(id))
    if (isFixed) {
      const { setup } = time.of(resource, fact.operation, seat.groupId)
      const isFree = before === undefined || before.endS <= seat.setupStartS
      const fits = isFree && workBetween(setup, seat.setupStartS, seat.startS) >= needS
      const meant = fits || seat.startS < problem.nowS
      if (fromS > seat.startS && seat.startS >= problem.nowS)
        return { refusal: `${names.operation(id)} is locked and would have to wait.` }
      if (!meant) return { refusal: `It meets ${names.operation(id)}, which is locked.` }
      continue
    }
    const placed = place(time.of(resource, fact.operation, seat.groupId), fact.operation, seat, fromS, freeS, needS)
    if (!placed || placed.endS > problem.horizonS)
      return { refusal: `There is no time left for ${names.operation(id)} in this plan.` }
    next.set(id, isSame(placed, old.get(id)) ? (old.get(id) ?? placed) : placed)
  }
  return { seats: next }
}

interface Lanes {
  readonly before: ReadonlyMap<string, string>
  readonly lists: readonly (readonly string[])[]
}

/** Who follows whom on each machine. Something that is moved onto another comes before it if that begins in its later half. */
function sequences(seats: ReadonlyMap<string, Seat>, keys: ReadonlyMap<string, number>): Lanes {
  const before = new Map<string, string>()
  const lists: string[][] = []
  for (const lane of Map.groupBy(seats.values(), ({ resourceId }) => resourceId).values()) {
    const moved = lane.flatMap(({ operationId }) => keys.get(operationId) ?? [])
    const rank = ({ operationId, setupStartS, startS, endS }: Seat) => {
      const key = keys.get(operationId)
      if (key !== undefined) return key
      // Pushed aside when what is moved begins before its middle.
      const pusher = moved.find((at) => at > setupStartS && at <= (setupStartS + endS) / 2)
      return pusher === undefined ? startS : pusher + 0.5
    }
    const ranked = lane.map((seat) => ({ id: seat.operationId, rank: rank(seat), startS: seat.startS }))
    ranked.sort((a, b) => a.rank - b.rank || Number(keys.has(b.id)) - Number(keys.has(a.id)) || a.startS - b.startS)
    const list = ranked.map(({ id }) => id)
    for (const [index, id] of list.entries()) {
      const first = list[index - 1]
      if (first !== undefined) before.set(id, first)
    }
    lists.push(list)
  }
  return { before, lists }
}

/** Every operation after what it waits for; undefined when that goes in a circle. */
function inOrder(
  facts: ReadonlyMap<string, Facts>,
  seats: ReadonlyMap<string, Seat>,
  lanes: Lanes,
): string[] | undefined {
  const waits = new Map<string, number>()
  const behind = new Map<string, string[]>()
  const link = (from: string, to: string) => {
    waits.set(to, (waits.get(to) ?? 0) + 1)
    const list = behind.get(from)
    if (list) list.push(to)
    else behind.set(from, [to])
  }
  for (const [to, from] of lanes.before) link(from, to)
  for (const id of seats.keys())
    for (const { operationId } of facts.get(id)?.operation.after ?? [])
      if (seats.has(operationId)) link(operationId, id)
  const ready = [...seats.keys()].filter((id) => !waits.has(id))
  for (const id of ready)
    for (const to of behind.get(id) ?? []) {
      const left = (waits.get(to) ?? 0) - 1
      waits.set(to, left)
      if (left === 0) ready.push(to)
    }
  return ready.length === seats.size ? ready : undefined
}

interface OpenTimes {
  /** For processing. */
  readonly run: readonly Interval[]
  /** For the set-up, whose people are always needed. */
  readonly setup: readonly Interval[]
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

function setupS(
  matrix: FactoryProblem['setupMatrices'][number] | undefined,
  resource: FactoryResource,
  facts: ReadonlyMap<string, Facts>,
  before: Seat | undefined,
  { family = '' }: FactoryOperation,
): number {
  const from = before ? (facts.get(before.operationId)?.operation.family ?? '') : resource.initialFamily
  if (!matrix || from === family) return 0
  if (from === undefined) return matrix.initialS
  return matrix.changes.find((one) => one.from === from && one.to === family)?.setupS ?? matrix.otherwiseS
}

/** Puts an operation at the first moment from `fromS` at which set-up and processing fit; undefined when there is none. */
function place(
  { run, setup }: OpenTimes,
  { alternatives, splittable }: FactoryOperation,
  seat: Seat,
  fromS: number,
  freeS: number,
  needS: number,
): Seat | undefined {
  const durationS = alternatives.find((one) => one.resourceId === seat.resourceId)?.durationS
  if (durationS === undefined) return undefined
  let earliestS = Math.max(fromS, freeS)
  if (needS > 0) {
    const beginS = openFrom(setup, freeS)
    const readyS = beginS === undefined ? undefined : advance(setup, beginS, needS)
    if (readyS === undefined) return undefined
    earliestS = Math.max(earliestS, readyS)
  }
  const startS = splittable ? openFrom(run, earliestS) : wholeFrom(run, earliestS, durationS)
  const endS = startS === undefined ? undefined : advance(run, startS, durationS)
  const setupStartS = startS === undefined ? undefined : retreat(setup, startS, needS)
  if (startS === undefined || endS === undefined || setupStartS === undefined) return undefined
  const reason = startS === seat.startS ? seat.reason : MOVED
  return { ...seat, setupStartS, startS, endS, reason }
}

function isSame(one: Seat, other: Seat | undefined): boolean {
  return (
    other !== undefined &&
    one.resourceId === other.resourceId &&
    one.setupStartS === other.setupStartS &&
    one.startS === other.startS &&
    one.endS === other.endS
  )
}
