import { createHash } from 'node:crypto'
import type { Context } from '@millrace/runtime'
import { listConnectionsOf } from './connection-store.ts'
import { type GatewayConfiguration, type GatewayId, gatewayMissing } from './contract.ts'
import { gatewayConfiguration } from './extension-points.ts'
import { gatewayListens, tellGateway } from './gateway-line.ts'
import { findGateway } from './gateway-store.ts'

/** What a gateway is to do. Equal contents have the equal revision. */
export async function configurationOf(ctx: Context, gatewayId: GatewayId): Promise<GatewayConfiguration> {
  const gateway = await findGateway(ctx.db, gatewayId)
  if (!gateway) throw gatewayMissing(`There is no gateway ${gatewayId}.`)
  const connections = await listConnectionsOf(ctx.db, gatewayId)
  const parts = await ctx.ask(gatewayConfiguration, gatewayId)
  const content = {
    gatewayId,
    siteId: gateway.siteId,
    connections: connections.map(({ id, name, protocol, endpoint, options }) => ({
      id,
      name,
      protocol,
      endpoint,
      options,
    })),
    tags: parts.flatMap((part) => part.tags ?? []).sort((a, b) => a.series - b.series),
    setPoints: parts.flatMap((part) => part.setPoints ?? []),
  }
  const revision = createHash('sha256').update(JSON.stringify(content)).digest('base64url')
  return { revision, ...content }
}

/** Tells a gateway that listens to fetch its configuration again. One that does not learns it when it comes back. */
export async function offerConfiguration(ctx: Context, gatewayId: GatewayId): Promise<void> {
  if (!gatewayListens(ctx, gatewayId)) return
  const { revision } = await configurationOf(ctx, gatewayId)
  ctx.afterCommit(() => tellGateway(ctx, gatewayId, { event: 'configuration', data: { revision } }))
}
