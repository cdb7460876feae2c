import { DAY_MS, epochMs, instant } from '@millrace/base'
import { readSupply } from '@millrace/materials'
import type { MaterialId } from '@millrace/materials/contract'
import { getSite, listEquipment, shiftsWithin } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { listExceptions } from './capacity-store.ts'
import { dayOf, momentOf } from './day-rules.ts'
import { listOpenDemands } from './demand-store.ts'
import type { MaterialForecast } from './forecast-demand-rules.ts'
import { listForecastInForce } from './forecasts.ts'
import { REQUIREMENT_WEEKS } from './requirement-contract.ts'
import type { RequirementState, SiteRequirements } from './requirement-problem-rules.ts'
import { listMadeMaterials, listOrderSupplies } from './requirement-store.ts'

/** How far requirements look. */
export const HORIZON_DAYS = REQUIREMENT_WEEKS * 7

export async function readRequirementState(ctx: Context): Promise<RequirementState> {
  const sites: SiteRequirements[] = []
  for (const { id } of (await listEquipment(ctx)).filter(({ level }) => level === 'site'))
    sites.push(await readSiteRequirements(ctx, id))
  return { nowMs: ctx.nowMs, sites }
}

/** What is wanted of a site, and how it comes by it. Asks for no permission. @throws equipmentMissing */
export async function readSiteRequirements(ctx: Context, siteId: EquipmentId): Promise<SiteRequirements> {
  const { site, name: siteName } = await getSite(ctx, siteId)
  const orders = await listOrderSupplies(ctx.db, siteId)
  const demands = await listOpenDemands(ctx.db, siteId)
  const forecasts = await readForecasts(ctx, siteId)
  const wanted = new Set<MaterialId>([...orders, ...demands, ...forecasts].map(({ materialId }) => materialId))
  return {
    ...{ siteId, siteName, timeZone: site.timeZone, orders, demands, forecasts },
    supply: await readSupply(ctx, siteId, [...wanted]),
    isOpen: await openDays(ctx, siteId, site),
  }
}

/** Forecasts are of products; what nobody has named the material of, requirements know nothing of. */
async function readForecasts(ctx: Context, siteId: EquipmentId): Promise<MaterialForecast[]> {
  const materialOf = new Map(
    (await listMadeMaterials(ctx.db, siteId)).map(({ productId, materialId }) => [productId, materialId]),
  )
  return (await listForecastInForce(ctx, siteId)).flatMap(({ productId, weekOn, quantity }) => {
    const materialId = materialOf.get(productId)
    return materialId && quantity > 0 ? [{ materialId, weekOn, quantity }] : []
  })
}

type SiteDetail = Awaited<ReturnType<typeof getSite>>['site']

/** Days on which a shift begins that is no holiday. */
async function openDays(ctx: Context, siteId: EquipmentId, site: SiteDetail): Promise<boolean[]> {
  const days = { timeZone: site.timeZone, nowMs: ctx.nowMs }
  const fromMs = epochMs(momentOf(days, 0, 0))
  const isOpen = Array.from({ length: HORIZON_DAYS }, () => false)
  for (const { startMs } of shiftsWithin(site, fromMs, fromMs + HORIZON_DAYS * DAY_MS)) {
    const day = dayOf(days, instant(startMs))
    if (day >= 0 && day < HORIZON_DAYS) isOpen[day] = true
  }
  // A site without shifts is one that nobody has described yet: it works every day.
  if (!isOpen.includes(true)) isOpen.fill(true)
  for (const { kind, workUnitId, startAt, endAt } of await listExceptions(ctx.db, siteId, ctx.now)) {
    if (kind !== 'holiday' || workUnitId !== null) continue
    for (let day = Math.max(0, dayOf(days, startAt)); day < HORIZON_DAYS; day++) {
      const isWhole = momentOf(days, day, 0) >= startAt && momentOf(days, day + 1, 0) <= endAt
      if (isWhole) isOpen[day] = false
      else if (momentOf(days, day, 0) > endAt) break
    }
  }
  return isOpen
}
