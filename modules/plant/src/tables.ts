import type { Instant } from '@millrace/base'
import type { ColumnType, Generated } from 'kysely'
import type {
  Connection,
  ConnectionId,
  DiscoveredTag,
  EquipmentId,
  EquipmentLevel,
  Gateway,
  GatewayId,
  SiteDetail,
} from './contract.ts'

/** `edge` runs our program and signs with its key; `direct` is a device that speaks with the server itself. */
export type GatewayKind = 'edge' | 'direct'

/** jsonb: read as the value, written as its JSON text. */
type Json<T> = ColumnType<T, string | Extract<T, null>, string | Extract<T, null>>

declare module '@millrace/db' {
  interface Database {
    'plant.equipment': {
      enterpriseId: Generated<string>
      id: EquipmentId
      siteId: EquipmentId
      parentId: EquipmentId | null
      parentLevel: EquipmentLevel | null
      level: EquipmentLevel
      name: string
      kind: string | null
      position: number
      site: Json<SiteDetail | null>
    }
    'plant.gateway': {
      enterpriseId: Generated<string>
      id: GatewayId
      siteId: EquipmentId
      name: string
      local: boolean
      kind: Generated<GatewayKind>
      publicKey: string | null
      enrolledAt: Instant | null
      lastSeenAt: Instant | null
      journal: Json<Gateway['journal']>
      clockAheadMs: number | null
      revokedAt: Instant | null
    }
    'plant.enrolmentCode': {
      enterpriseId: Generated<string>
      codeHash: Uint8Array
      gatewayId: GatewayId
      expiresAt: Instant
    }
    'plant.connection': {
      enterpriseId: Generated<string>
      id: ConnectionId
      siteId: EquipmentId
      gatewayId: GatewayId
      name: string
      protocol: Connection['protocol']
      endpoint: string
      options: Json<Connection['options']>
      state: Generated<Connection['state']>
      detail: string | null
      stateSince: Instant | null
    }
    'plant.discoveredTag': {
      enterpriseId: Generated<string>
      connectionId: ConnectionId
      address: string
      name: string
      kind: DiscoveredTag['kind']
      unit: string | null
    }
    'plant.commandKey': {
      enterpriseId: Generated<string>
      publicKey: string
      privateKey: string
      createdAt: Instant
    }
  }
}
