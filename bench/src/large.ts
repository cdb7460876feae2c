import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { readJobShops, sayNoData } from './job-shop-data.ts'
import { runJobShop } from './job-shop-run.ts'
import { instancesWanted, secondsOf, seedsOf } from './options.ts'

const BUDGETS_S = [10, 60] as const
const REENTRANT_BUDGET_S = 10

/** Of `jsp-large`, what is measured unless `--instances` says otherwise. */
const LARGE = ['tai_100_100_1', 'tai_1000_100_1']

/**
 * Job shops of the size of a plant: 10,000 and 100,000 operations, and re-entrant ones of 5,000 to 13,000. Gaps in percent of the
 * best known makespan; processor time of the one thread.
 *
 * `--seeds 1,2,3` takes the mean of these (1), `--instances a,b` only these, `--seconds N` ends earlier than after 60 s.
 */
export const large: Benchmark = {
  name: 'large',
  summary: 'the same for 10,000 and 100,000 operations and for re-entrant routes, with the time to the first plan',
  run,
}

function run({ options, dataFolder, print }: BenchmarkArguments): BenchmarkResult {
  const wanted = instancesWanted(options)
  const seeds = seedsOf(options, [1])
  const longestS = secondsOf(options, BUDGETS_S[1])
  const instances = readJobShops(dataFolder, ['jsp-large', 'jsp-reentrant'], (name) =>
    wanted ? wanted.has(name) : LARGE.includes(name) || !name.startsWith('tai'),
  )
  if (!instances) sayNoData(dataFolder)

  const result: BenchmarkResult = {}
  const reentrant: Record<string, number> = {}
  let invalid = 0
  for (const instance of instances ?? []) {
    const isReentrant = instance.folder === 'jsp-reentrant'
    const budgetsS = isReentrant ? [REENTRANT_BUDGET_S] : BUDGETS_S.filter((budgetS) => budgetS <= longestS)
    const runs = seeds.map((seed) => runJobShop(instance, seed, budgetsS))
    invalid += runs.filter((one) => !one.isValid).length
    const gaps = budgetsS.map((_, at) =>
      rounded(runs.reduce((sum, one) => sum + (one.gaps[at] ?? 0), 0) / seeds.length, 2),
    )
    print(`${instance.name.padEnd(24)} ${budgetsS.map((budgetS, i) => `${budgetS} s: ${gaps[i]} %`).join(', ')}`)
    if (isReentrant) {
      reentrant[instance.name] = gaps[0] ?? 0
    } else {
      const figures: Record<string, number> = { firstMs: Math.round(Math.max(...runs.map((one) => one.firstMs))) }
      budgetsS.forEach((budgetS, i) => {
        figures[`gap${budgetS}s`] = gaps[i] ?? 0
      })
      result[instance.name] = figures
    }
  }
  // The most that was ever resident, reading the files included.
  const residentMiB = Math.round(process.resourceUsage().maxRSS / 1024)
  return { ...result, reentrant, residentMiB, invalid, seeds: seeds.join(',') }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
