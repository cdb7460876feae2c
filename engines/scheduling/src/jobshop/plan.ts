import type { JobShopSchedule, ShopArrays } from './model.ts'

/** From this many operations on, a move follows only what it changes instead of sweeping over all that lies behind it. */
const SWEEP_OPERATIONS_MAX = 2500

/**
 * A plan under change: the sequence of every machine as a ring, and what follows from it.
 *
 * `end` is the earliest end of an operation. `tail` is the time from its start to the end of the plan, on the longest way.
 * `order` is a topological order of the graph of job and machine arcs, repaired where a move disturbs it.
 */
export class Plan {
  readonly shop: ShopArrays
  /** Index into the shop's alternatives, of each operation. */
  readonly choice: Int32Array
  readonly machine: Int32Array
  readonly duration: Int32Array
  /** Neighbours on the machine, by node. */
  readonly before: Int32Array
  readonly after: Int32Array
  readonly end: Int32Array
  readonly tail: Int32Array
  readonly order: Int32Array
  readonly position: Int32Array
  makespan = 0

  readonly #mark: Int32Array
  #stamp = 0
  readonly #moved: Int32Array
  readonly #saved: Int32Array
  readonly #pending: Int32Array
  #pendingCount = 0

  constructor(shop: ShopArrays) {
    const count = shop.operationCount
    const nodeCount = shop.readyAt.length
    this.shop = shop
    this.choice = new Int32Array(count)
    this.machine = new Int32Array(nodeCount)
    this.duration = new Int32Array(nodeCount)
    this.before = new Int32Array(nodeCount)
    this.after = new Int32Array(nodeCount)
    this.end = shop.readyAt.slice()
    this.tail = shop.rest.slice()
    this.order = new Int32Array(count)
    this.position = new Int32Array(nodeCount)
    this.#mark = new Int32Array(nodeCount)
    this.#moved = new Int32Array(count)
    this.#saved = new Int32Array(count)
    this.#pending = new Int32Array((count >> 5) + 1)
  }

  /**
   * Takes over a plan: machines run their operations in the order given.
   *
   * @param order every operation once, each after its predecessor in the job.
   * @param choice the alternative of each operation.
   */
  load(order: Int32Array, choice: Int32Array): void {
    const { shop, machine, duration, before, after, position } = this
    const count = shop.operationCount
    this.order.set(order)
    this.choice.set(choice)
    for (let node = count; node < count + shop.machineCount; node++) {
      before[node] = node
      after[node] = node
    }
    for (let i = 0; i < count; i++) {
      const operation = order[i] ?? 0
      const alternative = choice[operation] ?? 0
      const on = shop.alternativeMachine[alternative] ?? 0
      machine[operation] = on
      duration[operation] = shop.alternativeDuration[alternative] ?? 0
      position[operation] = i
      const ring = count + on
      const last = before[ring] ?? 0
      before[operation] = last
      after[operation] = ring
      after[last] = operation
      before[ring] = operation
    }
    this.#sweep(0, count - 1)
  }

  /** All operations by start; operations that start together stay in topological order. */
  orderByStart(): Int32Array {
    const { end, duration, position } = this
    return this.order.slice().sort((a, b) => {
      const startA = (end[a] ?? 0) - (duration[a] ?? 0)
      const startB = (end[b] ?? 0) - (duration[b] ?? 0)
      return startA - startB || (position[a] ?? 0) - (position[b] ?? 0)
    })
  }

  schedule(): JobShopSchedule {
    const count = this.shop.operationCount
    const start = this.end.slice(0, count)
    for (let i = 0; i < count; i++) start[i] = (start[i] ?? 0) - (this.duration[i] ?? 0)
    return { machine: this.machine.slice(0, count), start, makespan: this.makespan }
  }

  /**
   * Moves an operation to right behind another one of the machine of its new alternative, or to the machine's front.
   *
   * @param behind a node of that machine's ring other than the moved one; the machine's own node for the front.
   * @returns false, and the plan as it was, when the move would make a circle.
   */
  move(operation: number, alternative: number, behind: number): boolean {
    const { before, after, position } = this
    const count = this.shop.operationCount
    const oldAlternative = this.choice[operation] ?? 0
    const oldBefore = before[operation] ?? 0
    const oldAfter = after[operation] ?? 0
    this.#unlink(operation)
    this.#link(operation, alternative, behind)
    const ahead = after[operation] ?? 0

    // Each of the two new arcs may ask for a repair of the order between its ends.
    const place = position[operation] ?? 0
    let low = place
    let high = place
    let isCircle = false
    if (behind < count && (position[behind] ?? 0) > place) {
      high = position[behind] ?? 0
      const isElsewhere = oldAlternative !== alternative
      if (isElsewhere) this.#saved.set(this.order.subarray(place, high + 1))
      isCircle = !this.#shift(operation, behind, place, high)
      if (!isCircle && ahead < count && (position[ahead] ?? 0) < (position[operation] ?? 0)) {
        low = Math.min(low, position[ahead] ?? 0)
        isCircle = !this.#shift(ahead, operation, position[ahead] ?? 0, position[operation] ?? 0)
        if (isCircle && isElsewhere) this.#restore(place, high)
      }
    } else if (ahead < count && (position[ahead] ?? 0) < place) {
      low = position[ahead] ?? 0
      isCircle = !this.#shift(ahead, operation, low, place)
    }
    if (isCircle) {
      this.#unlink(operation)
      this.#link(operation, oldAlternative, oldBefore)
      return false
    }
    if (count <= SWEEP_OPERATIONS_MAX) this.#sweep(low, high)
    else this.#follow(operation, oldBefore, oldAfter)
    return true
  }

