import { epochMs, newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import {
  type Gateway,
  type GatewayId,
  type GatewayWithCode,
  gatewayChanged,
  gatewayMissing,
  type NewGateway,
  nameTaken,
} from './contract.ts'
import { issueCode } from './enrolment.ts'
import { getSite } from './equipment.ts'
import { announceLocalGateways, gatewayListens, hangUp } from './gateway-line.ts'
import * as store from './gateway-store.ts'
import { gatewayState } from './rules.ts'

/** The gateways of the sites the actor may see, oldest first. */
export async function listGateways(ctx: Context): Promise<Gateway[]> {
  const reach = reachOf(ctx.actor, 'plant:gateway:read')
  if (reach === undefined) return []
  const rows = await store.listGateways(ctx.db, reach)
  return rows.map((row) => present(ctx, row))
}

/**
 * Makes a gateway at a site, with the code that enrols it.
 *
 * @throws equipmentMissing there is no such site
 * @throws nameTaken
 */
export async function createGateway(ctx: Context, gateway: NewGateway): Promise<GatewayWithCode> {
  const site = await getSite(ctx, gateway.siteId)
  authorize(ctx.actor, 'plant:gateway:write', site.id)
  try {
    const row = await store.addGateway(ctx.db, { id: newId(ctx.nowMs), ...gateway })
    const enrolmentCode = await issueCode(ctx, row.id)
    await ctx.emit(gatewayChanged({ gatewayId: row.id, siteId: row.siteId }))
    ctx.audit({
      action: 'plant.gateway.create',
      object: `gateway ${row.id}`,
      detail: { name: row.name, siteId: row.siteId, local: row.local },
    })
    if (row.local) announceLocalGateways(ctx)
    return { gateway: present(ctx, row), enrolmentCode }
  } catch (error) {
    if (violates(error, 'gateway_name')) {
      throw nameTaken(`${site.name} has a gateway ${gateway.name} already.`, {}, { cause: error })
    }
    throw error
  }
}

/**
 * Ends a gateway for good: its key is refused within seconds, its stream at once.
 *
 * @throws gatewayMissing
 */
export async function revokeGateway(ctx: Context, id: GatewayId): Promise<Gateway> {
  const row = await store.lockGateway(ctx.db, id)
  if (!row) throw gatewayMissing(`There is no gateway ${id}.`)
  authorize(ctx.actor, 'plant:gateway:write', row.siteId)
  if (row.revokedAt) return present(ctx, row)

  await end(ctx, row)
  ctx.audit({ action: 'plant.gateway.revoke', object: `gateway ${id}`, detail: { name: row.name } })
  if (row.local) announceLocalGateways(ctx)
  return present(ctx, { ...row, revokedAt: ctx.now })
}

/** Ends a gateway that is held, and hangs up on it. */
export async function end(ctx: Context, { id, siteId }: store.GatewayRow): Promise<void> {
  await store.saveRevoked(ctx.db, id, ctx.now)
  await ctx.emit(gatewayChanged({ gatewayId: id, siteId }))
  ctx.afterCommit(() => hangUp(ctx, id))
}

/** A gateway as others see it. */
export function present(ctx: Context, row: store.GatewayRow): Gateway {
  const { id, siteId, name, local, enrolledAt, lastSeenAt, journal, clockAheadMs } = row
  const state = gatewayState(
    {
      isRevoked: row.revokedAt !== null,
      isEnrolled: enrolledAt !== null || row.kind === 'direct',
      lastSeenMs: lastSeenAt === null ? undefined : epochMs(lastSeenAt),
      isListening: gatewayListens(ctx, id),
    },
    ctx.nowMs,
  )
  return { id, siteId, name, local, state, enrolledAt, lastSeenAt, journal, clockAheadMs }
}
