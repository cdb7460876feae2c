import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import type { Context, Live } from '@millrace/runtime'
import * as connections from './connection-store.ts'
import {
  type ConnectionId,
  type DiscoveredTag,
  type EquipmentId,
  type GatewayId,
  gatewayChanged,
  gatewayMissing,
  nameTaken,
} from './contract.ts'
import { getSite } from './equipment.ts'
import { gatewayTopic, hangUp, type LineMessage } from './gateway-line.ts'
import * as store from './gateway-store.ts'
import { end } from './gateways.ts'

// Devices that speak with the server themselves. For the module they speak to, which asks for its own permissions.

/**
 * Makes a gateway and its one connection for a device that comes by itself.
 *
 * @throws equipmentMissing there is no such site
 * @throws nameTaken        the site has a gateway or device of that name
 */
export async function addDirectGateway(
  ctx: Context,
  device: { readonly siteId: EquipmentId; readonly name: string },
): Promise<{ gatewayId: GatewayId; connectionId: ConnectionId }> {
  const { id: siteId, name: siteName } = await getSite(ctx, device.siteId)
  const { name } = device
  const gatewayId = newId<'Gateway'>(ctx.nowMs)
  try {
    await store.addGateway(ctx.db, { id: gatewayId, siteId, name, local: false, kind: 'direct' })
  } catch (error) {
    if (violates(error, 'gateway_name')) throw nameTaken(`${siteName} has a ${name} already.`, {}, { cause: error })
    throw error
  }
  const connectionId = newId<'Connection'>(ctx.nowMs)
  const connection = { id: connectionId, gatewayId, siteId, name, endpoint: '', options: {} }
  await connections.addConnection(ctx.db, { ...connection, protocol: 'mqtt' })
  await ctx.emit(gatewayChanged({ gatewayId, siteId }))
  return { gatewayId, connectionId }
}

/** Ends one for good. Whoever holds its line hears it at once. Nothing happens when it was ended before. */
export async function endDirectGateway(ctx: Context, id: GatewayId): Promise<void> {
  const row = await store.lockGateway(ctx.db, id)
  if (!row) throw gatewayMissing(`There is no gateway ${id}.`)
  if (!row.revokedAt) await end(ctx, row)
}

/** They are here now. @returns those of them that were not ended. */
export function keepDirectGatewaysSeen(ctx: Context, ids: readonly GatewayId[]): Promise<GatewayId[]> {
  return store.saveAllSeen(ctx.db, ids, ctx.now)
}

/** What one of them said that is no signal yet, for a person to choose from. */
export async function discoverDirectly(
  ctx: Context,
  gatewayId: GatewayId,
  tags: readonly Omit<DiscoveredTag, 'connectionId'>[],
): Promise<void> {
  const gateway = await store.findGateway(ctx.db, gatewayId)
  const [connection] = await connections.listConnectionsOf(ctx.db, gatewayId)
  if (!gateway || !connection) return
  const { id: connectionId } = connection
  await connections.saveDiscoveredTags(
    ctx.db,
    connectionId,
    tags.map((tag) => ({ ...tag, connectionId })),
  )
  await ctx.emit(gatewayChanged({ gatewayId, siteId: gateway.siteId }))
}

type Line = { readonly live: Live; readonly enterpriseId: string }

/** Hangs up on a device, wherever it is connected. */
export function hangUpDirectly(line: Line, gatewayId: GatewayId): void {
  hangUp(line, gatewayId)
}

/** Holds a device's line: `act` is called when it is to be hung up. @returns lets go of it. */
export function holdDirectLine({ live, enterpriseId }: Line, gatewayId: GatewayId, act: () => void): () => void {
  return live.subscribe(enterpriseId, [gatewayTopic(gatewayId)], {
    send: ({ data }) => {
      if ((JSON.parse(data) as LineMessage).event === 'end') act()
    },
  })
}
