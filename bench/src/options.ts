import type { BenchmarkArguments } from './benchmark.ts'

type Options = BenchmarkArguments['options']

/** `--seeds 1,2,3`: these seeds, one after the other. @throws RangeError on what is no whole number */
export function seedsOf(options: Options, usual: readonly number[]): readonly number[] {
  const text = options.get('seeds')
  const seeds = text?.split(',').map(Number) ?? usual
  if (!seeds.every(Number.isInteger)) throw new RangeError(`--seeds are whole numbers like 1,2,3, not ${text}.`)
  return seeds
}

/** `--seconds 10`. @throws RangeError on what is not above 0 */
export function secondsOf(options: Options, usual: number): number {
  const seconds = Number(options.get('seconds') ?? usual)
  if (!(seconds > 0)) throw new RangeError(`--seconds must be above 0, not ${options.get('seconds')}.`)
  return seconds
}

/** `--instances a,b`: only these; undefined for all. */
export function instancesWanted(options: Options): ReadonlySet<string> | undefined {
  const names = options.get('instances')?.split(',')
  return names && new Set(names)
}
