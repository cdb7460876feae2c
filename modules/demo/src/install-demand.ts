import { atWallClock, DAY_MS, decimalOf, instant, wallClock } from '@millrace/base'
import type { MaterialId } from '@millrace/materials'
import { createDemand } from '@millrace/planning'
import type { EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { demands } from './world-demand.ts'
import { sites } from './world-sites.ts'

/** By then the lorry leaves. */
const LORRY_MINUTE = 16 * 60

/** What customers want in the next weeks. */
export async function installDemand(
  ctx: Context,
  anchorMs: number,
  idOf: (siteKey: string) => EquipmentId,
  materialOf: (code: string) => MaterialId,
): Promise<void> {
  const zoneOf = new Map(sites.map(({ key, timeZone }) => [key, timeZone]))
  for (const { siteKey, number, code, quantity, dueDays, priority, customer } of demands)
    await createDemand(ctx, {
      ...{ siteId: idOf(siteKey), number, materialId: materialOf(code), priority, customer },
      quantity: decimalOf(quantity * 1000),
      dueAt: lorryAt(anchorMs + dueDays * DAY_MS, zoneOf.get(siteKey) ?? 'UTC'),
    })
}

function lorryAt(ms: number, timeZone: string) {
  const { year, month, day } = wallClock(ms, timeZone)
  return instant(atWallClock(year, month, day, LORRY_MINUTE, timeZone))
}
