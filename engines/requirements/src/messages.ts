import type { ActionMessage, ItemPlan, MessageKind, Supply } from './plan.ts'
import type { Item, RequirementsProblem } from './problem.ts'

const UNIT = 1000
const DAYS_PER_YEAR = 365

/** What is to be done so that everything arrives as planned: the most urgent first, then what is worth most. */
export function messagesOf(
  plans: readonly ItemPlan[],
  { damping, carryingRatioPerYear }: Pick<RequirementsProblem, 'damping' | 'carryingRatioPerYear'>,
): ActionMessage[] {
  const messages = plans.flatMap(({ item, supplies }) =>
    supplies.flatMap((supply) =>
      kindsOf(supply, damping.orderWithinDays).map((kind) => messageOf(kind, item, supply, carryingRatioPerYear)),
    ),
  )
  return messages.sort((a, b) => a.actByDay - b.actByDay || b.money - a.money || (a.itemId < b.itemId ? -1 : 1))
}

function kindsOf({ before, quantity, day, startDay, isCancelled }: Supply, orderWithinDays: number): MessageKind[] {
  if (!before) return startDay <= orderWithinDays ? ['order'] : []
  if (isCancelled) return ['cancel']
  return [
    ...(day < before.day ? (['expedite'] as const) : []),
    ...(day > before.day ? (['defer'] as const) : []),
    ...(quantity > before.quantity ? (['increase'] as const) : []),
    ...(quantity < before.quantity ? (['decrease'] as const) : []),
  ]
}

function messageOf(kind: MessageKind, item: Item, supply: Supply, carryingRatioPerYear: number): ActionMessage {
  const { before, quantity, day, startDay, wantedDay, receiptId, pegs, value } = supply
  return {
    ...{ kind, itemId: item.id, receiptId, supply, wantedDay },
    fromDay: before?.day,
    toDay: kind === 'increase' || kind === 'decrease' ? day : kind === 'cancel' ? (before?.day ?? day) : day,
    fromQuantity: before?.quantity,
    toQuantity: kind === 'cancel' ? 0 : quantity,
    isTooLate: pegs.some(({ requirement }) => requirement.day < day),
    actByDay: kind === 'defer' ? Math.min(startDay, before?.day ?? day) : startDay,
    money: moneyOf(kind, item, supply, carryingRatioPerYear, value),
  }
}

function moneyOf(kind: MessageKind, { unitCost }: Item, supply: Supply, ratio: number, value: number): number {
  const worth = (quantity: number) => (quantity / UNIT) * unitCost
  const { before, quantity, day } = supply
  switch (kind) {
    case 'cancel':
      return worth(before?.quantity ?? 0)
    case 'decrease':
      return worth((before?.quantity ?? 0) - quantity)
    case 'defer':
      return (worth(quantity) * ratio * (day - (before?.day ?? day))) / DAYS_PER_YEAR
    case 'increase':
      return value * (1 - (before?.quantity ?? 0) / quantity)
    case 'order':
    case 'expedite':
      return value
  }
}
