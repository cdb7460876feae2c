/** Larger tables of set-up times than this do not fit into memory comfortably: 64 MiB of numbers. */
const SET_UP_CELLS_MAX = 16_000_000
const TIME_MAX = 10_000_000

/**
 * A line whose machines all make the jobs in one sequence (permutation flow shop), with set-ups that depend on what was made before.
 * Times are whole numbers of any one unit. A set-up begins when the machine is free, also before the job arrives.
 */
export type FlowShop = {
  /** `durations[job][machine]`, machines in the order of the line. */
  durations: readonly (readonly number[])[]
  /** `setUps[machine][from][to]`; none anywhere when left out. */
  setUps?: readonly (readonly (readonly number[])[])[]
  /** `firstSetUps[machine][job]`: from what stands on the machine now to the first job. None when left out. */
  firstSetUps?: readonly (readonly number[])[]
}

/** A flow shop as the search reads it. */
export type CompiledFlowShop = {
  readonly jobs: number
  readonly machines: number
  /** At `job * machines + machine`. */
  readonly durations: Int32Array
  /** At `(from * jobs + to) * machines + machine`; `from = jobs` stands for what is on the machines now. */
  readonly setUps: Int32Array
}

/** @throws RangeError on tables of unequal shape, on times that are not whole numbers of 0 to 10,000,000, and on too many of them. */
export function compileFlowShop({ durations, setUps, firstSetUps }: FlowShop): CompiledFlowShop {
  const jobs = durations.length
  const machines = durations[0]?.length ?? 0
  if (jobs === 0 || machines === 0) throw new RangeError('A flow shop needs at least one job and one machine.')
  if ((jobs + 1) * jobs * machines > SET_UP_CELLS_MAX)
    throw new RangeError(`${jobs} jobs on ${machines} machines have more than ${SET_UP_CELLS_MAX} set-up times.`)

  const compiled = {
    jobs,
    machines,
    durations: new Int32Array(jobs * machines),
    setUps: new Int32Array((jobs + 1) * jobs * machines),
  }
  durations.forEach((row, job) => {
    checkLength(row, machines, `durations[${job}]`)
    row.forEach((time, machine) => {
      compiled.durations[job * machines + machine] = checked(time, `durations[${job}][${machine}]`)
    })
  })
  if (setUps) checkLength(setUps, machines, 'setUps')
  setUps?.forEach((table, machine) => {
    checkLength(table, jobs, `setUps[${machine}]`)
    table.forEach((row, from) => {
      checkLength(row, jobs, `setUps[${machine}][${from}]`)
      row.forEach((time, to) => {
        compiled.setUps[(from * jobs + to) * machines + machine] = checked(time, `setUps[${machine}][${from}][${to}]`)
      })
    })
  })
  if (firstSetUps) checkLength(firstSetUps, machines, 'firstSetUps')
  firstSetUps?.forEach((row, machine) => {
    checkLength(row, jobs, `firstSetUps[${machine}]`)
    row.forEach((time, job) => {
      compiled.setUps[(jobs * jobs + job) * machines + machine] = checked(time, `firstSetUps[${machine}][${job}]`)
    })
  })
  return compiled
}

function checkLength(row: readonly unknown[], length: number, name: string): void {
  if (row.length !== length) throw new RangeError(`${name} has ${row.length} entries, not ${length}.`)
}

function checked(time: number, name: string): number {
  if (!(Number.isInteger(time) && time >= 0 && time <= TIME_MAX))
    throw new RangeError(`${name} must be a whole number from 0 to ${TIME_MAX}, not ${time}.`)
  return time
}
