import { levelsOf } from './levels.ts'
import { messagesOf } from './messages.ts'
import type { NetSupply } from './net-supply.ts'
import { net } from './netting.ts'
import { type Pegged, pegged } from './pegging.ts'
import type { ItemPlan, Requirement, RequirementsPlan, Supply } from './plan.ts'
import {
  DEMAND_LIMIT,
  HORIZON_DAYS_LIMIT,
  type Item,
  type Receipt,
  RequirementsInvalid,
  type RequirementsProblem,
} from './problem.ts'
import { type WorkingDays, workingDays } from './working-days.ts'

const UNIT = 1000
const ROUNDING = 1e-6
const DAYS_PER_YEAR = 365

/**
 * Plans what has to be made, bought and sent, level by level from what is sold to what is bought, and says what to do now.
 *
 * @throws RequirementsInvalid  something is unknown, listed twice or contains itself, or there is too much of it
 */
export function planRequirements(problem: RequirementsProblem): RequirementsPlan {
  const { items, horizonDays } = problem
  const levels = levelsOf(items)
  check(problem, levels)
  const calendars = new Map(problem.calendars.map((calendar) => [calendar.id, workingDays(calendar)]))
  const requirements = new Map<string, Requirement[]>(items.map(({ id }) => [id, []]))
  const costs = new Map(items.map(({ id, unitCost }) => [id, unitCost]))
  for (const { id, itemId, quantity, dueDay, priority, value: late } of problem.demands) {
    if (dueDay >= horizonDays) continue
    const value = late ?? (quantity / UNIT) * (costs.get(itemId) ?? 0)
    requirements.get(itemId)?.push({ day: Math.max(dueDay, 0), quantity, priority, value, cause: { demandId: id } })
  }
  // What should have been there before today comes today at the earliest.
  const arrivals = problem.receipts.map((receipt) => ({ ...receipt, day: Math.max(receipt.day, 0) }))
  const receipts = Map.groupBy(arrivals, ({ itemId }) => itemId)
  const ordered = [...items].sort((a, b) => levelOf(levels, a) - levelOf(levels, b) || (a.id < b.id ? -1 : 1))
  const plans = ordered.map((item): ItemPlan => {
    const days = calendars.get(item.calendarId)
    if (!days) throw new RequirementsInvalid(`${item.id} works by calendar ${item.calendarId}, which is not known.`)
    const wanted = (requirements.get(item.id) ?? []).sort((a, b) => a.day - b.day || a.priority - b.priority)
    const supplies = suppliesOf(item, wanted, receipts.get(item.id) ?? [], days, problem)
    for (const supply of supplies) explode(item, supply, requirements)
    return { item, level: levelOf(levels, item), requirements: wanted, supplies }
  })
  return { items: plans, messages: messagesOf(plans, problem) }
}

function suppliesOf(
  item: Item,
  wanted: readonly Requirement[],
  receipts: readonly Receipt[],
  days: WorkingDays,
  { damping, horizonDays, carryingRatioPerYear }: RequirementsProblem,
): Supply[] {
  const needs = dayNeeds(wanted)
  const costPerDay = (item.unitCost * carryingRatioPerYear) / DAYS_PER_YEAR
  const found = net({ item, needs, receipts, days, damping, horizonDays, costPerDay }).sort(
    (a, b) => a.day - b.day || a.wantedDay - b.wantedDay || ((a.receipt?.id ?? '~') < (b.receipt?.id ?? '~') ? -1 : 1),
  )
  const uses = pegged(item.onHand, wanted, found)
  return found.map((supply, index) => supplyOf(item, supply, uses[index] ?? FOR_NOTHING, days))
}

const FOR_NOTHING: Pegged = { pegs: [], value: 0, priority: 5 }

function supplyOf(item: Item, found: NetSupply, { pegs, value, priority }: Pegged, days: WorkingDays): Supply {
  const { receipt, quantity, day, wantedDay, isCancelled } = found
  return {
    itemId: item.id,
    receiptId: receipt?.id,
    quantity,
    day,
    startDay: Math.max(0, days.back(day, item.leadTimeDays)),
    wantedDay,
    before: receipt && { quantity: receipt.quantity, day: receipt.day },
    takesComponents: receipt?.takesComponents ?? true,
    isCancelled,
    pegs,
    value,
    priority,
  }
}

/** What making it takes of other items, on the day it starts. */
function explode(item: Item, supply: Supply, requirements: ReadonlyMap<string, Requirement[]>): void {
  if (supply.isCancelled || !supply.takesComponents) return
  for (const component of item.components) {
    const quantity = neededOf(component, supply.quantity)
    const { startDay: day, priority, value } = supply
    requirements.get(component.itemId)?.push({ day, quantity, priority, value, cause: { supply } })
  }
}

/** How much of a component so much of its parent takes, with what is lost of it on the way. */
function neededOf({ quantityPer, scrapRatio }: Item['components'][number], quantity: number): number {
  // Less than a thousandth of a thousandth is rounding: 98 % of 100 is not 98.001.
  return Math.ceil((quantity * quantityPer) / UNIT / (1 - scrapRatio) - ROUNDING)
}

function dayNeeds(wanted: readonly Requirement[]): { day: number; quantity: number }[] {
  const needs: { day: number; quantity: number }[] = []
  for (const { day, quantity } of wanted) {
    const last = needs.at(-1)
    if (last?.day === day) last.quantity += quantity
    else needs.push({ day, quantity })
  }
  return needs
}

function levelOf(levels: ReadonlyMap<string, number>, { id }: Item): number {
  return levels.get(id) ?? 0
}

function check({ demands, receipts, horizonDays }: RequirementsProblem, known: ReadonlyMap<string, number>): void {
  if (horizonDays < 1 || horizonDays > HORIZON_DAYS_LIMIT)
    throw new RequirementsInvalid(`The horizon is 1 to ${HORIZON_DAYS_LIMIT} days.`)
  if (demands.length + receipts.length > DEMAND_LIMIT)
    throw new RequirementsInvalid(`There are more than ${DEMAND_LIMIT} demands and receipts.`)
  for (const { id, itemId, quantity } of [...demands, ...receipts]) {
    if (!known.has(itemId)) throw new RequirementsInvalid(`${id} is of ${itemId}, which is not known.`)
    if (!(quantity > 0)) throw new RequirementsInvalid(`${id} is of nothing.`)
  }
}
