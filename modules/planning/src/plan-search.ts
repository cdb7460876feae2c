import { type FactoryPlan, planFactory } from '@millrace/scheduling'
import { faultsOf } from './check-rules.ts'
import { withFences } from './fence-rules.ts'
import { idOf, type PlacedOperation, placedOf, reasonOf, type Seat, seatOfEngine } from './plan-rules.ts'
import { type SiteState, type StatedProblem, stateProblem } from './problem-rules.ts'
import { lateNumbers } from './schedule-rules.ts'

/** A plan that keeps everything it has to, with how good it is. */
export interface FoundPlan {
  readonly placed: readonly PlacedOperation[]
  readonly lateCount: number
}

/** What is planned: the site, what stays, and for how long better plans are looked for. */
export interface SearchWish {
  readonly state: SiteState
  /** What is under way, frozen or locked. */
  readonly pinned: readonly PlacedOperation[]
  /** Whether fences hold: people work by a plan, and have begun to prepare what it says. */
  readonly fenced: boolean
  readonly budgetMs: number
  readonly seed: number
}

/** Pins that cannot be kept are given up one round after the other. */
const ROUNDS_MAX = 5
/** Better plans are told so often at most. */
export const TELL_EVERY_MS = 1000

/** A plan in which what cannot stay where it is has moved. */
interface Kept {
  readonly stated: StatedProblem
  readonly pinned: readonly PlacedOperation[]
}

/** The problem with as many of the pins as can be kept: what lies on a machine that stopped meanwhile has to move. */
export function keepPins({ state, pinned, fenced }: Pick<SearchWish, 'state' | 'pinned' | 'fenced'>): Kept {
  const statedWith = (kept: readonly PlacedOperation[]): StatedProblem => {
    const stated = stateProblem(state, kept)
    return fenced ? { ...stated, problem: withFences(stated.problem, state) } : stated
  }
  let kept = pinned
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const stated = statedWith(kept)
    const { unplaced } = firstPlan(stated)
    const lost = new Set(unplaced.filter(({ reason }) => reason === 'pin').map(({ operationId }) => operationId))
    const left = kept.filter((one) => !lost.has(idOf(one)))
    if (left.length === kept.length) return { stated, pinned: kept }
    kept = left
  }
  return { stated: statedWith([]), pinned: [] }
}

function firstPlan({ problem }: StatedProblem): FactoryPlan {
  return planFactory(problem, { seed: 1, budgetMs: 0, nowMs: () => 1 }).plan
}

/**
 * Looks for good plans: the first feasible one at once, then better ones until the time is up. Each was checked independently.
 *
 * @param onBetter told of each plan that is better than those before
 * @throws Error a plan breaks a rule, which is a fault of the engine; it is never passed on
 */
export function searchPlan(wish: SearchWish, onBetter: (plan: FoundPlan) => void): void {
  const { state, budgetMs, seed } = wish
  const { stated, pinned } = keepPins(wish)
  const locked = new Set(pinned.filter((one) => one.locked).map((one) => idOf(one)))
  let toldMs = Number.NEGATIVE_INFINITY
  const { plan } = planFactory(stated.problem, {
    ...{ seed, budgetMs, nowMs: () => performance.now() },
    onBetter: ({ plan }) => {
      // Reading, checking and storing a plan costs more than finding the next.
      if (performance.now() - toldMs < TELL_EVERY_MS) return
      toldMs = performance.now()
      onBetter(checked(state, stated, plan(), locked))
    },
  })
  onBetter(checked(state, stated, plan, locked))
}

/** @throws Error a plan breaks a rule */
export function checked(
  state: SiteState,
  stated: StatedProblem,
  plan: FactoryPlan,
  locked: ReadonlySet<string>,
): FoundPlan {
  const seats = seatsOfPlan(plan, state, locked)
  const [fault] = faultsOf(stated.problem, seats)
  if (fault) throw new Error(`A plan breaks a rule: ${fault.code} at ${fault.operationId}.`)
  return {
    placed: [...seats.values()].map((seat) => placedOf(seat, stated.originMs)),
    lateCount: lateNumbers(state, stated.problem, seats).size,
  }
}

export function seatsOfPlan(
  { placements }: FactoryPlan,
  { splits }: SiteState,
  locked: ReadonlySet<string>,
): Map<string, Seat> {
  return new Map(
    placements.map((one) => {
      const { operationId, binding } = one
      return [operationId, seatOfEngine(one, splits, { locked: locked.has(operationId), reason: reasonOf(binding) })]
    }),
  )
}
