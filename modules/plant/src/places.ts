import { isUuid } from '@millrace/base'
import type { KnownPlace } from '@millrace/identity'
import type { Context, Place } from '@millrace/runtime'
import type { EquipmentId } from './contract.ts'
import { findEquipment, listExtents, listSites } from './equipment-store.ts'
import { shiftAt } from './rules.ts'

/** Where the places of grants are, for identity. */
export async function knownPlacesOf(ctx: Context, ids: readonly string[]): Promise<ReadonlyMap<string, KnownPlace>> {
  const rows = await listExtents(ctx.db, ids.filter(isUuid))
  return new Map(
    rows.map(({ placeId, siteId, level, name, below }) => [
      placeId,
      { siteId, name, level, equipment: level === 'site' ? 'all' : new Set<string>(below) },
    ]),
  )
}

/** The sites of the company, for identity. */
export function companySitesOf(ctx: Context): Promise<readonly { id: string; name: string }[]> {
  return listSites(ctx.db)
}

/** The shifts sites are in now, for identity. */
export async function runningShiftsAt(ctx: Context, siteIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const running = new Map<string, string>()
  for (const siteId of siteIds) {
    const found = await findEquipment(ctx.db, siteId as EquipmentId)
    const shift = found?.site ? shiftAt(found.site, ctx.nowMs) : undefined
    if (shift) running.set(siteId, shift.name)
  }
  return running
}

/** Equipment as the place of a permission. */
export function placeOfEquipment({ id, siteId }: { id: string; siteId: string }): Place {
  return id === siteId ? siteId : { siteId, equipmentId: id }
}
