import { limitOf, newId, type Page, thousandthsOf } from '@millrace/base'
import { getSite } from '@millrace/plant'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import {
  type Arrival,
  type ExpectedReceipt,
  type MaterialDefinition,
  materialMissing,
  type NewReceipt,
  OPEN_RECEIPT_LIMIT,
  quantityInvalid,
  type ReceiptChange,
  type ReceiptId,
  type ReceiptQuery,
  receiptClosed,
  receiptMissing,
  tooManyReceipts,
} from './contract.ts'
import { receiptChanged } from './event-contract.ts'
import { findMaterial } from './material-store.ts'
import * as store from './receipt-store.ts'
import { bookReceipt } from './stock.ts'

/** What the sites that the actor may see expect or have got, by the expected time. */
export async function listReceipts(ctx: Context, query: ReceiptQuery): Promise<Page<ExpectedReceipt>> {
  const reach = reachOf(ctx.actor, 'materials:stock:read')
  if (reach === undefined) return { items: [] }
  const { siteId, materialId, state } = query
  const limit = limitOf(query)
  const offset = Number.parseInt(query.cursor ?? '0', 10) || 0
  const found = await store.listReceipts(ctx.db, {
    ...{ reach, offset, limit: limit + 1 },
    ...(siteId !== undefined && { siteId }),
    ...(materialId !== undefined && { materialId }),
    ...(state !== undefined && { state }),
  })
  const items = found.slice(0, limit)
  return found.length > limit ? { items, nextCursor: String(offset + limit) } : { items }
}

/** Says that material is on its way. @throws equipmentMissing, materialMissing, forbidden, quantityInvalid, tooManyReceipts */
export async function createReceipt(ctx: Context, receipt: NewReceipt): Promise<ExpectedReceipt> {
  const { siteId, materialId } = receipt
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'materials:supply:write', siteId)
  const material = await materialOf(ctx, materialId)
  refuseNothing(receipt.quantity)
  if ((await store.countOpenReceipts(ctx.db, siteId)) >= OPEN_RECEIPT_LIMIT)
    throw tooManyReceipts(`A site expects at most ${OPEN_RECEIPT_LIMIT} receipts. Receive or cancel some first.`)
  const made: ExpectedReceipt = { id: newId<'ExpectedReceipt'>(ctx.nowMs), ...receipt, state: 'expected' }
  await store.addReceipt(ctx.db, made, ctx.now)
  await announce(ctx, made, material, 'create')
  return made
}

/** Changes what is expected when. @throws receiptMissing, forbidden, receiptClosed, quantityInvalid */
export async function changeReceipt(ctx: Context, id: ReceiptId, change: ReceiptChange): Promise<ExpectedReceipt> {
  const before = await lockOpen(ctx, id, 'materials:supply:write')
  if (change.quantity !== undefined) refuseNothing(change.quantity)
  await store.saveReceipt(ctx.db, id, change)
  const after = { ...before, ...change }
  await announce(ctx, after, await materialOf(ctx, before.materialId), 'change')
  return after
}

/** Says that it will not come. @throws receiptMissing, forbidden, receiptClosed */
export async function cancelReceipt(ctx: Context, id: ReceiptId): Promise<ExpectedReceipt> {
  const receipt = await lockOpen(ctx, id, 'materials:supply:write')
  await store.saveReceipt(ctx.db, id, { state: 'cancelled' })
  const after: ExpectedReceipt = { ...receipt, state: 'cancelled' }
  await announce(ctx, after, await materialOf(ctx, receipt.materialId), 'cancel')
  return after
}

/**
 * Books that it came. When less came, the rest is not expected any more: another delivery is another receipt.
 *
 * @throws receiptMissing, forbidden, receiptClosed, quantityInvalid
 */
export async function receive(ctx: Context, id: ReceiptId, arrival: Arrival): Promise<ExpectedReceipt> {
  const receipt = await lockOpen(ctx, id, 'materials:stock:write')
  const quantity = arrival.quantity ?? receipt.quantity
  refuseNothing(quantity)
  await store.saveReceipt(ctx.db, id, { quantity, state: 'received' })
  const after: ExpectedReceipt = { ...receipt, quantity, state: 'received' }
  await bookReceipt(ctx, await materialOf(ctx, receipt.materialId), after, quantity)
  await emit(ctx, after)
  return after
}

async function lockOpen(ctx: Context, id: ReceiptId, permission: string): Promise<ExpectedReceipt> {
  const receipt = await store.lockReceipt(ctx.db, id)
  if (!receipt) throw receiptMissing(`There is no expected receipt ${id}.`)
  authorize(ctx.actor, permission, receipt.siteId)
  if (receipt.state !== 'expected')
    throw receiptClosed(`${receipt.reference} is ${receipt.state} already.`, { state: receipt.state })
  return receipt
}

async function materialOf(ctx: Context, id: ExpectedReceipt['materialId']): Promise<MaterialDefinition> {
  const material = await findMaterial(ctx.db, id)
  if (!material) throw materialMissing(`There is no material ${id}.`)
  return material
}

function refuseNothing(quantity: string): void {
  if (thousandthsOf(quantity) === 0) throw quantityInvalid('A receipt is of more than nothing.')
}

async function announce(
  ctx: Context,
  receipt: ExpectedReceipt,
  material: MaterialDefinition,
  verb: 'create' | 'change' | 'cancel',
): Promise<void> {
  const { id, siteId, reference, quantity, expectedAt } = receipt
  ctx.audit({
    ...{ action: `materials.receipt.${verb}`, object: `expected-receipt ${id}`, siteId },
    detail: { name: reference, material: material.name, quantity, unit: material.unit, expectedAt },
  })
  await emit(ctx, receipt)
}

function emit(ctx: Context, { id, siteId, materialId, state }: ExpectedReceipt): Promise<void> {
  return ctx.emit(receiptChanged({ receiptId: id, siteId, materialId, state }))
}
