import type { ShopArrays } from './model.ts'

/** Machine sequences of a new plan: every operation once, each behind its predecessor in the job, with its alternative. */
export type ListSchedule = { readonly order: Int32Array; readonly choice: Int32Array; readonly makespan: number }

export type ListOptions = {
  /** Of the operations that compete for a machine, the one with the highest value goes first. */
  readonly priority: Float64Array
  /**
   * Who competes: 0 only whoever can start first (non-delay), 1 whoever can start before the first could end (active), between them
   * that share of the time.
   */
  readonly patience: number
  /** Builds the plan from its end: the result is turned round again, so that it is a plan like any other. */
  readonly backward?: boolean
}

/**
 * Builds a plan operation by operation, without gaps filled later (Giffler and Thompson 1960, with patience between
 * non-delay and active). With a choice of machine an operation takes the one that ends it first.
 */
export function listSchedule(shop: ShopArrays, options: ListOptions): ListSchedule {
  const { operationCount, machineCount, firstAlternative, alternativeMachine, alternativeDuration } = shop
  const { priority, patience, backward = false } = options
  const following = backward ? shop.jobBefore : shop.jobAfter
  const given = backward ? shop.rest : shop.readyAt
  const order = new Int32Array(operationCount)
  const choice = new Int32Array(operationCount)
  const readyAt = new Int32Array(operationCount)
  const freeAt = given.slice(operationCount, operationCount + machineCount)
  // Alternatives that wait at each machine, and the least end among them.
  const waiting: number[][] = Array.from({ length: machineCount }, () => [])
  const ownerOf = ownersOf(shop)
  const leastEnd = new Float64Array(machineCount).fill(Number.POSITIVE_INFINITY)
  let makespan = 0

  const join = (operation: number) => {
    const to = firstAlternative[operation + 1] ?? 0
    for (let one = firstAlternative[operation] ?? 0; one < to; one++) {
      const machine = alternativeMachine[one] ?? 0
      waiting[machine]?.push(one)
      const ready = Math.max(readyAt[operation] ?? 0, freeAt[machine] ?? 0)
      leastEnd[machine] = Math.min(leastEnd[machine] ?? 0, ready + (alternativeDuration[one] ?? 0))
    }
  }
  const look = (machine: number) => {
    let least = Number.POSITIVE_INFINITY
    for (const one of waiting[machine] ?? []) {
      const ready = Math.max(readyAt[ownerOf[one] ?? 0] ?? 0, freeAt[machine] ?? 0)
      least = Math.min(least, ready + (alternativeDuration[one] ?? 0))
    }
    leastEnd[machine] = least
  }
  for (let node = operationCount + machineCount; node < given.length; node++) {
    const first = following[node] ?? 0
    readyAt[first] = given[node] ?? 0
    join(first)
  }

  for (let step = 0; step < operationCount; step++) {
    let machine = 0
    for (let one = 1; one < machineCount; one++) if ((leastEnd[one] ?? 0) < (leastEnd[machine] ?? 0)) machine = one
    const queue = waiting[machine] ?? []
    const free = freeAt[machine] ?? 0
    const firstEnd = leastEnd[machine] ?? 0
    let firstStart = Number.POSITIVE_INFINITY
    for (const one of queue) firstStart = Math.min(firstStart, Math.max(readyAt[ownerOf[one] ?? 0] ?? 0, free))
    const limit = firstStart + patience * (firstEnd - firstStart)
    let chosen = queue[0] ?? 0
    let highest = Number.NEGATIVE_INFINITY
    for (const one of queue) {
      const owner = ownerOf[one] ?? 0
      const start = Math.max(readyAt[owner] ?? 0, free)
      const value = priority[owner] ?? 0
      if (value > highest && (start < limit || start === firstStart)) {
        highest = value
        chosen = one
      }
    }

    const operation = ownerOf[chosen] ?? 0
    const from = firstAlternative[operation] ?? 0
    const to = firstAlternative[operation + 1] ?? 0
    let end = Number.POSITIVE_INFINITY
    for (let one = from; one < to; one++) {
      const ready = Math.max(readyAt[operation] ?? 0, freeAt[alternativeMachine[one] ?? 0] ?? 0)
      const itsEnd = ready + (alternativeDuration[one] ?? 0)
      if (itsEnd < end || (itsEnd === end && one === chosen)) {
        end = itsEnd
        choice[operation] = one
      }
    }
    freeAt[alternativeMachine[choice[operation] ?? 0] ?? 0] = end
    makespan = Math.max(makespan, end)
    order[backward ? operationCount - 1 - step : step] = operation
    for (let one = from; one < to; one++) {
      const at = alternativeMachine[one] ?? 0
      const others = waiting[at] ?? []
      others[others.indexOf(one)] = others[others.length - 1] ?? 0
      others.pop()
      look(at)
    }
    const next = following[operation] ?? 0
    if (next < operationCount) {
      readyAt[next] = end
      join(next)
    }
  }
  return { order, choice, makespan }
}

/** The operation of each alternative. */
function ownersOf({ operationCount, firstAlternative, alternativeMachine }: ShopArrays): Int32Array {
  const owners = new Int32Array(alternativeMachine.length)
  for (let operation = 0; operation < operationCount; operation++) {
    owners.fill(operation, firstAlternative[operation] ?? 0, firstAlternative[operation + 1] ?? 0)
  }
  return owners
}
