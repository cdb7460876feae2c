import type { Instant } from '@millrace/base'
import type { ConnectionId, EquipmentId, GatewayId } from '@millrace/plant/contract'
import type { GeneratedAlways } from 'kysely'

declare module '@millrace/db' {
  interface Database {
    'mqtt.device': {
      enterpriseId: GeneratedAlways<string>
      id: GatewayId
      siteId: EquipmentId
      workUnitId: EquipmentId
      connectionId: ConnectionId
      secretSha256: Buffer
      secretMadeAt: Instant
      expiresAt: Instant | null
      createdAt: Instant
      lastAddress: string | null
    }
  }
}
