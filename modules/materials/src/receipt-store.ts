import type { Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import {
  type ExpectedReceipt,
  type MaterialId,
  OPEN_RECEIPT_LIMIT,
  type ReceiptChange,
  type ReceiptId,
  type ReceiptState,
} from './contract.ts'
import { shortest } from './material-store.ts'
import './tables.ts'

const COLUMNS = [
  ...(['id', 'siteId', 'materialId', 'quantity', 'expectedAt', 'reference', 'supplier', 'state'] as const),
] as const

/** Soonest first. */
export async function listReceipts(
  db: Db,
  query: {
    reach: Reach
    siteId?: EquipmentId
    materialId?: MaterialId
    state?: ReceiptState
    offset: number
    limit: number
  },
): Promise<ExpectedReceipt[]> {
  const { reach, siteId, materialId, state, offset, limit } = query
  let found = db.selectFrom('materials.expectedReceipt').select(COLUMNS).where(within(reach, 'siteId'))
  if (siteId !== undefined) found = found.where('siteId', '=', siteId)
  if (materialId !== undefined) found = found.where('materialId', '=', materialId)
  if (state !== undefined) found = found.where('state', '=', state)
  const rows = await found.orderBy('expectedAt').orderBy('id').offset(offset).limit(limit).execute()
  return rows.map((row) => ({ ...row, quantity: shortest(row.quantity) }))
}

/** Everything that a site still expects, soonest first. */
export function listOpenReceipts(db: Db, siteId: EquipmentId): Promise<ExpectedReceipt[]> {
  return listReceipts(db, { reach: 'everywhere', siteId, state: 'expected', offset: 0, limit: OPEN_RECEIPT_LIMIT })
}

export async function countOpenReceipts(db: Db, siteId: EquipmentId): Promise<number> {
  const { count } = await db
    .selectFrom('materials.expectedReceipt')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('siteId', '=', siteId)
    .where('state', '=', 'expected')
    .executeTakeFirstOrThrow()
  return count
}

export async function addReceipt(db: Db, receipt: ExpectedReceipt, createdAt: Instant): Promise<void> {
  await db
    .insertInto('materials.expectedReceipt')
    .values({ ...receipt, createdAt })
    .execute()
}

/** Holds a receipt until the transaction ends. */
export async function lockReceipt(db: Db, id: ReceiptId): Promise<ExpectedReceipt | undefined> {
  const row = await db
    .selectFrom('materials.expectedReceipt')
    .select(COLUMNS)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && { ...row, quantity: shortest(row.quantity) }
}

export async function saveReceipt(
  db: Db,
  id: ReceiptId,
  change: ReceiptChange & { state?: ReceiptState },
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await db.updateTable('materials.expectedReceipt').set(change).where('id', '=', id).execute()
}
