import type { Instant } from '@millrace/base'
import type { CommandId } from '@millrace/control/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import type { ColumnType, GeneratedAlways } from 'kysely'
import type { Action, Evidence, Finding, FindingCause, FindingId, FindingState, Outcome } from './contract.ts'

/** A jsonb column: read as the value, written as its text. */
type Json<T> = ColumnType<T, string, string>
type JsonOrNull<T> = ColumnType<T | null, string | null, string | null>

declare module '@millrace/db' {
  interface Database {
    'insight.finding': {
      enterpriseId: GeneratedAlways<string>
      id: FindingId
      siteId: EquipmentId
      workUnitId: EquipmentId
      cause: FindingCause
      title: string
      reason: string
      priority: number
      confidenceRatio: number
      state: FindingState
      sinceAt: Instant
      foundAt: Instant
      lastSeenAt: Instant
      detector: string
      detectorVersion: number
      evidence: Json<Evidence[]>
      actions: Json<Action[]>
      benefit: JsonOrNull<NonNullable<Finding['benefit']>>
      waitingPerDay: number | null
      outlook: string | null
      failsAt: Instant | null
      decision: JsonOrNull<NonNullable<Finding['decision']>>
      commandId: CommandId | null
      measureAt: Instant | null
      outcome: JsonOrNull<Outcome>
    }
    'insight.detectorState': {
      enterpriseId: GeneratedAlways<string>
      workUnitId: EquipmentId
      savedAt: Instant
      state: Json<unknown>
    }
  }
}
