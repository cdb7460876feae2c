import { DAY_MS, HOUR_MS, instant, MINUTE_MS, wallClock } from '@millrace/base'
import { changeEnergySite, createTariff, saveSlots, setMachinePower } from '@millrace/planning'
import type { EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { expectedSolarKw, powers, tariffs } from './world-energy.ts'
import { sites } from './world-sites.ts'

const FORECAST_MS = 14 * DAY_MS
const VALID_FROM = '2026-01-01'

/** What electricity costs the company, what its roofs will give, and what its machines draw. */
export async function installEnergy(ctx: Context, idOf: (key: string) => EquipmentId, anchorMs: number): Promise<void> {
  for (const { siteKey, name, otherwisePerKwh, steps, peakChargePerKw, ...site } of tariffs) {
    const siteId = idOf(siteKey)
    const { baseLoadKw, carbonGramsPerKwh, peakReachedKw } = site
    await createTariff(ctx, {
      ...{ siteId, name, validFrom: VALID_FROM, validTo: null, otherwisePerKwh, peakChargePerKw },
      steps: steps.map((step) => ({ ...step, weekdays: [...step.weekdays] })),
      spotExpectedPerKwh: null,
    })
    await changeEnergySite(ctx, { siteId, baseLoadKw, carbonGramsPerKwh, peakReachedKw })
    const { timeZone, solarKwp } = sites.find(({ key }) => key === siteKey) ?? { timeZone: 'UTC', solarKwp: 0 }
    const fromMs = Math.floor(anchorMs / HOUR_MS) * HOUR_MS
    const slots = Array.from({ length: FORECAST_MS / HOUR_MS }, (_, index) => {
      const atMs = fromMs + index * HOUR_MS
      const { hour, day } = wallClock(atMs + 30 * MINUTE_MS, timeZone)
      return { startAt: instant(atMs), value: expectedSolarKw(solarKwp, hour + 0.5, day) }
    })
    await saveSlots(ctx, { siteId, kind: 'generation', minutes: 60, slots })
  }
  for (const [key, { switchOn, ...power }] of Object.entries(powers))
    await setMachinePower(ctx, {
      ...{ workUnitId: idOf(key), ...power, families: [], maySwitchOff: switchOn !== undefined },
      ...{ switchOnKwh: switchOn?.kwh ?? 0, switchOnMinutes: switchOn?.minutes ?? 0 },
    })
}
