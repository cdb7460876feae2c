import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { Platform } from './enterprise-store.ts'

/** What a session's browser may be asked to sign for. */
export type ChallengePurpose = 'register' | 'factor'

/** Keeps a challenge; the session has one for each purpose, the newest. */
export async function saveChallenge(
  db: Db,
  of: { challenge: string; sessionId: string; purpose: ChallengePurpose; expiresAt: Instant },
): Promise<void> {
  await db
    .deleteFrom('identity.challenge')
    .where('sessionId', '=', of.sessionId)
    .where('purpose', '=', of.purpose)
    .execute()
  await db.insertInto('identity.challenge').values(of).execute()
}

/** Takes a challenge away: it counts once. @returns until when it was good; undefined when there was none. */
export async function takeChallenge(
  db: Db,
  of: { challenge: string; sessionId: string; purpose: ChallengePurpose },
): Promise<Instant | undefined> {
  const row = await db
    .deleteFrom('identity.challenge')
    .where('challenge', '=', of.challenge)
    .where('sessionId', '=', of.sessionId)
    .where('purpose', '=', of.purpose)
    .returning('expiresAt')
    .executeTakeFirst()
  return row?.expiresAt
}

/** Keeps a challenge for somebody who is not known yet, and forgets those whose time is over. */
export async function saveSignInChallenge(
  db: Platform,
  challenge: string,
  expiresAt: Instant,
  forgetBefore: Instant,
): Promise<void> {
  await db.deleteFrom('identity.signInChallenge').where('expiresAt', '<', forgetBefore).execute()
  await db.insertInto('identity.signInChallenge').values({ challenge, expiresAt }).execute()
}

/** {@link takeChallenge} for somebody who is not known yet. */
export async function takeSignInChallenge(db: Platform, challenge: string): Promise<Instant | undefined> {
  const row = await db
    .deleteFrom('identity.signInChallenge')
    .where('challenge', '=', challenge)
    .returning('expiresAt')
    .executeTakeFirst()
  return row?.expiresAt
}
