import { DAY_MS, decimalOf, epochMs, instant, thousandthsOf } from '@millrace/base'
import { getCompanyCurrency, getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { type MaterialDefinition, type MaterialId, materialMissing, type SiteSupply } from './contract.ts'
import { type PlannedFlows, plannedFlows } from './extension-points.ts'
import { findMaterials } from './material-store.ts'
import {
  FLOW_LIMIT,
  type MaterialOutlook,
  OUTLOOK_LIMIT,
  type SiteOutlook,
  type StockOutlook,
} from './outlook-contract.ts'
import { type Projection, projectStock, type StockFlow } from './outlook-rules.ts'
import { readSupply } from './supply.ts'

/** How far is looked ahead where nothing is planned. */
const AHEAD_MS = 28 * DAY_MS
/** What should have come already is assumed to come a day from now, as planning assumes. */
const OVERDUE_MS = DAY_MS

/** What becomes of every material of a site by its plan, those that run short first. @throws equipmentMissing, forbidden */
export async function getOutlook(ctx: Context, siteId: EquipmentId): Promise<SiteOutlook> {
  const { supply, planned, flowsOf } = await read(ctx, siteId)
  const own = new Set([
    ...[...supply.policies, ...supply.stock, ...supply.receipts].map(({ materialId }) => materialId),
    ...planned.flows.map(({ materialId }) => materialId),
  ])
  const materials = await findMaterials(ctx.db, [...own])
  const items = materials
    .map((material) => outlookOf(ctx, material, supply, flowsOf(material.id)).outlook)
    .sort((a, b) => urgency(a).localeCompare(urgency(b)))
    .slice(0, OUTLOOK_LIMIT)
  return { siteId, plan: planned.plan, fromAt: ctx.now, untilAt: instant(planned.untilMs), items }
}

/** What becomes of one material of a site, move by move. @throws equipmentMissing, forbidden, materialMissing */
export async function getMaterialOutlook(
  ctx: Context,
  { siteId, materialId }: { siteId: EquipmentId; materialId: MaterialId },
): Promise<MaterialOutlook> {
  const { supply, planned, flowsOf } = await read(ctx, siteId)
  const [material] = await findMaterials(ctx.db, [materialId])
  if (!material) throw materialMissing(`There is no material ${materialId}.`)
  const { outlook, projection } = outlookOf(ctx, material, supply, flowsOf(materialId))
  return {
    ...{ siteId, plan: planned.plan, fromAt: ctx.now, untilAt: instant(planned.untilMs), outlook },
    flows: projection.flows.slice(0, FLOW_LIMIT).map(({ atMs, kind, change, after, text }) => ({
      ...{ at: instant(atMs), kind, change: decimalOf(change), after: decimalOf(after), text },
    })),
    receipts: supply.receipts.filter((one) => one.materialId === materialId),
    currency: await getCompanyCurrency(ctx),
  }
}

async function read(ctx: Context, siteId: EquipmentId) {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'materials:stock:read', siteId)
  const supply = await readSupply(ctx, siteId, [])
  const [answer] = await ctx.ask(plannedFlows, siteId)
  const planned: PlannedFlows = answer ?? { plan: 'none', untilMs: ctx.nowMs + AHEAD_MS, flows: [] }
  const receipts = supply.receipts.map((receipt) => ({
    ...{ materialId: receipt.materialId, kind: 'receipt' as const, text: receipt.reference },
    atMs: epochMs(receipt.expectedAt) <= ctx.nowMs ? ctx.nowMs + OVERDUE_MS : epochMs(receipt.expectedAt),
    change: thousandthsOf(receipt.quantity),
  }))
  const flows = Map.groupBy([...planned.flows, ...receipts], ({ materialId }) => materialId)
  return { supply, planned, flowsOf: (id: MaterialId): readonly StockFlow[] => flows.get(id) ?? [] }
}

function outlookOf(
  ctx: Context,
  material: MaterialDefinition,
  { policies, stock, receipts }: SiteSupply,
  flows: readonly StockFlow[],
): { outlook: StockOutlook; projection: Projection } {
  const policy = policies.find(({ materialId }) => materialId === material.id)
  const lies = stock.find(({ materialId }) => materialId === material.id)
  const own = receipts.filter(({ materialId }) => materialId === material.id)
  const onHand = lies ? thousandthsOf(lies.quantity) : 0
  const projection = projectStock(onHand, policy ? thousandthsOf(policy.safetyStock) : 0, flows, ctx.nowMs)
  const { taken, made, expected, shortMs, shortage, lowMs, reachDays } = projection
  return {
    projection,
    outlook: {
      ...{ material, policy: policy ?? null, onHand: decimalOf(onHand), countedAt: lies?.countedAt ?? null },
      ...{ taken: decimalOf(taken), made: decimalOf(made), expected: decimalOf(expected) },
      nextAt: own[0]?.expectedAt ?? null,
      overdue: own.some(({ expectedAt }) => epochMs(expectedAt) <= ctx.nowMs),
      reachDays: reachDays ?? null,
      shortAt: shortMs === undefined ? null : instant(shortMs),
      shortQuantity: decimalOf(shortage),
      lowAt: lowMs === undefined ? null : instant(lowMs),
    },
  }
}

/** Sorts what runs short first before what runs low, and both before the rest by code. */
function urgency({ shortAt, lowAt, material }: StockOutlook): string {
  if (shortAt !== null) return `0 ${shortAt} ${material.code}`
  return lowAt !== null ? `1 ${lowAt} ${material.code}` : `2 ${material.code}`
}
