import type { Instant } from '@millrace/base'
import type { ConnectionId, EquipmentId, GatewayId } from '@millrace/plant/contract'
import type { ColumnType, Generated } from 'kysely'
import type { CommandId, CommandState, SetPointId } from './contract.ts'

/** The tag a gateway checks before it writes, and the value it must have. */
export interface Interlock {
  readonly address: string
  readonly equals: number | string
}

declare module '@millrace/db' {
  interface Database {
    'control.setPoint': {
      enterpriseId: Generated<string>
      id: SetPointId
      siteId: EquipmentId
      workUnitId: EquipmentId
      name: string
      title: string
      unit: string | null
      min: number
      max: number
      maxStep: number | null
      maxPerMinute: number
      connectionId: ConnectionId
      address: string
      readBackAddress: string | null
      interlock: ColumnType<Interlock | null, string | null, string | null>
      series: number
    }
    'control.command': {
      enterpriseId: Generated<string>
      id: CommandId
      siteId: EquipmentId
      workUnitId: EquipmentId
      setPointId: SetPointId
      gatewayId: GatewayId
      value: number
      previousValue: number | null
      readBackValue: number | null
      state: CommandState
      requestedBy: string
      requestedById: string
      requestedAt: Instant
      expiresAt: Instant
      reason: string
      findingId: string | null
      idempotencyKey: string
      token: string
    }
    'control.commandStep': {
      enterpriseId: Generated<string>
      commandId: CommandId
      state: CommandState
      at: Instant
      detail: string | null
    }
  }
}
