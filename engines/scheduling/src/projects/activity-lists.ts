import type { SeededRandom } from '../seeded-random.ts'
import type { CompiledProject } from './project.ts'

/** The chance of each neighbouring pair of a new list to be exchanged. */
const MUTATION = 0.005
/** What a child has from its father: this share of the list, half as much more or less. */
const FATHERS_SHARE = 0.3

/** Makes orders of a project's activities, each after its predecessors. Keeps its tables between calls. */
export interface ActivityLists {
  /** Fills an order by chance, preferring activities with a long way to go. */
  draw(order: Int32Array): void
  /** Fills `child` with the mother's order, in one stretch of it with the father's, and exchanges a few neighbours. */
  cross(mother: Int32Array, father: Int32Array, child: Int32Array): void
}

/** @see S. Hartmann, "A competitive genetic algorithm for resource-constrained project scheduling", Naval Research Logistics 45 (1998). */
export function activityLists(project: CompiledProject, random: SeededRandom): ActivityLists {
  const { count, predecessors, successors } = project
  const ways = waysToGo(project)
  const taken = new Int32Array(count)
  const open = new Int32Array(count)
  const ready = new Int32Array(count)
  let mark = 0

  function follows(before: number, activity: number): boolean {
    for (let k = predecessors.first[activity] ?? 0; k < (predecessors.first[activity + 1] ?? 0); k++)
      if (predecessors.list[k] === before) return true
    return false
  }

  function mutate(order: Int32Array): void {
    for (let i = 0; i + 1 < count; i++) {
      if (random.unit() >= MUTATION) continue
      const a = order[i] ?? 0
      const b = order[i + 1] ?? 0
      if (follows(a, b)) continue
      order[i] = b
      order[i + 1] = a
    }
  }

  return {
    draw(order) {
      let waiting = 0
      for (let a = 0; a < count; a++) {
        open[a] = (predecessors.first[a + 1] ?? 0) - (predecessors.first[a] ?? 0)
        if (open[a] === 0) ready[waiting++] = a
      }
      for (let n = 0; n < count; n++) {
        let chosen = 0
        let highest = -1
        for (let i = 0; i < waiting; i++) {
          const priority = ((ways[ready[i] ?? 0] ?? 0) + 1) * (0.3 + random.unit())
          if (priority <= highest) continue
          highest = priority
          chosen = i
        }
        const a = ready[chosen] ?? 0
        ready[chosen] = ready[--waiting] ?? 0
        order[n] = a
        for (let k = successors.first[a] ?? 0; k < (successors.first[a + 1] ?? 0); k++) {
          const successor = successors.list[k] ?? 0
          const left = (open[successor] ?? 0) - 1
          open[successor] = left
          if (left === 0) ready[waiting++] = successor
        }
      }
    },
    cross(mother, father, child) {
      mark++
      const length = Math.max(1, Math.floor(count * FATHERS_SHARE * (0.5 + random.unit())))
      const begin = random.below(Math.max(1, count - length))
      const end = Math.min(count, begin + length)
      let n = 0
      const takeFrom = (order: Int32Array, until: number) => {
        for (let i = 0; n < until; i++) {
          const a = order[i] ?? 0
          if (taken[a] === mark) continue
          taken[a] = mark
          child[n++] = a
        }
      }
      takeFrom(mother, begin)
      takeFrom(father, end)
      takeFrom(mother, count)
      mutate(child)
    },
  }
}

/** Longest path from the start of each activity to the end. */
function waysToGo({ count, topological, successors, durations }: CompiledProject): Int32Array {
  const ways = new Int32Array(count)
  for (let i = count - 1; i >= 0; i--) {
    const a = topological[i] ?? 0
    let after = 0
    for (let k = successors.first[a] ?? 0; k < (successors.first[a + 1] ?? 0); k++)
      after = Math.max(after, ways[successors.list[k] ?? 0] ?? 0)
    ways[a] = after + (durations[a] ?? 0)
  }
  return ways
}
