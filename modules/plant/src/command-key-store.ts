import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import './tables.ts'

export interface KeyPair {
  /** Ed25519, base64url: x and d of RFC 8037. */
  readonly publicKey: string
  readonly privateKey: string
}

export function findKeyPair(db: Db): Promise<KeyPair | undefined> {
  return db.selectFrom('plant.commandKey').select(['publicKey', 'privateKey']).executeTakeFirst()
}

/** Keeps the pair unless there is one already. */
export async function addKeyPair(db: Db, pair: KeyPair, createdAt: Instant): Promise<void> {
  await db
    .insertInto('plant.commandKey')
    .values({ ...pair, createdAt })
    .onConflict((conflict) => conflict.column('enterpriseId').doNothing())
    .execute()
}
