import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { StepUpMethod } from './step-up-contract.ts'

export interface StepUpRow {
  readonly id: string
  readonly sessionId: string
  readonly operationId: string
  readonly digest: string
  readonly challenge: string
  readonly expiresAt: Instant
  readonly confirmedAt: Instant | null
  readonly usedAt: Instant | null
}

const COLUMNS = ['id', 'sessionId', 'operationId', 'digest', 'challenge', 'expiresAt', 'confirmedAt', 'usedAt'] as const

/** Keeps what is to be confirmed; an older question about the same act in the same session is forgotten. */
export async function saveStepUp(db: Db, stepUp: Omit<StepUpRow, 'confirmedAt' | 'usedAt'>): Promise<void> {
  await db
    .deleteFrom('identity.stepUp')
    .where('sessionId', '=', stepUp.sessionId)
    .where('digest', '=', stepUp.digest)
    .where('confirmedAt', 'is', null)
    .execute()
  await db
    .insertInto('identity.stepUp')
    .values({ ...stepUp, confirmedAt: null, usedAt: null, method: null, proofSha256: null })
    .execute()
}

/** Waits for whoever confirms the same at this moment. */
export function lockStepUp(db: Db, id: string, sessionId: string): Promise<StepUpRow | undefined> {
  return db
    .selectFrom('identity.stepUp')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('sessionId', '=', sessionId)
    .forUpdate()
    .executeTakeFirst()
}

/** The question a challenge was made for, in a session. */
export function findByChallenge(db: Db, challenge: string, sessionId: string): Promise<StepUpRow | undefined> {
  return db
    .selectFrom('identity.stepUp')
    .select(COLUMNS)
    .where('challenge', '=', challenge)
    .where('sessionId', '=', sessionId)
    .executeTakeFirst()
}

export async function confirmStepUp(
  db: Db,
  id: string,
  of: { confirmedAt: Instant; expiresAt: Instant; method: StepUpMethod; proofSha256: Buffer },
): Promise<void> {
  await db.updateTable('identity.stepUp').set(of).where('id', '=', id).execute()
}

/** Spends a proof on exactly what it confirms: of two at the same moment one does. @returns whether it could be spent. */
export async function spendProof(
  db: Db,
  of: { proofSha256: Buffer; sessionId: string; digest: string; at: Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('identity.stepUp')
    .set({ usedAt: of.at })
    .where('proofSha256', '=', of.proofSha256)
    .where('sessionId', '=', of.sessionId)
    .where('digest', '=', of.digest)
    .where('expiresAt', '>', of.at)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export function findByProof(db: Db, proofSha256: Buffer): Promise<StepUpRow | undefined> {
  return db.selectFrom('identity.stepUp').select(COLUMNS).where('proofSha256', '=', proofSha256).executeTakeFirst()
}

export async function deleteStepUpsBefore(db: Db, expiredBefore: Instant): Promise<void> {
  await db.deleteFrom('identity.stepUp').where('expiresAt', '<', expiredBefore).execute()
}
