import { epochMs, instant } from '@millrace/base'
import { readSupply } from '@millrace/materials'
import { getSite, shiftsWithin } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { listAbsences } from './absence-store.ts'
import { listExceptions, listGroups, listSetups, listTree } from './capacity-store.ts'
import type { Fence } from './fence-contract.ts'
import { fenceOf } from './fence-rules.ts'
import { listFences } from './fence-store.ts'
import { lastComingMs, needsOf } from './material-rules.ts'
import { listOpenOrders } from './order-store.ts'
import { listPaces } from './pace-store.ts'
import { planSpan, type SiteState, type WorkUnit } from './problem-rules.ts'
import { listProducts } from './product-store.ts'
import { listTools, listTransports, listUnitCapacities } from './resource-store.ts'

/** Reads everything that planning a site needs to know; nothing is split in it. @throws equipmentMissing there is no such site */
export async function readSiteState(ctx: Context, siteId: EquipmentId): Promise<SiteState> {
  const { site } = await getSite(ctx, siteId)
  const orders = await listOpenOrders(ctx.db, siteId)
  const last = orders.at(-1)
  const products = await listProducts(ctx.db, siteId)
  const made = products.flatMap(({ materialId }) => materialId ?? [])
  const supply = await readSupply(ctx, siteId, made)
  const needs = needsOf(orders, new Map(products.map((one) => [one.id, one])), supply)
  const span = planSpan(ctx.nowMs, last && epochMs(last.dueAt), lastComingMs(needs, supply, ctx.nowMs))
  return {
    ...{ siteId, timeZone: site.timeZone, nowMs: ctx.nowMs, span, products, orders, supply },
    shifts: shiftsWithin(site, span.originMs, span.toMs),
    units: unitsOf(
      await listTree(ctx.db, siteId),
      await listFences(ctx.db, siteId),
      new Set(products.flatMap(({ steps }) => steps.flatMap((step) => step.alternatives.map((one) => one.workUnitId)))),
    ),
    setups: await listSetups(ctx.db, siteId),
    groups: await listGroups(ctx.db, siteId),
    exceptions: await listExceptions(ctx.db, siteId, instant(span.originMs)),
    absences: await listAbsences(ctx.db, siteId, instant(span.originMs)),
    paces: await listPaces(ctx.db, siteId),
    tools: await listTools(ctx.db, siteId),
    capacities: await listUnitCapacities(ctx.db, siteId),
    ways: await listTransports(ctx.db, siteId),
    splits: new Map(),
  }
}

type TreeRow = Awaited<ReturnType<typeof listTree>>[number]

/** The machines that some routing uses, in the order of the tree. */
function unitsOf(tree: readonly TreeRow[], fences: readonly Fence[], used: ReadonlySet<EquipmentId>): WorkUnit[] {
  const byId = new Map(tree.map((row) => [row.id, row]))
  const own = new Map(fences.map((one) => [one.placeId, one]))
  const below = Map.groupBy(tree, ({ parentId }) => parentId)
  const walk = (parent: TreeRow | null, areaId: EquipmentId | undefined): WorkUnit[] =>
    (below.get(parent?.id ?? null) ?? []).flatMap((row) => [
      ...(used.has(row.id)
        ? [{ id: row.id, name: row.name, group: parent?.name ?? '', areaId, fence: fenceOf(row.id, byId, own) }]
        : []),
      ...walk(row, row.level === 'area' ? row.id : areaId),
    ])
  return walk(null, undefined)
}
