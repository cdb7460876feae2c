import { checkRates, type EnergyRates } from './energy-rates.ts'

const OPERATIONS_MAX = 20_000
/** Jobs × slots: tables of this many numbers are kept. */
const CELLS_MAX = 16_000_000
const POWER_MAX_W = 1_000_000_000

/**
 * A line whose machines all make the jobs in one sequence, within the slots of the rates. A job goes to the next machine when it has
 * left the one before, at the earliest; it may wait.
 */
export type EnergyLine = {
  /** `powersW[job][machine]`: what the operation draws in each of its slots. Empty where the machine has nothing to do. */
  powersW: readonly (readonly (readonly number[])[])[]
  rates: EnergyRates
  /** What is made least: the cost of what comes from the grid, or its carbon. */
  least: 'cost' | 'carbon'
}

/** A sequence with its times. */
export type EnergyLinePlan = {
  sequence: number[]
  /** `starts[job][machine]`, in slots. */
  starts: number[][]
  /** Watts × minutes from the grid × price or carbon of the slot: whole numbers, for comparing. */
  total: number
}

/** A line as the search reads it; operation = job * machines + machine. */
export type CompiledEnergyLine = {
  readonly jobs: number
  readonly machines: number
  readonly slots: number
  readonly durations: Int32Array
  /** Powers of an operation: from `first[operation]`, as many as its duration. */
  readonly first: Int32Array
  readonly powers: Float64Array
  readonly weights: Float64Array
  readonly generation: Float64Array
}

/** @throws RangeError as `checkRates` does, on rows of unequal shape, and on powers that are no whole numbers of at least 0. */
export function compileEnergyLine({ powersW, rates, least }: EnergyLine): CompiledEnergyLine {
  checkRates(rates)
  const jobs = powersW.length
  const machines = powersW[0]?.length ?? 0
  if (jobs === 0 || machines === 0 || jobs * machines > OPERATIONS_MAX)
    throw new RangeError(`A line has 1 to ${OPERATIONS_MAX} operations, not ${jobs * machines}.`)
  powersW.forEach((row, job) => {
    if (row.length !== machines) throw new RangeError(`powersW[${job}] has ${row.length} machines, not ${machines}.`)
    for (const power of row.flat())
      if (!(Number.isInteger(power) && power >= 0 && power <= POWER_MAX_W))
        throw new RangeError(`powersW[${job}] must hold whole numbers from 0 to ${POWER_MAX_W}, not ${power}.`)
  })
  const perMwh = least === 'cost' ? rates.pricesCentPerMwh : rates.carbonGramsPerMwh
  if (!perMwh) throw new RangeError('The least carbon needs carbonGramsPerMwh.')
  if (jobs * perMwh.length > CELLS_MAX)
    throw new RangeError(`${jobs} jobs in ${perMwh.length} slots are more than ${CELLS_MAX} together.`)
  const profiles = powersW.flat()
  let next = 0
  return {
    jobs,
    machines,
    slots: perMwh.length,
    durations: Int32Array.from(profiles, (profile) => profile.length),
    first: Int32Array.from(profiles, (profile) => {
      next += profile.length
      return next - profile.length
    }),
    powers: Float64Array.from(profiles.flat()),
    weights: Float64Array.from(perMwh, (value) => value * rates.slotMinutes),
    generation: Float64Array.from(perMwh, (_, slot) => rates.generationW?.[slot] ?? 0),
  }
}
