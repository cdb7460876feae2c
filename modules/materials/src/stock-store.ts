import type { Decimal, Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import { MATERIAL_LIMIT, type MaterialId, type Stock, type StockMove } from './contract.ts'
import { shortest } from './material-store.ts'
import './tables.ts'

/** Stocks by site and material, those after one. */
export async function listStock(
  db: Db,
  query: {
    reach: Reach
    siteId?: EquipmentId
    after?: { readonly siteId: string; readonly materialId: string }
    limit: number
  },
): Promise<Stock[]> {
  const { reach, siteId, after, limit } = query
  let found = db
    .selectFrom('materials.stock')
    .select(['siteId', 'materialId', 'quantity', 'countedAt'])
    .where(within(reach, 'siteId'))
  if (siteId !== undefined) found = found.where('siteId', '=', siteId)
  if (after !== undefined)
    found = found.where((eb) =>
      eb(
        eb.refTuple('siteId', 'materialId'),
        '>',
        eb.tuple(after.siteId as EquipmentId, after.materialId as MaterialId),
      ),
    )
  const rows = await found.orderBy('siteId').orderBy('materialId').limit(limit).execute()
  return rows.map((row) => ({ ...row, quantity: shortest(row.quantity) }))
}

/** All stocks of a site. */
export function listStockOf(db: Db, siteId: EquipmentId): Promise<Stock[]> {
  return listStock(db, { reach: 'everywhere', siteId, limit: MATERIAL_LIMIT })
}

/** How much lies there, held until the transaction ends, so that two moves cannot overlap. What never lay there lies there with 0. */
export async function lockStock(
  db: Db,
  siteId: EquipmentId,
  materialId: MaterialId,
): Promise<{ quantity: Decimal; moveCount: number }> {
  await db
    .insertInto('materials.stock')
    .values({ siteId, materialId, quantity: '0' as Decimal })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'siteId', 'materialId']).doNothing())
    .execute()
  const { quantity, moveCount } = await db
    .selectFrom('materials.stock')
    .select(['quantity', 'moveCount'])
    .where('siteId', '=', siteId)
    .where('materialId', '=', materialId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { quantity: shortest(quantity), moveCount }
}

/** @param countedAt when it was counted; undefined when it only moved */
export async function saveStock(
  db: Db,
  {
    siteId,
    materialId,
    quantity,
    moveCount,
  }: Pick<Stock, 'siteId' | 'materialId' | 'quantity'> & { moveCount: number },
  countedAt: Instant | undefined,
): Promise<void> {
  await db
    .updateTable('materials.stock')
    .set({ quantity, moveCount, ...(countedAt !== undefined && { countedAt }) })
    .where('siteId', '=', siteId)
    .where('materialId', '=', materialId)
    .execute()
}

export async function addMove(db: Db, { reference: _, ...move }: StockMove): Promise<void> {
  await db.insertInto('materials.stockMove').values(move).execute()
}

/** Newest first, those before one. */
export async function listMoves(
  db: Db,
  query: { siteId: EquipmentId; materialId: MaterialId; before?: number; limit: number },
): Promise<StockMove[]> {
  let found = db
    .selectFrom('materials.stockMove as move')
    .leftJoin('materials.expectedReceipt as receipt', 'receipt.id', 'move.receiptId')
    .select([
      'move.id',
      'move.siteId',
      'move.materialId',
      'move.number',
      'move.kind',
      'move.change',
      'move.after',
      'move.reason',
    ])
    .select(['move.receiptId', 'receipt.reference', 'move.movedAt', 'move.movedBy'])
    .where('move.siteId', '=', query.siteId)
    .where('move.materialId', '=', query.materialId)
  if (query.before !== undefined) found = found.where('move.number', '<', query.before)
  const rows = await found.orderBy('move.number', 'desc').limit(query.limit).execute()
  return rows.map((row) => ({ ...row, change: shortest(row.change), after: shortest(row.after) }))
}
