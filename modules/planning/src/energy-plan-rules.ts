import type {
  EnergyMachine,
  EnergyOperation,
  EnergyPlan,
  EnergyWait,
  FactoryOperation,
  FactoryOrder,
  FactoryProblem,
} from '@millrace/scheduling'
import {
  type CompressedTime,
  compressedTime,
  joinedSpans,
  type MinuteSpan,
  sharedSpans,
} from './compressed-time-rules.ts'
import { type Crew, type Hold, type Seated, seatCrew } from './energy-crew-rules.ts'
import { type PowerModel, processKw } from './energy-load-rules.ts'
import { endOf } from './lateness-rules.ts'
import type { Seat } from './plan-rules.ts'

/** A plan as the search for cheaper times reads it. */
export interface StatedEnergyPlan {
  readonly plan: EnergyPlan
  readonly time: CompressedTime
  /** By operation of the plan: what it stands for. Several make one batch. */
  readonly blocks: readonly Block[]
}

/** An operation with its set-up before it, or a batch of several that go together. */
export interface Block {
  readonly seats: readonly Seat[]
  /** Minutes of the set-up, in whole working time. */
  readonly setup: number
}

interface Draft extends Block {
  readonly start: number
  readonly end: number
  /** Stays where it is, whatever the search finds. */
  fixed: boolean
  readonly waits: EnergyWait[]
  open: readonly MinuteSpan[] | undefined
}

/** What a search may do. */
export interface EnergyFreedom {
  /** Nothing that begins earlier on a machine moves. @param resourceId the machine */
  readonly frozenUntilS: (resourceId: string) => number
  /** How much later than its due date, or than it is planned, an order may be done. */
  readonly laterS: number
}

/**
 * States a plan for the engine: what must end before what, who is needed where, when an operation may be done and by when it must
 * be. Sequences of machines and people stay. What cannot be stated stays where it is; the independent check has the last word.
 *
 * @param fromS a moment where a quarter of an hour begins, not after now
 */
export function stateEnergyPlan(
  model: PowerModel,
  seats: ReadonlyMap<string, Seat>,
  fromS: number,
  freedom: EnergyFreedom,
): StatedEnergyPlan {
  const { problem } = model
  const time = compressedTime(
    problem.calendars.flatMap(({ open }) => open),
    fromS,
    problem.horizonS,
  )
  const drafts = draftsOf(model, seats, time, freedom.frozenUntilS)
  const indexOf = new Map(
    drafts.flatMap((draft, index) => draft.seats.map((seat) => [seat.operationId, index] as const)),
  )
  const bounds = boundsOf(problem, seats, freedom.laterS)
  for (const [index, draft] of drafts.entries()) {
    draft.open = ownTimes(model, draft, time)
    for (const { operationId } of draft.seats)
      for (const { operationId: first, waitS = 0 } of model.operations.get(operationId)?.after ?? []) {
        const ahead = indexOf.get(first)
        const before = drafts[ahead ?? -1]
        if (ahead === undefined || !before || ahead === index) continue
        // A wait that a night was long enough for, or a step that begins before the one ahead has ended, goes on like that.
        const minutes = before.end - before.start + Math.ceil(waitS / 60) - draft.setup
        draft.waits.push({ operation: ahead, minutes: Math.min(minutes, draft.start - before.start) })
      }
  }
  for (const { crew, holds } of crewsOf(model, drafts, time)) {
    const seated = seatCrew(crew, holds)
    for (const { operation } of holds) seat(drafts[operation], seated.get(operation))
  }
  const machines = [...new Set(drafts.map(({ seats }) => seats[0]?.resourceId ?? ''))]
  const operations = drafts.map((draft): EnergyOperation => {
    const isIn = draft.open === undefined || draft.open.some(({ from, to }) => from <= draft.start && draft.end <= to)
    const ready = Math.max(
      Math.ceil(time.minuteOf(freedom.frozenUntilS(draft.seats[0]?.resourceId ?? ''))),
      ...draft.seats.map(
        ({ operationId }) => Math.ceil(time.minuteOf(bounds.get(operationId)?.readyS ?? 0)) - draft.setup,
      ),
    )
    const needsMaterial = draft.seats.some(
      ({ operationId }) => (model.operations.get(operationId)?.materials ?? []).length > 0,
    )
    const deadline = Math.min(
      ...draft.seats.map(({ operationId }) => Math.floor(time.minuteOf(bounds.get(operationId)?.endS ?? 0))),
    )
    return {
      machine: machines.indexOf(draft.seats[0]?.resourceId ?? ''),
      start: draft.start,
      profile: profileOf(model, draft),
      predecessors: [],
      waits: draft.waits,
      // What takes material from the stock takes it from others when it comes earlier.
      earliest: Math.min(draft.start, needsMaterial ? draft.start : Math.max(0, ready)),
      deadline: Math.max(deadline, draft.end),
      fixed: draft.fixed || !isIn,
      ...(draft.open && isIn && { open: draft.open }),
    }
  })
  return {
    plan: { operations, machines: machines.map((id) => machineOf(model, id)) },
    time,
    blocks: drafts.map(({ seats, setup }) => ({ seats, setup })),
  }
}

