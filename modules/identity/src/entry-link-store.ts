import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import type { Invitation, PersonId } from './contract.ts'

/** By which somebody comes in once: `invitation`, or `reset` of a password. */
export type EntryLinkKind = 'invitation' | 'reset'

export interface EntryLinkRow {
  readonly id: string
  readonly kind: EntryLinkKind
  readonly personId: PersonId
  readonly tokenSha256: Buffer
  /** The name of who made it; null = the person. */
  readonly madeBy: string | null
  readonly madeAt: Instant
  readonly expiresAt: Instant
  readonly usedAt: Instant | null
  readonly withdrawnAt: Instant | null
}

const COLUMNS = [
  'id',
  'kind',
  'personId',
  'tokenSha256',
  'madeBy',
  'madeAt',
  'expiresAt',
  'usedAt',
  'withdrawnAt',
] as const

export async function saveLink(db: Db, link: Omit<EntryLinkRow, 'usedAt' | 'withdrawnAt'>): Promise<void> {
  await db.insertInto('identity.entryLink').values(link).execute()
}

/** In whatever state; the caller says what that means. */
export function findLink(db: Db, kind: EntryLinkKind, tokenSha256: Buffer): Promise<EntryLinkRow | undefined> {
  return db
    .selectFrom('identity.entryLink')
    .select(COLUMNS)
    .where('kind', '=', kind)
    .where('tokenSha256', '=', tokenSha256)
    .executeTakeFirst()
}

/** Uses a link up, so that of two at the same moment one is first. @returns false when it is open no longer. */
export async function spendLink(db: Db, id: string, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('identity.entryLink')
    .set({ usedAt: at })
    .where('id', '=', id)
    .where('usedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .where('expiresAt', '>', at)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Makes the open links of a person void. @param kind of both kinds when left out @returns how many could still be used. */
export async function withdrawLinks(db: Db, personId: PersonId, at: Instant, kind?: EntryLinkKind): Promise<number> {
  let query = db
    .updateTable('identity.entryLink')
    .set({ withdrawnAt: at })
    .where('personId', '=', personId)
    .where('usedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  const rows = await query.returning('expiresAt').execute()
  return rows.filter((row) => row.expiresAt > at).length
}

/** The newest invitation of each of these people, in the state of this moment. */
export async function invitationsOf(db: Db, people: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Invitation>> {
  if (people.length === 0) return new Map()
  const rows = await db
    .selectFrom('identity.entryLink')
    .select(['personId', 'madeBy', 'madeAt', 'expiresAt'])
    .select(
      sql<Invitation['state']>`case when used_at is not null then 'used' when withdrawn_at is not null then 'withdrawn'
        when expires_at <= now() then 'expired' else 'open' end`.as('state'),
    )
    .distinctOn('personId')
    .where('personId', 'in', people)
    .where('kind', '=', 'invitation')
    .orderBy('personId')
    .orderBy('madeAt', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return new Map(
    rows.map(({ personId, ...invitation }) => [personId, { ...invitation, madeBy: invitation.madeBy ?? '' }]),
  )
}

/** Forgets links whose time was over before then. */
export async function deleteLinksExpiredBefore(db: Db, before: Instant): Promise<void> {
  await db.deleteFrom('identity.entryLink').where('expiresAt', '<', before).execute()
}
