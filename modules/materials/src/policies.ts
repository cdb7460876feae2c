import { thousandthsOf } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { materialMissing, quantityInvalid, type SitePolicy, sourceInvalid } from './contract.ts'
import { definitionChanged } from './event-contract.ts'
import { findMaterial } from './material-store.ts'
import * as store from './policy-store.ts'

/** How a site comes by its materials. @throws equipmentMissing, forbidden */
export async function listPolicies(ctx: Context, siteId: EquipmentId): Promise<SitePolicy[]> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'materials:stock:read', siteId)
  return store.listPolicies(ctx.db, siteId)
}

/**
 * Says how a site comes by a material.
 *
 * @throws equipmentMissing, materialMissing, forbidden
 * @throws sourceInvalid    a source that does not fit the kind of supply
 * @throws quantityInvalid  a lot of nothing
 */
export async function setPolicy(ctx: Context, policy: SitePolicy): Promise<SitePolicy> {
  const { siteId, materialId, supply, fromSiteId, supplier, lot } = policy
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'materials:supply:write', siteId)
  const material = await findMaterial(ctx.db, materialId)
  if (!material) throw materialMissing(`There is no material ${materialId}.`)
  if ((supply === 'transfer') !== (fromSiteId !== null))
    throw sourceInvalid('A transfer names the plant it comes from, and nothing else does.')
  if (fromSiteId === siteId) throw sourceInvalid('A plant cannot supply itself.')
  if (fromSiteId !== null) await getSite(ctx, fromSiteId)
  if (supplier !== null && supply !== 'buy') throw sourceInvalid('Only what is bought has a supplier.')
  if (lot.kind === 'multiple' && thousandthsOf(lot.multiple) === 0)
    throw quantityInvalid('Lots come in multiples of more than nothing.')
  await store.savePolicy(ctx.db, policy)
  ctx.audit({
    ...{ action: 'materials.policy.set', object: `material ${materialId}`, siteId },
    detail: { name: material.name, supply, supplier, leadTimeDays: policy.leadTimeDays },
  })
  await ctx.emit(definitionChanged({ materialId }))
  return policy
}
