import { isTimeZone, newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import {
  type Equipment,
  type EquipmentId,
  type EquipmentLevel,
  equipmentChanged,
  equipmentMisplaced,
  equipmentMissing,
  type NewEquipment,
  type NewSite,
  nameTaken,
  type SiteDetail,
  shiftInvalid,
  timeZoneUnknown,
} from './contract.ts'
import * as store from './equipment-store.ts'
import { placeOfEquipment } from './places.ts'
import { isShift, mayStandBelow } from './rules.ts'

/** A site with what only a site has. */
export type Site = Equipment & { site: SiteDetail }

/** The tree as far as the actor may see it: sites first, then level by level. */
export async function listEquipment(ctx: Context): Promise<Equipment[]> {
  const reach = reachOf(ctx.actor, 'plant:equipment:read')
  return reach === undefined ? [] : store.listEquipment(ctx.db, reach)
}

/**
 * One piece of equipment of the enterprise. Asks for no permission: for use cases that ask for their own at its site.
 *
 * @throws equipmentMissing
 */
export async function getEquipment(ctx: Context, id: EquipmentId): Promise<Equipment> {
  const found = await store.findEquipment(ctx.db, id)
  if (!found) throw equipmentMissing(`There is no equipment ${id}.`)
  return found
}

/**
 * A site. Asks for no permission, like {@link getEquipment}.
 *
 * @throws equipmentMissing also for equipment that is not a site
 */
export async function getSite(ctx: Context, id: EquipmentId): Promise<Site> {
  const { site, ...equipment } = await getEquipment(ctx, id)
  if (!site) throw equipmentMissing(`There is no site ${id}.`)
  return { ...equipment, site }
}

const NO_SITE_CURRENCY = 'EUR'

/**
 * The currency that a company counts in across its sites: that of the site it began with, whoever asks and whatever they may see. What
 * concerns one site alone, such as its tariffs, is in that site's own currency. Asks for no permission, like {@link getEquipment}.
 *
 * @returns an ISO 4217 code; EUR while there is no site
 */
export async function getCompanyCurrency(ctx: Context): Promise<string> {
  return (await store.findFirstSite(ctx.db))?.currency ?? NO_SITE_CURRENCY
}

/**
 * Adds a site, after the ones there are.
 *
 * @throws timeZoneUnknown, shiftInvalid, nameTaken
 */
export async function createSite(ctx: Context, site: NewSite): Promise<Site> {
  authorize(ctx.actor, 'plant:equipment:write')
  const { name, ...detail } = site
  if (!isTimeZone(detail.timeZone)) throw timeZoneUnknown(`There is no time zone ${detail.timeZone}.`)
  const wrong = detail.shifts.find((shift) => !isShift(shift))
  if (wrong) throw shiftInvalid(`Shift ${wrong.name} must end after it starts, within a day.`)

  const id = newId<'Equipment'>(ctx.nowMs)
  const position = await store.nextPosition(ctx.db, null)
  await add(ctx, { id, parentId: null, siteId: id, level: 'site', name, kind: null, position, site: detail }, null)
  return getSite(ctx, id)
}

/**
 * Adds an area, work center or work unit below another piece of equipment, after its siblings.
 *
 * @throws equipmentMissing    there is no such parent
 * @throws equipmentMisplaced  the level does not belong below the parent's
 * @throws nameTaken
 */
export async function createEquipment(ctx: Context, equipment: NewEquipment): Promise<Equipment> {
  const parent = await getEquipment(ctx, equipment.parentId)
  authorize(ctx.actor, 'plant:equipment:write', placeOfEquipment(parent))
  const { level, kind, name } = equipment
  if (!mayStandBelow(parent.level, level)) {
    throw equipmentMisplaced(`A ${words(level)} cannot stand directly below a ${words(parent.level)}.`)
  }
  if (kind !== undefined && level !== 'work-unit') throw equipmentMisplaced('Only a work unit has a kind.')

  const position = await store.nextPosition(ctx.db, parent.id)
  return add(
    ctx,
    {
      id: newId(ctx.nowMs),
      parentId: parent.id,
      siteId: parent.siteId,
      level,
      name,
      kind: kind ?? null,
      position,
      site: null,
    },
    parent.level,
  )
}

async function add(ctx: Context, equipment: Equipment, parentLevel: EquipmentLevel | null): Promise<Equipment> {
  try {
    const added = await store.addEquipment(ctx.db, equipment, parentLevel)
    await ctx.emit(equipmentChanged({ equipmentId: added.id, siteId: added.siteId }))
    ctx.audit({
      action: 'plant.equipment.create',
      object: `equipment ${added.id}`,
      detail: { level: added.level, name: added.name, parentId: added.parentId },
    })
    return added
  } catch (error) {
    if (violates(error, 'equipment_name')) {
      throw nameTaken(`There is a ${equipment.name} already.`, {}, { cause: error })
    }
    throw error
  }
}

function words(level: EquipmentLevel): string {
  return level.replace('-', ' ')
}
