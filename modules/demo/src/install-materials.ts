import { DAY_MS, type Decimal, decimalOf, HOUR_MS, instant } from '@millrace/base'
import { bookMove, createMaterial, createReceipt, type MaterialId, setBill, setPolicy } from '@millrace/materials'
import type { EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { bills, materials, receipts, supplies } from './world-materials.ts'

/** Materials, bills, stock and what is on its way. @returns the materials by code */
export async function installMaterials(
  ctx: Context,
  anchorMs: number,
  idOf: (siteKey: string) => EquipmentId,
): Promise<(code: string) => MaterialId> {
  const ids = new Map<string, MaterialId>()
  for (const material of materials) ids.set(material.code, (await createMaterial(ctx, material)).id)
  const materialOf = (code: string) => {
    const id = ids.get(code)
    if (id === undefined) throw new Error(`The world knows no material ${code}.`)
    return id
  }
  for (const [code, items] of Object.entries(bills))
    await setBill(
      ctx,
      materialOf(code),
      items.map(([component, quantityPer, stepName, scrapRatio = 0]) => ({
        ...{ componentId: materialOf(component), quantityPer: quantityPer as Decimal, scrapRatio, stepName },
      })),
    )
  for (const {
    siteKey,
    code,
    supply,
    from,
    safetyStock,
    lot,
    unitCost,
    stock,
    leadTimeDays,
    responsible,
  } of supplies) {
    const place = { siteId: idOf(siteKey), materialId: materialOf(code) }
    await setPolicy(ctx, {
      ...{
        ...place,
        supply,
        leadTimeDays,
        responsible,
        unitCost: unitCost as Decimal,
        safetyStock: whole(safetyStock),
      },
      supplier: supply === 'buy' ? (from ?? null) : null,
      fromSiteId: supply === 'transfer' && from !== undefined ? idOf(from) : null,
      lot: lot ? { kind: 'multiple', minimum: whole(lot[0]), multiple: whole(lot[1]) } : { kind: 'lot-for-lot' },
    })
    await bookMove(ctx, { ...place, kind: 'count', quantity: whole(stock), reason: 'Opening stock' })
  }
  for (const { siteKey, code, reference, quantity, expectedDays } of receipts) {
    const supplier = supplies.find((one) => one.siteKey === siteKey && one.code === code && one.supply === 'buy')?.from
    await createReceipt(ctx, {
      ...{ siteId: idOf(siteKey), materialId: materialOf(code), quantity: whole(quantity), reference },
      ...{
        supplier: supplier ?? null,
        expectedAt: instant(Math.round((anchorMs + expectedDays * DAY_MS) / HOUR_MS) * HOUR_MS),
      },
    })
  }
  return materialOf
}

function whole(amount: number): Decimal {
  return decimalOf(amount * 1000)
}
