import type { SeededRandom } from '../seeded-random.ts'
import type { ShopArrays } from './model.ts'
import type { KeptPlan } from './tabu.ts'

/** A plan of the pool: its operations by start, its alternatives, and the machine predecessor of each operation. */
type Member = KeptPlan & { readonly before: Int32Array }

/** Plans nearer to each other than this share of the operations (in machine predecessors) are taken for the same. */
const LEAST_DIFFERENCE = 0.02

/** The best plans found so far, all different. New ones are bred from two of them. */
export class Pool {
  readonly #shop: ShopArrays
  readonly #random: SeededRandom
  readonly #size: number
  readonly #members: Member[] = []
  readonly #placed: Uint8Array

  constructor(shop: ShopArrays, random: SeededRandom, size: number) {
    this.#shop = shop
    this.#random = random
    this.#size = size
    this.#placed = new Uint8Array(shop.operationCount)
  }

  /** Takes in a plan unless it is worse than all, or like one that is no worse. @returns whether it was taken in. */
  add(plan: KeptPlan): boolean {
    const members = this.#members
    const isFull = members.length >= this.#size
    if (isFull && plan.makespan >= (members[members.length - 1]?.makespan ?? 0)) return false
    const before = this.#predecessorsOf(plan)
    const alike = members.findIndex((one) => this.#differenceOf(one.before, before) < LEAST_DIFFERENCE)
    if (alike >= 0) {
      if ((members[alike]?.makespan ?? 0) <= plan.makespan) return false
      members.splice(alike, 1)
    } else if (isFull) {
      members.pop()
    }
    const member = { order: plan.order, choice: plan.choice, makespan: plan.makespan, before }
    const place = members.findIndex((one) => one.makespan > plan.makespan)
    members.splice(place < 0 ? members.length : place, 0, member)
    return true
  }

  /**
   * A plan between two members: the operations are taken from the front of one or the other, so what both do in the same order
   * stays so. Undefined when there are not two.
   */
  breed(): KeptPlan | undefined {
    const { length } = this.#members
    if (length < 2) return undefined
    const one = this.#random.below(length)
    const other = (one + 1 + this.#random.below(length - 1)) % length
    const a = this.#members[one]
    const b = this.#members[other]
    if (!a || !b) return undefined
    const count = this.#shop.operationCount
    const order = new Int32Array(count)
    const choice = new Int32Array(count)
    const placed = this.#placed.fill(0)
    const share = 0.3 + 0.4 * this.#random.unit()
    let [nextA, nextB] = [0, 0]
    for (let i = 0; i < count; i++) {
      while (placed[a.order[nextA] ?? 0] === 1 && nextA < count) nextA++
      while (placed[b.order[nextB] ?? 0] === 1 && nextB < count) nextB++
      const isA = this.#random.unit() < share
      const operation = (isA ? a.order[nextA] : b.order[nextB]) ?? 0
      order[i] = operation
      choice[operation] = (isA ? a.choice[operation] : b.choice[operation]) ?? 0
      placed[operation] = 1
    }
    return { order, choice, makespan: Number.POSITIVE_INFINITY }
  }

  #predecessorsOf({ order, choice }: KeptPlan): Int32Array {
    const { machineCount, alternativeMachine, operationCount } = this.#shop
    const last = new Int32Array(machineCount).fill(-1)
    const before = new Int32Array(operationCount)
    for (const operation of order) {
      const machine = alternativeMachine[choice[operation] ?? 0] ?? 0
      before[operation] = last[machine] ?? -1
      last[machine] = operation
    }
    return before
  }

  #differenceOf(a: Int32Array, b: Int32Array): number {
    let count = 0
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++
    return count / Math.max(1, a.length)
  }
}
