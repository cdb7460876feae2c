/** Where a step may be done. Several alternatives share its pieces between them. */
export interface StepAlternative {
  readonly groupId: string
  readonly hoursPerPiece: number
}

export interface ItemStep {
  /** Working hours of the resource before each lot. */
  readonly setupHours: number
  readonly alternatives: readonly StepAlternative[]
}

/** What is made, and what it costs to have it at another time than wanted. Costs in whatever unit the caller counts in. */
export interface CapacityItem {
  readonly id: string
  /** Pieces wanted by the end of each week. */
  readonly demand: readonly number[]
  /** Pieces there at the beginning. */
  readonly openingStock: number
  /** All are done in the week of the lot. */
  readonly steps: readonly ItemStep[]
  /** Of a piece that lies over the end of a week. */
  readonly holdingCost: number
  /** Of a piece that is owed over the end of a week. */
  readonly backlogCost: number
  /** Of a lot, beside its hours. */
  readonly lotCost: number
}

/** Resources that can stand in for each other, as one: hours of all of them together. */
export interface CapacityGroup {
  readonly id: string
  readonly hours: readonly number[]
  /** What may be worked beyond them. */
  readonly overtimeHoursMax: readonly number[]
  /** Of an hour of overtime. */
  readonly overtimeCost: number
}

export interface CapacityProblem {
  readonly weekCount: number
  readonly items: readonly CapacityItem[]
  readonly groups: readonly CapacityGroup[]
}

/** Pieces and lots of one step of an item on one group in a week. A step with alternatives may split a lot's set-up between them. */
export interface Work {
  readonly item: number
  readonly step: number
  readonly group: number
  readonly week: number
  readonly pieces: number
  readonly setups: number
}

/** What to make in which week. Items and groups by their place in the problem. */
export interface CapacityPlan {
  /** Pieces by item and week. */
  readonly make: readonly (readonly number[])[]
  /** At the end of the week. */
  readonly stock: readonly (readonly number[])[]
  readonly backlog: readonly (readonly number[])[]
  readonly work: readonly Work[]
  /** By group and week: overtime included. */
  readonly loadHours: readonly (readonly number[])[]
  readonly overtimeHours: readonly (readonly number[])[]
  /** By group and week: what one more hour would save. Zero where there is room. */
  readonly hourPrice: readonly (readonly number[])[]
  readonly cost: number
  /** No plan costs less. */
  readonly bound: number
}

/** @throws RangeError with the place that makes no sense */
export function checkProblem({ weekCount, items, groups }: CapacityProblem): void {
  const known = new Set(groups.map(({ id }) => id))
  if (!Number.isInteger(weekCount) || weekCount < 1) throw new RangeError('There has to be a week.')
  for (const { id, hours, overtimeHoursMax, overtimeCost } of groups)
    check(`group ${id}`, weekCount, [hours, overtimeHoursMax], [overtimeCost])
  for (const { id, demand, openingStock, steps, holdingCost, backlogCost, lotCost } of items) {
    check(`item ${id}`, weekCount, [demand], [openingStock, holdingCost, backlogCost, lotCost])
    for (const { setupHours, alternatives } of steps) {
      check(`a step of item ${id}`, weekCount, [], [setupHours, ...alternatives.map((one) => one.hoursPerPiece)])
      const lost = alternatives.find(({ groupId }) => !known.has(groupId))
      if (lost) throw new RangeError(`A step of item ${id} is done by ${lost.groupId}, which is no group.`)
      if (alternatives.length === 0) throw new RangeError(`A step of item ${id} can be done nowhere.`)
      if (new Set(alternatives.map(({ groupId }) => groupId)).size < alternatives.length)
        throw new RangeError(`A step of item ${id} names a group twice.`)
    }
  }
}

function check(
  where: string,
  weekCount: number,
  lists: readonly (readonly number[])[],
  values: readonly number[],
): void {
  if (lists.some(({ length }) => length !== weekCount)) throw new RangeError(`Of ${where}: one value for each week.`)
  if (![...lists.flat(), ...values].every((value) => Number.isFinite(value) && value >= 0))
    throw new RangeError(`Of ${where}: values have to be finite and at least zero.`)
}
