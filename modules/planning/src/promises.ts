import { epochMs, instant, newId, SECOND_MS } from '@millrace/base'
import { getSite } from '@millrace/plant'
import { authorize, type Context } from '@millrace/runtime'
import { promiseDate } from '@millrace/scheduling'
import { possiblePlan } from './check-rules.ts'
import { type OrderId, productMissing } from './contract.ts'
import { stateProblem } from './problem-rules.ts'
import { readSitePlans } from './schedule.ts'
import type { PromiseAnswer, PromiseWish } from './schedule-contract.ts'
import { seatsOf } from './schedule-rules.ts'

/**
 * When an order that does not exist yet could be done if nothing else moved. Changes nothing.
 *
 * @throws equipmentMissing, forbidden, productMissing
 */
export async function getPromise(ctx: Context, wish: PromiseWish): Promise<PromiseAnswer> {
  const { siteId, productId, quantity } = wish
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  const { state, draft, published } = await readSitePlans(ctx, siteId)
  const product = state.products.find(({ id }) => id === productId)
  if (!product) throw productMissing(`This site makes no product ${productId}.`)
  const order = {
    ...{ id: newId<'ProductionOrder'>(ctx.nowMs) as OrderId, siteId, number: 'new', productId, quantity, priority: 3 },
    ...{ productName: product.name, state: 'open' as const, customer: null },
    ...{ releaseAt: ctx.now, dueAt: instant(state.span.toMs) },
  }
  const { problem, originMs, impossible } = stateProblem({ ...state, orders: [...state.orders, order] })
  const why = impossible.get(order.id)
  if (why !== undefined) return { endAt: null, reason: why }
  const asked = problem.orders.find(({ id }) => id === order.id)
  if (!asked) return { endAt: null, reason: null }
  const others = { ...problem, orders: problem.orders.filter(({ id }) => id !== order.id) }
  const seats = seatsOf((draft ?? published)?.placed ?? [], originMs)
  const { endS } = promiseDate(others, possiblePlan(others, seats), asked)
  if (endS === undefined) return { endAt: null, reason: null }
  const endAt = instant(Math.max(epochMs(ctx.now), originMs + endS * SECOND_MS))
  return { endAt, reason: null }
}
