import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { PersonId } from './contract.ts'

export interface BadgeRow {
  readonly id: string
  readonly personId: PersonId
  readonly issuedAt: Instant
  readonly blockedAt: Instant | null
}

const COLUMNS = ['id', 'personId', 'issuedAt', 'blockedAt'] as const

export function findBadge(db: Db, secretSha256: Buffer): Promise<BadgeRow | undefined> {
  return db.selectFrom('identity.badge').select(COLUMNS).where('secretSha256', '=', secretSha256).executeTakeFirst()
}

export async function saveBadge(db: Db, badge: BadgeRow & { secretSha256: Buffer }): Promise<void> {
  await db
    .insertInto('identity.badge')
    .values({ ...badge, blockedReason: null })
    .execute()
}

/** Blocks the badge that works for somebody. @returns whether there was one. */
export async function blockBadgeOf(db: Db, personId: PersonId, at: Instant, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('identity.badge')
    .set({ blockedAt: at, blockedReason: reason })
    .where('personId', '=', personId)
    .where('blockedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** The last badge of each of these people. */
export async function lastBadgesOf(db: Db, people: readonly PersonId[]): Promise<Map<PersonId, BadgeRow>> {
  if (people.length === 0) return new Map()
  const rows = await db
    .selectFrom('identity.badge')
    .select(COLUMNS)
    .where('personId', 'in', [...people])
    .orderBy('issuedAt')
    .orderBy('id')
    .execute()
  return new Map(rows.map((row) => [row.personId, row]))
}

/** Who of these people has a PIN. */
export async function withPin(db: Db, people: readonly PersonId[]): Promise<ReadonlySet<PersonId>> {
  if (people.length === 0) return new Set()
  const rows = await db
    .selectFrom('identity.pin')
    .select('personId')
    .where('personId', 'in', [...people])
    .execute()
  return new Set(rows.map((row) => row.personId))
}
