import { DAY_MS, epochMs, instant, MINUTE_MS, now, SECOND_MS, wallClock } from '@millrace/base'
import {
  computeForecasts,
  createGroup,
  createOrder,
  createProduct,
  createTool,
  followShifts,
  planAndPublish,
  recordSales,
  recordShifts,
  setSetups,
  setTransports,
  setUnitCapacity,
} from '@millrace/planning'
import { type EquipmentId, listEquipment } from '@millrace/plant'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { installDemand } from './install-demand.ts'
import { installEnergy } from './install-energy.ts'
import { installExceptions } from './install-exceptions.ts'
import { installMaterials } from './install-materials.ts'
import { machines } from './world-machines.ts'
import { operatorGroups, orders, products, setupMinutes, tools, transports, unitCapacities } from './world-orders.ts'
import { SALES_WEEKS, salesUntil } from './world-sales.ts'
import { areas, type SiteKey, sites } from './world-sites.ts'

/** Searching longer would make the plan better, and the first minutes slower. */
const BUDGET_MS = 3 * SECOND_MS
/** The plan is from two days ago, so that it has a past and something is under way. */
const PLANNED_AGO_MS = 2 * DAY_MS
const QUARTER_MS = 15 * MINUTE_MS

/** What the company makes and for whom: products, tools, furnaces, ways, set-up times, people, orders. */
export async function installOrders(ctx: Context, anchorMs: number): Promise<void> {
  const idOf = await placeIds(ctx)
  const materialOf = await installMaterials(ctx, anchorMs, idOf)
  const toolIds = new Map<string, Awaited<ReturnType<typeof createTool>>['id']>()
  for (const { siteKey, name, count } of tools)
    toolIds.set(name, (await createTool(ctx, { siteId: idOf(siteKey), name, count })).id)
  for (const { machine, chargeKg, count = 1 } of unitCapacities)
    await setUnitCapacity(ctx, {
      ...{ workUnitId: idOf(machine), count, kind: chargeKg === undefined ? 'machine' : 'batch' },
      load: chargeKg === undefined ? null : { most: chargeKg, unit: 'kg' },
    })
  for (const { key } of sites) {
    const own = transports.filter(({ from }) => areas.some((area) => area.key === from && area.siteKey === key))
    const ways = own.map(({ from, to, minutes }) => ({ fromAreaId: idOf(from), toAreaId: idOf(to), minutes }))
    await setTransports(ctx, { siteId: idOf(key), ways })
  }
  const productIds = new Map<string, Awaited<ReturnType<typeof createProduct>>['id']>()
  for (const { siteKey, code, name, family, steps } of products) {
    const product = await createProduct(ctx, {
      ...{ siteId: idOf(siteKey), code, name, family, materialId: materialOf(code) },
      steps: steps.map(({ name, machines, minutesPerPiece, setupFamily, whole, operators, tool, ...more }) => {
        const toolId = toolIds.get(tool ?? '')
        return {
          ...{ name, setupFamily: setupFamily ?? family, splittable: whole === undefined, ...more },
          operators: operators ? { ...operators, count: 1 } : null,
          alternatives: machines.map((key) => ({ workUnitId: idOf(key), minutesPerPiece })),
          ...(toolId && { tools: [{ toolId, count: 1 }] }),
        }
      }),
    })
    productIds.set(code, product.id)
  }
  for (const [key, otherwiseMinutes] of Object.entries(setupMinutes))
    await setSetups(ctx, { workUnitId: idOf(key), otherwiseMinutes, changes: [] })
  for (const { siteKey, name, skills, headcounts } of operatorGroups)
    await createGroup(ctx, {
      ...{ siteId: idOf(siteKey), name, skills: [...skills] },
      headcounts: Object.entries(headcounts).map(([shift, count]) => ({ shift, count })),
    })
  for (const { key, timeZone } of sites) await recordSales(ctx, idOf(key), salesOf(key, timeZone, anchorMs, productIds))
  await installExceptions(ctx, anchorMs, idOf)
  await installEnergy(ctx, idOf, anchorMs)
  const at = (days: number) => instant(Math.round((anchorMs + days * DAY_MS) / QUARTER_MS) * QUARTER_MS)
  for (const { siteKey, number, productCode, quantity, releaseDays, dueDays, priority, customer } of orders) {
    const productId = productIds.get(productCode)
    if (!productId) throw new Error(`The world makes no ${productCode}.`)
    await createOrder(ctx, {
      ...{ siteId: idOf(siteKey), number, productId, quantity, priority, customer },
      ...{ releaseAt: at(-releaseDays), dueAt: at(dueDays) },
    })
  }
  await installDemand(ctx, anchorMs, idOf, materialOf)
}

