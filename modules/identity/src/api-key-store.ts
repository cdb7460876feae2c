import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { ApiKeyState, PersonId } from './contract.ts'

export interface ApiKeyRow {
  readonly id: string
  readonly name: string
  readonly createdBy: PersonId
  readonly createdByName: string
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly endedAt: Instant | null
  readonly lastUsedAt: Instant | null
  readonly lastUsedAddress: string | null
  readonly accessVersion: number
}

const COLUMNS = [
  'identity.apiKey.id',
  'identity.apiKey.name',
  'createdBy',
  'identity.apiKey.createdAt',
  'expiresAt',
  'identity.apiKey.endedAt',
  'lastUsedAt',
  'lastUsedAddress',
  'identity.apiKey.accessVersion',
  'identity.person.name as createdByName',
] as const

function selectKeys(db: Db) {
  return db
    .selectFrom('identity.apiKey')
    .innerJoin('identity.person', 'identity.person.id', 'identity.apiKey.createdBy')
    .select(COLUMNS)
}

/** A key by its secret. Keys of a locked account rest until it is unlocked: whoever stole it may have them too. */
export function findKey(db: Db, secretSha256: Buffer): Promise<ApiKeyRow | undefined> {
  return selectKeys(db)
    .where('secretSha256', '=', secretSha256)
    .where('identity.person.lockedAt', 'is', null)
    .executeTakeFirst()
}

export async function touchKey(db: Db, id: string, at: Instant, address: string | null): Promise<void> {
  await db
    .updateTable('identity.apiKey')
    .set({ lastUsedAt: at, lastUsedAddress: address })
    .where('id', '=', id)
    .execute()
}

/** Keys, the newest first, after a cursor. */
export function listKeys(
  db: Db,
  of: { after: string | undefined; limit: number; state: ApiKeyState | undefined; at: Instant },
): Promise<ApiKeyRow[]> {
  let query = selectKeys(db).orderBy('identity.apiKey.id', 'desc').limit(of.limit)
  if (of.after !== undefined) query = query.where('identity.apiKey.id', '<', of.after)
  if (of.state === 'working') query = query.where('identity.apiKey.endedAt', 'is', null).where('expiresAt', '>', of.at)
  if (of.state === 'ended') {
    query = query.where((one) =>
      one.or([one('identity.apiKey.endedAt', 'is not', null), one('expiresAt', '<=', of.at)]),
    )
  }
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
    .innerJoin('identity.person', 'identity.person.id', 'identity.apiKey.createdBy')
    .select(['identity.apiKey.id', 'identity.apiKey.accessVersion'])
    .where('identity.apiKey.id', 'in', ids)
    .where('expiresAt', '>', at)
    .where('identity.apiKey.endedAt', 'is', null)
    .where('identity.person.lockedAt', 'is', null)
    .execute()
}

export function findKeyById(db: Db, id: string): Promise<ApiKeyRow | undefined> {
  return selectKeys(db).where('identity.apiKey.id', '=', id).executeTakeFirst()
}
