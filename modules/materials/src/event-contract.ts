import { eventType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { Type } from 'typebox'
import { MaterialId, MoveKind, ReceiptId, ReceiptState } from './contract.ts'

/** A stock moved. */
export const stockChanged = eventType(
  'materials.stock-changed',
  Type.Object({ siteId: EquipmentId, materialId: MaterialId, kind: MoveKind }),
)

/** A receipt was announced, changed, came or was cancelled. */
export const receiptChanged = eventType(
  'materials.receipt-changed',
  Type.Object({ receiptId: ReceiptId, siteId: EquipmentId, materialId: MaterialId, state: ReceiptState }),
)

/** What a material is, what it is made of, or how a site comes by it was changed. */
export const definitionChanged = eventType('materials.definition-changed', Type.Object({ materialId: MaterialId }))
