import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import type { MaterialId, SiteSupply } from './contract.ts'
import { findMaterials, listBillsBelow } from './material-store.ts'
import { listPolicies } from './policy-store.ts'
import { listOpenReceipts } from './receipt-store.ts'
import { listStockOf } from './stock-store.ts'

/**
 * Reads what a site makes its products of and what it has of that. It asks nobody whether they may: whoever calls has
 * decided that.
 *
 * @param productIds materials that the site makes, whether it has a policy for them or not
 */
export async function readSupply(
  ctx: Context,
  siteId: EquipmentId,
  productIds: readonly MaterialId[],
): Promise<SiteSupply> {
  const policies = await listPolicies(ctx.db, siteId)
  const bills = await listBillsBelow(ctx.db, [
    ...new Set([...productIds, ...policies.map(({ materialId }) => materialId)]),
  ])
  const stock = await listStockOf(ctx.db, siteId)
  const receipts = await listOpenReceipts(ctx.db, siteId)
  const named = new Set([
    ...productIds,
    ...[...policies, ...stock, ...receipts].map(({ materialId }) => materialId),
    ...bills.flatMap(({ materialId, items }) => [materialId, ...items.map(({ componentId }) => componentId)]),
  ])
  return { materials: await findMaterials(ctx.db, [...named]), bills, policies, stock, receipts }
}
