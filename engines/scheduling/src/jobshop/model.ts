/** One way to do an operation: on that machine (numbered from 0) in so many whole units of time. */
export type Alternative = { readonly machine: number; readonly duration: number }

/**
 * A job shop: every job is a chain of operations, every operation runs without a break on one of its alternatives, every
 * machine does one thing at a time. Jobs may differ in length, visit a machine again, or have no operation at all.
 * Operations are numbered from 0, job by job.
 */
export type JobShop = {
  readonly machineCount: number
  readonly jobs: readonly (readonly (readonly Alternative[])[])[]
}

/** A plan in arrays by operation; times in the units of the durations, the first possible instant is 0. */
export type JobShopSchedule = {
  readonly machine: Int32Array
  readonly start: Int32Array
  readonly makespan: number
}

/** Operations of one problem: what a search can still improve in a minute, with 100 bytes each. */
export const OPERATIONS_MAX = 1_000_000

/** Sum of the longest durations of a problem, so that no time leaves 32 bits. */
const TOTAL_DURATION_MAX = 2 ** 30

/**
 * The same problem in flat arrays, its jobs and machines as rings: nodes from 0 are the operations, then one node for each machine,
 * then one for each job that has operations. The node of a job or machine closes its ring, so that no operation is
 * without neighbours, and bears what comes from outside: when the first of the ring may start, and what must follow its last.
 */
export type ShopArrays = {
  readonly operationCount: number
  readonly machineCount: number
  readonly jobCount: number
  /** Neighbours in the job, by node. */
  readonly jobBefore: Int32Array
  readonly jobAfter: Int32Array
  /** By node: when a machine or job is ready, and the time that must pass from the end of its last operation to the end of all. */
  readonly readyAt: Int32Array
  readonly rest: Int32Array
  /** Alternatives of operation i are those from `firstAlternative[i]` to before `firstAlternative[i + 1]`. */
  readonly firstAlternative: Int32Array
  readonly alternativeMachine: Int32Array
  readonly alternativeDuration: Int32Array
  /** Whether any operation has a choice of machine. */
  readonly isFlexible: boolean
}

/**
 * Checks a problem and flattens it.
 *
 * @throws RangeError naming the job and operation, for a machine that does not exist, a duration that is not a whole number
 *   from 0, an operation without an alternative or with two on one machine, or a problem beyond the bounds above.
 */
export function shopArraysOf(shop: JobShop): ShopArrays {
  const { machineCount, jobs } = shop
  if (!(Number.isInteger(machineCount) && machineCount >= 0 && machineCount <= OPERATIONS_MAX)) {
    throw new RangeError(`the number of machines must be a whole number up to ${OPERATIONS_MAX}, not ${machineCount}`)
  }
  let operationCount = 0
  let alternativeCount = 0
  let jobCount = 0
  for (const job of jobs) {
    operationCount += job.length
    if (job.length > 0) jobCount++
    for (const operation of job) alternativeCount += operation.length
  }
  if (operationCount > OPERATIONS_MAX) {
    throw new RangeError(`a job shop has ${OPERATIONS_MAX} operations at most, not ${operationCount}`)
  }
  const arrays = emptyShopArrays(operationCount, machineCount, jobCount, alternativeCount)
  let operation = 0
  let alternative = 0
  let node = operationCount + machineCount
  let totalDuration = 0
  jobs.forEach((job, jobNumber) => {
    if (job.length === 0) return
    closeRing(arrays, node++, operation, job.length)
    job.forEach((alternatives, step) => {
      checkAlternatives(alternatives, machineCount, `operation ${step} of job ${jobNumber}`)
      arrays.firstAlternative[operation++] = alternative
      for (const { machine, duration } of alternatives) {
        arrays.alternativeMachine[alternative] = machine
        arrays.alternativeDuration[alternative++] = duration
      }
      totalDuration += alternatives.reduce((longest, { duration }) => Math.max(longest, duration), 0)
    })
  })
  if (totalDuration > TOTAL_DURATION_MAX) {
    throw new RangeError(`all durations together must not exceed ${TOTAL_DURATION_MAX}, they are ${totalDuration}`)
  }
  arrays.firstAlternative[operationCount] = alternativeCount
  return arrays
}

/** Arrays of that size, everything ready at 0 and nothing linked. */
export function emptyShopArrays(
  operationCount: number,
  machineCount: number,
  jobCount: number,
  alternativeCount: number,
): ShopArrays {
  const nodeCount = operationCount + machineCount + jobCount
  return {
    operationCount,
    machineCount,
    jobCount,
    jobBefore: new Int32Array(nodeCount),
    jobAfter: new Int32Array(nodeCount),
    readyAt: new Int32Array(nodeCount),
    rest: new Int32Array(nodeCount),
    firstAlternative: new Int32Array(operationCount + 1),
    alternativeMachine: new Int32Array(alternativeCount),
    alternativeDuration: new Int32Array(alternativeCount),
    isFlexible: alternativeCount > operationCount,
  }
}

/** Links `length` operations from `first` on to the ring of a job's node. */
export function closeRing({ jobBefore, jobAfter }: ShopArrays, node: number, first: number, length: number): void {
  for (let i = 0; i < length; i++) {
    jobBefore[first + i] = i === 0 ? node : first + i - 1
    jobAfter[first + i] = i === length - 1 ? node : first + i + 1
  }
  jobAfter[node] = first
  jobBefore[node] = first + length - 1
}

function checkAlternatives(alternatives: readonly Alternative[], machineCount: number, where: string): void {
  if (alternatives.length === 0) throw new RangeError(`${where} can run on no machine`)
  alternatives.forEach(({ machine, duration }, i) => {
    if (!(Number.isInteger(machine) && machine >= 0 && machine < machineCount)) {
      throw new RangeError(`${where} names machine ${machine}; there are 0 to ${machineCount - 1}`)
    }
    if (!(Number.isInteger(duration) && duration >= 0 && duration <= TOTAL_DURATION_MAX)) {
      throw new RangeError(`${where} takes ${duration}; a duration is a whole number from 0`)
    }
    if (alternatives.findIndex((one) => one.machine === machine) < i) {
      throw new RangeError(`${where} names machine ${machine} twice`)
    }
  })
}
