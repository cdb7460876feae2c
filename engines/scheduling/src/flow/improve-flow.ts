import { iterationsOf, type SearchOptions } from '../search-options.ts'
import { seededRandom } from '../seeded-random.ts'
import { allSequences } from './all-sequences.ts'
import { insertionTables } from './best-insertion.ts'
import { type FlowPlan, flowPlanOf } from './flow-plan.ts'
import { type CompiledFlowShop, compileFlowShop, type FlowShop } from './flow-shop.ts'

/** So few jobs are tried in every order: 720 at most. */
const TRIED_JOBS_MAX = 6
/** Jobs taken out in one step. */
const REMOVED = 2
/** A worse sequence is kept as often as annealing would at this share of a tenth of the mean duration. */
const TEMPERATURE = 0.5
/** Steps without a better sequence for each job until the search starts again from the best one, well shaken. */
const PATIENCE_PER_JOB = 150

/**
 * Searches the sequence with the least makespan: iterated greedy, which takes a few jobs out, improves what is left, puts each back
 * at its best place and improves again by moving single jobs. One step is one such round. Of up to six jobs every sequence is tried, one a
 * step.
 *
 * @returns the best plan found; the first one, by the rule of Nawaz, Enscore and Ham, when there is no time for more.
 * @throws RangeError as `compileFlowShop` and `iterationsOf` do.
 * @see R. Ruiz, T. Stützle, EJOR 187 (2008); J. Dubois-Lacoste et al., Computers & OR 81 (2017) for improving what is left.
 */
export function improveFlow(problem: FlowShop, options: SearchOptions<FlowPlan>): FlowPlan {
  const shop = compileFlowShop(problem)
  const { jobs } = shop
  const iterationsMax = iterationsOf(options)
  const random = seededRandom(options.seed)
  const search = localSearch(shop, random)
  // Where work is short beside its set-ups, these are what a worse sequence costs.
  const temperature = (TEMPERATURE * Math.max(mean(shop.durations), mean(shop.setUps))) / 10

  const best = new Int32Array(jobs)
  const current = new Int32Array(jobs)
  const trial = new Int32Array(jobs)
  let bestMakespan = search.build(current)
  best.set(current)
  options.onBetter?.(flowPlanOf(shop, best))
  const keep = (sequence: Int32Array, makespan: number) => {
    bestMakespan = makespan
    best.set(sequence)
    options.onBetter?.(flowPlanOf(shop, best))
  }
  if (jobs <= TRIED_JOBS_MAX) {
    let step = 0
    for (const sequence of allSequences(jobs)) {
      if (step >= iterationsMax || options.stop?.()) break
      step += 1
      const { makespan } = flowPlanOf(shop, sequence)
      if (makespan < bestMakespan) keep(sequence, makespan)
    }
    return flowPlanOf(shop, best)
  }
  let makespan = bestMakespan
  let waited = 0
  for (let step = 0; step < iterationsMax; step++) {
    if (options.stop?.()) break
    const restart = waited > PATIENCE_PER_JOB * jobs
    trial.set(restart ? best : current)
    const found = search.renew(trial, restart ? Math.ceil(jobs / 3) : REMOVED)
    waited = restart ? 0 : waited + 1
    if (restart || found <= makespan || random.unit() < Math.exp((makespan - found) / temperature)) {
      makespan = found
      current.set(trial)
    }
    if (found < bestMakespan) {
      keep(trial, found)
      waited = 0
    }
  }
  return flowPlanOf(shop, best)
}

function localSearch(shop: CompiledFlowShop, random: ReturnType<typeof seededRandom>) {
  const { jobs, machines, durations } = shop
  const tables = insertionTables(shop)
  const removed = new Int32Array(jobs)
  const order = new Int32Array(jobs)

  function shuffle(length: number): void {
    for (let i = length - 1; i > 0; i--) {
      const j = random.below(i + 1)
      const kept = order[i] ?? 0
      order[i] = order[j] ?? 0
      order[j] = kept
    }
  }

  /** Moves single jobs to their best places until none gets better. @returns the makespan. */
  function improve(sequence: Int32Array, length: number, makespan: number): number {
    let least = makespan
    for (let better = true; better; ) {
      better = false
      order.set(sequence.subarray(0, length))
      shuffle(length)
      for (let i = 0; i < length; i++) {
        const job = order[i] ?? 0
        const from = sequence.indexOf(job)
        sequence.copyWithin(from, from + 1, length)
        const { position, makespan: found } = tables.best(sequence, length - 1, job, random.unit())
        const place = found <= least ? position : from
        sequence.copyWithin(place + 1, place, length - 1)
        sequence[place] = job
        if (found < least) {
          least = found
          better = true
        }
      }
    }
    return least
  }

  function insert(sequence: Int32Array, length: number, job: number): number {
    const { position, makespan } = tables.best(sequence, length, job, random.unit())
    sequence.copyWithin(position + 1, position, length)
    sequence[position] = job
    return makespan
  }

  return {
    /** A first sequence: the jobs with most work first, each at its best place. @returns its makespan. */
    build(sequence: Int32Array): number {
      const work = Array.from({ length: jobs }, (_, job) => {
        let sum = 0
        for (let m = 0; m < machines; m++) sum += durations[job * machines + m] ?? 0
        return { job, sum }
      })
      work.sort((a, b) => b.sum - a.sum || a.job - b.job)
      let makespan = 0
      work.forEach(({ job }, length) => {
        makespan = insert(sequence, length, job)
      })
      return improve(sequence, jobs, makespan)
    },
    /** Takes `count` jobs out, improves the rest, puts them back, improves. @returns the makespan. */
    renew(sequence: Int32Array, count: number): number {
      for (let i = 0; i < count; i++) {
        const place = random.below(jobs - i)
        removed[i] = sequence[place] ?? 0
        sequence.copyWithin(place, place + 1, jobs - i)
      }
      improve(sequence, jobs - count, Number.POSITIVE_INFINITY)
      let makespan = 0
      for (let i = 0; i < count; i++) makespan = insert(sequence, jobs - count + i, removed[i] ?? 0)
      return improve(sequence, jobs, makespan)
    },
  }
}

function mean(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
