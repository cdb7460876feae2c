import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { ProvisioningToken } from './scim-contract.ts'

const COLUMNS = [
  'id',
  'name',
  'createdBy',
  'createdAt',
  'expiresAt',
  'endedAt',
  'lastUsedAt',
  'lastUsedAddress',
] as const

export function findToken(db: Db, secretSha256: Buffer): Promise<ProvisioningToken | undefined> {
  return db
    .selectFrom('identity.provisioningToken')
    .select(COLUMNS)
    .where('secretSha256', '=', secretSha256)
    .executeTakeFirst()
}

export async function touchToken(db: Db, id: string, at: Instant, address: string | null): Promise<void> {
  await db
    .updateTable('identity.provisioningToken')
    .set({ lastUsedAt: at, lastUsedAddress: address })
    .where('id', '=', id)
    .execute()
}

/** Tokens by id, after a cursor. */
export function listTokens(db: Db, after: string | undefined, limit: number): Promise<ProvisioningToken[]> {
  let query = db.selectFrom('identity.provisioningToken').select(COLUMNS).orderBy('id').limit(limit)
  if (after !== undefined) query = query.where('id', '>', after)
  return query.execute()
}

/** Violates `provisioning_token_name` when a living token has the name. */
export async function saveToken(db: Db, token: ProvisioningToken, secretSha256: Buffer): Promise<void> {
  await db
    .insertInto('identity.provisioningToken')
    .values({ ...token, secretSha256 })
    .execute()
}

/** @returns the token's name, when it was alive. */
export async function endToken(db: Db, id: string, at: Instant): Promise<string | undefined> {
  const row = await db
    .updateTable('identity.provisioningToken')
    .set({ endedAt: at })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}

export async function lastUse(db: Db): Promise<Instant | null> {
  const row = await db
    .selectFrom('identity.provisioningToken')
    .select((one) => one.fn.max('lastUsedAt').as('at'))
    .executeTakeFirst()
  return row?.at ?? null
}
