import { iterationsOf, type SearchOptions } from '../search-options.ts'
import { seededRandom } from '../seeded-random.ts'
import { activityLists } from './activity-lists.ts'
import { compileProject, type Project } from './project.ts'
import type { ProjectPlan } from './project-plan.ts'
import { serialScheduler } from './serial-scheduler.ts'

const POPULATION = 400
/** A child takes the place of the worst of so many, by chance. */
const RIVALS = 6
/** Children without a shorter plan until a new population is drawn. */
const PATIENCE = 30_000

/** An order of the activities with what came of it: the makespan, then the sum of the starts, which tells plans of equal length apart. */
type Individual = { order: Int32Array; starts: Int32Array; makespan: number; startSum: number }

/**
 * Searches the plan with the least makespan: a genetic algorithm over orders of the activities, each planned forward, backward from its
 * end and forward again. One step is one such order. Ends by itself when no plan can be shorter.
 *
 * @throws RangeError as `compileProject` and `iterationsOf` do.
 * @see V. Valls, F. Ballestín, S. Quintanilla, "Justification and RCPSP", EJOR 165 (2005).
 */
export function improveProject(problem: Project, options: SearchOptions<ProjectPlan>): ProjectPlan {
  const project = compileProject(problem)
  const { count } = project
  const iterationsMax = iterationsOf(options)
  const random = seededRandom(options.seed)
  const lists = activityLists(project, random)
  const scheduler = serialScheduler(project)
  let best: ProjectPlan = { starts: [], makespan: Number.POSITIVE_INFINITY }
  let steps = 0

  function evaluate(one: Individual): void {
    const { order, starts } = one
    scheduler.turn(starts, scheduler.forward(order, starts))
    scheduler.sort(order, starts, 'backward')
    scheduler.turn(starts, scheduler.backward(order, starts))
    scheduler.sort(order, starts, 'forward')
    one.makespan = scheduler.forward(order, starts)
    scheduler.sort(order, starts, 'forward')
    one.startSum = 0
    for (let a = 0; a < count; a++) one.startSum += starts[a] ?? 0
    steps++
    if (one.makespan >= best.makespan) return
    best = { starts: Array.from(starts), makespan: one.makespan }
    options.onBetter?.(best)
  }

  const isOver = () =>
    steps > 0 && (steps >= iterationsMax || best.makespan <= project.leastMakespan || (options.stop?.() ?? false))
  const blank = (): Individual => ({
    order: new Int32Array(count),
    starts: new Int32Array(count),
    makespan: 0,
    startSum: 0,
  })
  const pool = Array.from({ length: POPULATION }, blank)
  const anyOf = () => pool[random.below(POPULATION)] ?? blank()

  /** @returns false when the search ended before all of them had come. */
  function drawAll(): boolean {
    for (const one of pool) {
      if (isOver()) return false
      lists.draw(one.order)
      evaluate(one)
    }
    return true
  }

  const child = blank()
  while (drawAll()) {
    let shortest = pool.reduce((least, { makespan }) => Math.min(least, makespan), Number.POSITIVE_INFINITY)
    for (let waited = 0; waited < PATIENCE; waited++) {
      if (isOver()) return best
      const mother = better(anyOf(), anyOf())
      const father = better(anyOf(), anyOf())
      lists.cross(mother.order, father.order, child.order)
      evaluate(child)
      if (child.makespan < shortest) {
        shortest = child.makespan
        waited = 0
      }
      let rival = anyOf()
      for (let i = 1; i < RIVALS; i++) {
        const other = anyOf()
        if (better(rival, other) === rival) rival = other
      }
      if (better(child, rival) !== child || pool.some((one) => isTwin(one, child))) continue
      rival.order.set(child.order)
      rival.makespan = child.makespan
      rival.startSum = child.startSum
    }
  }
  return best
}

function better(a: Individual, b: Individual): Individual {
  return a.makespan < b.makespan || (a.makespan === b.makespan && a.startSum <= b.startSum) ? a : b
}

function isTwin(a: Individual, b: Individual): boolean {
  return a.makespan === b.makespan && a.startSum === b.startSum
}
