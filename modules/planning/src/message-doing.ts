import { epochMs, HOUR_MS, instant, thousandthsOf } from '@millrace/base'
import { cancelReceipt, changeReceipt, createReceipt } from '@millrace/materials'
import type { ReceiptId } from '@millrace/materials/contract'
import { getSite } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import type { OrderId } from './contract.ts'
import { findDemandOfReceipt } from './demand-store.ts'
import { changeDemand, closeDemand, createDemand } from './demands.ts'
import type { NamedMessage } from './message-store.ts'
import { findOrder } from './order-store.ts'
import { changeOrder, closeOrder, createOrder } from './orders.ts'
import * as store from './requirement-store.ts'

/** What was done, or why not, in words. */
export type Outcome = { readonly text: string } | { readonly refusal: string }

const UNIT = 1000

/** Does what a message says with the orders and receipts it is about. */
export function doMessage(ctx: Context, message: NamedMessage): Promise<Outcome> {
  const { kind, supply, orderId, receiptId } = message
  if (kind === 'order') {
    if (supply === 'make') return makeOrder(ctx, message)
    return supply === 'buy' ? requestReceipt(ctx, message) : requestTransfer(ctx, message)
  }
  if (orderId !== null) return changeTheOrder(ctx, message, orderId)
  if (receiptId !== null) return changeTheReceipt(ctx, message, receiptId)
  return Promise.resolve({ refusal: 'What it is about is gone.' })
}

async function makeOrder(ctx: Context, message: NamedMessage): Promise<Outcome> {
  const { siteId, materialId, materialName, siteName, toAt, startAt, toQuantity, priority } = message
  const productId = await store.findProductOf(ctx.db, siteId, materialId)
  if (!productId)
    return { refusal: `${siteName} has no routing for ${materialName}: add a product that makes it, or buy it.` }
  const number = await store.nextOrderNumber(ctx.db, siteId)
  const releaseMs = Math.max(ctx.nowMs, epochMs(startAt))
  await createOrder(ctx, {
    ...{ siteId, number, productId, priority, customer: null },
    quantity: Math.ceil(thousandthsOf(toQuantity) / UNIT),
    releaseAt: instant(releaseMs),
    // What should have been ready this afternoon and is made from now on is due soon, not before it begins.
    dueAt: instant(Math.max(epochMs(toAt), releaseMs + HOUR_MS)),
  })
  return { text: `Made order ${number}.` }
}

async function requestReceipt(ctx: Context, message: NamedMessage): Promise<Outcome> {
  const { siteId, materialId, toAt, toQuantity, cause } = message
  const reference = await store.nextReference(ctx.db, siteId, 'REQ')
  const arrival = { quantity: toQuantity, expectedAt: toAt, reference, supplier: cause.partner }
  await createReceipt(ctx, { siteId, materialId, ...arrival })
  return { text: `Requested as ${reference}${cause.partner ? ` from ${cause.partner}` : ''}.` }
}

/** What one site expects, another is asked for. */
async function requestTransfer(ctx: Context, message: NamedMessage): Promise<Outcome> {
  const { siteId, siteName, materialId, materialName, toAt, startAt, toQuantity, priority } = message
  const source = await store.findSource(ctx.db, siteId, materialId)
  if (!source?.fromSiteId) return { refusal: `No plant is named that supplies ${materialName}.` }
  const from = await getSite(ctx, source.fromSiteId)
  const reference = await store.nextReference(ctx.db, siteId, 'T')
  const receipt = await createReceipt(ctx, {
    ...{ siteId, materialId, quantity: toQuantity, expectedAt: toAt, reference, supplier: from.name },
  })
  const demand = { siteId: source.fromSiteId, number: `${siteName} ${reference}`.slice(0, 40), customer: siteName }
  await createDemand(ctx, { ...demand, materialId, quantity: toQuantity, dueAt: startAt, priority }, receipt.id)
  return { text: `${from.name} is asked for it as ${reference}.` }
}

async function changeTheOrder(ctx: Context, message: NamedMessage, orderId: OrderId): Promise<Outcome> {
  const { kind, toAt, startAt, toQuantity } = message
  const order = await findOrder(ctx.db, orderId)
  if (!order) return { refusal: 'The order is gone.' }
  if (order.state !== 'open') return { refusal: `Order ${order.number} is ${order.state} already.` }
  const startsAt = await store.findPublishedStart(ctx.db, orderId)
  if (startsAt !== undefined && epochMs(startsAt) <= ctx.nowMs)
    return { refusal: `Order ${order.number} has begun. Talk to the shop floor, or change it on the schedule.` }
  if (kind === 'cancel') {
    await closeOrder(ctx, orderId, 'cancelled')
    return { text: `Cancelled order ${order.number}.` }
  }
  if (kind === 'increase' || kind === 'decrease') {
    const quantity = Math.ceil(thousandthsOf(toQuantity) / UNIT)
    await changeOrder(ctx, orderId, { quantity })
    return { text: `Order ${order.number} is now of ${quantity}.` }
  }
  const releaseMs = Math.min(epochMs(order.releaseAt), Math.max(ctx.nowMs, epochMs(startAt)))
  const dueMs = Math.max(epochMs(toAt), releaseMs + HOUR_MS)
  await changeOrder(ctx, orderId, { dueAt: instant(dueMs), releaseAt: instant(releaseMs) })
  return { text: `Order ${order.number} has a new due date. Plan the schedule anew to follow it.` }
}

async function changeTheReceipt(ctx: Context, message: NamedMessage, receiptId: ReceiptId): Promise<Outcome> {
  const { kind, toAt, toQuantity } = message
  const receipt = await store.findReceipt(ctx.db, receiptId)
  if (!receipt) return { refusal: 'The receipt is gone.' }
  const { reference, state } = receipt
  if (state !== 'expected') return { refusal: `${reference} is ${state} already.` }
  const demandId = await findDemandOfReceipt(ctx.db, receiptId)
  if (kind === 'cancel') {
    await cancelReceipt(ctx, receiptId)
    if (demandId) await closeDemand(ctx, demandId, 'cancelled')
    return { text: `Cancelled ${reference}.` }
  }
  const isQuantity = kind === 'increase' || kind === 'decrease'
  await changeReceipt(ctx, receiptId, isQuantity ? { quantity: toQuantity } : { expectedAt: toAt })
  if (demandId) await changeDemand(ctx, demandId, isQuantity ? { quantity: toQuantity } : { dueAt: message.startAt })
  return {
    text: isQuantity
      ? `${reference} has a new quantity. Tell the supplier.`
      : `${reference} has a new date. Tell the supplier.`,
  }
}
