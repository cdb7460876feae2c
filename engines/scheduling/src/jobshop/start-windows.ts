import type { ShopArrays } from './model.ts'
import { Plan } from './plan.ts'

/** Comparisons of two operations after which narrowing ends: a quarter of a second of work. */
const COMPARISONS_MAX = 200_000_000

const START_MAX = 2 ** 31 - 1

/**
 * The plan whose operations follow each other by the middle of when they can start if none is to end after the lower bound. Where
 * a bound leaves jobs little time to wait, as in re-entrant shops that are full from beginning to end, it says nearly all.
 *
 * @returns nothing for a shop with a choice of machine, nor when no plan is that short.
 */
export function planOfWindows(shop: ShopArrays, lowerBound: number): Plan | undefined {
  if (shop.isFlexible) return undefined
  const windows = new StartWindows(shop, lowerBound)
  if (!windows.narrow()) return undefined
  const count = shop.operationCount
  const middle = Float64Array.from(windows.earliest, (earliest, one) => earliest + (windows.latest[one] ?? 0))
  const order = Int32Array.from({ length: count }, (_, one) => one)
  // Operations without a duration are numbered in the order of their job too.
  order.sort((a, b) => (middle[a] ?? 0) - (middle[b] ?? 0) || a - b)
  const plan = new Plan(shop)
  plan.load(order, shop.firstAlternative.subarray(0, count))
  return plan
}

/**
 * When each operation can start in a plan no longer than a target. Of two operations of one machine that cannot follow each
 * other one way, the other way is certain, and narrows both (detectable precedences: Vilím 2002); one certainty brings the next.
 */
export class StartWindows {
  /** By operation. */
  readonly earliest: Int32Array
  readonly latest: Int32Array

  readonly #shop: ShopArrays
  readonly #duration: Int32Array
  /** Operations of each machine, once by earliest start, once by latest end. */
  readonly #byEarliest: Int32Array[]
  readonly #byLatest: Int32Array[]
  readonly #found: Int32Array
  readonly #stale: number[] = []
  readonly #isStale: Uint8Array
  #comparisons = 0

  constructor(shop: ShopArrays, target: number) {
    const { operationCount: count, machineCount, readyAt, rest, jobBefore, jobAfter, alternativeMachine } = shop
    this.#shop = shop
    this.#duration = shop.alternativeDuration
    this.earliest = new Int32Array(count)
    this.latest = new Int32Array(count)
    for (let one = 0; one < count; one++) {
      const before = jobBefore[one] ?? 0
      const fromJob = before < count ? this.#earliestEnd(before) : (readyAt[before] ?? 0)
      this.earliest[one] = Math.max(fromJob, readyAt[count + (alternativeMachine[one] ?? 0)] ?? 0)
    }
    for (let one = count - 1; one >= 0; one--) {
      const after = jobAfter[one] ?? 0
      const byJob = after < count ? (this.latest[after] ?? 0) : target - (rest[after] ?? 0)
      const byMachine = target - (rest[count + (alternativeMachine[one] ?? 0)] ?? 0)
      this.latest[one] = Math.min(byJob, byMachine) - (this.#duration[one] ?? 0)
    }
    const ofMachine: number[][] = Array.from({ length: machineCount }, () => [])
    for (let one = 0; one < count; one++) ofMachine[alternativeMachine[one] ?? 0]?.push(one)
    this.#byEarliest = ofMachine.map((operations) => Int32Array.from(operations))
    this.#byLatest = ofMachine.map((operations) => Int32Array.from(operations))
    this.#found = new Int32Array(ofMachine.reduce((most, { length }) => Math.max(most, length), 0))
    this.#isStale = new Uint8Array(machineCount)
    for (let machine = 0; machine < machineCount; machine++) this.#touch(machine)
  }

  /** @returns false when no plan is that short, or when it takes too long. */
  narrow(): boolean {
    for (let machine = this.#stale.pop(); machine !== undefined; machine = this.#stale.pop()) {
      this.#isStale[machine] = 0
      if (!(this.#delay(machine) && this.#hurry(machine)) || this.#comparisons > COMPARISONS_MAX) return false
    }
    return true
  }

  /** Operations of a machine start behind those that cannot come after them. @returns false for a contradiction */
  #delay(machine: number): boolean {
    const { earliest, latest } = this
    const duration = this.#duration
    const found = this.#found
    const sorted = this.#byEarliest[machine] ?? new Int32Array()
    sortNearly(sorted, (one) => earliest[one] ?? 0)
    this.#comparisons += sorted.length ** 2
    // What one finds would disturb the order that the next one needs: first look, then write.
    sorted.forEach((operation, i) => {
      const end = this.#earliestEnd(operation)
      let free = 0
      for (const one of sorted) {
        if ((latest[one] ?? 0) >= end || one === operation) continue
        const start = earliest[one] ?? 0
        free = (start > free ? start : free) + (duration[one] ?? 0)
      }
      found[i] = free
    })
    return sorted.every((operation, i) => this.#startFrom(operation, found[i] ?? 0))
  }

  /** Operations of a machine end before those that cannot come before them. @returns false for a contradiction */
  #hurry(machine: number): boolean {
    const { earliest, latest } = this
    const duration = this.#duration
    const found = this.#found
    const sorted = this.#byLatest[machine] ?? new Int32Array()
    sortNearly(sorted, (one) => -(latest[one] ?? 0) - (duration[one] ?? 0))
    this.#comparisons += sorted.length ** 2
    sorted.forEach((operation, i) => {
      const start = latest[operation] ?? 0
      let free = START_MAX
      for (const one of sorted) {
        const own = duration[one] ?? 0
        if ((earliest[one] ?? 0) + own <= start || one === operation) continue
        const end = (latest[one] ?? 0) + own
        free = (end < free ? end : free) - own
      }
      found[i] = free - (duration[operation] ?? 0)
    })
    return sorted.every((operation, i) => this.#startBy(operation, found[i] ?? 0))
  }

  #startFrom(operation: number, start: number): boolean {
    const { jobAfter, operationCount } = this.#shop
    for (let one = operation, from = start; one < operationCount && from > (this.earliest[one] ?? 0); ) {
      if (from > (this.latest[one] ?? 0)) return false
      this.earliest[one] = from
      this.#touch(this.#shop.alternativeMachine[one] ?? 0)
      from = this.#earliestEnd(one)
      one = jobAfter[one] ?? 0
    }
    return true
  }

  #startBy(operation: number, start: number): boolean {
    const { jobBefore, operationCount } = this.#shop
    for (let one = operation, by = start; one < operationCount && by < (this.latest[one] ?? 0); ) {
      if (by < (this.earliest[one] ?? 0)) return false
      this.latest[one] = by
      this.#touch(this.#shop.alternativeMachine[one] ?? 0)
      one = jobBefore[one] ?? 0
      by -= this.#duration[one] ?? 0
    }
    return true
  }

  #earliestEnd(operation: number): number {
    return (this.earliest[operation] ?? 0) + (this.#duration[operation] ?? 0)
  }

  #touch(machine: number): void {
    if (this.#isStale[machine] === 1) return
    this.#isStale[machine] = 1
    this.#stale.push(machine)
  }
}

/** Sorts by insertion: little has changed since it was sorted. */
function sortNearly(operations: Int32Array, keyOf: (operation: number) => number): void {
  for (let i = 1; i < operations.length; i++) {
    const one = operations[i] ?? 0
    const key = keyOf(one)
    let to = i
    for (; to > 0 && keyOf(operations[to - 1] ?? 0) > key; to--) operations[to] = operations[to - 1] ?? 0
    operations[to] = one
  }
}
