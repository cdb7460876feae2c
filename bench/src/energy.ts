import type { Benchmark, BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import { runEnergyLines } from './energy-lines.ts'
import { runEnergyShops } from './energy-shops.ts'

/** Savings in per cent of cost, peak and energy at unchanged due dates; `--only lines` or `--only shops` for one half. */
export const energy: Benchmark = {
  name: 'energy',
  summary: 'cost, peak and energy saved by sequence and timing, on lines with real prices and on job shops',
  run,
}

function run(args: BenchmarkArguments): BenchmarkResult {
  const only = args.options.get('only')
  const lines = only === 'shops' ? undefined : runEnergyLines(args)
  const shops = only === 'lines' ? undefined : runEnergyShops(args)
  const all = [...(lines ?? []), ...(shops ?? [])]
  return {
    costSavingMean: mean(lines, ({ cost, makespanCost }) => 100 * (1 - cost / makespanCost)),
    ratioToPublished: mean(lines, ({ cost, published }) => cost / published, 4),
    deadlinesKept: all.length > 0 && all.every(({ isKept }) => isKept),
    threeStepTariffSaving: mean(shops, ({ tariff }) => tariff),
    threeStepTariffSavingIdling: mean(shops, ({ tariffIdling }) => tariffIdling),
    peakSaving: mean(shops, ({ peak }) => peak),
    switchOffSaving: mean(shops, ({ switchOff }) => switchOff),
  }
}

function mean<T>(results: readonly T[] | undefined, figureOf: (result: T) => number, digits = 2): number | null {
  if (!results || results.length === 0) return null
  const sum = results.reduce((total, result) => total + figureOf(result), 0)
  return Number((sum / results.length).toFixed(digits))
}
