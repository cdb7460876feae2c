import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { PersonId } from './contract.ts'

export interface ApiKeyRow {
  readonly id: string
  readonly name: string
  readonly createdBy: PersonId
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly endedAt: Instant | null
  readonly lastUsedAt: Instant | null
  readonly lastUsedAddress: string | null
  readonly accessVersion: number
}

const COLUMNS = [
  'id',
  'name',
  'createdBy',
  'createdAt',
  'expiresAt',
  'endedAt',
  'lastUsedAt',
  'lastUsedAddress',
  'accessVersion',
] as const

export function findKey(db: Db, secretSha256: Buffer): Promise<ApiKeyRow | undefined> {
  return db.selectFrom('identity.apiKey').select(COLUMNS).where('secretSha256', '=', secretSha256).executeTakeFirst()
}

export async function touchKey(db: Db, id: string, at: Instant, address: string | null): Promise<void> {
  await db
    .updateTable('identity.apiKey')
    .set({ lastUsedAt: at, lastUsedAddress: address })
    .where('id', '=', id)
    .execute()
}

/** Keys by id, after a cursor. */
export function listKeys(db: Db, after: string | undefined, limit: number): Promise<ApiKeyRow[]> {
  let query = db.selectFrom('identity.apiKey').select(COLUMNS).orderBy('id').limit(limit)
  if (after !== undefined) query = query.where('id', '>', after)
  return query.execute()
}

/** Violates `api_key_name` when a living key has the name. */
export async function saveKey(
  db: Db,
  key: Pick<ApiKeyRow, 'id' | 'name' | 'createdBy' | 'createdAt' | 'expiresAt'>,
  secretSha256: Buffer,
): Promise<void> {
  await db
    .insertInto('identity.apiKey')
    .values({ ...key, secretSha256, endedAt: null, lastUsedAt: null, lastUsedAddress: null })
    .execute()
}

/** @returns the key's name, when it was alive. */
export async function endKey(db: Db, id: string, at: Instant): Promise<string | undefined> {
  const row = await db
    .updateTable('identity.apiKey')
    .set({ endedAt: at })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}

/** Of these keys the ones that still hold, each with its access version. */
export function listHoldingKeys(
  db: Db,
  ids: readonly string[],
  at: Instant,
): Promise<{ id: string; accessVersion: number }[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db
    .selectFrom('identity.apiKey')
    .select(['id', 'accessVersion'])
    .where('id', 'in', ids)
    .where('expiresAt', '>', at)
    .where('endedAt', 'is', null)
    .execute()
}

export function findKeyById(db: Db, id: string): Promise<ApiKeyRow | undefined> {
  return db.selectFrom('identity.apiKey').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}
