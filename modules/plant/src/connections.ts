import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import * as store from './connection-store.ts'
import {
  type Connection,
  type ConnectionId,
  connectionMissing,
  type DiscoveredTag,
  type EquipmentId,
  type GatewayId,
  gatewayConfigurationChanged,
  gatewayMissing,
  type NewConnection,
  nameTaken,
} from './contract.ts'
import { findGateway } from './gateway-store.ts'
import { present } from './gateways.ts'
import { withoutCredentials } from './rules.ts'

/** The connections at the sites the actor may see, oldest first. */
export async function listConnections(ctx: Context): Promise<Connection[]> {
  const reach = reachOf(ctx.actor, 'plant:connection:read')
  return reach === undefined ? [] : store.listConnections(ctx.db, reach)
}

/**
 * Tells a gateway to connect to a device. A replay (from `createReplay`) has no endpoint. What is read of a device that speaks
 * with us itself is made with it (`direct-gateways.ts`).
 *
 * @throws gatewayMissing, nameTaken
 */
export async function createConnection(
  ctx: Context,
  connection: NewConnection | (Omit<NewConnection, 'protocol'> & { protocol: 'replay' }),
): Promise<Connection> {
  const gateway = await findGateway(ctx.db, connection.gatewayId)
  if (!gateway) throw gatewayMissing(`There is no gateway ${connection.gatewayId}.`)
  authorize(ctx.actor, 'plant:connection:write', gateway.siteId)
  const { name, protocol, endpoint, options = {} } = connection
  try {
    const id = newId<'Connection'>(ctx.nowMs)
    const place = { gatewayId: gateway.id, siteId: gateway.siteId }
    const added = await store.addConnection(ctx.db, { id, ...place, name, protocol, endpoint, options })
    await ctx.emit(gatewayConfigurationChanged({ gatewayId: gateway.id }))
    ctx.audit({
      action: 'plant.connection.create',
      object: `connection ${id}`,
      detail: { name, protocol, endpoint: withoutCredentials(endpoint) },
    })
    return added
  } catch (error) {
    if (violates(error, 'connection_name')) {
      throw nameTaken(`Gateway ${gateway.name} has a connection ${name} already.`, {}, { cause: error })
    }
    throw error
  }
}

/**
 * Moves a connection to another address of the same device. Nothing happens when it is there already.
 *
 * @throws connectionMissing
 */
export async function updateConnectionEndpoint(ctx: Context, id: ConnectionId, endpoint: string): Promise<Connection> {
  const connection = await getConnection(ctx, id)
  authorize(ctx.actor, 'plant:connection:write', connection.siteId)
  if (connection.endpoint === endpoint) return connection
  const moved = await store.saveEndpoint(ctx.db, id, endpoint)
  await ctx.emit(gatewayConfigurationChanged({ gatewayId: connection.gatewayId }))
  ctx.audit({
    action: 'plant.connection.move',
    object: `connection ${id}`,
    detail: { from: withoutCredentials(connection.endpoint), to: withoutCredentials(endpoint) },
  })
  return moved
}

/**
 * What a gateway saw at a connection, by address.
 *
 * @throws connectionMissing
 */
export async function listDiscoveredTags(ctx: Context, id: ConnectionId): Promise<DiscoveredTag[]> {
  const connection = await getConnection(ctx, id)
  authorize(ctx.actor, 'plant:connection:read', connection.siteId)
  return store.listDiscoveredTags(ctx.db, id)
}

/** Which gateway serves a connection. For modules: asks for no permission. */
export async function gatewayOfConnection(
  ctx: Context,
  id: ConnectionId,
): Promise<{ gatewayId: GatewayId; siteId: EquipmentId; online: boolean } | undefined> {
  const connection = await store.findConnection(ctx.db, id)
  const gateway = connection && (await findGateway(ctx.db, connection.gatewayId))
  if (!gateway) return undefined
  return { gatewayId: gateway.id, siteId: gateway.siteId, online: present(ctx, gateway).state === 'online' }
}

async function getConnection(ctx: Context, id: ConnectionId): Promise<Connection> {
  const found = await store.findConnection(ctx.db, id)
  if (!found) throw connectionMissing(`There is no connection ${id}.`)
  return found
}
