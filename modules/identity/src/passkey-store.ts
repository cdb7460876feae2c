import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { PersonId } from './contract.ts'
import type { Passkey, PasskeyId } from './factor-contract.ts'

/** A passkey with what its signatures are checked by. */
export interface PasskeyRow extends Passkey {
  readonly personId: PersonId
  readonly credentialId: string
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
}

const SHOWN = ['id', 'name', 'rpId', 'createdAt', 'lastUsedAt'] as const
const WHOLE = [...SHOWN, 'personId', 'credentialId', 'publicKey', 'counter', 'transports'] as const

export async function savePasskey(db: Db, passkey: Omit<PasskeyRow, 'lastUsedAt'>): Promise<void> {
  await db
    .insertInto('identity.passkey')
    .values({ ...passkey, transports: [...passkey.transports], lastUsedAt: null })
    .execute()
}

/** The passkeys of a person, oldest first. */
export async function listPasskeys(db: Db, personId: PersonId, limit: number): Promise<PasskeyRow[]> {
  const rows = await db
    .selectFrom('identity.passkey')
    .select(WHOLE)
    .where('personId', '=', personId)
    .orderBy('createdAt')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, id: row.id as PasskeyId, counter: Number(row.counter) }))
}

/** Waits for whoever shows the same passkey at this moment, so that its counter is compared with the newest. */
export async function lockPasskey(db: Db, credentialId: string): Promise<PasskeyRow | undefined> {
  const row = await db
    .selectFrom('identity.passkey')
    .select(WHOLE)
    .where('credentialId', '=', credentialId)
    .forUpdate()
    .executeTakeFirst()
  return row && { ...row, id: row.id as PasskeyId, counter: Number(row.counter) }
}

export async function touchPasskey(db: Db, id: PasskeyId, counter: number, at: Instant): Promise<void> {
  await db.updateTable('identity.passkey').set({ counter, lastUsedAt: at }).where('id', '=', id).execute()
}

/** @returns whether the person had it. */
export async function renamePasskey(db: Db, personId: PersonId, id: PasskeyId, name: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('identity.passkey')
    .set({ name })
    .where('id', '=', id)
    .where('personId', '=', personId)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** @returns its name; undefined when the person has no such passkey. */
export async function deletePasskey(db: Db, personId: PersonId, id: PasskeyId): Promise<string | undefined> {
  const row = await db
    .deleteFrom('identity.passkey')
    .where('id', '=', id)
    .where('personId', '=', personId)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}

export async function countPasskeys(db: Db, personId: PersonId): Promise<number> {
  const { count } = await db
    .selectFrom('identity.passkey')
    .select((one) => one.fn.countAll<string>().as('count'))
    .where('personId', '=', personId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function deletePasskeysOf(db: Db, personId: PersonId): Promise<void> {
  await db.deleteFrom('identity.passkey').where('personId', '=', personId).execute()
}
