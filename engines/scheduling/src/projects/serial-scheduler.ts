import type { Arcs, CompiledProject } from './project.ts'

/** Places activities one after the other, each as early as precedence and resources let it. Keeps its tables between calls. */
export interface SerialScheduler {
  /** @param order each activity after its predecessors. @param starts is filled. @returns the makespan. */
  forward(order: Int32Array, starts: Int32Array): number
  /** The same from the end: `order` has each activity after its successors, `starts` count from the end to each activity's end. */
  backward(order: Int32Array, starts: Int32Array): number
  /** All activities by time, each after its predecessors: into `order` by start; by `starts` of a backward pass each after its successors. */
  sort(order: Int32Array, starts: Int32Array, direction: 'forward' | 'backward'): void
  /** Turns times from the one end into times from the other. */
  turn(starts: Int32Array, makespan: number): void
}

export function serialScheduler(project: CompiledProject): SerialScheduler {
  const { count, words, durations, demands, capacities, guards, predecessors, successors, topological, horizon } =
    project
  const free = new Int32Array((horizon + 1) * words)
  const buckets = new Int32Array(horizon + 2)
  let used = horizon + 1
  const [guard = 0] = guards

  function build(order: Int32Array, { first, list }: Arcs, starts: Int32Array): number {
    if (words === 1) free.fill(capacities[0] ?? 0, 0, used)
    else for (let t = 0; t < used; t++) free.set(capacities, t * words)
    let makespan = 0
    for (let i = 0; i < count; i++) {
      const a = order[i] ?? 0
      let start = 0
      for (let k = first[a] ?? 0; k < (first[a + 1] ?? 0); k++) {
        const before = list[k] ?? 0
        const end = (starts[before] ?? 0) + (durations[before] ?? 0)
        if (end > start) start = end
      }
      start = words === 1 ? placeInWord(a, start) : placeInWords(a, start)
      starts[a] = start
      if (start + (durations[a] ?? 0) > makespan) makespan = start + (durations[a] ?? 0)
    }
    used = makespan + 1
    return makespan
  }

  function placeInWord(a: number, earliest: number): number {
    const duration = durations[a] ?? 0
    const need = demands[a] ?? 0
    if (need === 0) return earliest
    let start = earliest
    let end = start + duration
    for (let t = start; t < end; t++) {
      if ((((free[t] ?? 0) - need) & guard) !== guard) {
        start = t + 1
        end = start + duration
      }
    }
    for (let t = start; t < end; t++) free[t] = (free[t] ?? 0) - need
    return start
  }

  function placeInWords(a: number, earliest: number): number {
    const duration = durations[a] ?? 0
    let start = earliest
    let end = start + duration
    for (let t = start; t < end; t++) {
      for (let w = 0; w < words; w++) {
        const mask = guards[w] ?? 0
        if ((((free[t * words + w] ?? 0) - (demands[a * words + w] ?? 0)) & mask) === mask) continue
        start = t + 1
        end = start + duration
        break
      }
    }
    for (let t = start; t < end; t++)
      for (let w = 0; w < words; w++) free[t * words + w] = (free[t * words + w] ?? 0) - (demands[a * words + w] ?? 0)
    return start
  }

  return {
    forward: (order, starts) => build(order, predecessors, starts),
    backward: (order, starts) => build(order, successors, starts),
    sort(order, starts, direction) {
      let latest = 0
      for (let a = 0; a < count; a++) if ((starts[a] ?? 0) > latest) latest = starts[a] ?? 0
      buckets.fill(0, 0, latest + 2)
      for (let a = 0; a < count; a++) {
        const bucket = (starts[a] ?? 0) + 1
        buckets[bucket] = (buckets[bucket] ?? 0) + 1
      }
      for (let t = 1; t <= latest; t++) buckets[t] = (buckets[t] ?? 0) + (buckets[t - 1] ?? 0)
      // Among equal times, activities without duration still follow those they wait for.
      for (let i = 0; i < count; i++) {
        const a = topological[direction === 'forward' ? i : count - 1 - i] ?? 0
        const bucket = starts[a] ?? 0
        const place = buckets[bucket] ?? 0
        buckets[bucket] = place + 1
        order[place] = a
      }
    },
    turn(starts, makespan) {
      for (let a = 0; a < count; a++) starts[a] = makespan - (starts[a] ?? 0) - (durations[a] ?? 0)
    },
  }
}
