import type { Decimal, Instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Generated, GeneratedAlways } from 'kysely'
import type {
  MaterialDefinition,
  MaterialId,
  MoveId,
  MoveKind,
  ReceiptId,
  ReceiptState,
  SitePolicy,
} from './contract.ts'

declare module '@millrace/db' {
  interface Database {
    'materials.materialDefinition': MaterialDefinition & { enterpriseId: GeneratedAlways<string> }
    'materials.billItem': {
      enterpriseId: GeneratedAlways<string>
      materialId: MaterialId
      position: number
      componentId: MaterialId
      quantityPer: Decimal
      scrapRatio: number
      stepName: string | null
    }
    'materials.sitePolicy': Omit<SitePolicy, 'lot'> & {
      enterpriseId: GeneratedAlways<string>
      lotMinimum: Decimal | null
      lotMultiple: Decimal | null
    }
    'materials.stock': {
      enterpriseId: GeneratedAlways<string>
      siteId: EquipmentId
      materialId: MaterialId
      quantity: Decimal
      countedAt: Instant | null
      moveCount: Generated<number>
    }
    'materials.expectedReceipt': {
      enterpriseId: GeneratedAlways<string>
      id: ReceiptId
      siteId: EquipmentId
      materialId: MaterialId
      quantity: Decimal
      expectedAt: Instant
      reference: string
      supplier: string | null
      state: ReceiptState
      createdAt: Instant
    }
    'materials.stockMove': {
      enterpriseId: GeneratedAlways<string>
      id: MoveId
      siteId: EquipmentId
      materialId: MaterialId
      number: number
      kind: MoveKind
      change: Decimal
      after: Decimal
      reason: string | null
      receiptId: ReceiptId | null
      movedAt: Instant
      movedBy: string
    }
  }
}
