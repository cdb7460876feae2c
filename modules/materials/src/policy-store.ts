import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import { MATERIAL_LIMIT, type MaterialId, type SitePolicy } from './contract.ts'
import { shortest } from './material-store.ts'
import './tables.ts'

const COLUMNS = [
  ...(['siteId', 'materialId', 'supply', 'fromSiteId', 'supplier', 'leadTimeDays'] as const),
  ...(['safetyStock', 'lotMinimum', 'lotMultiple', 'unitCost', 'responsible'] as const),
] as const

/** How a site comes by its materials: all of them, or one. */
export async function listPolicies(db: Db, siteId: EquipmentId, materialId?: MaterialId): Promise<SitePolicy[]> {
  let found = db.selectFrom('materials.sitePolicy').select(COLUMNS).where('siteId', '=', siteId)
  if (materialId !== undefined) found = found.where('materialId', '=', materialId)
  const rows = await found.orderBy('materialId').limit(MATERIAL_LIMIT).execute()
  return rows.map(({ lotMinimum, lotMultiple, ...row }) => ({
    ...row,
    safetyStock: shortest(row.safetyStock),
    unitCost: shortest(row.unitCost),
    lot:
      lotMinimum !== null && lotMultiple !== null
        ? { kind: 'multiple', minimum: shortest(lotMinimum), multiple: shortest(lotMultiple) }
        : { kind: 'lot-for-lot' },
  }))
}

export async function savePolicy(db: Db, { lot, ...policy }: SitePolicy): Promise<void> {
  const { siteId, materialId, ...rest } = policy
  const change = {
    ...rest,
    lotMinimum: lot.kind === 'multiple' ? lot.minimum : null,
    lotMultiple: lot.kind === 'multiple' ? lot.multiple : null,
  }
  await db
    .insertInto('materials.sitePolicy')
    .values({ siteId, materialId, ...change })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'siteId', 'materialId']).doUpdateSet(change))
    .execute()
}
