import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type EnergyLine, improveEnergyLine, improveFlow, validateEnergyLinePlan } from '@millrace/scheduling'
import type { BenchmarkArguments } from './benchmark.ts'
import { instancesOf, selectionOf } from './line-data.ts'
import { threadBudget } from './thread-time.ts'

/** Money in the instances is euro, `total` is watt minutes × cents for a megawatt hour. */
const EURO_PER_TOTAL = 1 / (60 * 1_000_000 * 100)
/** The plan that only looks at the makespan is the same whatever the budget of the other. */
const MAKESPAN_STEPS = 500

export type EnergyLineResult = { name: string; cost: number; makespanCost: number; published: number; isKept: boolean }

/**
 * Every CAS-PFSP instance and seed: cost of our plan, of our plan with the least makespan at its earliest starts, and the published
 * mean cost of the memetic algorithm ("average object MA-cost").
 *
 * The cost is what the grid supplies beyond own generation, slot by slot, at the day-ahead price of the slot; surplus generation earns
 * nothing. That this is what was published follows from the carbon column, counted in the same way: on M1T1 the least carbon found
 * equals the published optimum of CPLEX to the last digit.
 *
 * @returns undefined without data.
 */
export function runEnergyLines(args: BenchmarkArguments): EnergyLineResult[] | undefined {
  const selection = selectionOf(args, 'energy-cas-pfsp', { seconds: 1, seeds: [1] })
  if (!selection) return undefined
  const results: EnergyLineResult[] = []
  for (const name of instancesOf(selection, '.cas')) {
    const line = lineOf(readFileSync(path.join(selection.folder, `${name}.cas`), 'utf8'))
    const published = publishedCost(selection.folder, name)
    const durations = line.powersW.map((row) => row.map((profile) => profile.length))
    for (const seed of selection.seeds) {
      const makespan = improveFlow({ durations }, { seed, iterationsMax: MAKESPAN_STEPS })
      const plan = improveEnergyLine(line, makespan.sequence, { seed, stop: threadBudget(selection.seconds) })
      const faults = validateEnergyLinePlan(line, plan)
      const result = {
        name,
        cost: plan.total * EURO_PER_TOTAL,
        makespanCost: costOf(line, makespan.starts) * EURO_PER_TOTAL,
        published,
        isKept: faults.length === 0,
      }
      results.push(result)
      const { cost, makespanCost } = result
      args.print(
        `${name.padEnd(16)} seed ${seed}  ${cost.toFixed(1)} EUR, makespan only ${makespanCost.toFixed(1)}, published ${published.toFixed(1)}  ${faults.join(' ')}`,
      )
    }
  }
  return results
}

function costOf({ powersW, rates }: EnergyLine, starts: readonly (readonly number[])[]): number {
  const load = rates.pricesCentPerMwh.map(() => 0)
  powersW.forEach((row, job) => {
    row.forEach((profile, machine) => {
      profile.forEach((power, k) => {
        const slot = (starts[job]?.[machine] ?? 0) + k
        load[slot] = (load[slot] ?? 0) + power
      })
    })
  })
  return load.reduce((sum, power, slot) => {
    const bought = Math.max(0, power - (rates.generationW?.[slot] ?? 0))
    return sum + bought * rates.slotMinutes * (rates.pricesCentPerMwh[slot] ?? 0)
  }, 0)
}

/** Kilowatts, grams for a kilowatt hour and euro for a megawatt hour, all with two decimals at most. */
function lineOf(text: string): EnergyLine {
  const rows = text.trim().split(/\r?\n/)
  const [machines = 0, , jobs = 0] = numbersOf(rows[0])
  const [generation, carbon, price] = rows.slice(-3).map(numbersOf)
  // With several machines a row begins with its job and machine.
  const powersOf = (job: number, machine: number) =>
    numbersOf(rows[1 + job * machines + machine]).slice(machines > 1 ? 2 : 0)
  const thousandfold = (values: readonly number[] = []) => values.map((value) => Math.round(value * 1000))
  return {
    powersW: Array.from({ length: jobs }, (_, job) =>
      Array.from({ length: machines }, (_, machine) => thousandfold(powersOf(job, machine))),
    ),
    rates: {
      slotMinutes: 15,
      pricesCentPerMwh: (price ?? []).map((value) => Math.round(value * 100)),
      carbonGramsPerMwh: thousandfold(carbon),
      generationW: thousandfold(generation),
    },
    least: 'cost',
  }
}

function numbersOf(row = ''): number[] {
  return row
    .split(',')
    .filter((word) => word.trim() !== '')
    .map(Number)
}

function publishedCost(folder: string, name: string): number {
  const file = path.join(folder, `published-results-${name.split('-').at(-1)?.slice(0, 4)}.csv`)
  const [head, ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((row) => row.split(','))
  const column = head?.indexOf('average object MA-cost') ?? -1
  return Number(rows.find((row) => row[0] === `${name}.cas`)?.[column])
}
