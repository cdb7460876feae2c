import { authorize, type Context } from '@millrace/runtime'
import { createConnection } from './connections.ts'
import type { Equipment, NewReplay, Replay } from './contract.ts'
import { createEquipment, getSite, type Site } from './equipment.ts'
import { findChildNamed } from './equipment-store.ts'
import { replaySignals } from './extension-points.ts'
import { createGateway } from './gateways.ts'

/** Where recorded machines stand, apart from the real ones. */
const AREA = 'Recorded machines'

/**
 * Prepares a site for a recorded file: a machine with its signals, and a gateway that will send them like any other.
 *
 * @throws equipmentMissing there is no such site
 * @throws nameTaken        a machine or gateway of that name is there already
 */
export async function createReplay(ctx: Context, replay: NewReplay): Promise<Replay> {
  const site = await getSite(ctx, replay.siteId)
  authorize(ctx.actor, 'plant:equipment:write', site.id)
  const area = await areaFor(ctx, site)
  const { machineName: name, signals } = replay
  const workUnit = await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name, kind: 'recorded' })
  const { gateway, enrolmentCode } = await createGateway(ctx, { siteId: site.id, name: `Replay ${name}`, local: false })
  const connection = await createConnection(ctx, { gatewayId: gateway.id, name, protocol: 'replay', endpoint: '' })
  const tags = await ctx.ask(replaySignals, { workUnitId: workUnit.id, connectionId: connection.id, signals })
  return {
    gatewayEnrolmentCode: enrolmentCode,
    gatewayId: gateway.id,
    connectionId: connection.id,
    workUnitId: workUnit.id,
    tags: tags.flat(),
  }
}

async function areaFor(ctx: Context, site: Site): Promise<Equipment> {
  const known = await findChildNamed(ctx.db, site.id, AREA)
  return known ?? createEquipment(ctx, { parentId: site.id, level: 'area', name: AREA })
}
