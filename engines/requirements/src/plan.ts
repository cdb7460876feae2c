import type { Item } from './problem.ts'

/** What is there for what is wanted, on every level. */
export interface RequirementsPlan {
  readonly items: readonly ItemPlan[]
  /** What is to be done: the most urgent first, then what is worth most. */
  readonly messages: readonly ActionMessage[]
}

export interface ItemPlan {
  readonly item: Item
  /** 0 for what is no component of anything, and one more than the deepest use otherwise. */
  readonly level: number
  /** By day. */
  readonly requirements: readonly Requirement[]
  /** By day. */
  readonly supplies: readonly Supply[]
}

/** A quantity that is taken on a day: by a demand, or by something that is made of it. */
export interface Requirement {
  readonly day: number
  readonly quantity: number
  readonly priority: number
  /** What would be late without all of it, in money. */
  readonly value: number
  readonly cause: { readonly demandId: string } | { readonly supply: Supply }
}

/** Something that arrives: a receipt as it should be, or an order that should be made. */
export interface Supply {
  readonly itemId: string
  /** Undefined for an order that does not exist yet. */
  readonly receiptId: string | undefined
  readonly quantity: number
  readonly day: number
  /** When it takes its components, or is ordered. Today at the earliest. */
  readonly startDay: number
  /** When it is wanted; it cannot be there before `day`. */
  readonly wantedDay: number
  /** As it is now; undefined for an order that does not exist yet. */
  readonly before: { readonly quantity: number; readonly day: number } | undefined
  /** Whether its components are still to be taken. */
  readonly takesComponents: boolean
  /** Nobody needs it: it does not arrive. */
  readonly isCancelled: boolean
  /** What it is for, the earliest first; what is left keeps the safety stock or a lot size. */
  readonly pegs: readonly Peg[]
  /** What would be late without it, in money. */
  readonly value: number
  /** Of the most urgent it is for; 5 when for none. */
  readonly priority: number
}

export interface Peg {
  readonly requirement: Requirement
  readonly quantity: number
}

export type MessageKind = 'order' | 'expedite' | 'defer' | 'cancel' | 'increase' | 'decrease'

export interface ActionMessage {
  readonly kind: MessageKind
  readonly itemId: string
  readonly receiptId: string | undefined
  /** Undefined for an order that does not exist yet. */
  readonly fromDay: number | undefined
  readonly toDay: number
  readonly fromQuantity: number | undefined
  readonly toQuantity: number
  readonly wantedDay: number
  /** Whether it comes too late for something that is wanted, whatever is done. */
  readonly isTooLate: boolean
  /** By when to act. */
  readonly actByDay: number
  /** What it costs not to act: what would be late, or what is tied up or bought for nothing. */
  readonly money: number
  readonly supply: Supply
}
