import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { PersonId } from './contract.ts'

export interface TotpRow {
  readonly secretSealed: Buffer
  readonly confirmedAt: Instant | null
  readonly lastStep: number
}

/** Waits for whoever shows a code of this person at this moment: a code counts once. */
export async function lockTotp(db: Db, personId: PersonId): Promise<TotpRow | undefined> {
  const row = await db
    .selectFrom('identity.totp')
    .select(['secretSealed', 'confirmedAt', 'lastStep'])
    .where('personId', '=', personId)
    .forUpdate()
    .executeTakeFirst()
  return row && { ...row, lastStep: Number(row.lastStep) }
}

export async function hasTotp(db: Db, personId: PersonId): Promise<boolean> {
  const row = await db
    .selectFrom('identity.totp')
    .select('personId')
    .where('personId', '=', personId)
    .where('confirmedAt', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps a secret that is not confirmed yet, in place of whatever was there. */
export async function replaceTotp(db: Db, personId: PersonId, secretSealed: Buffer, at: Instant): Promise<void> {
  await deleteTotp(db, personId)
  await db.insertInto('identity.totp').values({ personId, secretSealed, createdAt: at, confirmedAt: null }).execute()
}

export async function updateTotp(
  db: Db,
  personId: PersonId,
  change: { lastStep: number; confirmedAt?: Instant },
): Promise<void> {
  await db.updateTable('identity.totp').set(change).where('personId', '=', personId).execute()
}

/** @returns whether there was one. */
export async function deleteTotp(db: Db, personId: PersonId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('identity.totp')
    .where('personId', '=', personId)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
