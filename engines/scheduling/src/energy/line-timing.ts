import type { CompiledEnergyLine } from './energy-line.ts'

/** Times for the sequences of one line. Keeps its tables between calls, so one belongs to one search. */
export interface LineTiming {
  /**
   * Gives each operation of the sequence a start near the one wished for, then moves whole machines to their cheapest slots.
   *
   * @param starts wishes by operation; replaced by the starts found.
   * @param sweeps how often every machine is timed anew, at most.
   * @returns the total, or Infinity when the sequence does not fit into the horizon; the wishes are then kept.
   */
  time(sequence: Int32Array, starts: Int32Array, sweeps: number): number
}

/**
 * Timing of one machine, with the others as they are, is exact: the least total over all starts of its operations in their order,
 * place by place and slot by slot. With one machine this is the optimum of the sequence.
 */
export function lineTiming(line: CompiledEnergyLine): LineTiming {
  const { jobs, machines, slots, durations, first, powers, weights, generation } = line
  const width = slots + 1
  const load = new Float64Array(slots)
  const latest = new Int32Array(jobs * machines)
  const from = new Int32Array(jobs)
  const to = new Int32Array(jobs)
  const least = new Float64Array(jobs * width)
  // One machine has the grid for itself, so that what a start costs never changes.
  const alone = machines === 1 ? startCosts() : undefined

  function startCosts(): Float64Array {
    const costs = new Float64Array(jobs * width)
    for (let job = 0; job < jobs; job++)
      for (let t = 0; t + (durations[job] ?? 0) <= slots; t++) costs[job * width + t] = costOf(job, t)
    return costs
  }

  /** What an operation adds to the load as it is. */
  function costOf(operation: number, start: number): number {
    const duration = durations[operation] ?? 0
    const begin = first[operation] ?? 0
    let sum = 0
    for (let i = 0; i < duration; i++) {
      const t = start + i
      const spare = (generation[t] ?? 0) - (load[t] ?? 0)
      const power = powers[begin + i] ?? 0
      if (spare <= 0) sum += power * (weights[t] ?? 0)
      else if (power > spare) sum += (power - spare) * (weights[t] ?? 0)
    }
    return sum
  }

  function addLoad(operation: number, start: number, sign: 1 | -1): void {
    const duration = durations[operation] ?? 0
    const begin = first[operation] ?? 0
    for (let i = 0; i < duration; i++) load[start + i] = (load[start + i] ?? 0) + sign * (powers[begin + i] ?? 0)
  }

  function total(): number {
    let sum = 0
    for (let t = 0; t < slots; t++) {
      const bought = (load[t] ?? 0) - (generation[t] ?? 0)
      if (bought > 0) sum += bought * (weights[t] ?? 0)
    }
    return sum
  }

  /** @returns whether the sequence fits. */
  function fillLatest(sequence: Int32Array): boolean {
    for (let k = jobs - 1; k >= 0; k--) {
      const row = (sequence[k] ?? 0) * machines
      const nextRow = (sequence[k + 1] ?? 0) * machines
      let end = slots
      for (let m = machines - 1; m >= 0; m--) {
        if (k + 1 < jobs && (latest[nextRow + m] ?? 0) < end) end = latest[nextRow + m] ?? 0
        end -= durations[row + m] ?? 0
        latest[row + m] = end
        if (end < 0) return false
      }
    }
    return true
  }

  /** Each start as near to its wish as the operations before it and the horizon let it. @returns whether there is a way. */
  function settle(sequence: Int32Array, starts: Int32Array): boolean {
    if (!fillLatest(sequence)) return false
    for (let k = 0; k < jobs; k++) {
      const row = (sequence[k] ?? 0) * machines
      const before = (sequence[k - 1] ?? 0) * machines
      let ready = 0
      for (let m = 0; m < machines; m++) {
        if (k > 0) ready = Math.max(ready, (starts[before + m] ?? 0) + (durations[before + m] ?? 0))
        const start = Math.max(ready, Math.min(starts[row + m] ?? 0, latest[row + m] ?? 0))
        starts[row + m] = start
        ready = start + (durations[row + m] ?? 0)
      }
    }
    return true
  }

  /** The cheapest starts of one machine while the others stay. Its load must have been taken away. */
  function timeMachine(sequence: Int32Array, starts: Int32Array, m: number): void {
    for (let k = 0, ready = 0; k < jobs; k++) {
      const operation = (sequence[k] ?? 0) * machines + m
      const arrival = m > 0 ? (starts[operation - 1] ?? 0) + (durations[operation - 1] ?? 0) : 0
      if (arrival > ready) ready = arrival
      from[k] = ready
      ready += durations[operation] ?? 0
    }
    for (let k = jobs - 1, end = slots; k >= 0; k--) {
      const operation = (sequence[k] ?? 0) * machines + m
      const wanted = m + 1 < machines ? (starts[operation + 1] ?? 0) : slots
      end = Math.min(end, wanted) - (durations[operation] ?? 0)
      to[k] = end
    }
    for (let k = 0; k < jobs; k++) {
      const job = sequence[k] ?? 0
      const operation = job * machines + m
      const begin = from[k] ?? 0
      const end = to[k] ?? 0
      const row = k * width
      const shift = k > 0 ? (durations[(sequence[k - 1] ?? 0) * machines + m] ?? 0) : 0
      const limit = k > 0 ? (to[k - 1] ?? 0) : 0
      let lowest = Number.POSITIVE_INFINITY
      for (let t = begin; t <= end; t++) {
        const before = k === 0 ? 0 : (least[row - width + Math.min(t - shift, limit)] ?? 0)
        const sum = before + (alone ? (alone[job * width + t] ?? 0) : costOf(operation, t))
        if (sum < lowest) lowest = sum
        least[row + t] = lowest
      }
    }
    for (let k = jobs - 1, t = slots; k >= 0; k--) {
      const operation = (sequence[k] ?? 0) * machines + m
      t = Math.min(t - (durations[operation] ?? 0), to[k] ?? 0)
      while (t > (from[k] ?? 0) && least[k * width + t - 1] === least[k * width + t]) t--
      starts[operation] = t
    }
  }

  return {
    time(sequence, starts, sweeps) {
      if (!settle(sequence, starts)) return Number.POSITIVE_INFINITY
      load.fill(0)
      for (let operation = 0; operation < jobs * machines; operation++) addLoad(operation, starts[operation] ?? 0, 1)
      let sum = total()
      for (let sweep = 0; sweep < sweeps; sweep++) {
        for (let m = machines - 1; m >= 0; m--) {
          for (let job = 0; job < jobs; job++) addLoad(job * machines + m, starts[job * machines + m] ?? 0, -1)
          timeMachine(sequence, starts, m)
          for (let job = 0; job < jobs; job++) addLoad(job * machines + m, starts[job * machines + m] ?? 0, 1)
        }
        const before = sum
        sum = total()
        if (sum >= before) break
      }
      return sum
    },
  }
}
