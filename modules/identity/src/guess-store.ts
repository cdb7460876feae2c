import './tables.ts'
import type { Instant } from '@millrace/base'
import { sql } from 'kysely'
import type { Platform } from './enterprise-store.ts'
import type { GuessLimit } from './guess-rules.ts'

// Not the moment of the attempt: another one that began just before it would find it closed.
const OPEN = sql`'epoch'::timestamptz`

export interface CountedSubject {
  readonly subject: Buffer
  readonly limit: GuessLimit
}

/** When the last of these subjects opens again; undefined when all are open now. */
export async function findClosed(db: Platform, subjects: readonly Buffer[], at: Instant): Promise<Instant | undefined> {
  const row = await db
    .selectFrom('identity.guess')
    .select((one) => one.fn.max('openAt').as('openAt'))
    .where('subject', 'in', subjects)
    .where('openAt', '>', at)
    .executeTakeFirst()
  return row?.openAt ?? undefined
}

/**
 * Counts one attempt of a subject and closes it when that was one too many, in one step: of many at the same moment only as
 * many get through as the limit says.
 *
 * @param since an open subject that was quiet since then counts from the beginning.
 * @returns whether it was open, and so was counted.
 */
export async function countGuess(db: Platform, of: CountedSubject, at: Instant, since: Instant): Promise<boolean> {
  const { free, firstPauseMs, longestPauseMs } = of.limit
  const pause = (count: ReturnType<typeof sql>) => sql`case when ${count} < ${free} then ${OPEN}
    else ${at}::timestamptz + least(${longestPauseMs}::float8, ${firstPauseMs}::float8 * 2 ^ least(${count} - ${free}, 20)) * interval '1 ms' end`
  const counted = sql`(case when greatest(guess.last_at, guess.open_at) < ${since} then 1 else guess.count + 1 end)`
  const { rows } = await sql`insert into identity.guess (subject, count, last_at, open_at)
    values (${of.subject}, 1, ${at}, ${pause(sql`1`)})
    on conflict (subject) do update set count = ${counted}, last_at = greatest(guess.last_at, excluded.last_at), open_at = ${pause(counted)}
    where guess.open_at <= ${at} returning subject`.execute(db)
  return rows.length > 0
}

export async function forgetGuesses(db: Platform, subject: Buffer): Promise<void> {
  await db.deleteFrom('identity.guess').where('subject', '=', subject).execute()
}

/** Takes back an attempt that turned out right, with the pause that it alone began. */
export async function takeBackGuess(db: Platform, { subject, limit }: CountedSubject): Promise<void> {
  await sql`update identity.guess set count = greatest(count - 1, 0),
      open_at = case when count - 1 < ${limit.free} then ${OPEN} else open_at end
    where subject = ${subject}`.execute(db)
}

export async function deleteGuessesBefore(db: Platform, before: Instant): Promise<void> {
  await db.deleteFrom('identity.guess').where('openAt', '<', before).where('lastAt', '<', before).execute()
}