type ProductIds = ReadonlyMap<string, Awaited<ReturnType<typeof createProduct>>['id']>

/** What a plant's products sold in the whole weeks before the present, by the Mondays of its calendar. */
function salesOf(siteKey: SiteKey, timeZone: string, anchorMs: number, productIds: ProductIds) {
  const { year, month, day, weekday } = wallClock(anchorMs, timeZone)
  const mondayMs = Date.UTC(year, month - 1, day - weekday + 1)
  const dayOfYear = (mondayMs - Date.UTC(year, 0, 1)) / DAY_MS
  return salesUntil(dayOfYear)
    .filter((one) => one.siteKey === siteKey)
    .flatMap(({ productCode, weeks }) =>
      weeks.flatMap((quantity, at) => {
        const productId = productIds.get(productCode)
        const weekOn = new Date(mondayMs - (SALES_WEEKS - at) * 7 * DAY_MS).toISOString().slice(0, 10)
        return quantity === null || productId === undefined ? [] : [{ productId, weekOn, quantity }]
      }),
    )
}

/** Sites, areas and machines of the world by key. */
export async function placeIds(ctx: Context): Promise<(key: string) => EquipmentId> {
  const equipment = await listEquipment(ctx)
  const ids = new Map<string, EquipmentId>()
  for (const { key, name } of sites) {
    const site = equipment.find((one) => one.level === 'site' && one.name === name)
    if (!site) continue
    ids.set(key, site.id)
    for (const area of areas.filter((one) => one.siteKey === key)) {
      const found = equipment.find((one) => one.siteId === site.id && one.level === 'area' && one.name === area.name)
      if (found) ids.set(area.key, found.id)
    }
    for (const machine of machines.filter((one) => one.siteKey === key)) {
      const found = equipment.find(
        (one) => one.siteId === site.id && one.level === 'work-unit' && one.name === machine.name,
      )
      if (found) ids.set(machine.key, found.id)
    }
  }
  return (key) => {
    const id = ids.get(key)
    if (id === undefined) throw new Error(`The world knows no ${key}.`)
    return id
  }
}

/** Forecasts what both plants sell. Never in the way, as their planning. */
export async function forecastPlants(
  runtime: Runtime,
  enterpriseId: string,
  siteIds: readonly EquipmentId[],
  signal: AbortSignal,
): Promise<void> {
  const actor = systemActor(enterpriseId, 'demo')
  for (const siteId of siteIds) {
    if (signal.aborted) return
    await computeForecasts((act) => inContext(runtime, actor, act), siteId, signal).catch((error: unknown) =>
      runtime.log.error('What a plant of the demo company sells could not be forecast.', { siteId }, error),
    )
  }
}

/** Plans both plants and publishes the plans. Never in the way: in threads, after everything else, and a failure is only told. */
export async function planPlants(
  runtime: Runtime,
  enterpriseId: string,
  siteIds: readonly EquipmentId[],
  signal: AbortSignal,
): Promise<void> {
  const actor = systemActor(enterpriseId, 'demo')
  for (const siteId of siteIds) {
    if (signal.aborted) return
    const asOfMs = epochMs(now()) - PLANNED_AGO_MS
    await planAndPublish(actor, siteId, { budgetMs: BUDGET_MS, asOfMs })
      .then(() =>
        inContext(runtime, actor, async (ctx) => {
          await recordShifts(ctx, siteId, asOfMs)
          // What became of them is known from the history.
          await followShifts(ctx)
        }),
      )
      .catch((error: unknown) =>
        runtime.log.error('A plant of the demo company could not be planned.', { siteId }, error),
      )
  }
}
