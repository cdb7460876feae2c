import { epochMs, instant } from '@millrace/base'
import { getSite, shiftsWithin } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { listExceptions, listGroups, listSetups, listTree } from './capacity-store.ts'
import { listOpenOrders } from './order-store.ts'
import { planSpan, type SiteState, type WorkUnit } from './problem-rules.ts'
import { listProducts } from './product-store.ts'

/** Reads everything that planning a site needs to know. @throws equipmentMissing there is no such site */
export async function readSiteState(ctx: Context, siteId: EquipmentId): Promise<SiteState> {
  const { site } = await getSite(ctx, siteId)
  const orders = await listOpenOrders(ctx.db, siteId)
  const last = orders.at(-1)
  const span = planSpan(ctx.nowMs, last && epochMs(last.dueAt))
  const products = await listProducts(ctx.db, siteId)
  return {
    ...{ siteId, timeZone: site.timeZone, nowMs: ctx.nowMs, span, products, orders },
    shifts: shiftsWithin(site, span.originMs, span.toMs),
    units: unitsOf(
      await listTree(ctx.db, siteId),
      new Set(products.flatMap(({ steps }) => steps.flatMap((step) => step.alternatives.map((one) => one.workUnitId)))),
    ),
    setups: await listSetups(ctx.db, siteId),
    groups: await listGroups(ctx.db, siteId),
    exceptions: await listExceptions(ctx.db, siteId, instant(span.originMs)),
  }
}

type TreeRow = Awaited<ReturnType<typeof listTree>>[number]

/** The machines that some routing uses, in the order of the tree. */
function unitsOf(tree: readonly TreeRow[], used: ReadonlySet<EquipmentId>): WorkUnit[] {
  const below = Map.groupBy(tree, ({ parentId }) => parentId)
  const walk = (parent: TreeRow | null): WorkUnit[] =>
    (below.get(parent?.id ?? null) ?? []).flatMap((row) => [
      ...(used.has(row.id) ? [{ id: row.id, name: row.name, group: parent?.name ?? '' }] : []),
      ...walk(row),
    ])
  return walk(null)
}
