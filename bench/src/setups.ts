import { type FlowShop, improveFlow, validateFlowPlan } from '@millrace/scheduling'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { bestKnownOf, instancesOf, meanGap, numbersOf, selectionOf } from './line-data.ts'
import { threadBudget } from './thread-time.ts'

/** Permutation flow shops with sequence-dependent set-ups (Ruiz): mean gap to the best makespans known. */
export const setups: Benchmark = {
  name: 'setups',
  summary: 'flow shops with sequence-dependent set-ups, gap to the best known after --seconds 10',
  run,
}

function run(args: BenchmarkArguments): BenchmarkResult {
  const selection = selectionOf(args, 'flowshop-sdst', { seconds: 10, seeds: [1, 2, 3] })
  if (!selection) return { [`gap${args.options.get('seconds') ?? 10}s`]: null, invalid: null }
  const bestKnown = bestKnownOf(selection.folder)
  const results: { value: number; known: number }[] = []
  let invalid = 0
  for (const name of instancesOf(selection, '.txt')) {
    const shop = flowShopOf(numbersOf(selection.folder, `${name}.txt`))
    const known = bestKnown.get(name) ?? Number.NaN
    for (const seed of selection.seeds) {
      const plan = improveFlow(shop, { seed, stop: threadBudget(selection.seconds) })
      const faults = validateFlowPlan(shop, plan)
      if (faults.length > 0) invalid++
      results.push({ value: plan.makespan, known })
      args.print(`${name.padEnd(6)} seed ${seed}  ${plan.makespan}  best known ${known}  ${faults.join(' ')}`)
    }
  }
  return { [`gap${selection.seconds}s`]: meanGap(results), invalid }
}

/** Jobs, machines, durations by job, then a table of set-ups for each machine. */
function flowShopOf([jobs = 0, machines = 0, ...numbers]: readonly number[]): FlowShop {
  const tableAt = (start: number, rows: number, columns: number) =>
    Array.from({ length: rows }, (_, row) => numbers.slice(start + row * columns, start + (row + 1) * columns))
  return {
    durations: tableAt(0, jobs, machines),
    setUps: Array.from({ length: machines }, (_, m) => tableAt(jobs * machines + m * jobs * jobs, jobs, jobs)),
  }
}