/** What has not ended, in order. What lies between whole minutes is cut to them and stays. */
function draftsOf(
  { problem }: PowerModel,
  seats: ReadonlyMap<string, Seat>,
  time: CompressedTime,
  frozenUntilS: EnergyFreedom['frozenUntilS'],
): Draft[] {
  const ahead = [...seats.values()].filter(({ endS }) => endS > problem.nowS)
  const batches = Map.groupBy(ahead, ({ resourceId, startS, endS }) => `${resourceId} ${startS} ${endS}`)
  return [...batches.values()].flatMap((together): Draft[] => {
    const [first] = together
    if (!first) return []
    const exact = [first.setupStartS, first.startS, first.endS].map((atS) => time.minuteOf(atS))
    const [setupStart = 0, start = 0, end = 0] = exact
    const from = Math.ceil(setupStart)
    const to = Math.floor(end)
    if (to <= from) return []
    const isWhole = exact.every(Number.isInteger)
    return [
      {
        ...{
          seats: together,
          start: from,
          end: to,
          setup: Math.max(0, Math.ceil(start) - from),
          waits: [],
          open: undefined,
        },
        fixed: !isWhole || first.setupStartS < frozenUntilS(first.resourceId) || together.some(({ locked }) => locked),
      },
    ]
  })
}

/** When an operation may be done, where that is not whenever anybody works. */
function ownTimes(model: PowerModel, { seats }: Draft, time: CompressedTime): readonly MinuteSpan[] | undefined {
  const all = seats.map((seat) => {
    const operation = model.operations.get(seat.operationId)
    const resource = model.resources.get(seat.resourceId)
    if (!operation || !resource) return []
    const { run, setup } = model.times.of(resource, operation, seat.groupId)
    const own = sharedSpans(time.spansOf(run), time.spansOf(setup))
    return operation.splittable ? joinedSpans(own) : own
  })
  const shared = all.reduce((one, other) => sharedSpans(one, other))
  const [only] = shared
  return shared.length === 1 && only?.from === 0 && only.to === time.minutes ? undefined : shared
}

/** From when on an operation may be processed, and by when its order must be done. */
function boundsOf(problem: FactoryProblem, seats: ReadonlyMap<string, Seat>, laterS: number) {
  const bounds = new Map<string, { readyS: number; endS: number }>()
  for (const order of problem.orders) {
    const endS = latestEnd(order, seats, laterS)
    for (const operation of order.operations)
      bounds.set(operation.id, { readyS: Math.max(order.releaseS, readyAfter(operation, seats)), endS })
  }
  return bounds
}

/** Orders in time stay so, and late ones become no later. */
export function latestEnd(order: FactoryOrder, seats: ReadonlyMap<string, Seat>, laterS: number): number {
  return Math.max(order.dueS, endOf(order, seats) ?? order.dueS) + laterS
}

/** What has ended and still has to cool down or be brought over. */
function readyAfter({ after = [] }: FactoryOperation, seats: ReadonlyMap<string, Seat>): number {
  return Math.max(
    0,
    ...after.map(({ operationId, waitS = 0 }) => (seats.get(operationId)?.endS ?? 0) * Number(waitS > 0) + waitS),
  )
}

function seat(draft: Draft | undefined, seated: Seated | undefined): void {
  if (!draft) return
  if (!seated) draft.fixed = true
  else {
    draft.waits.push(...seated.waits)
    if (seated.open) draft.open = draft.open ? sharedSpans(draft.open, seated.open) : seated.open
  }
}

/** People and tools, with who holds them when. */
function crewsOf({ problem, operations }: PowerModel, drafts: readonly Draft[], time: CompressedTime) {
  const everywhere = [{ from: 0, to: time.minutes }]
  const people = problem.operatorGroups.map((group) => {
    const holds = drafts.flatMap((draft, operation): Hold[] => {
      const [first] = draft.seats
      const need = operations.get(first?.operationId ?? '')?.operators
      if (!first || !need || first.groupId !== group.id) return []
      const to = need.during === 'setup' ? draft.start + draft.setup : draft.end
      return to > draft.start ? [{ operation, from: draft.start, to, count: need.count }] : []
    })
    const seats = Array.from({ length: group.headcount }, (_, place) => {
      const away = (group.absences ?? []).filter(({ count }) => group.headcount - count <= place)
      return away.length === 0 ? everywhere : outside(time.spansOf(away), time.minutes)
    })
    return { crew: { seats } satisfies Crew, holds }
  })
  const tools = problem.tools.map(({ id, count }) => ({
    crew: { seats: Array.from({ length: count }, () => everywhere) } satisfies Crew,
    holds: drafts.flatMap((draft, operation): Hold[] => {
      const need = operations.get(draft.seats[0]?.operationId ?? '')?.tools?.find(({ toolId }) => toolId === id)
      return need ? [{ operation, from: draft.start, to: draft.end, count: need.count }] : []
    }),
  }))
  return [...people, ...tools]
}

function outside(taken: readonly MinuteSpan[], minutes: number): MinuteSpan[] {
  const spans: MinuteSpan[] = []
  let from = 0
  for (const hole of joinedSpans(taken)) {
    if (hole.from > from) spans.push({ from, to: hole.from })
    from = hole.to
  }
  if (from < minutes) spans.push({ from, to: minutes })
  return spans
}

function profileOf(model: PowerModel, { seats, setup, start, end }: Draft): EnergyOperation['profile'] {
  const [first] = seats
  const power = model.powers.get(first?.resourceId ?? '')
  const operation = model.operations.get(first?.operationId ?? '')
  const runW = power && operation ? Math.round(processKw(power, operation) * 1000) : 0
  return [
    ...(setup > 0 ? [{ minutes: setup, powerW: Math.round((power?.setupKw ?? 0) * 1000) }] : []),
    ...(end - start > setup ? [{ minutes: end - start - setup, powerW: runW }] : []),
  ]
}

function machineOf({ powers }: PowerModel, id: string): EnergyMachine {
  return { idleW: Math.round((powers.get(id)?.idleKw ?? 0) * 1000) }
}
