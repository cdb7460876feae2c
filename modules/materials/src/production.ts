import { decimalOf, newId, thousandthsOf } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import type { MaterialId, MoveKind } from './contract.ts'
import { stockChanged } from './event-contract.ts'
import * as store from './stock-store.ts'

/** What an order that is done made and took, in thousandths. */
export interface Production {
  readonly siteId: EquipmentId
  /** `Order 4458` */
  readonly reason: string
  readonly made: readonly { readonly materialId: MaterialId; readonly amount: number }[]
  readonly taken: readonly { readonly materialId: MaterialId; readonly amount: number }[]
}

/**
 * Books what an order made, and what it took by its bill. Where less lies there than it should have taken, all of it is taken and
 * the journal says how much was not there: the next count sets it right. It asks nobody whether they may: whoever closes the order
 * has decided that.
 */
export async function bookProduction(ctx: Context, { siteId, reason, made, taken }: Production): Promise<void> {
  for (const { materialId, amount } of taken) await book(ctx, siteId, materialId, 'issue', -amount, reason)
  for (const { materialId, amount } of made) await book(ctx, siteId, materialId, 'receipt', amount, reason)
}

async function book(
  ctx: Context,
  siteId: EquipmentId,
  materialId: MaterialId,
  kind: MoveKind,
  wanted: number,
  reason: string,
): Promise<void> {
  const stock = await store.lockStock(ctx.db, siteId, materialId)
  const before = thousandthsOf(stock.quantity)
  const after = Math.max(0, before + wanted)
  const missed = after - before - wanted
  const number = stock.moveCount + 1
  await store.saveStock(ctx.db, { siteId, materialId, quantity: decimalOf(after), moveCount: number }, undefined)
  await store.addMove(ctx.db, {
    ...{ id: newId<'StockMove'>(ctx.nowMs), siteId, materialId, number, kind, receiptId: null, reference: null },
    ...{ change: decimalOf(after - before), after: decimalOf(after), movedAt: ctx.now, movedBy: ctx.actor.name },
    reason: missed > 0 ? `${reason}; ${decimalOf(missed)} more by its bill, which were not there` : reason,
  })
  await ctx.emit(stockChanged({ siteId, materialId, kind }))
}
