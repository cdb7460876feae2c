import { type Decimal, decimalOf, limitOf, newId, type Page, pageOf, thousandthsOf } from '@millrace/base'
import { getSite } from '@millrace/plant'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import {
  type ExpectedReceipt,
  type MaterialDefinition,
  type MoveQuery,
  materialMissing,
  type NewMove,
  quantityInvalid,
  type Stock,
  type StockMove,
  type StockQuery,
  stockShort,
} from './contract.ts'
import { stockChanged } from './event-contract.ts'
import { findMaterial } from './material-store.ts'
import * as store from './stock-store.ts'

/** What lies at the sites the actor may see, by site and material. What never lay there is left out. */
export async function listStock(ctx: Context, query: StockQuery): Promise<Page<Stock>> {
  const reach = reachOf(ctx.actor, 'materials:stock:read')
  if (reach === undefined) return { items: [] }
  const limit = limitOf(query)
  const [siteId, materialId] = query.cursor?.split(' ') ?? []
  const found = await store.listStock(ctx.db, {
    ...{ reach, limit: limit + 1 },
    ...(query.siteId !== undefined && { siteId: query.siteId }),
    ...(siteId !== undefined && materialId !== undefined && { after: { siteId, materialId } }),
  })
  return pageOf(found, limit, (last) => `${last.siteId} ${last.materialId}`)
}

/** The journal of a material at a site, newest first. @throws equipmentMissing, forbidden */
export async function listMoves(ctx: Context, query: MoveQuery): Promise<Page<StockMove>> {
  const { siteId, materialId, cursor } = query
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'materials:stock:read', siteId)
  const limit = limitOf(query)
  const found = await store.listMoves(ctx.db, {
    ...{ siteId, materialId, limit: limit + 1 },
    ...(cursor !== undefined && { before: Number.parseInt(cursor, 10) || 0 }),
  })
  return pageOf(found, limit, ({ number }) => String(number))
}

/**
 * Counts, receives, issues or scraps.
 *
 * @throws equipmentMissing, materialMissing, forbidden
 * @throws quantityInvalid  nothing came or went
 * @throws stockShort       less lies there than goes
 */
export async function bookMove(ctx: Context, move: NewMove): Promise<StockMove> {
  const { siteId, materialId, kind, quantity } = move
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'materials:stock:write', siteId)
  const material = await findMaterial(ctx.db, materialId)
  if (!material) throw materialMissing(`There is no material ${materialId}.`)
  if (kind !== 'count' && thousandthsOf(quantity) === 0) throw quantityInvalid('Say how much came or went.')
  return book(ctx, material, move, null)
}

/** Books what came by a receipt. The caller has authorized it and holds the receipt. */
export async function bookReceipt(
  ctx: Context,
  material: MaterialDefinition,
  receipt: ExpectedReceipt,
  quantity: Decimal,
): Promise<StockMove> {
  const { siteId, materialId } = receipt
  return book(ctx, material, { siteId, materialId, kind: 'receipt', quantity, reason: null }, receipt)
}

async function book(
  ctx: Context,
  material: MaterialDefinition,
  { siteId, materialId, kind, quantity, reason }: NewMove,
  receipt: ExpectedReceipt | null,
): Promise<StockMove> {
  const stock = await store.lockStock(ctx.db, siteId, materialId)
  const before = thousandthsOf(stock.quantity)
  const number = stock.moveCount + 1
  const booked = thousandthsOf(quantity)
  const change = kind === 'count' ? booked - before : kind === 'receipt' ? booked : -booked
  const after = before + change
  if (after < 0)
    throw stockShort(
      `There are only ${decimalOf(before)} ${material.unit} of ${material.name}. Count it if there are more.`,
      {
        onHand: decimalOf(before),
      },
    )
  const move: StockMove = {
    ...{ id: newId<'StockMove'>(ctx.nowMs), siteId, materialId, number, kind, reason },
    ...{ change: decimalOf(change), after: decimalOf(after) },
    ...{ receiptId: receipt?.id ?? null, reference: receipt?.reference ?? null },
    ...{ movedAt: ctx.now, movedBy: ctx.actor.name },
  }
  await store.saveStock(
    ctx.db,
    { siteId, materialId, quantity: move.after, moveCount: number },
    kind === 'count' ? ctx.now : undefined,
  )
  await store.addMove(ctx.db, move)
  ctx.audit({
    ...{ action: `materials.stock.${kind}`, object: `material ${materialId}`, siteId },
    ...(reason !== null && { reason }),
    detail: { name: material.name, change: move.change, unit: material.unit, onHand: move.after },
  })
  await ctx.emit(stockChanged({ siteId, materialId, kind }))
  return move
}
