import type { SeededRandom } from '../seeded-random.ts'
import type { Plan } from './plan.ts'

/** Evaluations of one step: in large plans a critical path offers more moves than are worth looking at. */
const EVALUATIONS_MAX = 150

/** How far an operation moves within its block. */
const REACH_MAX = 40

/**
 * Finds the most promising move on one critical path: an operation of a block to the block's front or end (N6, Balas and
 * Vazacopoulos 1998), or to another machine where it fits best (Mastrolilli and Gambardella 2000). Moves are judged by the
 * longest way through what they touch, from ends and tails as they are now.
 */
export class Moves {
  operation = 0
  alternative = 0
  behind = 0
  /**
   * What a unit of time weighs that an operation takes longer on another machine, against a unit of the longest way. With 0 the
   * search is blind to wasted work while the machines in question are full, with 1 it is slow to leave the fastest machine.
   */
  thrift = 0

  readonly #plan: Plan
  readonly #random: SeededRandom
  readonly #isTabu: (from: number, to: number) => boolean
  readonly #path: Int32Array
  readonly #newEnd = new Int32Array(REACH_MAX + 2)
  #least = 0
  #ties = 0
  #evaluations = 0
  #aspiration = 0
  #isTabuMove = false

  constructor(plan: Plan, random: SeededRandom, isTabu: (from: number, to: number) => boolean) {
    this.#plan = plan
    this.#random = random
    this.#isTabu = isTabu
    this.#path = new Int32Array(plan.shop.operationCount)
  }

  /** @returns false when no move is left; otherwise `operation`, `alternative` and `behind` say the one to make. */
  choose(aspiration: number): boolean {
    const { machine } = this.#plan
    const path = this.#path
    const length = this.#walk()
    this.#least = Number.POSITIVE_INFINITY
    this.#isTabuMove = true
    this.#ties = 0
    this.#evaluations = 0
    this.#aspiration = aspiration
    // The path lies in the array from its end to its beginning. Begin anywhere, for not all of a long one is looked at.
    const isLong = length > EVALUATIONS_MAX
    const turn = isLong ? this.#random.below(length) : 0
    let i = turn
    for (let seen = 0; seen < length && this.#evaluations < EVALUATIONS_MAX; ) {
      let last = i
      const on = machine[path[i] ?? 0]
      while (last + 1 < length && machine[path[last + 1] ?? 0] === on) last++
      if (last > i) this.#block(i, last)
      if (this.#plan.shop.isFlexible) for (let one = i; one <= last; one++) this.#elsewhere(path[one] ?? 0)
      seen += last + 1 - i
      i = last + 1 < length ? last + 1 : 0
    }
    return this.#ties > 0
  }

  /** One critical path at random, backward from its end. @returns its length. */
  #walk(): number {
    const { shop, end, duration, before, makespan } = this.#plan
    const { jobBefore, rest, operationCount: count, machineCount } = shop
    const random = this.#random
    let one = count
    let ties = 0
    for (let node = count; node < rest.length; node++) {
      const last = (node < count + machineCount ? before[node] : jobBefore[node]) ?? 0
      if ((end[last] ?? 0) + (rest[node] ?? 0) === makespan && random.below(++ties) === 0) one = last
    }
    let length = 0
    while (one < count) {
      this.#path[length++] = one
      const start = (end[one] ?? 0) - (duration[one] ?? 0)
      const inJob = jobBefore[one] ?? 0
      const onMachine = before[one] ?? 0
      if (end[inJob] !== start) one = onMachine
      else if (end[onMachine] !== start) one = inJob
      // Two ways back; one of them may be the beginning of the plan.
      else if (inJob >= count) one = onMachine
      else if (onMachine >= count) one = inJob
      else one = random.below(2) === 1 ? inJob : onMachine
    }
    return length
  }

