import { improveProject, type Project, validateProjectPlan } from '@millrace/scheduling'
import type { Benchmark, BenchmarkArguments } from './benchmark.ts'
import { bestKnownOf, instancesOf, meanGap, numbersOf, selectionOf } from './line-data.ts'
import { threadBudget } from './thread-time.ts'

const SETS = ['j30', 'j60', 'j90', 'j120'] as const

/** Projects with limited resources (PSPLIB): mean gap to the best makespans known, by size. */
export const rcpsp: Benchmark = {
  name: 'rcpsp',
  summary: 'projects with limited resources (PSPLIB), gap to the best known after --seconds 10',
  run,
}

function run(args: BenchmarkArguments) {
  const selection = selectionOf(args, 'rcpsp', { seconds: 10, seeds: [1, 2, 3] })
  if (!selection) return { set: null, invalid: null }
  const bestKnown = bestKnownOf(selection.folder)
  const results = SETS.map((set) => ({ set, found: [] as { value: number; known: number }[] }))
  let invalid = 0
  for (const name of instancesOf(selection, '.txt')) {
    const project = projectOf(numbersOf(selection.folder, `${name}.txt`))
    const known = bestKnown.get(name) ?? Number.NaN
    for (const seed of selection.seeds) {
      const plan = improveProject(project, { seed, stop: threadBudget(selection.seconds, 32) })
      const faults = validateProjectPlan(project, plan)
      if (faults.length > 0) invalid++
      const set = name.slice(0, name.indexOf('_')).toLowerCase()
      results.find((one) => one.set === set)?.found.push({ value: plan.makespan, known })
      args.print(`${name.padEnd(10)} seed ${seed}  ${plan.makespan}  best known ${known}  ${faults.join(' ')}`)
    }
  }
  return { set: Object.fromEntries(results.map(({ set, found }) => [set, meanGap(found)])), invalid }
}

/** The Patterson format: successors become predecessors, numbers begin at 0. */
function projectOf(numbers: readonly number[]): Project {
  let at = 0
  const next = () => numbers[at++] ?? Number.NaN
  const list = (length: number) => Array.from({ length }, next)
  const count = next()
  const resources = next()
  const capacities = list(resources)
  const rows = Array.from({ length: count }, () => {
    const duration = next()
    return { duration, demands: list(resources), successors: list(next()) }
  })
  const activities = rows.map(({ duration, demands }, a) => ({
    duration,
    demands,
    predecessors: rows.flatMap(({ successors }, before) => (successors.includes(a + 1) ? [before] : [])),
  }))
  return { capacities, activities }
}
