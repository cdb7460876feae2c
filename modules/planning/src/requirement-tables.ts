import type { Decimal, Instant } from '@millrace/base'
import type { MaterialId, ReceiptId } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import type { ColumnType, GeneratedAlways } from 'kysely'
import type { OrderId } from './contract.ts'
import type { DemandId, DemandState } from './demand-contract.ts'
import type { Cause, MessageId, MessageKind, MessageState, RequirementWeek, Supply } from './requirement-contract.ts'

/** A jsonb column: read as the value, written as its text. */
type Json<T> = ColumnType<T, string, string>

declare module '@millrace/db' {
  interface Database {
    'planning.demand': {
      enterpriseId: GeneratedAlways<string>
      id: DemandId
      siteId: EquipmentId
      number: string
      materialId: MaterialId
      quantity: Decimal
      dueAt: Instant
      customer: string | null
      priority: number
      state: DemandState
      receiptId: ReceiptId | null
      createdAt: Instant
    }
    'planning.requirementRun': {
      enterpriseId: GeneratedAlways<string>
      staleAt: Instant | null
      computedAt: Instant | null
      detail: string | null
    }
    'planning.requirementItem': {
      enterpriseId: GeneratedAlways<string>
      siteId: EquipmentId
      materialId: MaterialId
      level: number
      onHand: Decimal
      safetyStock: Decimal
      weeks: Json<RequirementWeek[]>
    }
    'planning.actionMessage': {
      enterpriseId: GeneratedAlways<string>
      id: MessageId
      key: string
      siteId: EquipmentId
      materialId: MaterialId
      kind: MessageKind
      supply: Supply
      orderId: OrderId | null
      receiptId: ReceiptId | null
      fromAt: Instant | null
      toAt: Instant
      fromQuantity: Decimal | null
      toQuantity: Decimal
      startAt: Instant
      wantedAt: Instant
      isTooLate: boolean
      actByAt: Instant
      priority: number
      money: number
      cause: Json<Cause>
      owner: string | null
      state: MessageState
      snoozedUntil: Instant | null
      reason: string | null
      decidedAt: Instant | null
      decidedBy: string | null
      madeAt: Instant
    }
  }
}
