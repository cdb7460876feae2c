import { planRequirements } from '@millrace/requirements'
import { generateRequirements } from '@millrace/requirements/testing'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'

const LEVELS = 5
const WEEKS = 26
/** Of these the median: single runs are at the mercy of whatever else the machine does. */
const RUNS = 7

/** Planning what has to be made and bought on every level, for a synthetic company. Times are processor time of the one thread, the code warm. */
export const requirements: Benchmark = {
  name: 'requirements',
  summary: 'what to order on 5 levels for 26 weeks; --materials 3000 --seed N',
  run,
}

function run({ print, options }: BenchmarkArguments): BenchmarkResult {
  const materials = Number(options.get('materials') ?? 3000)
  const seed = Number(options.get('seed') ?? 1)
  const problem = generateRequirements(seed, { items: materials, levels: LEVELS, weeks: WEEKS, demandsPerWeek: 1 })
  const times: number[] = []
  let plan = planRequirements(problem)
  for (let count = 0; count < RUNS; count++) {
    const start = process.cpuUsage()
    plan = planRequirements(problem)
    const { user, system } = process.cpuUsage(start)
    times.push((user + system) / 1000)
    print(`${Math.round(times.at(-1) ?? 0)} ms`)
  }
  times.sort((a, b) => a - b)
  return {
    ...{ materials: problem.items.length, levels: LEVELS, demands: problem.demands.length },
    runMs: Math.round(times[Math.floor(RUNS / 2)] ?? 0),
    orders: plan.items.reduce((sum, { supplies }) => sum + supplies.length, 0),
    messages: plan.messages.length,
  }
}
