/** Quantities are whole thousandths of an item's unit, days whole numbers from today = 0: results are exact and the same everywhere. */
export interface RequirementsProblem {
  /** Days that are looked at; demand due later does not count. */
  readonly horizonDays: number
  readonly calendars: readonly WorkingCalendar[]
  readonly items: readonly Item[]
  readonly demands: readonly Demand[]
  readonly receipts: readonly Receipt[]
  readonly damping: Damping
  /** What tied-up money costs in a year, as a ratio. */
  readonly carryingRatioPerYear: number
}

/** The days on which something happens. Days behind the end of the list are working days. */
export interface WorkingCalendar {
  readonly id: string
  /** By day from today. */
  readonly isOpen: readonly boolean[]
}

/** A material at a place. Made of components, bought, or sent from another place, which is then its one component. */
export interface Item {
  readonly id: string
  readonly calendarId: string
  /** Working days from starting or ordering it until it is there. */
  readonly leadTimeDays: number
  readonly onHand: number
  readonly safetyStock: number
  /** Orders are at least the minimum, in whole multiples; a multiple is at least 1. */
  readonly lot: { readonly minimum: number; readonly multiple: number }
  /** Money for one unit. */
  readonly unitCost: number
  readonly components: readonly Component[]
}

export interface Component {
  readonly itemId: string
  /** Thousandths for one unit. */
  readonly quantityPer: number
  /** What of it is lost on the way, from 0 to below 1. */
  readonly scrapRatio: number
}

/** What somebody outside wants. */
export interface Demand {
  readonly id: string
  readonly itemId: string
  readonly quantity: number
  /** Days before today count as today. */
  readonly dueDay: number
  /** What would be late without all of it, in money; what it costs itself when left out. */
  readonly value?: number
  /** 1 is the most urgent. */
  readonly priority: number
}

/** What is already made or ordered and not there yet. */
export interface Receipt {
  readonly id: string
  readonly itemId: string
  readonly quantity: number
  readonly day: number
  /** The earliest it could be there; undefined when it has begun: nothing of it can be changed then. */
  readonly earliestDay: number | undefined
  /** Whether its components are still to be taken. */
  readonly takesComponents: boolean
}

/** What is too small to bother anybody with: messages that come and go are why people stop reading them. */
export interface Damping {
  /** A receipt that is so many days early stays, and safety stock may bridge so many days. */
  readonly days: number
  /** A receipt stays early as well when that costs less money than this. */
  readonly deferMoney: number
  /** A receipt that is by so much too large stays, and safety stock may be short by so much. */
  readonly quantityRatio: number
  /** What is wanted within so many days behind what an order is for is ordered with it. */
  readonly gatherDays: number
  /** Orders that have to start later than in so many days are planned without a message. */
  readonly orderWithinDays: number
}

/** More than this is refused: a plan has to fit into memory. */
export const ITEM_LIMIT = 100_000
export const DEMAND_LIMIT = 200_000
export const HORIZON_DAYS_LIMIT = 800

/** The problem contradicts itself. The message is a sentence for a person. */
export class RequirementsInvalid extends Error {
  override readonly name = 'RequirementsInvalid'
}