  /** Moves within one block, which is path[to] … path[from] in the order of the machine. */
  #block(from: number, to: number): void {
    const path = this.#path
    const { tail, duration, end } = this.#plan
    const last = path[from] ?? 0
    const first = path[to] ?? 0
    const far = Math.min(to - from, REACH_MAX)
    // Nothing is gained by another last operation of all, or another first.
    const isEnd = tail[last] === duration[last]
    const isBeginning = end[first] === duration[first]
    if (!isEnd) for (let step = 1; step <= far; step++) this.#forward(path[from + step] ?? 0, last)
    if (!isBeginning) {
      for (let step = isEnd || to - from > 1 ? 1 : 2; step <= far; step++) this.#backward(path[to - step] ?? 0, first)
    }
    // The first one into the block, the last one into the block.
    for (let step = 1; step < far; step++) {
      this.#forward(first, path[to - step] ?? 0)
      this.#backward(last, path[from + step] ?? 0)
    }
  }

  /** `operation` to right behind `last`, which comes later on its machine. */
  #forward(operation: number, last: number): void {
    const { shop, end, tail, duration, before, after } = this.#plan
    const { jobBefore, jobAfter } = shop
    if ((tail[last] ?? 0) < (tail[jobAfter[operation] ?? 0] ?? 0)) return
    const newEnd = this.#newEnd
    const own = duration[operation] ?? 0
    let previous = end[before[operation] ?? 0] ?? 0
    let count = 0
    let isTabu = false
    let one = operation
    do {
      one = after[one] ?? 0
      const ready = end[jobBefore[one] ?? 0] ?? 0
      previous = (ready > previous ? ready : previous) + (duration[one] ?? 0)
      newEnd[count++] = previous
      if (!isTabu && this.#isTabu(one, operation)) isTabu = true
    } while (one !== last)
    const ready = end[jobBefore[operation] ?? 0] ?? 0
    previous = (ready > previous ? ready : previous) + own
    let inJob = tail[jobAfter[operation] ?? 0] ?? 0
    let next = tail[after[last] ?? 0] ?? 0
    let rest = inJob > next ? inJob : next
    let longest = previous + rest
    next = rest + own
    while (count > 0) {
      inJob = tail[jobAfter[one] ?? 0] ?? 0
      rest = inJob > next ? inJob : next
      const way = (newEnd[--count] ?? 0) + rest
      if (way > longest) longest = way
      next = rest + (duration[one] ?? 0)
      one = before[one] ?? 0
    }
    this.#offer(longest, isTabu, operation, this.#plan.choice[operation] ?? 0, last)
  }

  /** `operation` to right before `first`, which comes earlier on its machine. */
  #backward(operation: number, first: number): void {
    const { shop, end, tail, duration, before, after } = this.#plan
    const { jobBefore, jobAfter } = shop
    const inJobBefore = jobBefore[operation] ?? 0
    if ((end[first] ?? 0) < (end[inJobBefore] ?? 0)) return
    const newRest = this.#newEnd
    const own = duration[operation] ?? 0
    let next = tail[after[operation] ?? 0] ?? 0
    let count = 0
    let isTabu = false
    let one = operation
    do {
      one = before[one] ?? 0
      const rest = tail[jobAfter[one] ?? 0] ?? 0
      next = (rest > next ? rest : next) + (duration[one] ?? 0)
      newRest[count++] = next
      if (!isTabu && this.#isTabu(operation, one)) isTabu = true
    } while (one !== first)
    const rest = tail[jobAfter[operation] ?? 0] ?? 0
    next = (rest > next ? rest : next) + own
    let ready = end[inJobBefore] ?? 0
    let previous = end[before[first] ?? 0] ?? 0
    let start = ready > previous ? ready : previous
    let longest = start + next
    previous = start + own
    while (count > 0) {
      ready = end[jobBefore[one] ?? 0] ?? 0
      start = ready > previous ? ready : previous
      const way = (newRest[--count] ?? 0) + start
      if (way > longest) longest = way
      previous = start + (duration[one] ?? 0)
      one = after[one] ?? 0
    }
    this.#offer(longest, isTabu, operation, this.#plan.choice[operation] ?? 0, before[first] ?? 0)
  }

  /** `operation` to every other machine it can run on, at all places there that surely make no circle. */
  #elsewhere(operation: number): void {
    const { shop, end, tail, duration, after, choice } = this.#plan
    const {
      jobBefore,
      jobAfter,
      alternativeMachine,
      alternativeDuration,
      firstAlternative,
      operationCount: count,
    } = shop
    const to = firstAlternative[operation + 1] ?? 0
    const inJobBefore = jobBefore[operation] ?? 0
    const ready = end[inJobBefore] ?? 0
    const readyStart = ready - (duration[inJobBefore] ?? 0)
    const rest = tail[jobAfter[operation] ?? 0] ?? 0
    for (let alternative = firstAlternative[operation] ?? 0; alternative < to; alternative++) {
      if (alternative === choice[operation]) continue
      const ring = count + (alternativeMachine[alternative] ?? 0)
      const own = alternativeDuration[alternative] ?? 0
      const isTabu = this.#isTabu(operation, ring)
      const waste = this.thrift * (own - (duration[operation] ?? 0))
      let behind = ring
      let ahead = after[ring] ?? 0
      while (ahead < count && (end[ahead] ?? 0) <= readyStart) {
        behind = ahead
        ahead = after[ahead] ?? 0
      }
      for (;;) {
        const previous = end[behind] ?? 0
        const next = tail[ahead] ?? 0
        const way = (previous > ready ? previous : ready) + own + (next > rest ? next : rest)
        this.#offer(way + waste, isTabu, operation, alternative, behind)
        if (ahead >= count || next < rest || (end[ahead] ?? 0) - (duration[ahead] ?? 0) > ready + own) break
        behind = ahead
        ahead = after[ahead] ?? 0
      }
    }
  }

  /** Keeps a move if it is the best so far: one that is not forbidden before one that is. */
  #offer(longest: number, isTabu: boolean, operation: number, alternative: number, behind: number): void {
    this.#evaluations++
    const isForbidden = isTabu && longest >= this.#aspiration
    if (isForbidden) {
      // If everything is forbidden, one of it at random.
      if (this.#ties > 0 && !this.#isTabuMove) return
      if (this.#random.below(++this.#ties) !== 0) return
    } else if (this.#isTabuMove || longest < this.#least) {
      this.#isTabuMove = false
      this.#least = longest
      this.#ties = 1
    } else {
      if (longest > this.#least || this.#random.below(++this.#ties) !== 0) return
    }
    this.operation = operation
    this.alternative = alternative
    this.behind = behind
  }
}
