import type { EquipmentId } from '@millrace/plant/contract'
import { extensionPoint } from '@millrace/runtime'
import type { MaterialId } from './contract.ts'
import type { StockFlow } from './outlook-rules.ts'

/** What a site's plan takes of its materials and makes of them. */
export interface PlannedFlows {
  readonly plan: 'draft' | 'published' | 'none'
  /** How far the plan looks ahead. */
  readonly untilMs: number
  readonly flows: readonly (StockFlow & { readonly materialId: MaterialId })[]
}

/** Who plans, answers; without an answer nothing is taken. */
export const plannedFlows = extensionPoint<EquipmentId, PlannedFlows>('materials.planned-flows')
