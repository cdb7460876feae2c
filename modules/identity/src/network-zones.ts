import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import {
  type NetworkZone,
  type NetworkZoneChange,
  type NewNetworkZone,
  rangeInvalid,
  zoneMissing,
  zoneNameTaken,
} from './contract.ts'
import { countZoneUses } from './grant-store.ts'
import * as store from './network-zone-store.ts'

const UNUSED = { people: 0, keys: 0 }

/** The names of the zones an address lies in. */
export async function zonesOf(ctx: Context, address: string | undefined): Promise<ReadonlySet<string>> {
  const family = familyOf(address ?? '')
  if (address === undefined || !family) return new Set()
  const zones = await store.listZones(ctx.db)
  return new Set(zones.filter((zone) => rangesOf(zone.ranges).check(address, family)).map((zone) => zone.name))
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4'
  return isIPv6(address) ? 'ipv6' : undefined
}

function rangesOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/')
    const family = familyOf(network)
    const length = Number(bits)
    if (!family || !/^\d{1,3}$/.test(bits) || length > (family === 'ipv4' ? 32 : 128)) {
      throw rangeInvalid(`${range} is no address range. Write it like 10.20.0.0/16.`, { range })
    }
    list.addSubnet(network, length, family)
  }
  return list
}

/** The zones of the company, and how much hangs on each. */
export async function listZones(ctx: Context): Promise<NetworkZone[]> {
  const uses = await countZoneUses(ctx.db)
  return (await store.listZones(ctx.db)).map((zone) => ({ ...zone, ...(uses.get(zone.name) ?? UNUSED) }))
}

/** Names a zone. @throws rangeInvalid, zoneNameTaken */
export async function createZone(ctx: Context, zone: NewNetworkZone): Promise<NetworkZone> {
  authorize(ctx.actor, 'identity:network-zone:write')
  rangesOf(zone.ranges)
  const row = { id: newId<'NetworkZone'>(ctx.nowMs), ...zone }
  try {
    await store.saveZone(ctx.db, row)
  } catch (error) {
    if (violates(error, 'network_zone_name')) {
      throw zoneNameTaken(`There is a zone named ${zone.name} already.`, {}, { cause: error })
    }
    throw error
  }
  ctx.audit({ action: 'identity.network-zone.create', object: `network-zone ${row.id}`, detail: { ...zone } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return { ...row, ...((await countZoneUses(ctx.db)).get(row.name) ?? UNUSED) }
}

/** Changes what a zone covers, for every grant that names it, at once. @throws zoneMissing, rangeInvalid */
export async function changeZone(ctx: Context, id: string, { ranges }: NetworkZoneChange): Promise<NetworkZone> {
  authorize(ctx.actor, 'identity:network-zone:write')
  rangesOf(ranges)
  const before = await store.lockZone(ctx.db, id)
  if (!before) throw zoneMissing(`There is no network zone ${id}.`)
  await store.updateRanges(ctx.db, id, ranges)
  ctx.audit({
    action: 'identity.network-zone.change',
    object: `network-zone ${id}`,
    detail: { name: before.name, before: before.ranges, after: ranges },
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return { ...before, ranges, ...((await countZoneUses(ctx.db)).get(before.name) ?? UNUSED) }
}

/** Removes a zone; grants that name it no longer count. @throws zoneMissing */
export async function removeZone(ctx: Context, id: string): Promise<void> {
  authorize(ctx.actor, 'identity:network-zone:write')
  const gone = await store.deleteZone(ctx.db, id)
  if (!gone) throw zoneMissing(`There is no network zone ${id}.`)
  ctx.audit({ action: 'identity.network-zone.remove', object: `network-zone ${id}`, detail: { name: gone.name } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}
