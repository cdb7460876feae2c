import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { PersonId } from './contract.ts'

/** Keeps these codes in place of all that were there, used or not. */
export async function replaceRecoveryCodes(
  db: Db,
  personId: PersonId,
  hashes: readonly Buffer[],
  at: Instant,
): Promise<void> {
  await deleteRecoveryCodes(db, personId)
  await db
    .insertInto('identity.recoveryCode')
    .values(hashes.map((codeSha256) => ({ personId, codeSha256, createdAt: at, usedAt: null })))
    .execute()
}

export async function deleteRecoveryCodes(db: Db, personId: PersonId): Promise<void> {
  await db.deleteFrom('identity.recoveryCode').where('personId', '=', personId).execute()
}

/** Takes a code: of two at the same moment one gets it. */
export async function takeRecoveryCode(
  db: Db,
  personId: PersonId,
  codeSha256: Buffer,
  at: Instant,
): Promise<'taken' | 'used-before' | 'unknown'> {
  const { numUpdatedRows } = await db
    .updateTable('identity.recoveryCode')
    .set({ usedAt: at })
    .where('personId', '=', personId)
    .where('codeSha256', '=', codeSha256)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows > 0n) return 'taken'
  const known = await db
    .selectFrom('identity.recoveryCode')
    .select('usedAt')
    .where('personId', '=', personId)
    .where('codeSha256', '=', codeSha256)
    .executeTakeFirst()
  return known ? 'used-before' : 'unknown'
}

export async function countRecoveryCodes(db: Db, personId: PersonId): Promise<number> {
  const { count } = await db
    .selectFrom('identity.recoveryCode')
    .select((one) => one.fn.countAll<string>().as('count'))
    .where('personId', '=', personId)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}
