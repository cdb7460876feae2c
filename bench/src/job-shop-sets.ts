import type { BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { readJobShops, sayNoData } from './job-shop-data.ts'
import { runJobShop } from './job-shop-run.ts'
import { instancesWanted, secondsOf, seedsOf } from './options.ts'

const SEEDS = [1, 2, 3]

/** A named share of the instances. */
export type InstanceSet = { name: string; has(instance: { name: string; folder: string }): boolean }

/**
 * Searches every instance with every seed and takes means by set.
 *
 * `--seconds N` processor seconds an instance and seed (1), `--seeds 1,2,3`, `--instances a,b` only these
 * instances or sets.
 */
export function measureSets(
  { options, dataFolder, print }: BenchmarkArguments,
  folders: readonly string[],
  sets: readonly InstanceSet[],
): BenchmarkResult {
  const wanted = instancesWanted(options)
  const seconds = secondsOf(options, 1)
  const seeds = seedsOf(options, SEEDS)
  const instances = readJobShops(dataFolder, folders)
    ?.map((instance) => ({ ...instance, sets: sets.filter((set) => set.has(instance)) }))
    .filter(({ name, sets }) => !wanted || wanted.has(name) || sets.some((set) => wanted.has(set.name)))
  if (!instances) sayNoData(dataFolder)

  const gapsOf = new Map(sets.map((set) => [set.name, [] as number[]]))
  let [atBestKnown, invalid, runs] = [0, 0, 0]
  for (const instance of instances ?? []) {
    const gaps: number[] = []
    for (const seed of seeds) {
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
  return { set, atBestKnown, invalid, runs, seconds, seeds: seeds.join(',') }
}

/** Two digits behind the point; null of nothing. */
function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3))
}
