import type { RequirementsPlan } from '../plan.ts'
import type { RequirementsProblem } from '../problem.ts'

interface Arrival {
  readonly itemId: string
  readonly quantity: number
  readonly day: number
  readonly takesComponents: boolean
}

/**
 * What stock would be if people did what the messages say and, later, what is planned without a message yet. Counts day by day, item by
 * item, knowing nothing of how the plan was found.
 *
 * @param without does not follow this message
 * @returns by item and day, at the end of the day, in thousandths
 */
export function follow(
  problem: RequirementsProblem,
  { items, messages }: RequirementsPlan,
  without?: RequirementsPlan['messages'][number],
): Map<string, number[]> {
  const arrivals: Arrival[] = problem.receipts.flatMap(({ id, itemId, quantity, day, takesComponents }) => {
    const told = messages.filter((message) => message.receiptId === id && message !== without)
    if (told.some(({ kind }) => kind === 'cancel')) return []
    const moved = told.find(({ kind }) => kind === 'expedite' || kind === 'defer')
    const resized = told.find(({ kind }) => kind === 'increase' || kind === 'decrease')
    return [
      { itemId, takesComponents, day: moved?.toDay ?? Math.max(day, 0), quantity: resized?.toQuantity ?? quantity },
    ]
  })
  for (const { supplies } of items)
    for (const supply of supplies)
      if (!supply.before && supply !== without?.supply) arrivals.push({ ...supply, takesComponents: true })
  return new Map(problem.items.map(({ id }) => [id, stockOf(id, problem, arrivals)]))
}

function stockOf(itemId: string, problem: RequirementsProblem, arrivals: readonly Arrival[]): number[] {
  const days: number[] = []
  let stock = problem.items.find(({ id }) => id === itemId)?.onHand ?? 0
  for (let day = 0; day < problem.horizonDays; day++) {
    for (const arrival of arrivals) if (arrival.itemId === itemId && arrival.day === day) stock += arrival.quantity
    for (const demand of problem.demands)
      if (demand.itemId === itemId && Math.max(demand.dueDay, 0) === day) stock -= demand.quantity
    for (const arrival of arrivals) stock -= takenBy(arrival, itemId, day, problem)
    days.push(stock)
  }
  return days
}

function takenBy(arrival: Arrival, componentId: string, day: number, problem: RequirementsProblem): number {
  const parent = problem.items.find(({ id }) => id === arrival.itemId)
  if (!parent || !arrival.takesComponents) return 0
  const uses = parent.components.filter(({ itemId }) => itemId === componentId)
  if (uses.length === 0 || startOf(problem, parent.calendarId, arrival.day, parent.leadTimeDays) !== day) return 0
  return uses.reduce(
    (sum, { quantityPer, scrapRatio }) =>
      sum + Math.ceil(Number(((arrival.quantity * quantityPer) / (1 - scrapRatio) / 1000).toFixed(6))),
    0,
  )
}

function startOf(problem: RequirementsProblem, calendarId: string, endDay: number, leadTimeDays: number): number {
  let day = endDay
  for (let left = leadTimeDays; left > 0 && day > 0; ) {
    day--
    if (isOpen(problem, calendarId, day)) left--
  }
  return day
}

/** The first day on which something could be there that starts today. */
export function reachDayOf(problem: RequirementsProblem, itemId: string): number {
  const item = problem.items.find(({ id }) => id === itemId)
  let day = 0
  for (let left = item?.leadTimeDays ?? 0; left > 0; day++) if (isOpen(problem, item?.calendarId ?? '', day)) left--
  return day
}

function isOpen({ calendars }: RequirementsProblem, calendarId: string, day: number): boolean {
  return calendars.find(({ id }) => id === calendarId)?.isOpen[day] ?? true
}
