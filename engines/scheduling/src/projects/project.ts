const ACTIVITIES_MAX = 20_000
/** Sum of all durations; tables of this length are kept for the use of the resources. */
const HORIZON_MAX = 1_000_000
const CAPACITY_MAX = 1_000_000
const RESOURCES_MAX = 64
/** Resources share words of this many bits. */
const WORD_BITS = 31

/**
 * Work with limited resources: every activity needs some units of each while it lasts. Times are whole numbers of any one unit; planning
 * takes time in proportion to the durations, so that the largest unit that is exact enough is best.
 */
export type Project = {
  /** Units of each resource, there all the time. */
  capacities: readonly number[]
  activities: readonly Activity[]
}

export type Activity = {
  duration: number
  /** Units needed of each resource, in the order of the capacities. */
  demands: readonly number[]
  /** Numbers of the activities that must have ended. */
  predecessors: readonly number[]
}

/** A project as the search reads it. Several resources share a word, each below a guard bit that a shortage would clear. */
export type CompiledProject = {
  readonly count: number
  readonly words: number
  readonly durations: Int32Array
  /** Packed, at `activity * words + word`. */
  readonly demands: Int32Array
  /** Packed, with all guard bits set. */
  readonly capacities: Int32Array
  readonly guards: Int32Array
  readonly predecessors: Arcs
  readonly successors: Arcs
  /** All activities, each after its predecessors. */
  readonly topological: Int32Array
  /** Sum of all durations. */
  readonly horizon: number
  /** No plan is shorter: longest path, and work of each resource by its capacity. */
  readonly leastMakespan: number
}

/** Neighbours of activity a: `list[first[a]]` to `list[first[a + 1] - 1]`. */
export type Arcs = { readonly first: Int32Array; readonly list: Int32Array }

/** @throws RangeError on what is no whole number in its range, too many resources, a demand above its capacity, unknown predecessors, or a cycle. */
export function compileProject({ capacities, activities }: Project): CompiledProject {
  const count = activities.length
  if (count === 0 || count > ACTIVITIES_MAX)
    throw new RangeError(`A project has 1 to ${ACTIVITIES_MAX} activities, not ${count}.`)
  if (capacities.length > RESOURCES_MAX)
    throw new RangeError(`A project has at most ${RESOURCES_MAX} resources, not ${capacities.length}.`)
  capacities.forEach((units, resource) => {
    check(units, CAPACITY_MAX, `capacities[${resource}]`)
  })
  activities.forEach(({ duration, demands, predecessors }, a) => {
    check(duration, HORIZON_MAX, `activities[${a}].duration`)
    if (demands.length !== capacities.length)
      throw new RangeError(`activities[${a}] demands ${demands.length} resources, not ${capacities.length}.`)
    demands.forEach((units, resource) => {
      check(units, capacities[resource] ?? 0, `activities[${a}].demands[${resource}]`)
    })
    for (const predecessor of predecessors) check(predecessor, count - 1, `activities[${a}].predecessors`)
  })
  const horizon = activities.reduce((sum, { duration }) => sum + duration, 0)
  if (horizon > HORIZON_MAX) throw new RangeError(`All durations together are ${horizon}, more than ${HORIZON_MAX}.`)

  const predecessors = arcsOf(activities.map((activity) => activity.predecessors))
  const successors = arcsOf(reversed(activities))
  const topological = topologicalOrder(predecessors, successors)
  const durations = Int32Array.from(activities, ({ duration }) => duration)
  return {
    ...packed(capacities, activities),
    count,
    durations,
    predecessors,
    successors,
    topological,
    horizon,
    leastMakespan: Math.max(
      longestPath(topological, predecessors, durations),
      ...capacities.map((units, r) => {
        const work = activities.reduce((sum, { duration, demands }) => sum + duration * (demands[r] ?? 0), 0)
        return units === 0 ? 0 : Math.ceil(work / units)
      }),
    ),
  }
}

function check(value: number, most: number, name: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= most))
    throw new RangeError(`${name} must be a whole number from 0 to ${most}, not ${value}.`)
}

function packed(capacities: readonly number[], activities: readonly Activity[]) {
  let words = 1
  let used = 0
  const places = capacities.map((units) => {
    const bits = 33 - Math.clz32(units)
    if (used + bits > WORD_BITS) {
      words++
      used = 0
    }
    used += bits
    return { word: words - 1, shift: used - bits, guard: 1 << (used - 1) }
  })
  const packedCapacities = new Int32Array(words)
  const guards = new Int32Array(words)
  const demands = new Int32Array(activities.length * words)
  places.forEach(({ word, shift, guard }, r) => {
    packedCapacities[word] = (packedCapacities[word] ?? 0) | ((capacities[r] ?? 0) << shift) | guard
    guards[word] = (guards[word] ?? 0) | guard
    activities.forEach((activity, a) => {
      const at = a * words + word
      demands[at] = (demands[at] ?? 0) | ((activity.demands[r] ?? 0) << shift)
    })
  })
  return { words, capacities: packedCapacities, guards, demands }
}

function reversed(activities: readonly Activity[]): number[][] {
  const successors: number[][] = activities.map(() => [])
  activities.forEach(({ predecessors }, a) => {
    for (const predecessor of predecessors) successors[predecessor]?.push(a)
  })
  return successors
}

function arcsOf(lists: readonly (readonly number[])[]): Arcs {
  const first = new Int32Array(lists.length + 1)
  lists.forEach((list, a) => {
    first[a + 1] = (first[a] ?? 0) + list.length
  })
  return { first, list: Int32Array.from(lists.flat()) }
}

function topologicalOrder(predecessors: Arcs, successors: Arcs): Int32Array {
  const count = predecessors.first.length - 1
  const open = Int32Array.from(
    { length: count },
    (_, a) => (predecessors.first[a + 1] ?? 0) - (predecessors.first[a] ?? 0),
  )
  const order = new Int32Array(count)
  let length = 0
  for (let a = 0; a < count; a++) if (open[a] === 0) order[length++] = a
  for (let i = 0; i < length; i++) {
    const a = order[i] ?? 0
    for (let k = successors.first[a] ?? 0; k < (successors.first[a + 1] ?? 0); k++) {
      const successor = successors.list[k] ?? 0
      const left = (open[successor] ?? 0) - 1
      open[successor] = left
      if (left === 0) order[length++] = successor
    }
  }
  if (length < count)
    throw new RangeError(`Activity ${open.findIndex((left) => left > 0)} waits for itself, through others.`)
  return order
}

function longestPath(topological: Int32Array, { first, list }: Arcs, durations: Int32Array): number {
  const ends = new Int32Array(topological.length)
  for (const a of topological) {
    let start = 0
    for (let k = first[a] ?? 0; k < (first[a + 1] ?? 0); k++) start = Math.max(start, ends[list[k] ?? 0] ?? 0)
    ends[a] = start + (durations[a] ?? 0)
  }
  return ends.reduce((a, b) => Math.max(a, b), 0)
}
