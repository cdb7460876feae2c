import { LinearModel, type Terms } from './linear-model.ts'
import type { CapacityItem, CapacityPlan, CapacityProblem, Work } from './problem.ts'
import type { Solution } from './solver.ts'

/** Where the decisions of a problem lie in its linear model. */
export interface Formulation {
  readonly model: LinearModel
  /** Columns by item and week. `lot` is 1 when the item is made in the week; undefined where lots cost nothing. */
  readonly make: readonly (readonly number[])[]
  readonly lot: readonly (readonly (number | undefined)[])[]
  readonly stock: readonly (readonly number[])[]
  readonly backlog: readonly (readonly number[])[]
  /** Columns by group and week. */
  readonly overtime: readonly (readonly number[])[]
  /** Rows by group and week. */
  readonly capacity: readonly (readonly number[])[]
  /** Terms of the hours by group and week. */
  readonly hours: readonly (readonly Terms[])[]
  readonly work: readonly WorkColumns[]
}

interface WorkColumns extends Omit<Work, 'pieces' | 'setups'> {
  readonly pieces: number
  readonly setups: number | undefined
}

/**
 * States what to make in which week as a linear model: stock balances, the pieces of each step divided among its alternatives, hours of each
 * group with overtime, and a yes or no for each lot that has to be set up.
 */
export function formulate(problem: CapacityProblem): Formulation {
  const { weekCount, items, groups } = problem
  const model = new LinearModel()
  const weeks = Array.from({ length: weekCount }, (_, week) => week)
  const groupAt = new Map(groups.map(({ id }, at) => [id, at]))
  const perWeek = (column: (week: number) => number) => weeks.map(column)
  const make = items.map(() => perWeek(() => model.column(0)))
  const stock = items.map(({ holdingCost }) => perWeek(() => model.column(holdingCost)))
  const backlog = items.map(({ backlogCost }) => perWeek(() => model.column(backlogCost)))
  const overtime = groups.map(({ overtimeHoursMax, overtimeCost }) =>
    perWeek((week) => model.column(overtimeCost, overtimeHoursMax[week])),
  )
  const lot = items.map(({ steps, lotCost }) => {
    const isFree = lotCost === 0 && steps.every(({ setupHours }) => setupHours === 0)
    return weeks.map(() => (isFree ? undefined : model.column(lotCost, 1, 'whole')))
  })
  const hours = groups.map(() => weeks.map(() => [] as [number, number][]))
  const work: WorkColumns[] = []

  items.forEach((item, i) => {
    for (const week of weeks) {
      const [made = 0, kept = 0, owed = 0] = [make[i]?.[week], stock[i]?.[week], backlog[i]?.[week]]
      const before: [number, number][] =
        week === 0
          ? []
          : [
              [stock[i]?.[week - 1] ?? 0, 1],
              [backlog[i]?.[week - 1] ?? 0, -1],
            ]
      const opening = week === 0 ? item.openingStock : 0
      model.equal((item.demand[week] ?? 0) - opening, [...before, [made, 1], [kept, -1], [owed, 1]])
      const lotColumn = lot[i]?.[week]
      const most = mostPieces(problem, item, week)
      if (lotColumn !== undefined)
        model.atMost(0, [
          [made, 1],
          [lotColumn, -most],
        ])
      item.steps.forEach(({ setupHours, alternatives }, step) => {
        const columns = alternatives.map(({ groupId, hoursPerPiece }): WorkColumns => {
          const group = groupAt.get(groupId) ?? 0
          const pieces = alternatives.length === 1 ? made : model.column(0)
          const setups = lotColumn === undefined || alternatives.length === 1 ? lotColumn : model.column(0, 1)
          const load = hours[group]?.[week]
          load?.push([pieces, hoursPerPiece])
          if (setups !== undefined && setupHours > 0) load?.push([setups, setupHours])
          // Whoever makes a share of the lot is set up for that share of it at least.
          if (setups !== undefined && setups !== lotColumn)
            model.atMost(0, [
              [pieces, 1],
              [setups, -most],
            ])
          return { item: i, step, group, week, pieces, setups }
        })
        work.push(...columns)
        if (alternatives.length === 1) return
        model.equal(0, [[made, -1], ...columns.map(({ pieces }): [number, number] => [pieces, 1])])
        if (lotColumn === undefined) return
        const setups = columns.flatMap((one): [number, number][] => (one.setups === undefined ? [] : [[one.setups, 1]]))
        model.equal(0, [[lotColumn, -1], ...setups])
      })
    }
  })
  const capacity = groups.map((group, g) =>
    weeks.map((week) =>
      model.atMost(group.hours[week] ?? 0, [...(hours[g]?.[week] ?? []), [overtime[g]?.[week] ?? 0, -1]]),
    ),
  )
  return { model, make, lot, stock, backlog, overtime, capacity, hours, work }
}

/** No lot is larger: what is wanted altogether, or what the narrowest step can do in the week. A tight bound makes the relaxed model a good one. */
function mostPieces({ groups }: CapacityProblem, { demand, steps }: CapacityItem, week: number): number {
  const hoursOf = new Map(
    groups.map(({ id, hours, overtimeHoursMax }) => [id, (hours[week] ?? 0) + (overtimeHoursMax[week] ?? 0)]),
  )
  const bounds = steps.map(({ alternatives }) =>
    alternatives.reduce(
      (sum, { groupId, hoursPerPiece }) =>
        sum + (hoursPerPiece === 0 ? Number.POSITIVE_INFINITY : (hoursOf.get(groupId) ?? 0) / hoursPerPiece),
      0,
    ),
  )
  const total = demand.reduce((sum, pieces) => sum + pieces, 0)
  return Math.min(total, ...bounds)
}

/** Whole where the solver means a whole number: it answers within a millionth. */
function clean(value: number): number {
  const near = Math.round(value)
  return Math.abs(value - near) < 1e-6 ? near : Math.max(0, value)
}

/** Reads a plan out of a solution of the model in which all lots are decided. @param bound no plan costs less */
export function planOf(problem: CapacityProblem, at: Formulation, solution: Solution, bound: number): CapacityPlan {
  const read = (columns: readonly (readonly number[])[]) =>
    columns.map((row) => row.map((column) => clean(solution.values[column] ?? 0)))
  const make = read(at.make)
  const work = at.work
    .map((one) => ({
      ...one,
      pieces: clean(solution.values[one.pieces] ?? 0),
      setups: one.setups === undefined ? 0 : clean(solution.values[one.setups] ?? 0),
    }))
    .filter(({ pieces, setups }) => pieces > 0 || setups > 0)
  const loadHours = problem.groups.map(() => new Array<number>(problem.weekCount).fill(0))
  for (const { item, step, group, week, pieces, setups } of work) {
    const { setupHours = 0, alternatives = [] } = problem.items[item]?.steps[step] ?? {}
    const { hoursPerPiece = 0 } = alternatives.find(({ groupId }) => groupId === problem.groups[group]?.id) ?? {}
    const load = loadHours[group]
    if (load) load[week] = (load[week] ?? 0) + pieces * hoursPerPiece + setups * setupHours
  }
  return {
    ...{ make, work, loadHours, cost: solution.cost, bound },
    ...{ stock: read(at.stock), backlog: read(at.backlog), overtimeHours: read(at.overtime) },
    hourPrice: at.capacity.map((rows) => rows.map((row) => Math.max(0, -(solution.prices[row] ?? 0)))),
  }
}
