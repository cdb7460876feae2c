import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { type InstanceSet, measureSets } from './job-shop-sets.ts'

const SETS: readonly InstanceSet[] = [
  { name: 'la21-40', has: ({ name }) => /^la(2[1-9]|3\d|40)$/.test(name) },
  { name: 'ta01-10', has: ({ name }) => /^ta(0[1-9]|10)$/.test(name) },
  { name: 'all', has: () => true },
]

/** The classic job shops: mean gap to the best known makespan, in percent, by set. */
export const jobshop: Benchmark = {
  name: 'jobshop',
  summary: 'gap of the search to the best known plans of the classic job shops',
  run,
}

function run(args: BenchmarkArguments): BenchmarkResult {
  return measureSets(args, ['jsp'], SETS)
}
