import { DAY_MS, decimalOf, HOUR_MS, instant } from '@millrace/base'
import type { MaterialId } from '@millrace/materials'
import { createDemand } from '@millrace/planning'
import type { EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { demands } from './world-demand.ts'

/** What customers want in the next weeks. */
export async function installDemand(
  ctx: Context,
  anchorMs: number,
  idOf: (siteKey: string) => EquipmentId,
  materialOf: (code: string) => MaterialId,
): Promise<void> {
  for (const { siteKey, number, code, quantity, dueDays, priority, customer } of demands)
    await createDemand(ctx, {
      ...{ siteId: idOf(siteKey), number, materialId: materialOf(code), priority, customer },
      quantity: decimalOf(quantity * 1000),
      dueAt: instant(Math.round((anchorMs + dueDays * DAY_MS) / HOUR_MS) * HOUR_MS),
    })
}
