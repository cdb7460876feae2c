import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { ProviderId, SignInTryId } from './identity-provider-contract.ts'
import type { TryResult } from './tables.ts'

export interface AttemptRow {
  readonly stateSha256: Buffer
  readonly providerId: ProviderId
  readonly browserSha256: Buffer
  readonly tryId: SignInTryId | null
  readonly next: string
  readonly nonce: string
  readonly verifier: string
  readonly requestId: string
  readonly ticketSha256: Buffer | null
  readonly proof: Buffer | null
  readonly expiresAt: Instant
}

const COLUMNS = [
  'stateSha256',
  'providerId',
  'browserSha256',
  'tryId',
  'next',
  'nonce',
  'verifier',
  'requestId',
  'ticketSha256',
  'proof',
  'expiresAt',
] as const

export async function saveAttempt(db: Db, attempt: AttemptRow): Promise<void> {
  await db.insertInto('identity.signInAttempt').values(attempt).execute()
}

/** How many are on the way now; counted up to a limit. */
export async function countAttempts(db: Db, at: Instant, limit: number): Promise<number> {
  const rows = await db
    .selectFrom('identity.signInAttempt')
    .select('stateSha256')
    .where('expiresAt', '>', at)
    .limit(limit)
    .execute()
  return rows.length
}

/**
 * Ends an attempt by its state, so that it can be used once. Undefined = there is none, any more. One that waits to be
 * collected is no longer to be had by its state: an answer that comes a second time would end it.
 */
export async function takeAttempt(
  db: Db,
  providerId: ProviderId,
  stateSha256: Buffer,
  at: Instant,
): Promise<AttemptRow | undefined> {
  const row = await db
    .deleteFrom('identity.signInAttempt')
    .where('stateSha256', '=', stateSha256)
    .where('providerId', '=', providerId)
    .where('ticketSha256', 'is', null)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && row.expiresAt > at ? row : undefined
}

/** Ends an attempt by its ticket. */
export async function takeTicket(
  db: Db,
  providerId: ProviderId,
  ticketSha256: Buffer,
  at: Instant,
): Promise<AttemptRow | undefined> {
  const row = await db
    .deleteFrom('identity.signInAttempt')
    .where('ticketSha256', '=', ticketSha256)
    .where('providerId', '=', providerId)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && row.expiresAt > at ? row : undefined
}

/** Remembers a SAML assertion. @returns false when it was seen before. */
export async function saveAssertion(
  db: Db,
  seen: { providerId: ProviderId; assertionSha256: Buffer; expiresAt: Instant },
): Promise<boolean> {
  const row = await db
    .insertInto('identity.seenAssertion')
    .values(seen)
    .onConflict((conflict) => conflict.doNothing())
    .returning('providerId')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a SAML assertion is remembered. */
export async function wasSeen(db: Db, seen: { providerId: ProviderId; assertionSha256: Buffer }): Promise<boolean> {
  const row = await db
    .selectFrom('identity.seenAssertion')
    .select('providerId')
    .where('providerId', '=', seen.providerId)
    .where('assertionSha256', '=', seen.assertionSha256)
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteOldAttempts(db: Db, at: Instant): Promise<void> {
  await db.deleteFrom('identity.signInAttempt').where('expiresAt', '<', at).execute()
  await db.deleteFrom('identity.seenAssertion').where('expiresAt', '<', at).execute()
}

export interface TryRow {
  readonly id: SignInTryId
  readonly providerId: ProviderId
  readonly revision: number
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
  readonly worked: boolean
  readonly result: TryResult
}

const TRY_COLUMNS = ['id', 'providerId', 'revision', 'startedAt', 'finishedAt', 'worked', 'result'] as const

export async function saveTry(db: Db, row: TryRow): Promise<void> {
  await db
    .insertInto('identity.signInTry')
    .values({ ...row, result: JSON.stringify(row.result) })
    .execute()
}

/** The first result stays. */
export async function finishTry(
  db: Db,
  id: SignInTryId,
  at: Instant,
  finished: { worked: boolean; result: TryResult },
): Promise<void> {
  await db
    .updateTable('identity.signInTry')
    .set({ worked: finished.worked, result: JSON.stringify(finished.result), finishedAt: at })
    .where('id', '=', id)
    .where('finishedAt', 'is', null)
    .execute()
}

export function findTry(db: Db, providerId: ProviderId, id: SignInTryId): Promise<TryRow | undefined> {
  return db
    .selectFrom('identity.signInTry')
    .select(TRY_COLUMNS)
    .where('id', '=', id)
    .where('providerId', '=', providerId)
    .executeTakeFirst()
}

/** The last finished try of each provider. */
export async function latestTries(db: Db): Promise<Map<ProviderId, TryRow>> {
  const rows = await db
    .selectFrom('identity.signInTry')
    .select(TRY_COLUMNS)
    .distinctOn('providerId')
    .where('finishedAt', 'is not', null)
    .orderBy('providerId')
    .orderBy('startedAt', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.providerId, row]))
}

/** Whether a revision of the settings was tried and worked. */
export async function wasTried(db: Db, providerId: ProviderId, revision: number): Promise<boolean> {
  const row = await db
    .selectFrom('identity.signInTry')
    .select('id')
    .where('providerId', '=', providerId)
    .where('revision', '=', revision)
    .where('worked', '=', true)
    .executeTakeFirst()
  return row !== undefined
}

/** Tries hold names and addresses: they are kept for as long as they help. */
export async function deleteOldTries(db: Db, before: Instant): Promise<void> {
  await db.deleteFrom('identity.signInTry').where('startedAt', '<', before).where('worked', '=', false).execute()
}