  #unlink(operation: number): void {
    const previous = this.before[operation] ?? 0
    const next = this.after[operation] ?? 0
    this.after[previous] = next
    this.before[next] = previous
  }

  #link(operation: number, alternative: number, behind: number): void {
    const next = this.after[behind] ?? 0
    this.choice[operation] = alternative
    this.machine[operation] = this.shop.alternativeMachine[alternative] ?? 0
    this.duration[operation] = this.shop.alternativeDuration[alternative] ?? 0
    this.before[operation] = behind
    this.after[operation] = next
    this.after[behind] = operation
    this.before[next] = operation
  }

  /**
   * Puts `operation` and what depends on it between two positions behind `behind`, which lies at the upper one.
   *
   * @returns false when `behind` itself depends on it; the order is then as it was.
   */
  #shift(operation: number, behind: number, low: number, high: number): boolean {
    const { order, position, before } = this
    const { jobBefore } = this.shop
    const mark = this.#mark
    const moved = this.#moved
    const stamp = ++this.#stamp
    mark[operation] = stamp
    let count = 1
    moved[0] = operation
    // First look, then write: a circle must leave no trace.
    for (let i = low + 1; i <= high; i++) {
      const one = order[i] ?? 0
      if (mark[jobBefore[one] ?? 0] !== stamp && mark[before[one] ?? 0] !== stamp) continue
      if (one === behind) return false
      mark[one] = stamp
      moved[count++] = one
    }
    let to = low
    for (let i = low; i <= high; i++) {
      const one = order[i] ?? 0
      if (mark[one] === stamp) continue
      order[to] = one
      position[one] = to++
    }
    for (let i = 0; i < count; i++) {
      const one = moved[i] ?? 0
      order[to] = one
      position[one] = to++
    }
    return true
  }

  /** The order as it was between two positions. */
  #restore(low: number, high: number): void {
    for (let i = low; i <= high; i++) {
      const one = this.#saved[i - low] ?? 0
      this.order[i] = one
      this.position[one] = i
    }
  }

  /** Ends from one position of the order on, tails from another one back. */
  #sweep(low: number, high: number): void {
    const { order, before, after, end, tail, duration } = this
    const { jobBefore, jobAfter, operationCount } = this.shop
    for (let i = low; i < operationCount; i++) {
      const one = order[i] ?? 0
      const a = end[jobBefore[one] ?? 0] ?? 0
      const b = end[before[one] ?? 0] ?? 0
      end[one] = (a > b ? a : b) + (duration[one] ?? 0)
    }
    for (let i = high; i >= 0; i--) {
      const one = order[i] ?? 0
      const a = tail[jobAfter[one] ?? 0] ?? 0
      const b = tail[after[one] ?? 0] ?? 0
      tail[one] = (a > b ? a : b) + (duration[one] ?? 0)
    }
    this.#measure()
  }

  /** Ends and tails of whatever a move changes, in topological order, by a set of pending positions. */
  #follow(operation: number, oldBefore: number, oldAfter: number): void {
    const { order, before, after, end, tail, duration } = this
    const { jobBefore, jobAfter } = this.shop
    const pending = this.#pending
    let word = Math.min(this.#touch(operation), this.#touch(oldAfter), this.#touch(after[operation] ?? 0))
    while (this.#pendingCount > 0) {
      const bits = pending[word] ?? 0
      if (bits === 0) {
        word++
        continue
      }
      const bit = 31 - Math.clz32(bits & -bits)
      pending[word] = bits & (bits - 1)
      this.#pendingCount--
      const one = order[(word << 5) | bit] ?? 0
      const a = end[jobBefore[one] ?? 0] ?? 0
      const b = end[before[one] ?? 0] ?? 0
      const now = (a > b ? a : b) + (duration[one] ?? 0)
      if (now === end[one] && one !== operation) continue
      end[one] = now
      this.#touch(jobAfter[one] ?? 0)
      this.#touch(after[one] ?? 0)
    }
    this.#touch(operation)
    this.#touch(oldBefore)
    this.#touch(before[operation] ?? 0)
    word = pending.length - 1
    while (this.#pendingCount > 0) {
      const bits = pending[word] ?? 0
      if (bits === 0) {
        word--
        continue
      }
      const bit = 31 - Math.clz32(bits)
      pending[word] = bits & ~(1 << bit)
      this.#pendingCount--
      const one = order[(word << 5) | bit] ?? 0
      const a = tail[jobAfter[one] ?? 0] ?? 0
      const b = tail[after[one] ?? 0] ?? 0
      const now = (a > b ? a : b) + (duration[one] ?? 0)
      if (now === tail[one] && one !== operation) continue
      tail[one] = now
      this.#touch(jobBefore[one] ?? 0)
      this.#touch(before[one] ?? 0)
    }
    this.#measure()
  }

  /** Marks an operation as pending. @returns the word of the set it lies in. */
  #touch(node: number): number {
    if (node >= this.shop.operationCount) return this.#pending.length
    const at = this.position[node] ?? 0
    const old = this.#pending[at >> 5] ?? 0
    const now = old | (1 << (at & 31))
    if (now !== old) {
      this.#pending[at >> 5] = now
      this.#pendingCount++
    }
    return at >> 5
  }

  /** The longest way: it leaves the plan at the end of a job or of a machine. */
  #measure(): void {
    const { end, before } = this
    const { jobBefore, rest, operationCount, machineCount } = this.shop
    const firstJob = operationCount + machineCount
    let makespan = 0
    for (let node = operationCount; node < rest.length; node++) {
      const at = (end[(node < firstJob ? before[node] : jobBefore[node]) ?? 0] ?? 0) + (rest[node] ?? 0)
      if (at > makespan) makespan = at
    }
    this.makespan = makespan
  }
}
