import type { BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { readJobShops, sayNoData } from './job-shop-data.ts'
import { runJobShop } from './job-shop-run.ts'

const SEEDS = 3

/** A named share of the instances. */
export type InstanceSet = { name: string; has(instance: { name: string; folder: string }): boolean }

/**
 * Searches every instance with every seed and takes means by set.
 *
 * `--seconds N` processor seconds an instance and seed (1), `--seeds N` seeds from 1 (3), `--instances a,b` only these
 * instances or sets.
 */
export function measureSets(
  { options, dataFolder, print }: BenchmarkArguments,
  folders: readonly string[],
  sets: readonly InstanceSet[],
): BenchmarkResult {
  const wanted = options.get('instances')?.split(',')
  const seconds = numberOf(options.get('seconds'), 1)
  const seeds = numberOf(options.get('seeds'), SEEDS)
  const instances = readJobShops(dataFolder, folders)
    ?.map((instance) => ({ ...instance, sets: sets.filter((set) => set.has(instance)) }))
    .filter(({ name, sets }) => !wanted || wanted.includes(name) || sets.some((set) => wanted.includes(set.name)))
  if (!instances) sayNoData(dataFolder)

  const gapsOf = new Map(sets.map((set) => [set.name, [] as number[]]))
  let [atBestKnown, invalid, runs] = [0, 0, 0]
  for (const instance of instances ?? []) {
    const gaps: number[] = []
    for (let seed = 1; seed <= seeds; seed++) {
      const run = runJobShop(instance, seed, [seconds])
      gaps.push(...run.gaps)
      runs++
      if (run.isAtBestKnown) atBestKnown++
      if (!run.isValid) invalid++
    }
    for (const set of instance.sets) gapsOf.get(set.name)?.push(...gaps)
    print(`${`${instance.folder}/${instance.name}`.padEnd(32)} ${gaps.map((gap) => gap.toFixed(2)).join(' ')}`)
  }
  const set = Object.fromEntries(sets.map(({ name }) => [name, meanOf(gapsOf.get(name) ?? [])]))
  return { set, atBestKnown, invalid, runs, seconds, seeds }
}

/** Two digits behind the point; null of nothing. */
function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3))
}

function numberOf(text: string | undefined, usual: number): number {
  const number = Number(text ?? usual)
  return number > 0 ? number : usual
}
