import type { Ground } from './place-rules.ts'
import type { Seat } from './plan-rules.ts'

/** What a machine does in one go: an operation, or all operations of a charge. */
export interface Run {
  readonly ids: readonly string[]
  /** The run before it on the same machine. */
  readonly before: Run | undefined
}

/**
 * All runs, each after everything it waits for; undefined when that goes in a circle.
 *
 * @param keys where something was moved to that does not share a charge with others
 */
export function runsInOrder(
  ground: Ground,
  seats: ReadonlyMap<string, Seat>,
  keys: ReadonlyMap<string, number>,
): Run[] | undefined {
  const runs: Run[] = []
  const runOf = new Map<string, Run>()
  for (const lane of Map.groupBy(seats.values(), ({ resourceId, lane }) => `${resourceId} ${lane}`).values()) {
    let before: Run | undefined
    for (const ids of sequence(ground, lane, keys)) {
      before = { ids, before }
      runs.push(before)
      for (const id of ids) runOf.set(id, before)
    }
  }
  return sorted(runs, ({ ids, before }) => [
    ...(before ? [before] : []),
    ...ids.flatMap((id) =>
      (ground.facts.get(id)?.operation.after ?? []).flatMap(({ operationId }) => runOf.get(operationId) ?? []),
    ),
  ])
}

/** Who follows whom on a lane. Something that is moved onto another comes before it if that begins in its later half. */
function sequence(ground: Ground, lane: readonly Seat[], keys: ReadonlyMap<string, number>): string[][] {
  const moved = lane.flatMap(({ operationId }) => keys.get(operationId) ?? [])
  const rank = ({ operationId, setupStartS, startS, endS }: Seat) => {
    const key = keys.get(operationId)
    if (key !== undefined) return key
    // Pushed aside when what is moved begins before its middle.
    const pusher = moved.find((at) => at > setupStartS && at <= (setupStartS + endS) / 2)
    return pusher === undefined ? startS : pusher + 0.5
  }
  const charges = chargesOf(ground, lane, keys).map((seats) => {
    const [first] = seats
    const isMoved = seats.some(({ operationId }) => keys.has(operationId))
    const ids = seats.map(({ operationId }) => operationId)
    return { ids, isMoved, startS: first?.startS ?? 0, rank: Math.min(...seats.map(rank)) }
  })
  charges.sort((a, b) => a.rank - b.rank || Number(b.isMoved) - Number(a.isMoved) || a.startS - b.startS)
  return charges.map(({ ids }) => ids)
}

/** On a batch machine what starts together is one charge, but for what was moved there and may not share it. */
function chargesOf(ground: Ground, lane: readonly Seat[], keys: ReadonlyMap<string, number>): Seat[][] {
  const isBatch = ground.resources.get(lane[0]?.resourceId ?? '')?.kind === 'batch'
  const keyOf = ({ operationId, startS }: Seat) => (!isBatch || keys.has(operationId) ? operationId : startS)
  return [...Map.groupBy(lane, keyOf).values()]
}

function sorted(runs: readonly Run[], needs: (run: Run) => readonly Run[]): Run[] | undefined {
  const waits = new Map<Run, number>()
  const behind = new Map<Run, Run[]>()
  for (const run of runs) {
    const first = needs(run)
    if (first.length > 0) waits.set(run, first.length)
    for (const one of first) {
      const list = behind.get(one)
      if (list) list.push(run)
      else behind.set(one, [run])
    }
  }
  const ready = runs.filter((run) => !waits.has(run))
  for (const run of ready)
    for (const next of behind.get(run) ?? []) {
      const left = (waits.get(next) ?? 0) - 1
      waits.set(next, left)
      if (left === 0) ready.push(next)
    }
  return ready.length === runs.length ? ready : undefined
}
