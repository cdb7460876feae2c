import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { PersonId } from './contract.ts'

export interface BreakGlassRow {
  readonly id: string
  readonly personId: PersonId
  readonly name: string
  readonly codeHash: string
  readonly preparedBy: string
  readonly preparedAt: Instant
  readonly usedAt: Instant | null
  readonly usedAddress: string | null
  readonly acknowledgedAt: Instant | null
  readonly acknowledgedBy: string | null
}

const COLUMNS = [
  'id',
  'personId',
  'name',
  'codeHash',
  'preparedBy',
  'preparedAt',
  'usedAt',
  'usedAddress',
  'acknowledgedAt',
  'acknowledgedBy',
] as const

export async function saveBreakGlass(
  db: Db,
  row: Pick<BreakGlassRow, 'id' | 'personId' | 'name' | 'codeHash' | 'preparedBy' | 'preparedAt'>,
): Promise<void> {
  await db.insertInto('identity.breakGlass').values(row).execute()
}

/** The one that is ready. */
export function findReady(db: Db): Promise<BreakGlassRow | undefined> {
  return db
    .selectFrom('identity.breakGlass')
    .select(COLUMNS)
    .where('usedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
}

/** The newest one that was not taken back, used or not. */
export function findNewest(db: Db): Promise<BreakGlassRow | undefined> {
  return db
    .selectFrom('identity.breakGlass')
    .select(COLUMNS)
    .where('revokedAt', 'is', null)
    .orderBy('preparedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function findBySession(db: Db, sessionId: string): Promise<BreakGlassRow | undefined> {
  return db.selectFrom('identity.breakGlass').select(COLUMNS).where('sessionId', '=', sessionId).executeTakeFirst()
}

export function listUsed(db: Db, limit: number): Promise<BreakGlassRow[]> {
  return db
    .selectFrom('identity.breakGlass')
    .select(COLUMNS)
    .where('usedAt', 'is not', null)
    .orderBy('usedAt', 'desc')
    .limit(limit)
    .execute()
}

/** Uses a code up: of two at the same moment one does. @returns whether this one did */
export async function spend(db: Db, id: string, at: Instant, address: string | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('identity.breakGlass')
    .set({ usedAt: at, usedAddress: address })
    .where('id', '=', id)
    .where('usedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function nameSession(db: Db, id: string, sessionId: string): Promise<void> {
  await db.updateTable('identity.breakGlass').set({ sessionId }).where('id', '=', id).execute()
}

export async function revoke(db: Db, id: string, at: Instant): Promise<void> {
  await db.updateTable('identity.breakGlass').set({ revokedAt: at }).where('id', '=', id).execute()
}

/** @returns how many uses nobody had acknowledged before. */
export async function acknowledge(db: Db, at: Instant, by: string): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('identity.breakGlass')
    .set({ acknowledgedAt: at, acknowledgedBy: by })
    .where('usedAt', 'is not', null)
    .where('acknowledgedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
