import { epochMs, limitOf, newId, type Page } from '@millrace/base'
import { violates } from '@millrace/db'
import { bookProduction, needOf, readSupply } from '@millrace/materials'
import { getSite } from '@millrace/plant'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import {
  type NewOrder,
  numberTaken,
  OPEN_ORDER_LIMIT,
  type OrderChange,
  type OrderId,
  type OrderQuery,
  orderClosed,
  orderMissing,
  ordersChanged,
  type ProductionOrder,
  productMissing,
  spanInvalid,
  tooManyOrders,
} from './contract.ts'
import * as store from './order-store.ts'
import { findProduct } from './product-store.ts'

/** Orders of the sites the actor may see, by due date. */
export async function listOrders(ctx: Context, query: OrderQuery): Promise<Page<ProductionOrder>> {
  const reach = reachOf(ctx.actor, 'planning:order:read')
  if (reach === undefined) return { items: [] }
  const { siteId, state } = query
  const limit = limitOf(query)
  const offset = Number.parseInt(query.cursor ?? '0', 10) || 0
  const found = await store.listOrders(ctx.db, {
    ...{ reach, offset, limit: limit + 1 },
    ...(siteId !== undefined && { siteId }),
    ...(state !== undefined && { state }),
  })
  const items = found.slice(0, limit)
  return found.length > limit ? { items, nextCursor: String(offset + limit) } : { items }
}

/**
 * Adds an order to what is to be planned.
 *
 * @throws equipmentMissing, forbidden
 * @throws productMissing  the site does not make it
 * @throws spanInvalid     it is due before it is released
 * @throws numberTaken, tooManyOrders
 */
export async function createOrder(
  ctx: Context,
  order: NewOrder,
  id: OrderId = newId<'ProductionOrder'>(ctx.nowMs),
): Promise<ProductionOrder> {
  const { siteId, number, productId } = order
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const product = await findProduct(ctx.db, productId)
  if (product?.siteId !== siteId) throw productMissing(`This site makes no product ${productId}.`)
  if (epochMs(order.dueAt) <= epochMs(order.releaseAt)) throw spanInvalid('It has to be due after its release.')
  if ((await store.countOpen(ctx.db, siteId)) >= OPEN_ORDER_LIMIT)
    throw tooManyOrders(`A site has at most ${OPEN_ORDER_LIMIT} open orders. Close some first.`)
  try {
    await store.addOrder(ctx.db, { id, createdAt: ctx.now, ...order })
  } catch (error) {
    if (violates(error, 'production_order_number'))
      throw numberTaken(`There is an order ${number} already.`, {}, { cause: error })
    throw error
  }
  await announce(ctx, { id, siteId, number, state: 'open' }, 'create', { quantity: order.quantity, dueAt: order.dueAt })
  return found(ctx, id)
}

/** One order. @throws orderMissing, forbidden */
export async function getOrder(ctx: Context, id: OrderId): Promise<ProductionOrder> {
  const order = await found(ctx, id)
  authorize(ctx.actor, 'planning:order:read', order.siteId)
  return order
}

async function found(ctx: Context, id: OrderId): Promise<ProductionOrder> {
  const order = await store.findOrder(ctx.db, id)
  if (!order) throw orderMissing(`There is no order ${id}.`)
  return order
}

/** Changes what an open order asks for. The plan shows it at once, and follows when it is planned anew. @throws orderMissing, forbidden, orderClosed, spanInvalid */
export async function changeOrder(ctx: Context, id: OrderId, change: OrderChange): Promise<ProductionOrder> {
  const locked = await lockOpen(ctx, id)
  const before = await found(ctx, id)
  const after = { ...before, ...change }
  if (epochMs(after.dueAt) <= epochMs(after.releaseAt)) throw spanInvalid('It has to be due after its release.')
  if (Object.keys(change).length > 0) await store.changeOrder(ctx.db, id, change)
  await announce(ctx, locked, 'change', change)
  return found(ctx, id)
}

/**
 * Takes an order out of what is planned: it is done, or nobody wants it any more. What a done one made and took is booked.
 *
 * @throws orderMissing, forbidden, orderClosed
 */
export async function closeOrder(ctx: Context, id: OrderId, state: 'done' | 'cancelled'): Promise<ProductionOrder> {
  const order = await lockOpen(ctx, id)
  await store.saveOrderState(ctx.db, id, state, ctx.now)
  if (state === 'done') await bookOrder(ctx, await found(ctx, id))
  await announce(ctx, { ...order, state }, state === 'done' ? 'complete' : 'cancel', {})
  return found(ctx, id)
}

/** Books what an order has made, and what it took by the bill of that. */
async function bookOrder(ctx: Context, { siteId, number, productId, quantity }: ProductionOrder): Promise<void> {
  const { materialId } = (await findProduct(ctx.db, productId)) ?? {}
  if (!materialId) return
  const { bills } = await readSupply(ctx, siteId, [materialId])
  const items = bills.find((bill) => bill.materialId === materialId)?.items ?? []
  const made = quantity * 1000
  await bookProduction(ctx, {
    ...{ siteId, reason: `Order ${number}`, made: [{ materialId, amount: made }] },
    taken: items.map((item) => ({ materialId: item.componentId, amount: needOf(item, made) })),
  })
}

type Named = NonNullable<Awaited<ReturnType<typeof store.lockOrder>>>

async function lockOpen(ctx: Context, id: OrderId): Promise<Named> {
  const order = await store.lockOrder(ctx.db, id)
  if (!order) throw orderMissing(`There is no order ${id}.`)
  authorize(ctx.actor, 'planning:order:write', order.siteId)
  if (order.state !== 'open') throw orderClosed(`Order ${order.number} is ${order.state}.`, { state: order.state })
  return order
}

async function announce(
  ctx: Context,
  { id, siteId, number, state }: Named,
  verb: 'create' | 'change' | 'complete' | 'cancel',
  detail: object,
): Promise<void> {
  ctx.audit({
    ...{ action: `planning.order.${verb}`, object: `production-order ${id}`, siteId },
    detail: { name: number, ...detail },
  })
  await ctx.emit(ordersChanged({ orderId: id, siteId, state }))
}
