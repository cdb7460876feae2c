import { extensionPoint } from '@millrace/runtime'
import type { ConnectionId, EquipmentId, GatewayConfiguration, GatewayId, NewReplay } from './contract.ts'

/** What a gateway is to read and may write: the modules that own signals and set-points answer. */
export const gatewayConfiguration = extensionPoint<
  GatewayId,
  Partial<Pick<GatewayConfiguration, 'tags' | 'setPoints'>>
>('plant.gateway-configuration')

/** Makes the signals of a recorded machine. Answers with the number each of them is sent under. */
export const replaySignals = extensionPoint<
  { workUnitId: EquipmentId; connectionId: ConnectionId; signals: NewReplay['signals'] },
  { series: number; name: string }[]
>('plant.replay-signals')

/** What is said to a gateway over its event stream. */
export interface GatewayMessage {
  readonly event: 'configuration' | 'command'
  /** A message with an id is delivered once per stream, however often it is said. */
  readonly id?: string
  readonly data: unknown
}

/** What a gateway missed while it was away and still has to hear, asked each time it connects. */
export const gatewayBacklog = extensionPoint<GatewayId, readonly GatewayMessage[]>('plant.gateway-backlog')
