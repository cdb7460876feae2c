import { type DiscreteLots, discreteFaults, loadSolver, solveDiscreteLots } from '@millrace/capacity'
import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { instancesOf, meanGap, numbersOf, selectionOf } from './line-data.ts'

const WALL_SECONDS = 10

/** Discrete lot sizing with changeovers (pigment sequencing): mean gap to the optima that the files name. */
export const lots: Benchmark = {
  name: 'lots',
  summary: 'discrete lot sizing with changeovers by HiGHS, gap to the optima after --seconds 10 on the wall',
  run,
}

async function run(args: BenchmarkArguments): Promise<BenchmarkResult> {
  const selection = selectionOf(args, 'lotsizing-psp', { seconds: WALL_SECONDS, seeds: [1] })
  if (!selection) return { instances: 0, atOptimum: null, gapMean: null, invalid: null }
  const solve = await loadSolver()
  const results: { value: number; known: number }[] = []
  let invalid = 0
  let proven = 0
  for (const name of instancesOf(selection, '.psp')) {
    const { problem, known } = lotsOf(numbersOf(selection.folder, `${name}.psp`))
    for (const seed of selection.seeds) {
      const answer = solveDiscreteLots(problem, solve, {
        ...{ timeLimitS: selection.seconds, seed, nowMs: () => performance.now() },
      })
      const faults = answer ? discreteFaults(problem, answer.plan) : ['no plan']
      if (faults.length > 0) invalid += 1
      if (answer?.proven) proven += 1
      results.push({ value: answer?.cost ?? Number.NaN, known })
      const bound = answer?.bound.toFixed(0)
      args.print(`${name.padEnd(12)} ${answer?.cost}  known ${known}  bound ${bound}  ${faults.join(' ')}`)
    }
  }
  const atOptimum = results.filter(({ value, known }) => value <= known).length
  return { instances: results.length, atOptimum, proven, gapMean: meanGap(results), invalid }
}

/** Periods, items, orders by item and period, stocking cost, change costs, then the optimum (or bounds, the best plan last). */
function lotsOf([periods = 0, items = 0, ...numbers]: readonly number[]): { problem: DiscreteLots; known: number } {
  const row = (start: number, length: number) => numbers.slice(start, start + length)
  const costsAt = items * periods + 1
  return {
    problem: {
      periods,
      due: Array.from({ length: items }, (_, item) =>
        row(item * periods, periods).flatMap((orders, period) => Array<number>(orders).fill(period)),
      ),
      stockingCost: numbers[items * periods] ?? 0,
      changeCosts: Array.from({ length: items }, (_, from) => row(costsAt + from * items, items)),
    },
    known: numbers.at(-1) ?? Number.NaN,
  }
}
