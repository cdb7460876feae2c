import { iterationsOf, type SearchOptions } from '../search-options.ts'
import { type SeededRandom, seededRandom } from '../seeded-random.ts'
import { type CompiledEnergyLine, compileEnergyLine, type EnergyLine, type EnergyLinePlan } from './energy-line.ts'
import { lineTiming } from './line-timing.ts'

/** Steps from the warmest to the coldest, for each job; then the search starts again from the best plan. */
const CYCLE_PER_JOB = 400
/** A plan that is worse by this share of the total is kept with a chance of 1/e, at the beginning and at the end of a cycle. */
const WARM = 0.02
const COLD = 0.0001
const SWEEPS = 2
const SWEEPS_OF_BEST = 20

/**
 * Searches the sequence and the times with the least cost, or carbon, of what a line takes from the grid: simulated annealing over
 * sequences, each with its times from `lineTiming`. One step is one sequence.
 *
 * @param first a sequence that fits into the horizon, each job once, from which the search begins with earliest starts.
 * @returns the best plan found.
 * @throws RangeError as `compileEnergyLine` and `iterationsOf` do, and when the first sequence does not fit into the horizon.
 */
export function improveEnergyLine(
  problem: EnergyLine,
  first: readonly number[],
  options: SearchOptions<EnergyLinePlan>,
): EnergyLinePlan {
  const line = compileEnergyLine(problem)
  const { jobs, machines } = line
  const iterationsMax = iterationsOf(options)
  if (first.length !== jobs || new Set(first).size !== jobs || !first.every((job) => job >= 0 && job < jobs))
    throw new RangeError(`The first sequence must hold each of the ${jobs} jobs once.`)
  const random = seededRandom(options.seed)
  const timing = lineTiming(line)

  const current = { sequence: Int32Array.from(first), starts: new Int32Array(jobs * machines) }
  const trial = { sequence: current.sequence.slice(), starts: current.starts.slice() }
  let total = timing.time(current.sequence, current.starts, SWEEPS_OF_BEST)
  if (total === Number.POSITIVE_INFINITY) throw new RangeError('The first sequence does not fit into the horizon.')
  let best = planOf(line, current.sequence, current.starts, total)
  options.onBetter?.(best)

  const cycle = CYCLE_PER_JOB * jobs
  for (let step = 0; step < iterationsMax && !options.stop?.(); step++) {
    const phase = (step % cycle) / cycle
    if (phase === 0) {
      current.sequence.set(best.sequence)
      current.starts.set(best.starts.flat())
      total = best.total
    }
    trial.sequence.set(current.sequence)
    trial.starts.set(current.starts)
    disturb(trial, line, random)
    const found = timing.time(trial.sequence, trial.starts, SWEEPS)
    const temperature = WARM * (COLD / WARM) ** phase * Math.abs(best.total)
    if (found > total && !(random.unit() < Math.exp((total - found) / temperature))) continue
    current.sequence.set(trial.sequence)
    current.starts.set(trial.starts)
    total = found
    if (found < best.total) {
      total = timing.time(current.sequence, current.starts, SWEEPS_OF_BEST)
      best = planOf(line, current.sequence, current.starts, total)
      options.onBetter?.(best)
    }
  }
  return best
}

type Trial = { sequence: Int32Array; starts: Int32Array }

/** Moves a job elsewhere, exchanges two, or wishes a part of the line to be earlier or later. Wishes stay with the places. */
function disturb(
  { sequence, starts }: Trial,
  { jobs, machines, slots }: CompiledEnergyLine,
  random: SeededRandom,
): void {
  const a = random.below(jobs)
  const b = random.below(jobs)
  const kind = random.below(machines > 1 ? 5 : 4)
  if (kind === 4) {
    const shift = random.below(1 + Math.ceil(slots / 4)) - Math.ceil(slots / 8)
    const later = random.below(2) === 1
    for (let k = later ? a : 0; k < (later ? jobs : a + 1); k++) {
      const row = (sequence[k] ?? 0) * machines
      for (let m = 0; m < machines; m++) starts[row + m] = Math.max(0, (starts[row + m] ?? 0) + shift)
    }
    return
  }
  const job = sequence[a] ?? 0
  if (kind < 2) {
    const near = kind === 0 ? b : Math.max(0, Math.min(jobs - 1, a + random.below(7) - 3))
    const wishes = wishesOf(sequence, starts, machines)
    sequence.copyWithin(a, a + 1)
    sequence.copyWithin(near + 1, near, jobs - 1)
    sequence[near] = job
    spread(sequence, starts, machines, wishes)
  } else {
    const other = sequence[b] ?? 0
    sequence[a] = other
    sequence[b] = job
    for (let m = 0; m < machines; m++) {
      const wish = starts[job * machines + m] ?? 0
      starts[job * machines + m] = starts[other * machines + m] ?? 0
      starts[other * machines + m] = wish
    }
  }
}

function wishesOf(sequence: Int32Array, starts: Int32Array, machines: number): Int32Array {
  return Int32Array.from({ length: starts.length }, (_, i) => {
    return starts[(sequence[Math.floor(i / machines)] ?? 0) * machines + (i % machines)] ?? 0
  })
}

function spread(sequence: Int32Array, starts: Int32Array, machines: number, wishes: Int32Array): void {
  for (let i = 0; i < wishes.length; i++)
    starts[(sequence[Math.floor(i / machines)] ?? 0) * machines + (i % machines)] = wishes[i] ?? 0
}

function planOf(
  { jobs, machines }: CompiledEnergyLine,
  sequence: Int32Array,
  starts: Int32Array,
  total: number,
): EnergyLinePlan {
  return {
    sequence: Array.from(sequence),
    starts: Array.from({ length: jobs }, (_, job) => Array.from(starts.subarray(job * machines, (job + 1) * machines))),
    total,
  }
}
