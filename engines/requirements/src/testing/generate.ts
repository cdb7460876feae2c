import type { Component, Demand, Item, Receipt, RequirementsProblem } from '../problem.ts'
import { seeded } from './random.ts'

const UNIT = 1000
const WEEK_DAYS = 7

interface Size {
  readonly items: number
  readonly levels: number
  readonly weeks: number
  /** Demands of each sold item in a week. */
  readonly demandsPerWeek: number
}

/** A synthetic company: items on levels, each made of a few of the level below; lines of customers; orders that are out already. */
export function generateRequirements(seed: number, size: Size): RequirementsProblem {
  const below = seeded(seed)
  const { levels, weeks } = size
  const horizonDays = weeks * WEEK_DAYS
  const perLevel = Math.floor(size.items / levels)
  const idOf = (level: number, index: number) => `L${level}-${index}`
  const items: Item[] = []
  const receipts: Receipt[] = []
  for (let level = 0; level < levels; level++)
    for (let index = 0; index < perLevel; index++) {
      const isLast = level === levels - 1
      const id = idOf(level, index)
      const usual = (100 + 150 * level + below(400)) * UNIT
      const components = isLast ? [] : componentsOf(below, (at) => idOf(level + 1, at), perLevel)
      items.push({
        ...{ id, calendarId: 'site', components, leadTimeDays: isLast ? 10 + below(15) : 1 + below(5) },
        onHand: below(3) * usual,
        safetyStock: below(2) * Math.floor(usual / 2),
        lot: below(4) === 0 ? { minimum: 0, multiple: UNIT } : { minimum: usual, multiple: 10 * UNIT },
        unitCost: (levels - level) * (1 + below(20)),
      })
      if (below(2) === 0) receipts.push(receiptOf(below, id, usual, horizonDays, !isLast))
    }
  const demands: Demand[] = []
  for (let index = 0; index < perLevel; index++)
    for (let week = 0; week < weeks; week++)
      for (let line = 0; line < size.demandsPerWeek; line++)
        demands.push({
          ...{ id: `D${index}-${week}-${line}`, itemId: idOf(0, index), quantity: (5 + below(60)) * UNIT },
          ...{ dueDay: week * WEEK_DAYS + below(WEEK_DAYS), priority: 1 + below(5) },
        })
  const isOpen = Array.from({ length: horizonDays }, (_, day) => day % WEEK_DAYS < 5)
  return {
    ...{ horizonDays, items, demands, receipts, calendars: [{ id: 'site', isOpen }] },
    damping: { days: 2, quantityRatio: 0.1, deferMoney: 5, gatherDays: 4, orderWithinDays: 7 },
    carryingRatioPerYear: 0.08,
  }
}

function componentsOf(below: (count: number) => number, idOf: (index: number) => string, count: number): Component[] {
  const chosen = new Set(Array.from({ length: 1 + below(4) }, () => below(count)))
  return [...chosen].map((index) => ({
    ...{ itemId: idOf(index), quantityPer: (1 + below(3)) * UNIT, scrapRatio: below(4) / 100 },
  }))
}

function receiptOf(
  below: (count: number) => number,
  itemId: string,
  quantity: number,
  horizonDays: number,
  takesComponents: boolean,
): Receipt {
  const day = below(Math.floor(horizonDays / 2))
  return {
    ...{ id: `R-${itemId}`, itemId, day, quantity, takesComponents },
    earliestDay: below(3) === 0 ? undefined : Math.min(day, below(10)),
  }
}
