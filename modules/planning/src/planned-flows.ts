import { epochMs } from '@millrace/base'
import type { PlannedFlows } from '@millrace/materials'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { needsOf } from './material-rules.ts'
import { operationIdOf } from './operation-rules.ts'
import { idOf } from './plan-rules.ts'
import { readSitePlans } from './schedule.ts'
import { namesOf } from './word-rules.ts'

/** What the plan of a site takes of its materials and makes of them: by the draft, or by the published plan without one. */
export async function plannedFlowsAt(ctx: Context, siteId: EquipmentId): Promise<PlannedFlows> {
  const { state, stated, draft, published } = await readSitePlans(ctx, siteId)
  const plan = draft ?? published
  const placed = new Map(plan?.placed.map((one) => [idOf(one), one]))
  const products = new Map(state.products.map((one) => [one.id, one]))
  const { operation } = namesOf(state, stated)
  const taken = needsOf(state.orders, products, state.supply).flatMap(({ operationId, materialId, amount }) => {
    const place = placed.get(operationId)
    if (!place) return []
    const [atMs, text] = [epochMs(place.startAt), operation(operationId)]
    return [{ materialId, kind: 'take' as const, atMs, change: -amount, text }]
  })
  const made = state.orders.flatMap(({ id, productId, quantity }) => {
    const product = products.get(productId)
    const last = product?.steps.length ?? 0
    const lastId = operationIdOf(id, last)
    // Where the last step is split, what is made is there when its last part has ended.
    const parts = plan?.placed.filter((one) => one.orderId === id && one.position === last) ?? []
    const place = parts.toSorted((a, b) => epochMs(b.endAt) - epochMs(a.endAt))[0]
    if (!place || !product || product.materialId === null) return []
    const [atMs, text] = [epochMs(place.endAt), operation(lastId)]
    return [{ materialId: product.materialId, kind: 'make' as const, atMs, change: quantity * 1000, text }]
  })
  return {
    plan: draft ? 'draft' : published ? 'published' : 'none',
    untilMs: state.span.toMs,
    flows: [...taken, ...made],
  }
}
