import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import type { PersonId } from './contract.ts'
import type { StationId } from './station-contract.ts'

export interface SessionRow {
  readonly id: string
  readonly personId: PersonId
  readonly level: 1 | 2
  readonly station: boolean
  readonly method: string
  readonly address: string | null
  readonly device: string
  readonly createdAt: Instant
  readonly lastUsedAt: Instant
  readonly expiresAt: Instant
  /** The session ends when it was not used for this long. */
  readonly idleMs: number
  /** The shared station it was opened at. */
  readonly stationId: StationId | null
}

const COLUMNS = [
  'identity.session.id',
  'personId',
  'level',
  'station',
  'method',
  'address',
  'device',
  'identity.session.createdAt',
  'lastUsedAt',
  'expiresAt',
  'idleMs',
  'stationId',
] as const

export async function saveSession(db: Db, session: SessionRow & { tokenSha256: Buffer }): Promise<void> {
  await db.insertInto('identity.session').values(session).execute()
}

/** A session with the person it belongs to, who has not ended. */
export async function findSession(
  db: Db,
  tokenSha256: Buffer,
): Promise<(SessionRow & { name: string; accessVersion: number }) | undefined> {
  const row = await db
    .selectFrom('identity.session')
    .innerJoin('identity.person', 'identity.person.id', 'identity.session.personId')
    .select([...COLUMNS, 'name', 'accessVersion'])
    .where('tokenSha256', '=', tokenSha256)
    .where('endedAt', 'is', null)
    .where('lockedAt', 'is', null)
    .executeTakeFirst()
  return row && { ...row, level: row.level === 1 ? 1 : 2 }
}

/** A session by its id. */
export async function getOpenSession(db: Db, id: string): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('identity.session')
    .select([...COLUMNS])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...row, level: row.level === 1 ? 1 : 2 }
}

/** Raises a half-signed-in session: from then on only the new token opens it. @returns undefined when it was not one. */
export async function raiseSession(
  db: Db,
  id: string,
  of: { tokenSha256: Buffer; method: string; lastUsedAt: Instant },
): Promise<SessionRow | undefined> {
  const row = await db
    .updateTable('identity.session')
    .set({ ...of, level: 2 })
    .where('id', '=', id)
    .where('level', '=', 1)
    .returning([...COLUMNS])
    .executeTakeFirst()
  return row && { ...row, level: 2 }
}

export async function touchSession(db: Db, id: string, at: Instant): Promise<void> {
  await db.updateTable('identity.session').set({ lastUsedAt: at }).where('id', '=', id).execute()
}

/** Of these sessions the ones that still hold, each with its person's access version. */
export async function listHolding(
  db: Db,
  ids: readonly string[],
  at: Instant,
): Promise<{ id: string; accessVersion: number }[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('identity.session')
    .innerJoin('identity.person', 'identity.person.id', 'identity.session.personId')
    .select(['identity.session.id', 'accessVersion'])
    .where('identity.session.id', 'in', ids)
    .where('expiresAt', '>', at)
    .where('endedAt', 'is', null)
    .execute()
}

/** The sessions of a person, last used first. */
export async function listSessions(db: Db, personId: PersonId, limit: number): Promise<SessionRow[]> {
  const rows = await db
    .selectFrom('identity.session')
    .select([...COLUMNS])
    .where('personId', '=', personId)
    .orderBy('lastUsedAt', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, level: row.level === 1 ? 1 : 2 }))
}

/** @returns whether there was one. */
export async function deleteSession(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('identity.session').where('id', '=', id).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** Which of a person's sessions: one, or all but one. */
export type WhichSessions = { readonly only: string } | { readonly but: string | null }

/** @returns how many there were. */
export async function deleteSessionsOf(
  db: Db,
  personId: PersonId,
  which: WhichSessions = { but: null },
): Promise<number> {
  let query = db.deleteFrom('identity.session').where('personId', '=', personId)
  if ('only' in which) query = query.where('id', '=', which.only)
  else if (which.but !== null) query = query.where('id', '!=', which.but)
  const { numDeletedRows } = await query.executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Ends what can no longer be used: too old, or idle for too long. */
export async function deleteDeadSessions(db: Db, at: Instant): Promise<void> {
  await db
    .deleteFrom('identity.session')
    .where((one) =>
      one.or([
        one('expiresAt', '<', at),
        sql<boolean>`last_used_at + idle_ms * interval '1 millisecond' < ${at}::timestamptz`,
      ]),
    )
    .execute()
}

/** Ends the sessions of a station. */
export async function deleteSessionsAt(db: Db, stationId: StationId): Promise<void> {
  await db.deleteFrom('identity.session').where('stationId', '=', stationId).execute()
}

/** Ends what somebody has open at stations. */
export async function deleteStationSessionsOf(db: Db, personId: PersonId): Promise<void> {
  await db.deleteFrom('identity.session').where('personId', '=', personId).where('stationId', 'is not', null).execute()
}
