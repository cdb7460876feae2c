import type { CompiledFlowShop } from './flow-shop.ts'

/** Where a job fits best into a sequence. */
export interface BestInsertion {
  position: number
  makespan: number
}

/** Tries a job at every place of a sequence at once. Keeps its tables between calls, so one belongs to one search. */
export interface InsertionTables {
  /**
   * The place with the least makespan for `job` in the first `length` jobs of `sequence`, which does not hold it.
   *
   * @param tie a number from 0 to below 1 that chooses among equal places.
   */
  best(sequence: Int32Array, length: number, job: number, tie: number): BestInsertion
}

/**
 * Taillard's acceleration with set-ups: heads to the left and tails to the right of each place are computed once, so that all places
 * of one job cost as much as two evaluations of the sequence.
 *
 * @see R. Ruiz, T. Stützle, EJOR 187 (2008), 1143–1159, with the set-up on both sides of the new job.
 */
export function insertionTables({ jobs, machines, durations, setUps }: CompiledFlowShop): InsertionTables {
  // Row k: machine times before place k. Tails: from the start of the k-th job to the end of everything.
  const heads = new Int32Array((jobs + 1) * machines)
  const tails = new Int32Array((jobs + 1) * machines)
  const makespans = new Int32Array(jobs + 1)
  const found: BestInsertion = { position: 0, makespan: 0 }

  function fillHeads(sequence: Int32Array, length: number): void {
    let from = jobs
    for (let k = 0; k < length; k++) {
      const job = sequence[k] ?? 0
      const setUpRow = (from * jobs + job) * machines
      let ready = 0
      for (let m = 0; m < machines; m++) {
        const free = (heads[k * machines + m] ?? 0) + (setUps[setUpRow + m] ?? 0)
        ready = (free > ready ? free : ready) + (durations[job * machines + m] ?? 0)
        heads[(k + 1) * machines + m] = ready
      }
      from = job
    }
  }

  function fillTails(sequence: Int32Array, length: number): void {
    for (let k = length - 1; k >= 0; k--) {
      const job = sequence[k] ?? 0
      const setUpRow = k + 1 < length ? (job * jobs + (sequence[k + 1] ?? 0)) * machines : -1
      let after = 0
      for (let m = machines - 1; m >= 0; m--) {
        const next = setUpRow < 0 ? 0 : (tails[(k + 1) * machines + m] ?? 0) + (setUps[setUpRow + m] ?? 0)
        after = (next > after ? next : after) + (durations[job * machines + m] ?? 0)
        tails[k * machines + m] = after
      }
    }
  }

  return {
    best(sequence, length, job, tie) {
      fillHeads(sequence, length)
      fillTails(sequence, length)
      let least = Number.POSITIVE_INFINITY
      let equal = 0
      const durationRow = job * machines
      for (let k = 0; k <= length; k++) {
        const beforeRow = ((k > 0 ? (sequence[k - 1] ?? 0) : jobs) * jobs + job) * machines
        const last = k === length
        const afterRow = last ? 0 : (job * jobs + (sequence[k] ?? 0)) * machines
        let ready = 0
        let makespan = 0
        for (let m = 0; m < machines; m++) {
          const free = (heads[k * machines + m] ?? 0) + (setUps[beforeRow + m] ?? 0)
          ready = (free > ready ? free : ready) + (durations[durationRow + m] ?? 0)
          const whole = last ? ready : ready + (setUps[afterRow + m] ?? 0) + (tails[k * machines + m] ?? 0)
          if (whole > makespan) makespan = whole
        }
        makespans[k] = makespan
        if (makespan < least) {
          least = makespan
          equal = 1
        } else if (makespan === least) equal++
      }
      let skip = Math.floor(tie * equal)
      let position = 0
      while (makespans[position] !== least || skip-- > 0) position++
      found.position = position
      found.makespan = least
      return found
    },
  }
}
