import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { type InstanceSet, measureSets } from './job-shop-sets.ts'

const FOLDERS = [
  'fjsp/brandimarte',
  'fjsp/hurink-edata',
  'fjsp/hurink-rdata',
  'fjsp/hurink-vdata',
  'fjsp/barnes',
  'fjsp/dauzere',
  'fjsp/behnke',
]

const SETS: readonly InstanceSet[] = [
  { name: 'mk01-10', has: ({ name }) => /^mk(0[1-9]|10)$/.test(name) },
  { name: 'withoutBehnke', has: ({ folder }) => folder !== 'fjsp/behnke' },
  { name: 'behnke', has: ({ folder }) => folder === 'fjsp/behnke' },
]

/** Job shops with a choice of machine: mean gap to the best known makespan, in percent, by set. */
export const flexible: Benchmark = {
  name: 'flexible',
  summary: 'the same for job shops with a choice of machine',
  run,
}

function run(args: BenchmarkArguments): BenchmarkResult {
  return measureSets(args, FOLDERS, SETS)
}
