import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchmarkArguments } from './benchmark.ts'
import { instancesWanted, secondsOf, seedsOf } from './options.ts'

/** Where the public instances lie beside the project. */
export const USUAL_FOLDER = fileURLToPath(new URL('../../../shared/data/scheduling', import.meta.url))

/** Which part of the data to use, and for how long: `--instances a,b --seeds 1,2 --seconds 10`. */
export type Selection = {
  folder: string
  seeds: readonly number[]
  /** Processor seconds for one instance and seed. */
  seconds: number
  /** Undefined for all. */
  instances: ReadonlySet<string> | undefined
}

/** @returns undefined, after saying so, when the data are not there. @throws RangeError on an option that makes no sense. */
export function selectionOf(
  { dataFolder, options, json, print }: BenchmarkArguments,
  subfolder: string,
  defaults: { seconds: number; seeds: readonly number[] },
): Selection | undefined {
  const folder = path.join(dataFolder ?? USUAL_FOLDER, subfolder)
  if (!existsSync(folder)) {
    const sentence = `No benchmark data in ${folder} (--data FOLDER): nothing measured.`
    if (json) console.error(sentence)
    print(sentence)
    return undefined
  }
  return {
    folder,
    seconds: secondsOf(options, defaults.seconds),
    seeds: seedsOf(options, defaults.seeds),
    instances: instancesWanted(options),
  }
}

/** Names of the chosen instances, without their ending, in order of their numbers. */
export function instancesOf({ folder, instances }: Selection, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .filter((name) => !instances || instances.has(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** All numbers of a file, one after the other. */
export function numbersOf(folder: string, name: string): number[] {
  return readFileSync(path.join(folder, name), 'utf8').trim().split(/\s+/).map(Number)
}

/** Least makespans known of the instances of one folder of the data. */
export function bestKnownOf(folder: string): ReadonlyMap<string, number> {
  const file = path.join(path.dirname(folder), 'best-known.json')
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, { ub: number }>>
  return new Map(Object.entries(all[path.basename(folder)] ?? {}).map(([name, { ub }]) => [name, ub]))
}

/** Mean in per cent by which the values are above those known, with `digits` decimals; null for none. */
export function meanGap(results: readonly { value: number; known: number }[], digits = 3): number | null {
  if (results.length === 0) return null
  const sum = results.reduce((total, { value, known }) => total + (value / known - 1), 0)
  return Number(((100 * sum) / results.length).toFixed(digits))
}
