import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { listTree } from './capacity-store.ts'
import { tellScreens } from './draft.ts'
import { type Fences, fenceInvalid, fenceMisplaced, type NewFences, USUAL_FENCE } from './fence-contract.ts'
import * as store from './fence-store.ts'

/** How long the near future of a site's places is kept as it is. @throws equipmentMissing, forbidden */
export async function getFences(ctx: Context, siteId: EquipmentId): Promise<Fences> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  return { usual: USUAL_FENCE, items: await store.listFences(ctx.db, siteId) }
}

/**
 * Says how long the near future of a site's places is kept as it is. The plan stays; what changes it from now on keeps to it.
 *
 * @throws equipmentMissing, forbidden
 * @throws fenceMisplaced  a place is none of this site, or a machine
 * @throws fenceInvalid    a place is named twice, or something is frozen that is not slushy
 */
export async function setFences(ctx: Context, { siteId, items }: NewFences): Promise<Fences> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:publish', siteId)
  const places = new Map((await listTree(ctx.db, siteId)).map((one) => [one.id, one]))
  for (const { placeId, frozenMinutes, slushyMinutes } of items) {
    const place = places.get(placeId)
    if (!place || place.level === 'work-unit')
      throw fenceMisplaced(`${place?.name ?? placeId} has no fence of its own.`)
    if (slushyMinutes < frozenMinutes)
      throw fenceInvalid(`What is frozen at ${place.name} needs a reason too: the second fence is at least as far.`)
  }
  if (new Set(items.map(({ placeId }) => placeId)).size < items.length)
    throw fenceInvalid('Each place has one fence at most.')
  const before = await store.listFences(ctx.db, siteId)
  await store.replaceFences(ctx.db, siteId, items)
  const told = (fences: typeof items) =>
    Object.fromEntries(
      fences.map(({ placeId, frozenMinutes, slushyMinutes }) => [
        places.get(placeId)?.name ?? placeId,
        `${frozenMinutes} / ${slushyMinutes} min`,
      ]),
    )
  ctx.audit({
    ...{ action: 'planning.fences.change', object: `site ${siteId}`, siteId },
    ...{ before: told(before), after: told(items), detail: {} },
  })
  tellScreens(ctx, siteId)
  return { usual: USUAL_FENCE, items: [...items] }
}
