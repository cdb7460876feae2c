import { epochMs, later, SECOND_MS } from '@millrace/base'
import type { Context } from '@millrace/runtime'
import { configurationOf } from './configuration.ts'
import * as connections from './connection-store.ts'
import {
  type ConnectionId,
  type DiscoveredTag,
  type GatewayId,
  type GatewayReport,
  gatewayChanged,
} from './contract.ts'
import { type GatewayMessage, gatewayBacklog } from './extension-points.ts'
import { hangUp } from './gateway-line.ts'
import * as gateways from './gateway-store.ts'
import { LISTENING_MS, ONLINE_MS, saidAt } from './rules.ts'

/**
 * Takes down what a gateway says of itself. Connections that are not (or no longer) its own are passed over: the
 * report may have been on its way when they went.
 */
export async function takeReport(ctx: Context, gatewayId: GatewayId, report: GatewayReport): Promise<void> {
  // Held until the end: two reports of one gateway do not overlap.
  const gateway = await gateways.lockGateway(ctx.db, gatewayId)
  if (!gateway) return
  const { oldestAt, ...journal } = report.journal
  await gateways.saveSeen(ctx.db, gatewayId, ctx.now, {
    journal: { ...journal, oldestAt: oldestAt && saidAt(oldestAt, ctx.now) },
    clockAheadMs: report.clockAheadMs ?? null,
  })

  let changed = gateway.lastSeenAt === null || ctx.nowMs - epochMs(gateway.lastSeenAt) > ONLINE_MS
  const own = new Map((await connections.listConnectionsOf(ctx.db, gatewayId)).map((one) => [one.id, one]))
  for (const { connectionId, state, detail = null, sinceAt } of report.connections) {
    const before = own.get(connectionId)
    if (!before || (before.state === state && before.detail === detail)) continue
    await connections.saveState(ctx.db, connectionId, { state, detail, stateSince: saidAt(sinceAt, ctx.now) })
    changed = true
  }

  const seen = new Map<ConnectionId, DiscoveredTag[]>()
  for (const tag of report.discovered ?? []) {
    if (own.has(tag.connectionId)) seen.set(tag.connectionId, [...(seen.get(tag.connectionId) ?? []), tag])
  }
  for (const [connectionId, tags] of seen) await connections.saveDiscoveredTags(ctx.db, connectionId, tags)
  if (changed) await ctx.emit(gatewayChanged({ gatewayId, siteId: gateway.siteId }))
}

/** A gateway begins to listen: it is here, and hears its configuration's revision and what it missed. */
export async function greetGateway(ctx: Context, gatewayId: GatewayId): Promise<GatewayMessage[]> {
  const gateway = await gateways.lockGateway(ctx.db, gatewayId)
  if (!gateway) return []
  await gateways.saveSeen(ctx.db, gatewayId, ctx.now)
  await ctx.emit(gatewayChanged({ gatewayId, siteId: gateway.siteId }))
  const { revision } = await configurationOf(ctx, gatewayId)
  const missed = await ctx.ask(gatewayBacklog, gatewayId)
  return [{ event: 'configuration', data: { revision } }, ...missed.flat()]
}

export const SILENCE_EVERY_MS = 5 * SECOND_MS

/**
 * Shows the screens which gateways fell silent since the last turn, and ends the streams of those that are surely gone.
 * Nothing is stored: a gateway is offline by the age of its last word.
 */
export async function announceSilence(ctx: Context): Promise<void> {
  const silent = await silentFor(ctx, ONLINE_MS)
  const gone = await silentFor(ctx, LISTENING_MS)
  ctx.afterCommit(() => {
    for (const gatewayId of gone) hangUp(ctx, gatewayId)
    for (const gatewayId of [...silent, ...gone]) ctx.live.publish(ctx.enterpriseId, 'plant.gateways', { gatewayId })
  })
}

function silentFor(ctx: Context, ms: number): Promise<GatewayId[]> {
  const until = later(ctx.now, -ms)
  // Twice the period: a late turn misses nobody, and a screen told twice fetches twice.
  return gateways.listLastSeen(ctx.db, later(until, -2 * SILENCE_EVERY_MS), until)
}
