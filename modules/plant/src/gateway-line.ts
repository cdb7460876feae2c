import type { Context, Runtime } from '@millrace/runtime'
import type { GatewayId } from './contract.ts'
import type { GatewayMessage } from './extension-points.ts'

/** What travels on a gateway's line: messages to it, and the orders to hang up. */
export type LineMessage = GatewayMessage | { readonly event: 'end' }

/** Topics of the live hub that no module lists, so that no person can watch them. */
export function gatewayTopic(gatewayId: GatewayId): string {
  return `plant.gateway/${gatewayId}`
}

type Line = Pick<Context, 'live' | 'enterpriseId'>

/** Says something to a gateway if it listens now; {@link gatewayBacklog} is for what must not be missed. */
export function tellGateway(ctx: Line, gatewayId: GatewayId, message: GatewayMessage): void {
  ctx.live.publish(ctx.enterpriseId, gatewayTopic(gatewayId), message)
}

/** Ends the streams a gateway has open. */
export function hangUp(ctx: Line, gatewayId: GatewayId): void {
  ctx.live.publish(ctx.enterpriseId, gatewayTopic(gatewayId), { event: 'end' } satisfies LineMessage)
}

/** Whether a gateway's event stream is open. */
export function gatewayListens(ctx: Line, gatewayId: GatewayId): boolean {
  return ctx.live.watched(ctx.enterpriseId, gatewayTopic(gatewayId))
}

/** The live hub's key for what concerns the process, not one enterprise: no id of an enterprise looks like it. */
const PROCESS = 'process'
const LOCAL_GATEWAYS = 'plant.local-gateways'

/** After commit, says that local gateways came, enrolled or went. Also for whoever removes a whole enterprise. */
export function announceLocalGateways(ctx: Context): void {
  ctx.afterCommit(() => ctx.live.publish(PROCESS, LOCAL_GATEWAYS, {}))
}

/**
 * Calls `act` whenever the answer of `localGateways` may have changed.
 *
 * @returns ends that; safe to call twice.
 */
export function onLocalGatewaysChanged(runtime: Runtime, act: () => void): () => void {
  return runtime.live.subscribe(PROCESS, [LOCAL_GATEWAYS], { send: act })
}
