import { epochMs, type Instant } from '@millrace/base'
import type { MaterialId } from '@millrace/materials/contract'
import type { OrderId } from './contract.ts'
import type { Demand } from './demand-contract.ts'

/** What is wanted, and whether it is another site of the company that wants it. */
export interface OpenDemand extends Demand {
  readonly isTransfer: boolean
}

/** A production order as something that is on its way. */
export interface OrderSupply {
  readonly id: OrderId
  readonly number: string
  readonly materialId: MaterialId
  readonly quantity: number
  readonly dueAt: Instant
  readonly priority: number
  readonly customer: string | null
  /** By the draft, or by the published plan without one; null while it has no place. */
  readonly plannedStartAt: Instant | null
  readonly plannedEndAt: Instant | null
  /** By the published plan: then it begins. */
  readonly publishedStartAt: Instant | null
}

/** Whether an order is made for a customer whose demand is not written down: what it makes is then nobody else's. */
export function isMadeToOrder({ customer, materialId }: OrderSupply, demands: readonly Demand[]): boolean {
  return customer !== null && !demands.some((one) => one.materialId === materialId && one.customer === customer)
}

export function hasBegun({ publishedStartAt }: OrderSupply, nowMs: number): boolean {
  return publishedStartAt !== null && epochMs(publishedStartAt) <= nowMs
}
