import { type Formulation, formulate, planOf } from './formulation.ts'
import { type CapacityPlan, type CapacityProblem, checkProblem } from './problem.ts'
import type { Solution, Solver } from './solver.ts'

/** Cheaper by less than this share is not worth the time. */
const GAP_RATIO = 0.005
/** Relaxed lots smaller than this are none. */
const TRACE = 1e-6
/** A share of the time for the first and the last of the three, each of which takes a fraction of it. */
const LINEAR_TIME_S = 20
/** Shares of a group's hours beyond which each hour costs so little more: machines that could do the same are then loaded alike. */
const LEVELS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2]
const LEVEL_COST = 0.001

/**
 * Decides what to make in which week at the least cost of stock, backlog, overtime and lots.
 *
 * First without regard to whole lots, which bounds the cost; then with the lots that came out of that, then by branch and bound
 * from there until the time is up. With the lots decided, prices say which hours are short. There always is a plan: what finds no room
 * is owed.
 *
 * @param timeLimitS for branch and bound
 * @throws RangeError the problem makes no sense
 * @throws Error the solver answers nothing, which is a fault of the formulation
 */
export function planWeeks(problem: CapacityProblem, solve: Solver, timeLimitS: number): CapacityPlan {
  checkProblem(problem)
  const relaxed = formulate(problem)
  relaxed.model.relax()
  const free = answered(solve(relaxed.model, { timeLimitS: LINEAR_TIME_S }))
  const hasLots = relaxed.lot.some((columns) => columns.some((column) => column !== undefined))
  if (!hasLots) return planOf(problem, relaxed, free, free.cost)

  // Lots may not fit whole where shares of them did: then branch and bound begins with none.
  const rounded = withLots(problem, relaxed, free.values, solve) ?? answered(withLots(problem, relaxed, [], solve))
  const whole = formulate(problem)
  const searched = solve(whole.model, { timeLimitS, gapRatio: GAP_RATIO, start: rounded.solution.values })
  if (!searched || searched.cost >= rounded.solution.cost)
    return planOf(problem, rounded.at, rounded.solution, Math.max(free.cost, searched?.bound ?? 0))
  const best = answered(withLots(problem, whole, searched.values, solve))
  return planOf(problem, best.at, best.solution, Math.max(free.cost, searched.bound))
}

/** The best plan with the lots of a solution and no others. @returns undefined when they do not fit */
function withLots(
  problem: CapacityProblem,
  from: Formulation,
  values: readonly number[],
  solve: Solver,
): { at: Formulation; solution: Solution } | undefined {
  const at = formulate(problem)
  at.lot.forEach((columns, item) => {
    columns.forEach((column, week) => {
      const madeAt = from.make[item]?.[week]
      if (column !== undefined) at.model.fix(column, madeAt !== undefined && (values[madeAt] ?? 0) > TRACE ? 1 : 0)
    })
  })
  at.model.relax()
  const solution = solve(at.model, { timeLimitS: LINEAR_TIME_S })
  return solution && { at, solution }
}

/**
 * What the weeks would hold if everything were made in the week it is wanted: the load that planning has to smooth. Alternatives share it
 * so that the hours over their capacity are fewest, and then evenly; a lot of each item in each week with demand.
 *
 * @returns hours by group and week, also far above what there is, and what they are made of
 * @throws as {@link planWeeks}
 */
export function loadAsWanted(problem: CapacityProblem, solve: Solver): Pick<CapacityPlan, 'loadHours' | 'work'> {
  const items = problem.items.map((item) => {
    let stock = item.openingStock
    const demand = item.demand.map((wanted) => {
      const used = Math.min(stock, wanted)
      stock -= used
      return wanted - used
    })
    return { ...item, demand, openingStock: 0, lotCost: 0, holdingCost: 1e6, backlogCost: 1e6 }
  })
  const groups = problem.groups.map((group) => ({
    ...{ id: group.id, hours: group.hours, overtimeCost: 1 },
    overtimeHoursMax: group.hours.map(() => 1e7),
  }))
  const wanted = { weekCount: problem.weekCount, items, groups }
  checkProblem(wanted)
  const at = formulate(wanted)
  items.forEach(({ demand }, i) => {
    demand.forEach((pieces, week) => {
      const [made, lot] = [at.make[i]?.[week], at.lot[i]?.[week]]
      if (made !== undefined) at.model.fix(made, pieces)
      if (lot !== undefined) at.model.fix(lot, pieces > 0 ? 1 : 0)
    })
  })
  level(wanted, at)
  at.model.relax()
  return planOf(wanted, at, answered(solve(at.model, { timeLimitS: LINEAR_TIME_S })), 0)
}

/** Makes hours cost more the fuller their group is. */
function level({ groups }: CapacityProblem, { model, hours }: Formulation): void {
  groups.forEach((group, g) => {
    group.hours.forEach((there, week) => {
      const load = hours[g]?.[week] ?? []
      if (load.length === 0) return
      for (const share of LEVELS) model.atMost(share * there, [...load, [model.column(LEVEL_COST), -1]])
    })
  })
}

function answered<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('The solver found no weekly plan, though one that owes everything exists.')
  return found
}
